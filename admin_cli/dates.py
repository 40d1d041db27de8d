"""Times as staff type them: ISO 8601, or Thai dates with the Buddhist year; Bangkok's clock where none is named."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache

import typer

from casework.numbers import plain
from casework.thai_time import BANGKOK, BUDDHIST, words

_CLOCK = r"(?:[ ,]+([0-2]?[0-9])[:.]([0-5][0-9])(?::[0-5][0-9])?\D{0,4})?"
_NUMBERS = re.compile(r"([0-3]?[0-9])[/.-]([01]?[0-9])[/.-]([0-9]{4}|[0-9]{2})" + _CLOCK)
_NAMES = re.compile(r"([0-3]?[0-9]) ?([^0-9 ]+(?: ?\.[^0-9 ]+)?) ?([0-9]{4}|[0-9]{2})" + _CLOCK)
_BUDDHIST_ISO = re.compile(r"(2[4-9][0-9]{2})(?=-?[0-9]{2}-?[0-9]{2})")


def moment(text: str, option: str) -> datetime:
    """The moment that was typed; a day alone is its beginning. Wrong usage (exit code 2) for anything else."""
    found = _read(plain(text))
    if found is None:
        raise typer.BadParameter(
            f"{text!r} is no time; write 2026-12-01, 2026-12-01T14:30+07:00, 01/12/2569 or 1 {words()['th']['short'][11]} 2569",
            param_hint=option,
        )
    return found


def _read(text: str) -> datetime | None:
    try:
        iso = _BUDDHIST_ISO.sub(lambda y: str(int(y[0]) - BUDDHIST), text, count=1) if _BUDDHIST_ISO.match(text) else text
        found = datetime.fromisoformat(iso)
    except ValueError:
        found = _thai(text)
    if found is None:
        return None
    try:
        found = found if found.tzinfo else found.replace(tzinfo=BANGKOK)
        return found if abs(found - datetime(2000, 1, 1, tzinfo=BANGKOK)) < timedelta(days=100 * 366) else None
    except OverflowError:
        return None


def _thai(text: str) -> datetime | None:
    numbered, named = _NUMBERS.fullmatch(text), _NAMES.fullmatch(text)
    if numbered is not None:
        day, month, year, hour, minute = numbered.groups()
        which = int(month)
    elif named is not None:
        day, name, year, hour, minute = named.groups()
        which = _months().get(_bare(name), 0)
    else:
        return None
    try:
        return datetime(_year(year, english=named is not None and text.isascii()), which, int(day), int(hour or 0), int(minute or 0))  # noqa: DTZ001 - Bangkok's, said above
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
