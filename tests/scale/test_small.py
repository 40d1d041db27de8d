"""A small city: made as the large one is, sound by every rule of the house, and searched as a plain computation would."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import numbers, rules
from casework.case import OPEN, UNFIXED, Draft, check_move
from casework.catalog import categories
from casework.places import distance_m
from storage import backup, cases, desk_staff, inbox, media, nearby, outbox, sweeping
from storage.desk_staff import Wanted
from storage.engine import Store
from storage.models import Case, CaseEvent, Follower, InboxEvent, Media, OutboxMessage
from tests.scale.load import fingerprint, generate
from tests.scale.rows import NOW, City, person
from tests.scale.town import DISTRICTS

CASES, MESSAGES, SEED = 2500, 2000, 3


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path_factory.mktemp('scale')}/small.db"
    generate(url, City(CASES, MESSAGES, SEED))
    made = Store(url)
    yield made
    made.close()


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.read() as opened:
        yield opened


def test_the_same_seed_makes_the_same_city() -> None:
    assert fingerprint(City(60, 80, 1)) == fingerprint(City(60, 80, 1)) != fingerprint(City(60, 80, 2))


def test_a_generated_database_is_sound(store: Store) -> None:
    """Foreign keys, uniqueness, the indexes of the schema: all as in a database that grew by itself."""
    file = backup.database_file(store)
    assert file is not None
    found = backup.check_file(file)
    assert not found.problems
    assert found.rows["cases"] == CASES and found.rows["inbox"] + found.rows["outbox"] == MESSAGES
    with closing(sqlite3.connect(file)) as database:
        made = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {index.name for index in Case.__table__.indexes} <= made  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="already"):
        generate(str(store.url), City(1, 1, 1))


def test_it_goes_on_where_the_generator_ended(store: Store) -> None:
    with store.write() as session:
        filed = cases.file(session, Draft("x", category="road"), rules.load(), NOW, reporter=None)
        assert filed.id == CASES + 1
        session.rollback()


def test_histories_follow_the_lifecycle(session: Session) -> None:
    known = {case.id: case for case in session.scalars(select(Case))}
    last: dict[int, CaseEvent] = {}
    seen: Counter[str] = Counter()
    for event in session.scalars(select(CaseEvent).order_by(CaseEvent.id)):
        before = last.get(event.case_id)
        if before is None:
            assert event.status == "numbered" and event.at == known[event.case_id].created_at
        else:
            assert before.at <= event.at <= NOW
            if event.status != before.status:
                check_move(before.status, event.status, event.actor.partition(":")[0], note=event.note, reason=event.reason)
        last[event.case_id] = event
        seen[event.status] += 1
    assert len(last) == CASES and len(seen) > 9
    for case in known.values():
        assert case.status == last[case.id].status
        assert numbers.parse(case.number) == case.number and case.number.startswith(
            f"{numbers.fiscal_year(case.created_at) % 100}"
        )
        assert (case.closed_at is None) == (case.status in OPEN)
        assert (case.status == "merged") == (case.merged_into is not None)
    assert {case.category for case in known.values()} == set(categories())
    assert {case.district_code for case in known.values()} == set(DISTRICTS)


def test_the_sweeps_find_nothing_to_do(session: Session) -> None:
    """The city is as a healthy service leaves it."""
    known = rules.load()
    assert not cases.untold(session, NOW, 10) and not cases.late(session, NOW, 10)
    assert not cases.silent(session, NOW - known.span("case", "confirm_days"), 10)
    for table, limit in sweeping.limits():
        assert not sweeping.due(session, table, limit, NOW - known.span(*limit.rule.split(".", 1))), (table, limit)
    assert not media.orphans(session, NOW, 10)


def test_near_cases_are_those_of_a_plain_computation(session: Session) -> None:
    known, rng = rules.load(), Random(1)
    every = session.scalars(select(Case)).all()
    wide = rules.Rules({**{t: known.table(t) for t in ("talk",)}, "case": {**known.table("case"), "duplicate_radius_m": 3000}})
    hits = 0
    for chosen in rng.sample([c for c in every if c.status in OPEN], 40):
        draft = Draft("", category=chosen.category, lat=chosen.lat, lng=chosen.lng)
        radius = 3000 * categories()[chosen.category].duplicate_radius_m / 60
        plain = sorted(
            (distance_m(chosen.lat, chosen.lng, c.lat, c.lng), c.id)  # type: ignore[arg-type]
            for c in every
            if c.category == chosen.category and c.status in OPEN and c.kind == "complaint"
            and c.created_at > NOW - timedelta(days=30) and c.lat is not None and c.lng is not None
        )  # fmt: skip
        wanted = [(round(metres), which) for metres, which in plain if metres <= radius][:5]
        assert [(round(metres), c.id) for c, metres in nearby.near(session, draft, wide, NOW)] == wanted
        hits += len(wanted)
    assert hits > 10


def test_ones_cases_are_those_of_a_plain_computation(session: Session) -> None:
    every = session.scalars(select(Case)).all()
    followed: dict[str, set[int]] = {}
    for row in session.scalars(select(Follower)):
        followed.setdefault(row.person, set()).add(row.case_id)
    people = [person(0), *sorted(followed)[:30], *sorted({c.reporter for c in every if c.reporter})[:30]]
    for who in people:
        wanted = sorted((c.id for c in every if c.reporter == who or c.id in followed.get(who, ())), reverse=True)
        assert [c.id for c in cases.of_person(session, who, 4)] == wanted[:4]
        assert [c.id for c in cases.of_person(session, who, 4, 3)] == wanted[3:7]


def test_due_dates_and_history_are_those_of_a_plain_computation(session: Session) -> None:
    known = rules.load()
    every = session.scalars(select(Case)).all()
    later = NOW + timedelta(days=3)
    late = [
        c for c in every if c.due_at and c.due_at < later and c.status in UNFIXED and not c.late_told and c.kind == "complaint"
    ]
    late.sort(key=lambda c: c.due_at or NOW)
    assert len(late) > 3 and [c.id for c in cases.late(session, later, 1000)] == [c.id for c in late]
    few = rules.Rules({"case": {**known.table("case"), "history_cases": 3}})
    told = 0
    for category, district in {(c.category, c.district_code) for c in every[:300]}:
        own = (category, district)
        closed = [c for c in every if (c.category, c.district_code) == own and c.status == "closed" and c.closed_at]
        days = sorted((c.closed_at - c.created_at) / timedelta(days=1) for c in closed if c.closed_at)
        found = nearby.expected_days(session, category, district, few)
        assert found == ((days[len(days) // 2], days[len(days) * 4 // 5]) if len(days) >= 3 else None)
        told += found is not None
    assert told > 20


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(limit=7),
        Wanted(statuses=OPEN, district_code="1042"),
        Wanted(since=NOW - timedelta(days=9), limit=5),
        Wanted(overdue_at=NOW, urgent=False),
        Wanted(category="light", since=NOW - timedelta(days=90), statuses=("closed",)),
    ],
)
def test_listed_cases_are_those_of_a_plain_computation(store: Store, session: Session, wanted: Wanted) -> None:
    every = session.scalars(select(Case).order_by(Case.id.desc())).all()
    plain = [
        case.number
        for case in every
        if (not wanted.statuses or case.status in wanted.statuses)
        and wanted.district_code in {None, case.district_code}
        and wanted.category in {None, case.category}
        and wanted.urgent in {None, case.urgent}
        and (wanted.since is None or case.created_at >= wanted.since)
        and (wanted.overdue_at is None or (case.due_at and case.due_at < wanted.overdue_at and case.status in UNFIXED))
    ]
    assert plain and [view.number for view in desk_staff.listed(store, wanted)] == plain[: wanted.limit]


def test_what_waits_is_counted(session: Session) -> None:
    for counted, column in ((inbox.counted(session), InboxEvent.state), (outbox.counted(session), OutboxMessage.state)):
        every = Counter(session.scalars(select(column)))
        assert counted and counted == {state: every[state] for state in counted}
        assert set(every) - set(counted) <= {"done", "sent"}


def test_loose_photos_are_those_of_a_plain_computation(store: Store) -> None:
    with store.write() as session:
        some = session.scalars(select(Media).where(Media.case_id.is_not(None)).limit(9)).all()
        wanted = sorted(row.sha256 for row in some[:5] if row.sha256)
        for row in some[:5]:
            row.case_id = None
        for row in some[5:]:
            row.case_id, row.created_at = None, NOW
        assert media.orphans(session, NOW, 100) == wanted
        session.rollback()
