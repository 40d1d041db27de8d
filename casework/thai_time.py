"""Bangkok time, dates as people read them, the fiscal year, office hours and holidays.

Moments are aware datetimes (a naive one raises ValueError: nobody could say which clock it means). Words are data
(`data/months.toml`).
"""

import math
import tomllib
from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Any

from casework.data_files import DATA

BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")
"""Seven hours ahead of UTC since 1920, no summer time: no time zone files are needed."""
BUDDHIST = 543
"""Buddhist year minus Christian year (from 1 January 1941 on)."""
OPENS, CLOSES = time(8), time(16)
"""Office hours (the centre's appointment seed: 8 to 16)."""

__all__ = ["BANGKOK", "BUDDHIST", "CLOSES", "OPENS", "bangkok", "distance_text", "english_date", "english_datetime"]
__all__ += ["fiscal_bounds", "fiscal_quarter", "fiscal_year", "holiday_name", "is_working_day", "quarter_bounds"]
__all__ += ["slot_text", "thai_date", "thai_datetime", "thai_weekday", "working_day_after"]


@cache
def words() -> dict[str, Any]:
    """The wording of dates and distances by language."""
    return tomllib.loads((DATA / "months.toml").read_text(encoding="utf-8"))


def bangkok(moment: datetime) -> datetime:
    """The same moment on Bangkok's clock; ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(BANGKOK)


def _day(when: date) -> date:
    """The day in Bangkok (a plain date stays as it is)."""
    return bangkok(when).date() if isinstance(when, datetime) else when


def _date(when: date, lang: str, months: str) -> str:
    day = _day(when)
    year = day.year + BUDDHIST if lang == "th" else day.year
    return f"{day.day} {words()[lang][months][day.month - 1]} {year}"


def _datetime(moment: datetime, lang: str) -> str:
    clock = words()[lang]["clock"].format(time=f"{bangkok(moment):%H:%M}")
    return f"{_date(moment, lang, 'short')} {clock}"


def thai_date(when: date, *, long: bool = False) -> str:
    """`1 ธ.ค. 2569` (`long`: `1 ธันวาคม 2569`), the day in Bangkok, the Buddhist year."""
    return _date(when, "th", "long" if long else "short")


def thai_datetime(moment: datetime) -> str:
    """`1 ธ.ค. 2569 14:30 น.`"""
    return _datetime(moment, "th")


def thai_weekday(when: date) -> str:
    """`วันอังคาร`"""
    name: str = words()["th"]["days"][_day(when).weekday()]
    return name


def english_date(when: date, *, long: bool = False) -> str:
    """`1 Dec 2026` (`long`: `1 December 2026`), the day in Bangkok, the Christian year."""
    return _date(when, "en", "long" if long else "short")


def english_datetime(moment: datetime) -> str:
    """`1 Dec 2026 14:30`"""
    return _datetime(moment, "en")


def distance_text(metres: float, lang: str = "th") -> str:
    """`42 ม.`, `350 ม.`, `1.2 กม.`, `12 กม.`: whole metres below 100, tens below 1 km, then two figures.

    ValueError for a negative or endless distance.
    """
    if not (math.isfinite(metres) and metres >= 0):
        raise ValueError(f"a distance of {metres} m")
    whole = math.floor(metres + 0.5)
    if whole >= 100:
        whole = math.floor(metres / 10 + 0.5) * 10
    unit: dict[str, str] = words()[lang]
    if whole < 1000:
        return unit["metres"].format(n=whole)
    tenths = math.floor(metres / 100 + 0.5)
    far = f"{tenths // 10}.{tenths % 10}" if tenths < 100 and tenths % 10 else str(math.floor(tenths / 10 + 0.5))
    return unit["kilometres"].format(n=far)


def slot_text(slot: str, lang: str = "th") -> str:
    """`จ. 23 พ.ย. 10:00` of `2026-11-23T10:00` (Bangkok): short enough for a button, and understood when typed."""
    there = datetime.fromisoformat(slot)
    table: dict[str, Any] = words()[lang]
    day = table["days_short"][there.weekday()]
    return f"{day} {there.day} {table['short'][there.month - 1]} {there:%H:%M}"


def fiscal_year(when: date) -> int:
    """Buddhist fiscal year: 2569 is 1 October 2568 to 30 September 2569, Bangkok's days."""
    day = _day(when)
    return day.year + BUDDHIST + (day.month >= 10)


def fiscal_quarter(when: date) -> tuple[int, int]:
    """(fiscal year, quarter 1 to 4): the first quarter is October to December."""
    return fiscal_year(when), (_day(when).month - 10) % 12 // 3 + 1


def quarter_bounds(year: int, quarter: int) -> tuple[datetime, datetime]:
    """First moment of a quarter of a Buddhist fiscal year, and the first moment after it (Bangkok time)."""
    if quarter not in (1, 2, 3, 4):
        raise ValueError(f"quarter {quarter}")
    first = year - BUDDHIST - 1

    def begin(number: int) -> datetime:
        months = 9 + 3 * (number - 1)
        return datetime(first + months // 12, months % 12 + 1, 1, tzinfo=BANGKOK)

    return begin(quarter), begin(quarter + 1)


def fiscal_bounds(year: int) -> tuple[datetime, datetime]:
    """First moment of a Buddhist fiscal year, and the first moment after it (Bangkok time)."""
    return quarter_bounds(year, 1)[0], quarter_bounds(year, 4)[1]


@cache
def _holidays(year: int) -> dict[date, str]:
    """Thailand's public and government holidays of a Christian year with their substitutes (package `holidays`)."""
    import holidays  # slow to load, and the command line seldom asks

    kinds = ("public", "government")
    return dict(holidays.country_holidays("TH", years=year, categories=kinds, language="th"))


def holiday_name(day: date) -> str | None:
    """Thai name of a holiday, None on other days. Works without a network."""
    return _holidays(day.year).get(day)


def is_working_day(day: date, holidays: Container[date] | None = None) -> bool:
    """Monday to Friday and no holiday; `holidays` replaces Thailand's (for example with days the centre adds)."""
    if day.weekday() >= 5:
        return False
    return holiday_name(day) is None if holidays is None else day not in holidays


def working_day_after(moment: datetime, n: int, holidays: Container[date] | None = None) -> datetime:
    """When `n` working days of office hours (8 to 16) have passed, in the time zone given.

    The time runs only while the office is open: Monday 10:00 and one day is Tuesday 10:00, Friday 17:00 and one day is
    Monday 16:00. 0 days: the moment itself, or the next opening. ValueError for a negative `n` or a naive moment.
    """
    if n < 0:
        raise ValueError(f"{n} working days")
    there = bangkok(moment)
    day, clock = there.date(), there.time()
    if clock >= CLOSES or not is_working_day(day, holidays):
        day, clock = _next_working(day, holidays), OPENS
    clock = max(clock, OPENS)
    at_opening = clock == OPENS and n > 0
    for _ in range(n - at_opening):
        day = _next_working(day, holidays)
    due = datetime.combine(day, CLOSES if at_opening else clock, tzinfo=BANGKOK)
    return due.astimezone(moment.tzinfo or UTC)


def _next_working(day: date, holidays: Container[date] | None) -> date:
    """The first working day after this day."""
    for ahead in range(1, 60):
        if is_working_day(day + timedelta(days=ahead), holidays):
            return day + timedelta(days=ahead)
    raise ValueError("no working day within two months")
