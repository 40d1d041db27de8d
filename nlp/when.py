"""A wanted date and time as people write them, in Bangkok time.

Years of four digits from 2400 on are Buddhist, below that Christian; of two digits 50-99 are Buddhist (25..), 00-49
Christian (20..). A weekday is the next one after today; with ``หน้า`` the one of next week (weeks begin on Monday).
A date without a year is the next such date, unless it lies in the last 90 days: then it is past.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from .clock import Clock, either
from .thai import DATA
from .types import When

RECENT = timedelta(days=90)


class _Impossible(Exception):
    """The text names a date that no calendar has."""


class _Tables:
    def __init__(self) -> None:
        table: dict[str, Any] = tomllib.loads((DATA / "when_words.toml").read_text("utf-8"))
        self.clock = Clock(table)
        self.months = {w: n + 1 for n, ws in enumerate(table["months"]) for w in ws}
        self.weekdays = {w: n for n, ws in enumerate(table["weekdays"]) for w in ws}
        self.relative = {str(k): int(v) for k, v in table["relative"].items()}
        self.numbers = {str(k): int(v) for k, v in table["numbers"].items()}
        month, year = either(list(self.months)), either(table["year_before"])
        english = either([w for w in self.months if w.isascii() and "." not in w])
        day_word, days, weeks = either(table["day_before"]), either(table["days"]), either(table["weeks"])
        before_day = either(table["weekday_before"])
        weekday_any = either([w for w in self.weekdays if not w.isascii()])
        last, parts = either(table["last"]), either(table["day_parts"])
        weekday = either([w for w in self.weekdays if not w.isascii()])
        weekday_en = either([w for w in self.weekdays if w.isascii()])
        number = f"(\\d{{1,3}}|{either(list(self.numbers))})"
        not_before = "".join(f"(?<!{re.escape(w)})(?<!{re.escape(w)} )" for w in table["not_date_before"])
        self.iso = re.compile(r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])")
        self.slashed = re.compile(not_before + r"(?<![\d/.-])(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?![\d/])")
        bare = either(table["months_bare"])
        self.months |= {w: n + 1 for n, w in enumerate(table["months_bare"])}
        which = f"({either(table['next_year'])})|({either(table['last_year'])})|({either(table['this_year'])})"
        self.day_month = re.compile(
            rf"(?<![\d/.])(\d{{1,3}})(?: ?- ?\d{{1,2}})? ?(?:of )?({month}(?![a-z])|{bare}(?![\u0e01-\u0e4e]))\.?"
            rf"(?:[ ,]*{year}?[ ]?(\d{{4}}|\d{{2}})(?![\d:./])|[ ,]*(?:{which}))?"
        )
        self.next_month = re.compile(
            rf"(?<![\d/.])(\d{{1,2}}) ?(?:\u0e02\u0e2d\u0e07)?{either(table['next_month'])}"
            rf"|{either(table['next_month'])} ?{day_word}? ?(\d{{1,2}})(?![\d:./])"
        )
        self.not_wanted = re.compile(
            rf"{either(table['not_wanted'])} ?(?:{either(list(self.relative))}|(?:{before_day})?{weekday_any})"
        )
        self.month_day = re.compile(rf"(?<![a-z])({english})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (\d{{4}}))?")
        self.said_day_month = re.compile(rf"{day_word} ?(\d{{1,2}})/(\d{{1,2}})(?![\d/])")
        self.said_day = re.compile(rf"{day_word} ?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d/.:-])")
        self.rel = re.compile(either(list(self.relative)))
        self.in_days = re.compile(rf"(?:{either(table['in_days'])}|in) ?{number} ?({days}|{weeks})")
        self.weeks = re.compile(f"^{weeks}$")
        nxt, this, nweek = either(table["next"]), either(table["this"]), either(table["next_week"])
        before = either(table["weekday_before"])[3:-1]  # one word: a look-behind needs a fixed width
        self.weekday = re.compile(
            rf"{before}({weekday})\s?(?:({nxt})|({this}))?|({weekday})\s?(?:({nxt})|({this}))"
            rf"|(?<![a-z])(next )?(this )?({weekday_en})(?![a-z])"
            rf"|(?<![\u0e01-\u0e4e])({weekday}) ?(?={parts}|\d)"
        )
        self.last_weekday = re.compile(
            rf"(?:{before_day})?{weekday_any} ?{last}|{either(table['when_past'])} ?(?:{before_day})?{weekday_any}"
        )
        self.alone = re.compile(rf"^ ?(\d{{1,2}})/(\d{{1,2}})(?= ?$| +\d{{1,2}}[.:]\d{{2}}| ?(?:{parts}))")
        self.month_end = re.compile(f"{either(table['month_end'])}({nxt})?")
        self.ahead = re.compile(rf"{number} ?({days}|{weeks}) ?{either(table['ahead'])}")
        self.in_months = re.compile(rf"(?:{either(table['in_days'])}|in) ?{number} ?{either(table['months_ahead'])}")
        self.long_ago = re.compile(either(table["long_ago"]))
        self.next_week = re.compile(f"(?<!{before}){nweek}")


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()


def _year(said: str) -> int:
    n = int(said)
    if len(said) <= 2:
        n += 2500 if n >= 50 else 2000
    n = n - 543 if n >= 2400 else n
    if not 1900 <= n <= 2200:
        raise _Impossible
    return n


def _made(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _Impossible from None


def _no_year(today: date, month: int, day: int) -> date:
    """The next such date, or the one in the last 90 days; 29 February: of the next leap year."""
    if not 1 <= month <= 12:
        raise _Impossible
    for year in range(today.year - 1, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today - RECENT:
            return found
    raise _Impossible


def _said_day(today: date, day: int) -> date:
    """``วันที่ 15``: of this month, or of the next that has it."""
    if not 1 <= day <= 31:
        raise _Impossible
    year, month = today.year, today.month
    for _ in range(4):
        try:
            found = date(year, month, day)
        except ValueError:
            found = None
        if found is not None and found >= today:
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    raise _Impossible


def _find_date(t: _Tables, text: str, today: date) -> tuple[date, tuple[int, int]] | None:
    """The date of a text and where it stands; raises ``_Impossible``."""
    if m := t.iso.search(text):
        return _made(_year(m[1]), int(m[2]), int(m[3])), m.span()
    if m := t.slashed.search(text):
        return _made(_year(m[4]), int(m[3]), int(m[1])), m.span()
    if m := t.day_month.search(text):
        month = t.months[m[2]]
        shift = 1 if m[4] else -1 if m[5] else 0 if m[6] else None
        if shift is not None:
            return _made(today.year + shift, month, int(m[1])), m.span()
        found = _made(_year(m[3]), month, int(m[1])) if m[3] else _no_year(today, month, int(m[1]))
        return found, m.span()
    if m := t.next_month.search(text):
        year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
        return _made(year, month, int(m[1] or m[2])), m.span()
    if m := t.month_day.search(text):
        month = t.months[m[1]]
        return _made(_year(m[3]), month, int(m[2])) if m[3] else _no_year(today, month, int(m[2])), m.span()
    if m := t.said_day_month.search(text):
        return _no_year(today, int(m[2]), int(m[1])), m.span()
    return _relative(t, text, today)


def _relative(t: _Tables, text: str, today: date) -> tuple[date, tuple[int, int]] | None:
    if m := t.rel.search(text):
        return today + timedelta(days=t.relative[m[0]]), m.span()
    if m := t.alone.search(text):
        return _no_year(today, int(m[2]), int(m[1])), m.span()
    if m := t.month_end.search(text):
        first = (today.replace(day=1) + timedelta(days=62 if m[1] else 31)).replace(day=1)
        return first - timedelta(days=1), m.span()
    if m := t.in_months.search(text):
        n = today.month - 1 + (int(m[1]) if m[1].isdigit() else t.numbers[m[1]])
        return _made(today.year + n // 12, n % 12 + 1, min(today.day, 28)), m.span()
    if m := t.in_days.search(text) or t.ahead.search(text):
        n = int(m[1]) if m[1].isdigit() else t.numbers[m[1]]
        return today + timedelta(days=n * (7 if t.weeks.match(m[2]) else 1)), m.span()
    week = t.next_week.search(text)
    rest = text if week is None else text[: week.start()] + "~" * len(week[0]) + text[week.end() :]
    m = t.weekday.search(rest)
    if m:
        day = t.weekdays[m[1] or m[4] or m[9] or m[10]]
        monday = today - timedelta(days=today.weekday())
        if m[2] or m[5] or m[7] or week:
            return monday + timedelta(days=7 + day), m.span()
        ahead = (day - today.weekday()) % 7
        this = m[3] or m[6] or m[8]
        return today + timedelta(days=ahead if this or ahead else 7), m.span()
    if m := t.said_day.search(text):
        return _said_day(today, int(m[1])), m.span()
    return None


def find_when(text: str, now: datetime) -> When | None:
    """Date and time of a normalised text (codes blanked); None where it names neither.

    ``now`` must be aware and in Bangkok time.
    """
    t = _tables()
    today = now.date()
    text = t.not_wanted.sub(lambda m: "~" * len(m[0]), text)
    if t.last_weekday.search(text) or (t.long_ago.search(text) and not t.day_month.search(text)):
        return When(None, None, "past")
    found: tuple[date, tuple[int, int]] | None
    try:
        found = _find_date(t, text, today)
    except (_Impossible, OverflowError):
        return When(None, None, "impossible")
    if found:
        start, end = found[1]
        text = f"{text[:start]}{'~' * (end - start)}{text[end:]}"
    time = t.clock.find(text, found is not None)
    if time is not None and time.text is None:
        return When(None, None, "impossible")
    if found is None:
        return None if time is None else When(None, time.text)
    day = found[0]
    if time is not None and time.midnight and day == today:
        day += timedelta(days=1)
    clock = None if time is None else time.text
    past = day < today or (day == today and clock is not None and clock < now.strftime("%H:%M"))
    return When(None, clock, "past") if past else When(day.isoformat(), clock)
