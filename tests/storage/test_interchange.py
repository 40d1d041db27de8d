"""Rows entered in bulk, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import numbers, rules
from casework.case import Draft
from casework.interchange import Row, read
from storage import cases, interchange
from storage.engine import Store
from storage.interchange import Position
from storage.models import Case, CaseEvent
from tests.support.ready import ready

NOW = datetime(2026, 11, 21, tzinfo=UTC)
RULES = rules.load()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{tmp_path / 'a.db'}"
    made = Store(url)
    ready(made)
    yield made
    made.close()


def row(no: str, **cells: str) -> Row:
    given = {"external_no": no, "received_at": "2026-01-31", "text": "ไฟดับ\x00".strip("\x00"), "zone": "5"}
    return read(given | cells, NOW)


def enter(store: Store, *rows: Row) -> int:
    with store.write() as session:
        return interchange.enter(session, rows, RULES, actor="staff:malee", origin="mis.csv")


def test_in_bulk(store: Store) -> None:
    closed = row("B", status="closed", accepted_at="2026-02-01", fixed_at="2026-02-02", closed_at="2026-02-03")
    assert enter(store, row("A"), closed, row("A", text="again"), row("C", received_at="2024-01-01")) == 3
    assert enter(store, row("A"), row("D")) == 1
    with store.read() as session:
        found = session.scalars(select(Case).order_by(Case.id)).all()
        assert [case.external_no for case in found] == ["A", "B", "C", "D"]
        assert [case.number[:2] for case in found] == ["69", "69", "67", "69"]
        assert all(numbers.parse(case.number) for case in found) and len({case.number for case in found}) == 4
        steps = session.scalars(select(CaseEvent).where(CaseEvent.case_id == found[1].id).order_by(CaseEvent.id)).all()
    assert [(e.status, e.kind) for e in steps] == [
        ("numbered", "move"),
        ("accepted", "move"),
        ("fixed_reported", "move"),
        ("closed", "move"),
        ("closed", "imported"),
    ]
    assert steps[-1].note == "zone: 5" and all(e.told and e.spread for e in steps)
    with store.write() as session:  # the next number of that year is nobody's
        assert cases.file(session, Draft("x"), RULES, NOW - timedelta(days=100), reporter=None).number not in {
            case.number for case in found
        }


def test_the_position_is_kept_with_the_rows(store: Store) -> None:
    where = Position(100, 7, "abc", rows=6, entered=5, bad=1)
    with store.write() as session:
        interchange.remember(session, "import x", where, NOW)
    with store.read() as session:
        assert interchange.position(session, "import x") == where
    with store.write() as session:
        interchange.remember(session, "import x", None, NOW)
    with store.read() as session:
        assert interchange.position(session, "import x") is None


def test_leaving_in_pages(store: Store) -> None:
    many = [row(f"M{n}") for n in range(interchange.PAGE + 3)]
    assert enter(store, *many) == len(many)
    with store.read() as session:
        ids = session.scalars(select(Case.id).order_by(Case.id)).all()
    told = [each.external_no for each, _, _ in interchange.leaving(store, ids)]
    assert told == [each.external_no for each in many]
