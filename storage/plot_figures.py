"""What the plots show: cases a day, and by category and district. Complaints received in a period."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.thai_time import bangkok
from storage.models import Case


def by_day(session: Session, start: datetime, end: datetime, agency: str | None = None) -> list[tuple[date, int]]:
    """(day in Bangkok, cases) of every day of the period, also of those without any."""
    received = (Case.kind == "complaint", Case.created_at >= start, Case.created_at < end)
    query = select(Case.created_at).where(*received)
    if agency is not None:
        query = query.where(Case.agency == agency)
    found = Counter(bangkok(at).date() for at in session.scalars(query.execution_options(yield_per=20_000)))
    first, last = bangkok(start).date(), bangkok(end - timedelta(microseconds=1)).date()
    return [(day := first + timedelta(days=n), found[day]) for n in range((last - first).days + 1)]


def by_category(session: Session, start: datetime, end: datetime, agency: str | None = None) -> dict[tuple[str, str], int]:
    """(district, category) → cases."""
    received = (Case.kind == "complaint", Case.created_at >= start, Case.created_at < end, Case.district_code.is_not(None))
    query = select(Case.district_code, Case.category, func.count()).where(*received)
    if agency is not None:
        query = query.where(Case.agency == agency)
    rows = session.execute(query.group_by(Case.district_code, Case.category))
    return {(district, category): int(n) for district, category, n in rows if district is not None}
