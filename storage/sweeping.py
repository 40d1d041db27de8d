"""What is held for a time goes when that is over: one sweep for every [[TABLE.limit]] of the register (storage.privacy).

In batches, each in a transaction that nobody waits for long. `delete` removes the rows, `empty` their columns; `own` is done by
a function of OWN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy import ColumnElement, Select, Table, delete, select, text, tuple_, update
from sqlalchemy.orm import Session

from casework.rules import Rules
from storage import erasing, registry, talks
from storage.columns import Base
from storage.engine import Store
from storage.models import Person
from storage.privacy import Limit, blank, register

AT_ONCE = 500
"""Rows of one transaction."""
PEOPLE_AT_ONCE = 5


def limits() -> list[tuple[str, Limit]]:
    """Every table with a limit, one by one."""
    return [(entry.table, limit) for entry in register().entries.values() for limit in entry.limits]


def sweep(store: Store, rules: Rules, table: str, limit: Limit, now: datetime, box: MultiFernet | None = None) -> int:
    """One batch of what is over by this limit; how many rows it were: AT_ONCE where there may be more.

    `box` opens the names of people who are erased, to be hidden in what stays.
    """
    before = now - rules.span(*limit.rule.split(".", 1))
    with store.read() as session:
        found = due(session, table, limit, before)
    if not found:
        return 0
    if limit.does == "own":
        with store.write() as session:
            return OWN[table, limit.rule](session, before, box)
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


def _end_talks(session: Session, before: datetime, _box: MultiFernet | None) -> int:
    return len(talks.expire(session, before))


def _registry_secrets(session: Session, before: datetime, _box: MultiFernet | None) -> int:
    found = registry.to_erase(session, before, AT_ONCE)
    for row in found:
        registry.erase(row)
    return len(found)


def _silent(session: Session, before: datetime, box: MultiFernet | None) -> int:
    return _forget_people(session, select(Person.id).where(Person.seen_at < before).order_by(Person.seen_at), before, box)


def _blocking(session: Session, before: datetime, box: MultiFernet | None) -> int:
    gone = Person.left_at.is_not(None), Person.left_at < before
    return _forget_people(session, select(Person.id).where(*gone).order_by(Person.left_at), before, box)


def _forget_people(session: Session, which: Select[str], before: datetime, box: MultiFernet | None) -> int:
    """As by their own wish, a few at once: all their cases are gone through. AT_ONCE where there may be more."""
    found = session.scalars(which.limit(PEOPLE_AT_ONCE)).all()
    for person in found:
        erasing.erase(session, person, box, before)
    return AT_ONCE if len(found) == PEOPLE_AT_ONCE else len(found)


OWN: dict[tuple[str, str], Callable[[Session, datetime, MultiFernet | None], int]] = {
    ("talks", "talk.keep_days"): _end_talks,
    ("registry_requests", "registry.keep_days"): _registry_secrets,
    ("people", "keep.silent_days"): _silent,
    ("people", "keep.blocked_days"): _blocking,
}
"""Sweeps that are more than deleting or emptying: (table, rule) → what is done with what is older; how many it were."""
