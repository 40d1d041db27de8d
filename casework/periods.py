"""The periods of reports: quarters of a fiscal year, each counted from 1 October and as of its end; spans to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from casework.refusals import Refused
from casework.thai_time import BANGKOK, BUDDHIST, bangkok, fiscal_bounds, fiscal_quarter, fiscal_year, quarter_bounds

FIRST_YEAR, LAST_YEAR = 2500, 2699
QUARTERS = (1, 2, 3, 4)
FROM_OCTOBER = ("quarter", "kpi")
"""Reports whose quarters are counted from 1 October, as the city does; the others tell of a quarter alone."""


@dataclass(frozen=True)
class Period:
    """What a report counts: from `start` until just before `end`, as of `end`. `quarter` 0: the whole fiscal year.

    `over`: nothing of it lies ahead any more, so its figures are frozen when they are first given out.
    """

    fiscal_year: int
    quarter: int
    start: datetime
    end: datetime
    over: bool

    @property
    def last_day(self) -> date:
        """The last day that is counted (Bangkok)."""
        return (bangkok(self.end) - timedelta(microseconds=1)).date()

    @property
    def first_day(self) -> date:
        """The first day that is counted (Bangkok)."""
        return bangkok(self.start).date()


def day_end(day: date) -> datetime:
    """The first moment after a day in Bangkok."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=BANGKOK)


def check_year(year: int) -> int:
    """The Buddhist fiscal year itself. Raises Refused for a year that cannot be one (2019 is asked for as 2562)."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("refused.no_fiscal_year", year=str(year), maybe=str(year + BUDDHIST if 1957 <= year < 2157 else 2569))
    return year


def cumulative(year: int, now: datetime, quarter: int | None = None, until: date | None = None) -> list[Period]:
    """The quarters of a fiscal year as the city reports them: each from 1 October, as of its own end.

    Of the quarter that `until` lies in (else: that is running now) the figures are as of that day. Quarters that have not
    begun, or begin after `until`, are left out. Raises Refused where nothing is left, or `until` lies outside.
    """
    start, year_end = fiscal_bounds(check_year(year))
    if until is not None:
        end = day_end(until)
        if not start < end <= year_end:
            raise Refused("refused.day_outside", day=until.isoformat(), year=str(year))
        last = fiscal_quarter(until)[1]
        if quarter is not None and quarter != last:
            raise Refused("refused.day_of_other_quarter", day=until.isoformat(), quarter=str(last))
        if bangkok(now).date() < until:
            raise Refused("refused.day_ahead", day=until.isoformat())
    found = []
    for number in QUARTERS:
        begin, end = quarter_bounds(year, number)
        over = end <= now
        if (quarter is not None and number != quarter) or begin > now or (until is not None and begin >= day_end(until)):
            continue
        if until is not None:
            end = min(end, day_end(until))
        elif not over:
            end = day_end(bangkok(now).date())
        found.append(Period(year, number, start, end, over))
    if not found:
        raise Refused("refused.not_begun", year=str(year), quarter=str(quarter or 1))
    return found


def whole(year: int, now: datetime) -> Period:
    """A fiscal year, up to today where it is running. Raises Refused where it has not begun."""
    start, end = fiscal_bounds(check_year(year))
    if start > now:
        raise Refused("refused.not_begun", year=str(year), quarter="1")
    over = end <= now
    return Period(year, 0, start, end if over else day_end(bangkok(now).date()), over)


def alone(year: int, quarter: int, now: datetime) -> Period:
    """One quarter by itself, up to today where it is running. Raises Refused where it has not begun."""
    start, end = quarter_bounds(check_year(year), quarter)
    if start > now:
        raise Refused("refused.not_begun", year=str(year), quarter=str(quarter))
    over = end <= now
    return Period(year, quarter, start, end if over else day_end(bangkok(now).date()), over)


def before(period: Period) -> Period:
    """The period to compare with: the quarter before a quarter, the year before a year; of a running one as many days."""
    if period.quarter == 0:
        start, end = fiscal_bounds(period.fiscal_year - 1)
        year, quarter = period.fiscal_year - 1, 0
    else:
        year, quarter = (period.fiscal_year, period.quarter - 1) if period.quarter > 1 else (period.fiscal_year - 1, 4)
        start, end = quarter_bounds(year, quarter)
    if not period.over:
        end = min(end, start + (period.end - period.start))
    return Period(year, quarter, start, end, True)


def current(now: datetime) -> int:
    """The fiscal year of this moment."""
    return fiscal_year(now)
