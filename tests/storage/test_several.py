"""Several workers and schedulers on one database: who may take what, who waits, what a dead one leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.jobs import Jobs
from bot.pump import Pump
from casework import rules
from casework.case import Draft
from casework.seal import Seal
from storage import cases, inbox, outbox, people
from storage.engine import Store
from storage.inbox import LEASE, RawEvent, Waiting
from storage.models import CaseEvent, OutboxMessage
from storage.shelf import Folder
from tests.support.ready import ready
from tests.support.waiting import until

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
SHIPPED = rules.load()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Store]:
    """An empty database on PostgreSQL."""
    made = Store(postgres_url, pool=2)
    ready(made)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty database on either."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{tmp_path / 'a.db'}"
    made = Store(url)
    ready(made)
    yield made
    made.close()


def keep(store: Store, *events: tuple[str, int]) -> None:
    """Events of chats at LINE's times."""
    with store.keep() as connection:
        inbox.keep(connection, [RawEvent(f"{chat}-{at}", chat, at, "{}") for chat, at in events], NOW)


def lease(store: Store, limit: int = 10, after: timedelta = timedelta()) -> list[Waiting]:
    with store.write() as session:
        return inbox.lease(session, NOW + after, limit)


def names(events: list[Waiting]) -> list[str]:
    return [event.event_id for event in events]


@pytest.mark.postgres
def test_two_workers_lease_different_chats_and_each_in_order(postgres: Store) -> None:
    keep(postgres, ("A", 2), ("B", 1), ("A", 1), ("C", 1))
    first = lease(postgres, 2)
    assert names(first) == ["B-1", "A-1"]
    assert names(lease(postgres)) == ["C-1"], "neither what the other has nor what comes after it"
    with postgres.write() as session:
        assert inbox.take(session, first[1])
    assert names(lease(postgres)) == ["A-2"]


@pytest.mark.postgres
def test_a_dead_workers_events_are_leased_again_and_taken_once(postgres: Store) -> None:
    keep(postgres, ("A", 1))
    (mine,) = lease(postgres)
    assert not lease(postgres, after=LEASE - timedelta(seconds=1))
    (theirs,) = lease(postgres, after=LEASE + timedelta(seconds=1))
    with postgres.write() as session:
        assert inbox.take(session, theirs)
    with postgres.write() as session:
        assert not inbox.take(session, mine), "it was only slow, and comes too late"


@pytest.mark.postgres
def test_an_earlier_event_that_comes_late_does_not_run_beside_a_later_one(postgres: Store) -> None:
    keep(postgres, ("A", 5))
    (later,) = lease(postgres)
    with postgres.write() as one:
        assert inbox.take(one, later)
        keep(postgres, ("A", 1))
        (earlier,) = lease(postgres)
        with postgres.write() as other:
            assert not inbox.take(other, earlier)
            assert not inbox.alone(other, "A") and inbox.alone(other, "B")
            inbox.release(other, [earlier], NOW)
    (again,) = lease(postgres)
    with postgres.write() as session:
        assert inbox.take(session, again)


@pytest.mark.postgres
def test_commits_wait_for_the_disk_only_where_the_outside_learns_of_them(postgres: Store) -> None:
    shown = text("SHOW synchronous_commit")
    with postgres.write() as session:
        assert session.scalar(shown) == "off"
        session.execute(text("SET synchronous_commit = on"))
        session.rollback()
    with postgres.write() as session:
        assert session.scalar(shown) == "off"
    with postgres.write(durable=True) as session:
        assert session.scalar(shown) == "on"
    with postgres.keep() as connection:
        assert connection.scalar(shown) == "on"


@pytest.mark.postgres
def test_a_session_of_a_machine_that_vanished_ends(postgres: Store) -> None:
    """Else its chat's lock and its event's row would be held until TCP notices, two hours by default."""
    for durable in (False, True):
        with postgres.write(durable=durable) as session:
            assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "20s"


@pytest.mark.postgres
def test_a_connection_that_was_cut_while_it_rested_is_replaced(postgres: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres.read() as session:
        mine = session.scalar(text("SELECT pg_backend_pid()"))
    with postgres.write(durable=True) as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    monkeypatch.setattr("storage.engine.QUIET_S", 0.0)
    with postgres.read() as session:
        assert session.scalar(text("SELECT 1")) == 1


@pytest.mark.postgres
def test_what_a_stopping_worker_had_not_begun_is_there_for_others_at_once(postgres: Store) -> None:
    keep(postgres, *((f"U{n}", 1) for n in range(8)))
    begun, go = threading.Event(), threading.Event()

    def take(_: Waiting) -> None:
        begun.set()
        go.wait(30)

    def give_back(events: object) -> None:
        with postgres.write() as session:
            inbox.release(session, list(events), NOW)  # type: ignore[call-overload]

    pump: Pump[Waiting] = Pump("t", lambda n: lease(postgres, n), take, threads=1, batch=6, give_back=give_back)
    pump.start()
    assert begun.wait(30)
    assert len(lease(postgres)) == 2, "it claims no more than it has room for"
    stopping = threading.Thread(target=pump.stop)
    stopping.start()
    until(lambda: pump._stop, why="the stop")
    go.set()
    stopping.join()
    assert len(lease(postgres)) == 5


def together(*works: Callable[[], object]) -> None:
    """At the same time, as far as two threads can."""
    gate, problems = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems


def test_first_cases_of_a_year_filed_at_once_have_numbers_of_their_own(either: Store) -> None:
    drawn: list[str] = []

    def file() -> None:
        for _ in range(5):
            with either.write() as session:
                drawn.append(cases.new_number(session, NOW))

    together(*[file] * 4)
    assert len(set(drawn)) == 20


def test_two_schedulers_double_nothing(either: Store, tmp_path: Path) -> None:
    """News in order, one apology, one closing a case, whoever comes first."""
    with either.write() as session:
        for n in range(30):
            draft = Draft(category="light", text="ไฟดับ", district_code="1001")
            people.meet(session, f"U{n}", NOW)
            case = cases.file(session, draft, SHIPPED, NOW - timedelta(days=60), reporter=f"U{n}")
            session.flush()
            for status in ("accepted", "inspecting"):
                cases.move(session, case, status, NOW - timedelta(days=50), who="staff", actor="staff:x")
                session.flush()
            if n % 2:
                cases.move(session, case, "fixed_reported", NOW - timedelta(days=40), who="staff", actor="staff:x")
    two = [Jobs(either, SHIPPED, lambda: NOW, Folder(tmp_path), seal=Seal("a key"), public_url=None) for _ in range(2)]
    together(*(job.sweep for job in two), *(job.tidy for job in two))
    for job in two:
        job.sweep()  # what the closing left to tell
    with either.read() as session:
        said = dict(session.execute(select(OutboxMessage.chat, func.count()).group_by(OutboxMessage.chat)).all())
        closed = session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.status == "closed"))
        open_news = cases.untold(session, NOW, 1)
    # Two moves and an apology; or three moves and the closing.
    assert {said[f"U{n}"] for n in range(0, 30, 2)} == {3}
    assert {said[f"U{n}"] for n in range(1, 30, 2)} == {4}
    assert closed == 15 and not open_news


@pytest.mark.postgres
def test_two_senders_claim_different_chats(postgres: Store) -> None:
    with postgres.write() as session:
        for chat in ("A", "A", "B"):
            outbox.owe(session, chat, [{"type": "text", "text": chat}], NOW)
    with postgres.write(durable=True) as one:
        first = outbox.claim(one, outbox.heads(one, NOW, 1), NOW)
        with postgres.write(durable=True) as other:
            second = outbox.claim(other, outbox.heads(other, NOW, 5), NOW)
    assert [row.chat for row in first] == ["A"] and [row.chat for row in second] == ["B"]
