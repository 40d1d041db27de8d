"""What is held for a time goes when that is over: one sweep for every [[TABLE.limit]] of the register (storage.privacy).

In batches, each in a transaction that nobody waits for long. `delete` removes the rows, `empty` their columns; `own` is done by
a function of OWN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, text, tuple_, update
from sqlalchemy.orm import Session

from casework.rules import Rules
from storage import registry, talks
from storage.columns import Base
from storage.engine import Store
from storage.privacy import Limit, register

AT_ONCE = 500
"""Rows of one transaction."""


def limits() -> list[tuple[str, Limit]]:
    """Every table with a limit, one by one."""
    return [(entry.table, limit) for entry in register().entries.values() for limit in entry.limits]


def sweep(store: Store, rules: Rules, table: str, limit: Limit, now: datetime) -> int:
    """One batch of what is over by this limit; how many rows it were: AT_ONCE where there may be more."""
    before = now - rules.span(*limit.rule.split(".", 1))
    with store.read() as session:
        found = due(session, table, limit, before)
    if not found:
        return 0
    if limit.does == "own":
        with store.write() as session:
            return OWN[table, limit.rule](session, before)
    with store.write() as session:
        rows = Base.metadata.tables[table]
        these = _these(rows, found)
        if limit.does == "delete":
            session.execute(delete(rows).where(these))
        else:
            session.execute(update(rows).where(these).values({name: blank(rows, name) for name in limit.empty}))
    return len(found)


def due(session: Session, table: str, limit: Limit, before: datetime) -> Sequence[Any]:
    """Keys of rows that are over, the oldest first, at most AT_ONCE."""
    rows = Base.metadata.tables[table]
    since = rows.columns[limit.since]
    query = select(*rows.primary_key.columns).where(since < before).order_by(since).limit(AT_ONCE)
    return session.execute(query.where(text(f"({limit.where})")) if limit.where else query).all()


def _these(rows: Table, found: Sequence[Any]) -> ColumnElement[bool]:
    keys = list(rows.primary_key.columns)
    if len(keys) == 1:
        return keys[0].in_([row[0] for row in found])
    return tuple_(*keys).in_([tuple(row) for row in found])


def blank(rows: Table, name: str) -> Any:
    """What stands in a column that is emptied."""
    column = rows.columns[name]
    if column.nullable:
        return None
    return [] if column.type.python_type is list else {} if column.type.python_type is dict else ""


def _end_talks(session: Session, before: datetime) -> int:
    return len(talks.expire(session, before))


def _registry_secrets(session: Session, before: datetime) -> int:
    found = registry.to_erase(session, before, AT_ONCE)
    for row in found:
        registry.erase(row)
    return len(found)


def _silent(session: Session, before: datetime) -> int:
    return _forget_people(session, select(Person.id).where(Person.seen_at < before).order_by(Person.seen_at), before)


def _blocking(session: Session, before: datetime) -> int:
    gone = Person.left_at.is_not(None), Person.left_at < before
    return _forget_people(session, select(Person.id).where(*gone).order_by(Person.left_at), before)


def _forget_people(session: Session, which: Select[str], before: datetime) -> int:
    """As by their own wish, a few at once: all their cases are gone through. AT_ONCE where there may be more."""
    found = session.scalars(which.limit(PEOPLE_AT_ONCE)).all()
    for person in found:
        erasing.erase(session, person, BOX.get(), before)
    return AT_ONCE if len(found) == PEOPLE_AT_ONCE else len(found)


OWN: dict[tuple[str, str], Callable[[Session, datetime], int]] = {
    ("talks", "talk.keep_days"): _end_talks,
    ("registry_requests", "registry.keep_days"): _registry_secrets,
    ("people", "keep.silent_days"): _silent,
    ("people", "keep.blocked_days"): _blocking,
}
"""Sweeps that are more than deleting or emptying: (table, rule) → what is done with what is older; how many it were."""
