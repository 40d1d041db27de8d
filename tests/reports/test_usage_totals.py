"""Every total of `report usage` a second time, row by row from what had happened, for the period and the one before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_cli.report import usage as report
from casework import periods, rules
from casework.case import Draft
from casework.periods import Period
from casework.thai_time import bangkok
from storage import cases, usage
from storage.columns import Base
from storage.engine import Store
from storage.models import Case, OutboxMessage, Person
from storage.models_groups import Push
from storage.models_history import Message
from storage.models_registry import RegistryEvent, RegistryRequest
from storage.models_reports import TalkEnd
from storage.reports import ALL
from tests.support.ready import ready

RULES = rules.load()
FRESH = timedelta(seconds=50)
NOW = periods.alone(2562, 1, datetime(2018, 10, 5, 20, tzinfo=UTC))
"""1 to 6 October 2561, of a quarter that is running; compared with as many days of July."""
SPANS = {"now": NOW, "before": periods.before(NOW)}
FORGOTTEN = date(2018, 7, 3)
"""A day that nobody counted: nothing of its messages is in any total."""
COUNTED = [span.first_day + timedelta(days=n) for span in SPANS.values() for n in range(-1, 7)]
GIVEN_UP = {"dropped", "expired", "declined", "paused", "limited", "none"}
STAGES = {"what": 1, "where": 2, "border": 2, "photo": 3, "check": 4, "kind": 4, "similar": 5}
ENDS = {
    "report": [(left, end) for left in STAGES for end in ("filed", "joined", "dropped", "expired")],
    "track": [("case", "told"), ("case", "expired"), ("more", "dropped"), ("more", "told")],
    "registry": [("laser", "paused"), ("consent", "declined"), ("photo", "asked")],
}
Row = TypeVar("Row", bound=Base)


@pytest.fixture(scope="module", params=[1, 2, pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        server.psql("CREATE DATABASE totals;")
        made, seed = Store(server.get_uri("totals")), 3
    else:
        made, seed = Store(f"sqlite:///{tmp_path_factory.mktemp('totals')}/one.db"), request.param
    ready(made)
    with made.write() as session:
        build(session, Random(seed))
    yield made
    made.close()


def moment(rng: Random) -> datetime:
    """In or near either span, often at midnight or beside it."""
    span = rng.choice(list(SPANS.values()))
    if rng.random() < 0.3:
        return rng.choice((span.start, span.end)) + timedelta(microseconds=rng.choice((-1, 0, 1)))
    return span.start + (span.end - span.start) * rng.uniform(-0.2, 1.2)


def build(session: Session, rng: Random) -> None:
    """People, cases, pushes, requests, messages, answers, talks that ended."""
    for n in range(60):
        session.add(Person(id=f"U{n}", created_at=moment(rng)))
    for n in range(80):
        channel, kind = rng.choice(("line", "line", "group", "mis", "phone_1555")), rng.choice(("complaint", "inquiry"))
        who = f"U{rng.randrange(20)}" if channel == "line" and rng.random() < 0.9 else None
        cases.file(session, Draft(f"{n}", channel=channel, kind=kind), RULES, moment(rng), reporter=who)
        session.add(Push(at=moment(rng), chat="C1", purpose=rng.choice(("best", "digest", "news")), cost=rng.randint(1, 40)))
        _request(session, rng)
    for n in range(400):
        _exchange(session, rng, n)
        flow = rng.choice(list(ENDS))
        left, end = rng.choice(ENDS[flow])
        session.add(TalkEnd(at=moment(rng), flow=flow, left_at=left, ended=end))


def _request(session: Session, rng: Random) -> None:
    asked = moment(rng)
    approved = asked + timedelta(hours=rng.choice((0.1, 3, 20, 70))) if rng.random() < 0.8 else None
    row = RegistryRequest(
        person="U1", service="1", office="1021", status="asked", copies=1, wanted_at=asked, asked_at=asked, approved_at=approved
    )
    session.add(row)
    session.flush()
    for kind, at in (("asked", asked), ("approved", approved)):
        if at is not None:
            session.add(RegistryEvent(request_id=row.id, kind=kind, actor="citizen", at=at))


def _exchange(session: Session, rng: Random, n: int) -> None:
    """Something is written, and mostly answered."""
    at, person = moment(rng), f"U{rng.randrange(15)}"
    session.add(
        Message(person=person, at=at, who="citizen", kind=rng.choice(("text", "text", "photo", "pin", "follow", "unsend")))
    )
    session.flush()
    if rng.random() < 0.6:
        session.add(
            Message(person=person, at=at, who=rng.choice(("bot", "officer")), kind=rng.choice(("text", "card", "news")))
        )
        session.flush()
    state = rng.choice(("sent", "sent", "sent", "unsure", "waiting"))
    sent = at + timedelta(seconds=rng.choice((0.1, 1, 1.5, 2.5, 9, 31, 200, 4000))) if state == "sent" else None
    session.add(
        OutboxMessage(
            chat=person, messages="[]", retry_key=str(n), state=state, via=rng.choice(("reply", "push")), due_at=at,
            purpose=rng.choice(("talk", "talk", "best")), created_at=at + timedelta(milliseconds=rng.choice((0, 900))),
            sent_at=sent, reply_until=rng.choice((None, at + FRESH)),
        )
    )  # fmt: skip


def rows(session: Session, table: type[Row]) -> Sequence[Row]:
    return session.scalars(select(table)).all()


def percent(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else None


def rank(ordered: Sequence[Any], share: float) -> Any:
    """The smallest that so large a share of all does not exceed."""
    return next(value for n, value in enumerate(ordered, 1) if n / len(ordered) >= share - 1e-12)


def naive(session: Session, span: Period) -> dict[str, Any]:
    """All of a span that people are told, from the rows."""

    def within(at: datetime | None) -> bool:
        return at is not None and span.start <= at < span.end

    def day_of(at: datetime) -> date:
        return bangkok(at).date()

    def counted(at: datetime) -> bool:
        return within(at) and day_of(at) != FORGOTTEN

    found: dict[str, Any] = {}
    people = [p.created_at for p in rows(session, Person)]
    found["people"], found["people_new"] = sum(at < span.end for at in people), sum(map(within, people))
    filed = [c for c in rows(session, Case) if within(c.created_at)]
    found["cases_chat"] = sum(c.channel in {"line", "group"} for c in filed)
    found["cases_other"] = len(filed) - found["cases_chat"]
    found["reporters"] = len({c.reporter for c in filed if c.channel == "line" and c.reporter})
    found["cost"] = sum(p.cost for p in rows(session, Push) if within(p.at))
    hours = []
    for request in {e.request_id for e in rows(session, RegistryEvent)}:
        at = {e.kind: e.at for e in rows(session, RegistryEvent) if e.request_id == request}
        if within(at["asked"]) and "approved" in at and at["approved"] < span.end:
            hours.append((at["approved"] - at["asked"]) / timedelta(hours=1))
    found["registry_hours"] = Decimal(str(rank(sorted(hours), 0.5))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    every = sorted(rows(session, Message), key=lambda m: m.id)
    heard = [m for m in every if m.who == "citizen" and m.kind not in {"follow", "unsend"} and counted(m.at)]
    later = {m.id: [o for o in every if o.person == m.person and o.id > m.id] for m in heard}
    answered = [m for m in heard if any(o.who != "citizen" and o.kind != "news" for o in later[m.id])]
    found["heard"], found["answered"], found["answered_pct"] = len(heard), len(answered), percent(len(answered), len(heard))
    days = {day: {m.person for m in heard if day_of(m.at) == day} for day in COUNTED if span.first_day <= day <= span.last_day}
    days.pop(FORGOTTEN, None)
    found["people_daily_most"] = max(map(len, days.values()))
    mean = Decimal(sum(map(len, days.values()))) / len(days)
    found["people_daily_mean"] = mean.quantize(Decimal("0.01"), ROUND_HALF_UP)
    sent = [o for o in rows(session, OutboxMessage) if counted(o.created_at) and o.sent_at and o.state == "sent"]
    for via in ("reply", "push"):
        found[f"sent_{via}"] = sum(o.via == via for o in sent)
    waits = sorted(
        (o.sent_at - (o.reply_until - FRESH if o.reply_until else o.created_at)).total_seconds()
        for o in sent
        if o.purpose == "talk" and o.sent_at
    )
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        wait = rank(waits, share)
        found[f"wait_{name}"] = next((str(b) for b in (1, 2, 3, 5, 10, 20, 30, 60, 300, 3600) if wait <= b), "more")
    return found


def pushes(session: Session, span: Period) -> list[dict[str, Any]]:
    """How many of each purpose, and what they cost."""
    every = [p for p in rows(session, Push) if span.start <= p.at < span.end]
    return [
        {"purpose": why, "pushes": sum(p.purpose == why for p in every), "cost": sum(p.cost for p in every if p.purpose == why)}
        for why in sorted({p.purpose for p in every})
    ]


def flows(ended: Sequence[TalkEnd]) -> list[dict[str, Any]]:
    """What became of each conversation, and where most gave up (of equals the first by name)."""
    found = []
    for flow in sorted({e.flow for e in ended}):
        these = [e for e in ended if e.flow == flow]
        given_up = [e for e in these if e.ended in GIVEN_UP]
        left = Counter(e.left_at for e in given_up)
        most = min(left, key=lambda question: (-left[question], question), default=None)
        completed = len(these) - len(given_up)
        found.append(
            {
                **{"flow": flow, "ended": len(these), "completed": completed, "completed_pct": percent(completed, len(these))},
                **{"expired": sum(e.ended == "expired" for e in these), "left_most": most, "left_n": left[most] if most else 0},
            }
        )
    return found


def funnel(ended: Sequence[TalkEnd]) -> list[tuple[int, Decimal | None]]:
    """How many reports came to each stage: what, where, photo, check, similar, done."""
    far = [6 if e.ended not in GIVEN_UP else STAGES[e.left_at] for e in ended if e.flow == "report"]
    return [(n := sum(stage <= each for each in far), percent(n, len(far))) for stage in range(1, 7)]


def test_every_total_is_what_the_rows_say(store: Store) -> None:
    with store.read() as session:
        wanted = {when: naive(session, span) for when, span in SPANS.items()}
        ended = [e for e in rows(session, TalkEnd) if NOW.start <= e.at < NOW.end]
        spent = pushes(session, NOW)
    for day in sorted(COUNTED):
        if day == FORGOTTEN:
            continue
        with store.read() as session:
            counts = usage.count(session, day, FRESH)
        with store.write() as session:
            usage.put(session, day, counts)
    with store.read() as session:
        figures = report.counted(session, NOW, ALL, RULES)
    for when, expected in wanted.items():
        shown = report.shown_of(figures[when])
        assert {name: shown[name] for name in expected} == expected, when
        assert all(expected[name] for name in ("reporters", "cost", "answered", "sent_push", "cases_other")), (
            "nothing is proved"
        )
    known = {*report.PEOPLE, *report.MESSAGES, "registry_hours"} - {"followers"}
    assert known == wanted["now"].keys(), "a total that is told and not counted a second time"
    assert (figures["now"]["days"], figures["before"]["days"], figures["before"]["of_days"]) == (6, 5, 6)
    given = report.report(store, NOW, ALL, RULES, NOW.end).data
    assert given["costs"] == spent and len(spent) == 3
    assert report.flows(figures["now"]["talks"]) == flows(ended) and len(ended) > 50
    assert [(row["reached_n"], row["reached_pct"]) for row in report.funnel(figures["now"]["talks"])] == funnel(ended)
