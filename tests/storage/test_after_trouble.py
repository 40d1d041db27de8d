"""What the store does after trouble: a clock that was set back, a database that was away, messages that were missed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage import inbox, media, outbox, set_back
from storage.engine import Store, transient
from storage.models import OutboxMessage
from tests.support.ready import ready

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path}/one.db")
    ready(made)
    yield made
    made.close()


def test_what_was_written_before_the_clock_was_set_back_is_due_at_once(store: Store) -> None:
    with store.write() as session:
        inbox.keep(session.connection(), [inbox.RawEvent("e1", "U1", 1, "{}")], NOW + HOUR)
        media.promise(session, "m1", "U1", "image", None, NOW + HOUR)
        for chat in ("U1", "U2"):
            outbox.owe(session, chat, [{"type": "text", "text": "x"}], NOW + HOUR)
    with store.write() as session:
        outbox.claim(session, [row for row in outbox.heads(session, NOW + HOUR, 9) if row.chat == "U2"], NOW + HOUR)
    with store.write() as session:
        assert set_back.any_left(session, NOW)
        assert not inbox.heads(session, NOW, 9)
        set_back.repair(session, NOW)
    with store.write() as session:
        assert not set_back.any_left(session, NOW)
        assert [event.event_id for event in inbox.heads(session, NOW, 9)] == ["e1"]
        assert [wanted.message_id for wanted in media.take_due(session, NOW, 9)] == ["m1"]
        # What is being sent keeps its lease: its sender may be alive.
        assert [row.chat for row in outbox.heads(session, NOW, 9)] == ["U1"]
        assert {row.chat for row in outbox.heads(session, NOW + outbox.LEASE, 9)} == {"U1", "U2"}


def test_what_is_put_off_for_a_moment_is_left_alone(store: Store) -> None:
    with store.write() as session:
        inbox.keep(session.connection(), [inbox.RawEvent("e1", "U1", 1, "{}")], NOW)
        (event,) = inbox.heads(session, NOW, 9)
        inbox.failed(session, event, "x", NOW)
        outbox.owe(session, "U1", [{"type": "text", "text": "x"}], NOW)
        outbox.claim(session, outbox.heads(session, NOW, 9), NOW)
    with store.read() as session:
        assert not set_back.any_left(session, NOW)


def test_a_failure_that_two_workers_had_counts_once(store: Store) -> None:
    with store.write() as session:
        inbox.keep(session.connection(), [inbox.RawEvent("e1", "U1", 1, "{}")], NOW)
    parked = []
    for _ in range(inbox.GIVE_UP_AFTER):
        with store.write() as session:
            (event,) = inbox.heads(session, NOW + HOUR, 9)
            parked += [inbox.failed(session, event, "x", NOW) for _worker in range(2)]
    assert parked == [False, False, False, False, True, False]


def test_missed_messages_for_which_there_is_no_room_wait_for_the_next_time(store: Store) -> None:
    with store.write() as session:
        for numbers in ("12", "345", "6"):
            outbox.owe(session, "U1", [{"type": "text", "text": n} for n in numbers], NOW)
        session.query(OutboxMessage).update({"state": "unsure"})
    shown = []
    for _ in range(3):
        with store.write() as session:
            shown.append([m["text"] for m in outbox.take_unsure(session, "U1", 3, without=[{"type": "text", "text": "2"}])])
    assert shown == [["4", "5", "6"], ["1", "3"], []]
    with store.read() as session:
        assert [(row.state, json.loads(row.messages)) for row in session.query(OutboxMessage)] == [("shown", [])] * 3


@pytest.mark.parametrize(
    "words",
    [
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        'could not extend file "base/1/2": No space left on device',
        "FATAL:  sorry, too many clients already",
        "the database system is in recovery mode",
        "server closed the connection unexpectedly",
        "out of memory",
    ],
)
def test_the_databases_own_trouble_is_not_the_events_fault(words: str) -> None:
    assert transient(OperationalError("INSERT", {}, sqlite3.OperationalError(words)))


def test_no_connection_to_be_had_is_the_databases_trouble_and_a_broken_rule_is_not() -> None:
    assert transient(PoolTimeout("QueuePool limit reached"))
    assert not transient(IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed: cases.number")))
    assert not transient(OperationalError("SELECT", {}, sqlite3.OperationalError("no such column: x")))
