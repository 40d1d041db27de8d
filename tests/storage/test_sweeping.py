"""Every limit of the register, swept: what is older than its rule goes, what is younger stays; new ones are taken up, too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from casework import rules
from storage import sweeping
from storage.columns import Base
from storage.engine import Store
from storage.privacy import Limit, blank
from tests.support.ready import ready
from tests.support.rows import filled, inserted

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
RULES = rules.load()
HOUR = timedelta(hours=1)
COUNT = itertools.count(1)
FITTING: dict[tuple[str, str], dict[str, Any]] = {
    ("inbox", "keep.inbox_days"): {"state": "done"},
    ("outbox", "keep.outbox_days"): {"state": "sent"},
    ("talks", "talk.keep_days"): {"open": True},
    ("talks", "keep.talks_days"): {"open": False},
    **{("people", f"keep.{rule}_days"): {"nr": None, "grams": None} for rule in ("silent", "blocked", "nuisance")},
}
"""Where a limit is for some rows alone: what makes a row one of them. What is not here is filled in any way."""
OVER = {"announcement_recipients": "UPDATE announcements SET due_at = NULL"}
"""Where it is for rows of something that is over: what ends it."""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    folder = tmp_path_factory.mktemp("sweep")
    made = Store(f"sqlite:///{folder}/one.db" if sqlite else _postgres(request))
    ready(made)
    yield made
    made.close()


def _postgres(request: pytest.FixtureRequest) -> str:
    server: Any = request.getfixturevalue("postgres_server")
    server.psql("CREATE DATABASE sweeping;")
    return str(server.get_uri("sweeping"))


def put(store: Store, table: str, count: Iterator[int], **given: Any) -> Any:
    """A row with its parents; its key."""
    with store.write() as session:
        rows = Base.metadata.tables[table]
        values = filled(session, table, next(count), given)
        return inserted(session, rows, values)


@pytest.mark.parametrize("table, limit", sweeping.limits(), ids=[f"{t}-{lim.rule}" for t, lim in sweeping.limits()])
def test_what_is_older_goes_and_what_is_younger_stays(store: Store, table: str, limit: Limit) -> None:
    count = COUNT
    before = NOW - RULES.span(*limit.rule.split(".", 1))
    fits = FITTING.get((table, limit.rule), {})
    old, young = (put(store, table, count, **fits, **{limit.since: at}) for at in (before - HOUR, before + HOUR))
    if table in OVER:
        with store.write() as session:
            session.execute(text(OVER[table]))
    assert sweeping.sweep(store, RULES, table, limit, NOW) >= 1
    rows = Base.metadata.tables[table]
    with store.read() as session:
        found = {tuple(row[c.name] for c in rows.primary_key.columns): row for row in session.execute(select(rows)).mappings()}
    assert young in found
    for name in limit.empty:
        assert found[old][name] == blank(rows, name) != found[young][name]
    if limit.does == "delete":
        assert old not in found
    elif limit.does == "own" and old in found:
        assert {k: v for k, v in found[old].items() if k != limit.since} != {
            k: found[young][k] for k in found[old] if k != limit.since
        }
    assert sweeping.sweep(store, RULES, table, limit, NOW) == 0, "and it is over"


def test_no_more_than_a_batch_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    count = COUNT
    for _ in range(3):
        put(store, "pushes", count, at=NOW - timedelta(days=9999))
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    limit = next(lim for t, lim in sweeping.limits() if t == "pushes")
    assert [sweeping.sweep(store, RULES, "pushes", limit, NOW) for _ in range(3)] == [2, 1, 0]
