"""SQLite's -wal file stays bounded under constant reading."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from storage.engine import Store
from tests.support.ready import ready

LIMIT = 3_000_000


def write(store: Store) -> None:
    with store.write() as session:
        session.execute(text("INSERT OR REPLACE INTO facts VALUES ('x', :x, '2026-11-21')"), {"x": "x" * 100_000})


def reader(store: Store) -> Connection:
    connection = store.engine.connect()
    connection.execute(text("SELECT count(*) FROM facts")).all()
    return connection


def test_overlapping_readers_let_it_grow_and_it_is_cut_down(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/a.db")
    ready(store)
    log = tmp_path / "a.db-wal"
    current = reader(store)
    for _ in range(80):  # one reader always overlaps the next: there is no moment without one
        write(store)
        following = reader(store)
        current.close()
        current = following
    assert log.stat().st_size > 2 * LIMIT, "SQLite begins the file anew by itself: this is not needed any more"
    assert not store.shorten_log(2**40), "short enough"
    assert not store.shorten_log(LIMIT, patience_ms=10), "somebody reads: no harm, later"
    write(store)  # nobody is kept out
    current.close()
    assert store.shorten_log(LIMIT) and log.stat().st_size == 0
    write(store)
    with store.read() as session:
        assert len(session.scalar(text("SELECT value FROM facts WHERE name = 'x'")) or "") == 100_000
    store.close()


def test_a_new_reader_does_not_keep_it_long(tmp_path: Path) -> None:
    """Who begins to read while it is carried over needs the database alone, so that constant reading ends no more."""
    store = Store(f"sqlite:///{tmp_path}/a.db")
    ready(store)
    for _ in range(40):
        write(store)
    first = reader(store)
    assert not store.shorten_log(0, patience_ms=10)
    second = reader(store)
    first.close()
    assert store.shorten_log(0), "the second began when all had been carried over"
    second.close()
    store.close()
