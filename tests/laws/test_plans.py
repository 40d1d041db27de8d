"""No statement of a turn, a sweep, a page or the command line walks over a table that grows.

The statements are not listed here: a small city is generated, everything that `make scale` measures is done there once, and
what was issued is explained by the database. What may walk is listed with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import Store
from tests.scale.load import generate
from tests.scale.measure import Measurement
from tests.scale.rows import City
from tests.support.plans import GROWING, Issued, listening, walks

MAY_WALK = {
    "FROM cases ORDER BY cases.id DESC": "cases list without a filter: all of them are wanted, from the latest",
    "FROM cases WHERE cases.category = ": "cases list --category: from the latest until there are enough",
    "max(case_events.at)": "the map's figures: the last fix of every case fixed in the period (kept for a minute)",
    "FROM cases WHERE cases.urgent": "cases list --urgent: the same",
    "FROM subscriptions GROUP BY": "announce audience: how many follow each",
    "FROM subscriptions WHERE subscriptions.person IN": "a page of people: where they are most of all, PostgreSQL takes all",
    "FROM people WHERE people.created_at <": "report usage: how many people there were at the period's end, all of them",
}
"""A part of the statement → why."""
ON_POSTGRESQL = {
    "AS per_case JOIN case_events": "reports of a year: its cases' last events, merged in the order of their ids",
    "AS per_case_before JOIN case_events": "the same, of earlier quarters",
}
"""The same, where SQLite must not."""
BAD = (
    "SELECT id FROM cases WHERE text = 'x'",
    "SELECT id FROM cases WHERE lower(reporter) = 'x'",
    "SELECT state, count(*) FROM inbox GROUP BY state",
    "UPDATE outbox SET error = NULL WHERE chat = 'x'",
    "DELETE FROM case_events WHERE actor = 'x'",
    "SELECT c.id FROM cases AS c ORDER BY c.number LIMIT 1",
    "SELECT id FROM people WHERE phone IS NOT NULL",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Issued]]:
    """A small city on either database, and the statements of everything done there."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/city.db" if sqlite else str(request.getfixturevalue("postgres_url"))
    generate(url, City(1500, 2000, seed=5))
    measured = Measurement(url, 2, tmp_path, waiting=20)
    with listening() as issued:
        measured.everything()
    yield measured.store, issued
    measured.store.close()


def test_nothing_walks_over_a_table_that_grows(city: tuple[Store, Issued]) -> None:
    store, issued = city
    for table in GROWING:
        assert any(table in statement for statement in issued), f"nothing was asked of {table}"
    assert len(issued) > 60
    assert _walking(store, dict.fromkeys(BAD, ())).keys() == set(BAD)
    may = MAY_WALK if store.sqlite else MAY_WALK | ON_POSTGRESQL
    listed = {part for statement in issued if (part := _allowed(statement, may))}
    assert listed == set(may), f"no such statement any more: {set(may) - listed}"
    others = {statement: given for statement, given in issued.items() if not _allowed(statement, may)}
    assert not _walking(store, others)
    if store.sqlite:  # with figures about its tables the planner may choose otherwise
        with store.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
        assert not _walking(store, others)


def _allowed(statement: str, may: dict[str, str]) -> str | None:
    return next((part for part in may if part in " ".join(statement.split())), None)


def _walking(store: Store, issued: Issued) -> dict[str, list[str]]:
    return {statement: found for statement, given in issued.items() if (found := walks(store, statement, given))}
