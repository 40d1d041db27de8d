"""Names of places that are to be looked up in a geocoder, outside the turn. Kept only until there is an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.models import Lookup

LEASE = timedelta(seconds=40)
"""How long one look-up may take before another worker tries."""


class Wanted(NamedTuple):
    """A name to look up, and the talk that waits for it."""

    id: int
    chat: str
    talk: int
    words: str
    attempts: int
    created_at: datetime


def ask(session: Session, chat: str, talk: int, words: str, now: datetime) -> None:
    """This talk would like to know where this is."""
    session.add(Lookup(chat=chat, talk_id=talk, words=words[:200], attempts=0, due_at=now, created_at=now))


def any_due(session: Session, now: datetime) -> bool:
    """Whether there is anything to look up now."""
    return session.scalar(select(Lookup.id).where(Lookup.due_at <= now).limit(1)) is not None


def take_due(session: Session, now: datetime, limit: int) -> list[Wanted]:
    """Claim what is to be looked up now, oldest first."""
    query = select(Lookup).where(Lookup.due_at <= now).order_by(Lookup.due_at).limit(limit)
    rows = session.scalars(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.attempts += 1
        row.due_at = now + LEASE
    return [Wanted(r.id, r.chat, r.talk_id, r.words, r.attempts, r.created_at) for r in rows]


def later(session: Session, which: int, at: datetime) -> None:
    """No answer was to be had; again at this time."""
    session.execute(update(Lookup).where(Lookup.id == which).values(due_at=at))


def done(session: Session, which: int) -> bool:
    """Answered, or given up: the name is forgotten. False where somebody else was quicker."""
    gone = session.execute(delete(Lookup).where(Lookup.id == which))
    return bool(gone.rowcount)  # type: ignore[attr-defined]
