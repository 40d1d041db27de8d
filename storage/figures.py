"""Figures about the service itself, each found by an index or in a small table. Plain functions, a Session first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.case import OPEN
from storage import facts
from storage.models import Case, Counter, Fact
from storage.models_groups import Group

SWEPT, BACKED_UP = "swept", "backed up"


def swept(session: Session, now: datetime) -> None:
    """A scheduler has looked for everything that is due."""
    facts.put(session, SWEPT, "", now)


def backed_up(session: Session, file: str, now: datetime) -> None:
    """A sound backup was made."""
    facts.put(session, BACKED_UP, file, now)


def sweep_age(session: Session, now: datetime) -> float | None:
    """Seconds since then; None where there was none."""
    return _age(session, SWEPT, now)


def backup_age(session: Session, now: datetime) -> float | None:
    """Seconds since then; None where there was none."""
    return _age(session, BACKED_UP, now)


def _age(session: Session, name: str, now: datetime) -> float | None:
    fact = session.get(Fact, name)
    return None if fact is None else max(0.0, (now - fact.at).total_seconds())


def unbound_groups(session: Session) -> int:
    """Groups that the account is a member of and nobody has bound."""
    return session.scalar(select(func.count()).select_from(Group).where(Group.kind.is_(None), Group.left_at.is_(None))) or 0


def open_cases(session: Session) -> dict[str, int]:
    """Open cases by status; closed ones are not counted, that would be a walk over all of them."""
    counted = select(Case.status, func.count()).where(Case.status.in_(OPEN)).group_by(Case.status)
    return dict.fromkeys(OPEN, 0) | {row[0]: row[1] for row in session.execute(counted)}


def numbered(session: Session) -> dict[str, int]:
    """Case numbers given, by fiscal year."""
    years = select(Counter.name, Counter.value).where(Counter.name.like("cases-%")).order_by(Counter.name)
    return {name.removeprefix("cases-"): value for name, value in session.execute(years)}
