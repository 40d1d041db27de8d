"""Times as people type and export them: ISO 8601, or Thai dates with the Buddhist year; Bangkok's clock where none is named."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache

from casework.numbers import plain
from casework.thai_time import BANGKOK, BUDDHIST, words

_CLOCK = r"(?:[ ,]+([0-2]?[0-9])[:.]([0-5][0-9])(?::([0-5][0-9]))?\D{0,4})?"
_NUMBERS = re.compile(r"([0-3]?[0-9])[/.-]([01]?[0-9])[/.-]([0-9]{4}|[0-9]{2})" + _CLOCK)
_NAMES = re.compile(r"([0-3]?[0-9]) ?([^0-9 ]+(?: ?\.[^0-9 ]+)?) ?([0-9]{4}|[0-9]{2})" + _CLOCK)
_BUDDHIST_ISO = re.compile(r"\A(2[4-9][0-9]{2})(?=-?[0-9]{2}-?[0-9]{2})")

_EPOCH, _CENTURY = datetime(2000, 1, 1, tzinfo=BANGKOK), timedelta(days=36_525)


def read(text: str) -> datetime | None:
    """The moment that was typed; a day alone is its beginning. None for what is no time, or not of these two centuries.

    Day before month, as Thailand writes: what can only be the American order (12/31/2026) is no time.
    """
    text = plain(text)
    found = _iso(text) or _thai(text)
    try:
        return found if found is not None and abs(found - _EPOCH) < _CENTURY else None
    except OverflowError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(_BUDDHIST_ISO.sub(lambda year: str(int(year[0]) - BUDDHIST), text, count=1))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=BANGKOK)


def _thai(text: str) -> datetime | None:
    numbered, named = _NUMBERS.fullmatch(text), _NAMES.fullmatch(text)
    found = numbered or named
    if found is None:
        return None
    day, month, digits, hour, minute, second = found.groups()
    which = int(month) if numbered else _months().get(_bare(month), 0)
    year = _year(digits, english=named is not None and month.isascii())
    try:
        return datetime(year, which, int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=BANGKOK)
    except ValueError:
        return None


def _year(digits: str, *, english: bool) -> int:
    """2569 and 2026 are the same year; 69 is short for 2569 (after an English month, 26 for 2026)."""
    year = int(digits)
    if year < 100:
        return year + 2000 if english else year + 2500 - BUDDHIST
    return year - BUDDHIST if year >= 2400 else year


def _bare(month: str) -> str:
    return month.replace(".", "").replace(" ", "").casefold()


@cache
def _months() -> dict[str, int]:
    tables = (words()[lang][form] for lang in ("th", "en") for form in ("short", "long"))
    return {_bare(plain(name)): number for table in tables for number, name in enumerate(table, 1)}
