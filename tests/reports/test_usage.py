"""Use of the service: days counted once, from rows that go; the talk's funnel; goals, measured or said not to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from admin_cli.report import usage as report
from admin_cli.report.parts import words
from bot.alerts import Alerts
from bot.report_jobs import ReportJobs
from casework import periods, rules
from casework.periods import day_end
from casework.seal import Seal
from flows.report import Report as ReportFlow
from storage import talks, usage
from storage.engine import Store
from storage.models import OutboxMessage, Person, Talk
from storage.models_groups import Push
from storage.models_history import Message
from storage.models_reports import TalkEnd, UsageDay
from tests.admin_cli.desk import StaffDesk
from tests.support.ready import ready
from tests.talks.theatre import Stage, play

RULES = rules.load()
DAY = date(2026, 11, 20)
START, END = day_end(DAY - timedelta(days=1)), day_end(DAY)
FRESH = timedelta(seconds=50)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    made = Store(f"sqlite:///{tmp_path}/one.db" if sqlite else str(request.getfixturevalue("postgres_url")))
    ready(made)
    yield made
    made.close()


def fill(store: Store, seed: int) -> None:
    """Messages, answers, pushes and ends of talks of three days, some at midnight."""
    rng = Random(seed)
    with store.write() as session:
        for n in range(150):
            at = rng.choice((START, END, START + timedelta(days=1) * rng.uniform(-1, 2)))
            person = f"U{rng.randrange(12)}"
            kind = rng.choice(("text", "text", "pin", "follow", "button"))
            session.add(Message(person=person, at=at, who="citizen", kind=kind))
            session.flush()
            if rng.random() < 0.7:
                session.add(
                    Message(person=person, at=at, who=rng.choice(("bot", "officer")), kind=rng.choice(("text", "news")))
                )
                session.flush()
            sent = at + timedelta(seconds=rng.choice((0.2, 1, 1.001, 4, 45, 400, 9000)))
            state = rng.choice(("sent", "sent", "unsure", "waiting", "dead"))
            session.add(
                OutboxMessage(
                    chat="-", messages="[]", retry_key=str(n), state=state, via=rng.choice(("reply", "push")), due_at=at,
                    purpose=rng.choice(("talk", "talk", "news")), created_at=at, sent_at=sent if state == "sent" else None,
                    reply_until=rng.choice((None, at - timedelta(seconds=2) + FRESH)),
                )
            )  # fmt: skip
            flow, left = rng.choice((("report", "what"), ("report", "photo"), ("report", "check"), ("track", "case")))
            session.add(TalkEnd(at=at, flow=flow, left_at=left, ended=rng.choice(("filed", "dropped", "expired", "joined"))))


def naive(store: Store) -> dict[tuple[str, str], int]:
    """The day's counts from all rows."""
    found: Counter[tuple[str, str]] = Counter()
    with store.read() as session:
        messages = sorted(session.scalars(select(Message)), key=lambda m: m.id)
        outbox, ends = list(session.scalars(select(OutboxMessage))), list(session.scalars(select(TalkEnd)))
    theirs = [m for m in messages if m.who == "citizen" and m.kind != "follow" and START <= m.at < END]
    found["heard", ""] = len(theirs)
    found["people", ""] = len({m.person for m in theirs})
    found["answered", ""] = sum(
        any(o.person == m.person and o.id > m.id and o.who != "citizen" and o.kind != "news" for o in messages) for m in theirs
    )
    for o in outbox:
        if START <= o.created_at < END and o.state == "sent" and o.sent_at:
            found["sent", o.via or ""] += 1
            if o.purpose == "talk":
                since = o.created_at if o.reply_until is None else o.reply_until - FRESH
                waited = (o.sent_at - since).total_seconds()
                found["wait", next((str(b) for b in (1, 2, 3, 5, 10, 20, 30, 60, 300, 3600) if waited <= b), "more")] += 1
    for e in ends:
        if START <= e.at < END:
            found["talk", f"{e.flow} {e.left_at} {e.ended}"] += 1
    return dict(found)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_day_is_counted_as_its_rows_say(store: Store, seed: int) -> None:
    fill(store, seed)
    wanted = naive(store)
    with store.read() as session:
        assert usage.count(session, DAY, FRESH) == wanted
    assert len(wanted) > 12


def jobs(store: Store, now: datetime) -> ReportJobs:
    return ReportJobs(store, Alerts(RULES, Seal("k"), lambda: now, None))


def test_each_day_is_counted_once_and_its_ends_of_talks_are_forgotten(store: Store) -> None:
    fill(store, 4)
    wanted = naive(store)
    later = END + timedelta(minutes=16)
    with store.read() as session:
        before = len(session.scalars(select(TalkEnd.id)).all())
    while jobs(store, later).count_day():
        pass
    with store.read() as session:
        kept = {(r.what, r.detail): r.n for r in session.scalars(select(UsageDay).where(UsageDay.day == DAY.isoformat()))}
        assert kept == wanted
        left = session.scalars(select(TalkEnd.at)).all()
        assert 0 < len(left) < before and min(left) >= END
    fill_more = jobs(store, later)
    assert not fill_more.count_day(), "done"
    with store.read() as session:
        counts = usage.count(session, DAY, FRESH)
    with store.write() as session:
        assert not usage.keep(session, DAY, counts, later), "another process came later: nothing is counted twice"
    with store.read() as session:
        again = {(r.what, r.detail): r.n for r in session.scalars(select(UsageDay).where(UsageDay.day == DAY.isoformat()))}
    assert again == wanted
    assert jobs(store, later + timedelta(days=3)).count_day() and jobs(store, later + timedelta(days=3)).count_day()


def test_where_talks_end_is_written_down(tmp_path: Path) -> None:
    stage = Stage(f"sqlite:///{tmp_path}/talks.db")
    play(
        stage,
        """
        คุณ: ฝาท่อหายหน้าโรงเรียน
        1555: …
        คุณ: ยกเลิก
        1555: …
        คุณ: [ใช่]
        1555: …
        """,
    )
    play(
        stage,
        """
        คุณ: ฝาท่อหายหน้าโรงเรียน
        1555: …
        """,
    )
    with stage.store.write() as session:
        talks.expire(session, stage.now + timedelta(days=1))
    with stage.store.read() as session:
        ends = [(e.flow, e.left_at, e.ended) for e in session.scalars(select(TalkEnd).order_by(TalkEnd.id))]
        assert ends == [("report", "where", "dropped"), ("report", "where", "expired")]
        assert not session.scalar(select(func.count()).select_from(Talk).where(Talk.open))
    stage.store.close()


def test_the_funnel_knows_every_question_of_the_report() -> None:
    stages, alike = words()["funnel"]["stages"], words()["funnel"]["alike"]
    for state in ReportFlow.states:
        if not state.final:
            assert alike.get(state.name, state.name) in stages, state.name


def test_the_funnel_and_the_flows() -> None:
    ends = {"report what dropped": 2, "report border expired": 3, "report check filed": 4, "report similar joined": 1}
    rows = report.funnel(ends | {"track case left": 9})
    assert [row["reached_n"] for row in rows] == [10, 8, 5, 5, 5, 5]
    assert rows[1]["reached_pct"] == Decimal("80.00")
    (made,) = report.flows(ends)
    assert {**made} == {
        **{"flow": "report", "ended": 10, "completed": 5, "expired": 3, "completed_pct": Decimal("50.00")},
        **{"left_most": "border", "left_n": 3},
    }
    assert report.funnel({}) == []


def test_steps_of_waiting() -> None:
    assert [usage.step(s) for s in (0, 1, 1.01, 3600, 3601)] == ["1", "1", "2", "3600", "more"]
    assert [usage.share_of_steps({"1": 50, "5": 40, "more": 10}, s) for s in (0.5, 0.9, 0.99)] == ["1", "5", "more"]
    assert usage.share_of_steps({}, 0.5) is None


def test_goals_are_measured_or_said_not_to_be(desk: StaffDesk) -> None:
    now = datetime.now(UTC)
    this = periods.whole(periods.current(now), now)
    last = periods.before(this)
    with desk.store.write() as session:
        for n in range(6):
            session.add(Person(id=f"U{n}", follows=True, created_at=last.start if n < 4 else this.start))
        usage.put(session, last.first_day, {("followers", ""): 100, ("heard", ""): 10, ("answered", ""): 9, ("people", ""): 4})
        usage.put(session, this.first_day, {("followers", ""): 160, ("heard", ""): 20, ("answered", ""): 20, ("people", ""): 5})
        session.add(Push(at=this.start, chat="C1", purpose="best", cost=7))
        session.add(Push(at=this.end, chat="C1", purpose="best", cost=7))
    for ago in (this.end - this.start) + timedelta(days=1), timedelta():
        desk.case(ago=min(ago, now - this.start) if not ago else now - last.start - timedelta(hours=1))
    found = desk.json("report", "usage")
    goals = found["goals"]
    assert (goals["followers"]["change_pct"], goals["followers"]["reached"]) == (60.0, True)
    assert (goals["cases"]["now"], goals["cases"]["before"], goals["cases"]["reached"]) == (1, 1, False)
    assert (goals["answered"]["now"], goals["answered"]["reached"]) == (100.0, True)
    for name in ("search_time", "registry_waiting", "slow_complaints"):
        assert goals[name]["now"] is None and goals[name]["reached"] is None, "never a made-up figure"
    assert (found["now"]["people"], found["now"]["people_new"], found["now"]["cost"]) == (6, 2, 7)
    assert desk.run("report", "usage").stdout.count("ยังไม่ได้วัด") == 3 + 1


def test_nothing_counted_is_nothing_told(desk: StaffDesk) -> None:
    found = desk.json("report", "usage")
    assert found["now"]["heard"] is None and found["now"]["wait_p50"] is None and found["days_counted"] == 0
    assert found["goals"]["answered"]["reached"] is None
