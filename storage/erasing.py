"""Erasing a person (PDPA s. 33): what the register says of each table, in one transaction. Their cases stay without them.

Whoever erases waits for a turn of theirs under way; what they write afterwards comes from a new person. SQLite overwrites
what is deleted (`secure_delete`), and clean() empties its log; docs/privacy.md tells of PostgreSQL and of backups.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.fernet import MultiFernet
from sqlalchemy import Table, and_, delete, func, select, update
from sqlalchemy.orm import Session

from casework.anonymous import anonymised
from casework.registry import LIVE
from casework.threads import about
from storage import multicasts, people, registry, remains, threads
from storage.columns import Base
from storage.engine import Store
from storage.erasing_cases import leave_cases, leave_mail, leave_media
from storage.models import Person, Talk
from storage.models_groups import Deed
from storage.models_news import Announcement
from storage.models_registry import RegistryEvent, RegistryRequest
from storage.models_threads import Thread
from storage.people_index import clear, forget_entries, names, unpacked
from storage.privacy import Entry, blank, person_of, register

_QUIET = {"synchronize_session": False}
SHORT = 9
"""So much of a LINE id says no longer whose it is."""


@dataclass(frozen=True)
class Order:
    """Whom to erase, and how much."""

    person: str
    now: datetime
    known: tuple[str, ...] = ()
    """Names and numbers of theirs, to be hidden in what stays."""
    photos: bool = False
    """Photos of their cases go, too."""
    until: int | None = None
    """LINE's time in ms up to which what waits goes with them; None: whatever waits."""
    threads: tuple[int, ...] = ()
    """Their conversations with officers."""
    requests: tuple[int, ...] = ()
    """Their requests at the registry."""
    accounts: tuple[str, ...] = ()
    """Their other accounts."""


def erase(
    session: Session, person: str, box: MultiFernet | None, now: datetime, *, photos: bool = False, until: int | None = None
) -> list[str]:
    """Forget the person; returns the numbers of the cases that stay. Nothing happens for somebody unknown.

    In the person's own turn call it last: what the turn holds of them is no longer there afterwards.
    """
    if session.get_bind().dialect.name == "postgresql":
        # The lock of a turn (storage.inbox.take): one that is under way ends first, none begins before the commit.
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(person, 0))))
    session.flush()
    row = session.get(Person, person, with_for_update=True, populate_existing=True)
    mine = tuple(session.scalars(select(Thread.id).where(Thread.person == person)))
    asked = tuple(session.scalars(select(RegistryRequest.id).where(RegistryRequest.person == person)))
    order = Order(person, now, (), photos, until, mine, asked)
    if row is not None:
        known = (*names(row, box), *filter(None, [clear(row.phone, box)])) if box is not None else ()
        order = replace(order, known=tuple(dict.fromkeys(known)), accounts=tuple(people.accounts(session, row)))
        forget_entries(session, row.nr, unpacked(row.grams))
        leave_group(session, row)
    numbers = leave_cases(session, person, order.known, photos=photos)
    threads.forget(session, person)
    session.flush()
    tables = Base.metadata.tables
    for table in reversed(Base.metadata.sorted_tables):
        entry = register().entries[table.name]
        if entry.erase == "own":
            OWN[table.name](session, order)
            session.flush()
        elif entry.erase in {"delete", "empty"} and table.name != "people":
            _go(session, entry, tables, person)
    session.flush()
    session.expunge_all()
    session.execute(delete(tables["people"]).where(tables["people"].c.id == person))
    if row is not None:
        remains.left(session, now)
    return numbers


def _go(session: Session, entry: Entry, tables: Mapping[str, Table], person: str) -> None:
    table = tables[entry.table]
    own, key, there, column = person_of(entry)
    theirs = table.c[own] == person
    if key:
        theirs = table.c[own].in_(select(tables[there].c[key]).where(tables[there].c[column] == person))
    if entry.erase == "delete":
        session.execute(delete(table).where(theirs))
    else:
        emptied = [name for name in entry.personal if table.c[name].nullable or name == own]
        session.execute(update(table).where(theirs).values({name: blank(table, name) for name in emptied}))


def leave_group(session: Session, row: Person) -> None:
    """Their other accounts stay together; a lone one is nobody's second any more."""
    if row.merged_into is None:
        return
    others = session.scalars(select(Person).where(Person.merged_into == row.merged_into, Person.id != row.id)).all()
    root = row.merged_into if row.merged_into != row.id else (others[0].id if others else None)
    for other in others:
        other.merged_into = root if len(others) > 1 else None


# What is more than deleting rows.


def _talks(session: Session, order: Order) -> None:
    session.execute(delete(Talk).where(Talk.person == order.person), execution_options=_QUIET)


def _mail(session: Session, order: Order) -> None:
    multicasts.leave_out(session, order.person)
    leave_mail(session, order.person, order.known, order.until, [about(thread) for thread in order.threads])


def _gathering(session: Session, order: Order) -> None:
    """News that gathers its audience goes on from a little earlier: who is listed already stays listed once."""
    reached = update(Announcement).where(Announcement.behind == order.person)
    session.execute(reached.values(behind=order.person[:SHORT]), execution_options=_QUIET)


def _registry(session: Session, order: Order) -> None:
    for row in session.scalars(select(RegistryRequest).where(RegistryRequest.person == order.person).with_for_update()):
        if row.status in LIVE:
            registry.end(session, row, "cancelled", order.now)
        registry.erase(row)
        row.person, row.reason = "", None
        told = update(RegistryEvent).where(RegistryEvent.request_id == row.id)
        session.execute(told.values(told=True, reason=None), execution_options=_QUIET)


def _deeds(session: Session, order: Order) -> None:
    """Of those about the person, about what is theirs, and written down in the same moment (what was searched for)."""
    name, hidden = f"erased:{secrets.token_hex(8)}", (*order.known, order.person)
    things = (order.person, *order.accounts, *(f"thread {which}" for which in order.threads))
    requests = and_(Deed.thing.in_([str(which) for which in order.requests]), Deed.what.startswith("registry "))
    theirs = session.scalars(select(Deed).where(Deed.thing.in_(things) | requests)).all()
    beside = select(Deed).where(Deed.at.in_({deed.at for deed in theirs}), Deed.what == "people find")
    for deed in (*theirs, *session.scalars(beside)):
        deed.thing = name if deed.thing == order.person else deed.thing
        deed.reason = deed.reason and anonymised(deed.reason, hidden)


def _nothing(session: Session, order: Order) -> None:
    """Done already, with what belongs together."""


OWN: dict[str, Callable[[Session, Order], None]] = {
    "announcements": _gathering,
    "inbox": _mail,
    "outbox": _nothing,
    "talks": _talks,
    "cases": _nothing,
    "case_events": _nothing,
    "media": lambda session, order: leave_media(session, order.person),
    "people_grams": _nothing,
    "threads": _nothing,
    "thread_events": _nothing,
    "waits": _nothing,
    "registry_requests": _registry,
    "deeds": _deeds,
}
"""Tables whose entry in the register says `own`."""


def clean(store: Store) -> bool:
    """After a commit that erased: SQLite's log is carried over and emptied, so that it does not hold what is gone.

    False where somebody reads just now: the sweep tries again. Elsewhere there is nothing to do here.
    """
    return store.shorten_log(0)
