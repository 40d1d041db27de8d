"""The audit: which member of staff did, or looked at, what, when and why. Written in the transaction of the deed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models_groups import Deed


def note(session: Session, at: datetime, who: str, what: str, thing: str, reason: str | None) -> None:
    """Write down a deed: `what` is the command (`groups code`), `thing` what it was done to."""
    session.add(Deed(at=at, who=who, what=what, thing=thing, reason=reason))


def latest(session: Session, limit: int) -> Sequence[Deed]:
    """The latest deeds, newest first."""
    return session.scalars(select(Deed).order_by(Deed.id.desc()).limit(limit)).all()
