"""What deleted rows leave behind in the database's files: when it is to be cleared away, and doing it.

SQLite overwrites what is deleted (`secure_delete`), but not the copies that rows leave in the unused middle of a page when they
move to another; PostgreSQL keeps old rows in its pages, and samples of them for its planner. No query reads them, a file does.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storage import facts
from storage.engine import Store
from storage.models import Fact
from storage.privacy import register

DUE = "remains"
"""Since when somebody has been erased whose remains are still in the files. Its value says which erasure was the last."""
TRIED = "tried"
"""Instead of it: what could be done while the service runs was done."""
TAKEN = "remains_taken"
AGAIN = timedelta(minutes=9)


def left(session: Session, now: datetime) -> None:
    """Somebody has been erased."""
    facts.put(session, DUE, secrets.token_hex(4), now)


def since(session: Session) -> datetime | None:
    """When somebody was erased whose remains have not been cleared away; None: there are none."""
    row = session.get(Fact, DUE)
    return None if row is None else row.at


def sweep(store: Store, now: datetime, most: int) -> bool:
    """Clear away after an erasure what has at most `most` bytes; True where nothing is left. One process does it at a time."""
    with store.read() as session:
        row = session.get(Fact, DUE)
    if row is None or row.value == TRIED:
        return row is None
    with store.write() as session:
        if not facts.claim(session, TAKEN, now - AGAIN, now):
            return False
    return clear(store, most)


def clear(store: Store, most: int | None = None) -> bool:
    """Write anew what holds people, whatever its size or up to `most` bytes; True where nothing is left."""
    with store.read() as session:
        row = session.get(Fact, DUE)
    done = store.rewrite([name for name, entry in register().entries.items() if entry.erase != "none"], most)
    store.shorten_log(0)
    if row is not None:
        # Who was erased meanwhile waits for the next time.
        this = Fact.name == DUE, Fact.value == row.value
        with store.write() as session:
            session.execute(delete(Fact).where(*this) if done else update(Fact).where(*this).values(value=TRIED))
    return done
