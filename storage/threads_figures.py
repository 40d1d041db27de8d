"""Figures of conversations with an officer: how many, how soon they were answered, how they were rated."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.thai_time import bangkok
from storage.models_threads import Thread


@dataclass(frozen=True)
class Day:
    """The conversations that began on one day in Bangkok."""

    day: date
    begun: int
    answered: int
    """How many of them have an answer by now."""
    answered_pct: float
    first_answer_minutes: float | None
    """Median from the first words to the first answer; None where none is answered."""
    rated: int
    stars: float | None
    """Their mean, 1 to 5; None where none is rated."""


def begun(session: Session, start: datetime, end: datetime) -> int | None:
    """Conversations that began in the period (end excluded)."""
    query = select(func.count()).select_from(Thread).where(Thread.opened_at >= start, Thread.opened_at < end)
    return int(session.scalar(query) or 0)


def stars(session: Session, start: datetime, end: datetime) -> dict[int, int] | None:
    """Stars given for conversations that began in the period: stars → how often."""
    query = select(Thread.rating, func.count()).where(
        Thread.opened_at >= start, Thread.opened_at < end, Thread.rating.is_not(None)
    )
    return {rating: count for rating, count in session.execute(query.group_by(Thread.rating)) if rating is not None}


def daily(session: Session, start: datetime, end: datetime) -> list[Day]:
    """Each day of the period (end excluded) on which conversations began, the earliest first."""
    columns = (Thread.opened_at, Thread.first_answer_at, Thread.rating)
    rows = session.execute(select(*columns).where(Thread.opened_at >= start, Thread.opened_at < end))
    days: dict[date, list[tuple[float | None, int | None]]] = defaultdict(list)
    for opened, first, rating in rows.yield_per(5000):
        took = (first - opened).total_seconds() / 60 if first is not None else None
        days[bangkok(opened).date()].append((took, rating))
    return [_day(day, found) for day, found in sorted(days.items())]


def _day(day: date, found: list[tuple[float | None, int | None]]) -> Day:
    took = [minutes for minutes, _ in found if minutes is not None]
    rated = [rating for _, rating in found if rating is not None]
    return Day(
        day,
        len(found),
        len(took),
        round(100 * len(took) / len(found), 1),
        round(median(took), 1) if took else None,
        len(rated),
        round(sum(rated) / len(rated), 2) if rated else None,
    )
