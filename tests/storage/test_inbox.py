"""The inbox: both ways of keeping agree, and many callers share a commit."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import inbox
from storage.engine import MOST_ROWS, Store
from storage.inbox import GroupCommit, RawEvent
from tests.support.ready import ready

NOW = datetime(2026, 11, 21, 10, 0, 0, 1, tzinfo=timezone(timedelta(hours=7)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A database."""
    made = Store(f"sqlite:///{tmp_path / 'a.db'}")
    ready(made)
    return made


def rows(store: Store) -> list[tuple[object, ...]]:
    with store.read() as session:
        found = session.execute(text("SELECT event_id, chat, at, raw, state, attempts, due_at, received_at FROM inbox"))
        return [tuple(row) for row in found]


@pytest.mark.parametrize("raw", ["{}", '{"text": "\\u0000 \U0010fffd ฝาท่อ"}'])
def test_both_ways_of_keeping_write_the_same(store: Store, raw: str) -> None:
    GroupCommit(store).keep([RawEvent("A", "U1", 5, raw)], NOW)
    with store.keep() as connection:
        inbox.keep(connection, [RawEvent("B", "U1", 5, raw)], NOW)
    first, second = rows(store)
    assert first[1:] == second[1:]
    with store.read() as session:
        (head,) = inbox.heads(session, NOW, 5)
    assert head.raw == raw
    assert head.received_at == NOW


def test_many_callers_lose_nothing_and_repeat_nothing(store: Store) -> None:
    commit = GroupCommit(store)

    def call(n: int) -> None:
        for k in range(20):
            commit.keep([RawEvent(f"{n % 4}-{k}", f"U{n}", k, "{}")], NOW)

    threads = [threading.Thread(target=call, args=[n]) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(store)) == 4 * 20


def test_a_webhook_of_very_many_events_is_kept_whole(store: Store) -> None:
    many = [RawEvent(f"{n}", f"U{n % 7}", n, "{}") for n in range(2 * MOST_ROWS + 3)]
    GroupCommit(store).keep(many + many[:2], NOW)
    assert [row[0] for row in rows(store)] == [event.event_id for event in many]


def test_a_failing_commit_is_told_to_every_caller_and_the_next_one_goes_on(store: Store) -> None:
    commit = GroupCommit(store)
    with pytest.raises(Exception, match="NOT NULL"):
        commit.keep([RawEvent("A", None, 5, "{}")], NOW)  # type: ignore[arg-type]
    commit.keep([RawEvent("B", "U1", 5, "{}")], NOW)
    assert [row[0] for row in rows(store)] == ["B"]
