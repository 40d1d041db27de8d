"""Rows of any table, filled without knowing it: for tests that go by the register or the models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, Table, insert
from sqlalchemy.orm import Session

from storage.columns import Base, Utc

AT = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)


def filled(session: Session, table: str, n: int, given: dict[str, Any], text: str = "x") -> dict[str, Any]:
    """Values for a row, its parents inserted: all columns but a numbered key, words being `text` and `n`."""
    rows, values = Base.metadata.tables[table], dict(given)
    for column in rows.columns:
        if column.name in values or (column.primary_key and isinstance(column.type, Integer) and not column.foreign_keys):
            continue
        values[column.name] = _parent(session, column, n) if column.foreign_keys else _value(column, n, text)
    return values


def inserted(session: Session, rows: Table, values: dict[str, Any]) -> tuple[Any, ...]:
    """Insert the row; its key."""
    key = session.execute(insert(rows).values(values).returning(*rows.primary_key.columns)).one()
    return tuple(key)


def _parent(session: Session, column: Column[Any], n: int) -> Any:
    (key,) = column.foreign_keys
    if column.nullable:
        return None
    table = key.column.table
    assert isinstance(table, Table)
    return inserted(session, table, filled(session, table.name, n + 500, {}))[0]


def _value(column: Column[Any], n: int, text: str) -> Any:
    kind = column.type
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Float):
        return n
    if isinstance(kind, Utc):
        return AT
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, LargeBinary):
        return f"{text}{n}".encode()
    return f"{text}{n}"[: getattr(kind, "length", None) or 99]
