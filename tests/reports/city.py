"""The city's own rows of fiscal year 2562 (seed 004): so many cases received and done by each day of its form."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from casework import rules
from casework.case import Draft
from casework.periods import day_end
from casework.thai_time import fiscal_bounds
from storage import cases

FORM = (
    (2, date(2019, 3, 31), 915, 914, "99.89", 1, "0.11"),
    (3, date(2019, 6, 24), 1335, 1301, "97.45", 34, "2.55"),
    (4, date(2019, 8, 30), 1669, 1637, "98.08", 32, "1.92"),
)
"""Quarter, until, received, done, per cent, in progress, per cent: as the form of the city has them."""


def history(session: Session, agency: str = "1021") -> None:
    """Cases whose story gives these figures on these days; the first and last moments of each span are among them."""
    rule, start = rules.load(), fiscal_bounds(2562)[0]
    waiting: list[tuple[int, datetime]] = []
    received = done = 0
    for _, until, all_received, all_done, *_ in FORM:
        end = day_end(until)
        for n in range(all_received - received):
            at = start + (end - start) * n / (all_received - received) if n else start
            case = cases.file(session, Draft(f"x{n}", agency=agency, channel="mis"), rule, at, reporter=None, actor="staff:mis")
            waiting.append((case.id, at))
        for _ in range(all_done - done):
            which, at = waiting.pop(0)
            _close(session, which, max(at, start), end)
        received, done, start = all_received, all_done, end


def _close(session: Session, which: int, after: datetime, end: datetime) -> None:
    from storage.models import Case

    case = session.get_one(Case, which)
    last = end - timedelta(microseconds=1)
    for status in ("accepted", "fixed_reported", "closed"):
        after = min(last, after + timedelta(hours=1))
        cases.move(session, case, status, after, who="staff", actor="staff:mis", told=True)
