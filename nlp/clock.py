"""The time of day in a text: ``14.30 น.``, ``บ่ายสองโมงครึ่ง``, ``ตีสาม``, ``2 ทุ่ม``, ``10 โมง``, ``2 pm``.

Thai hours: ตี 1-5 is 01-05, โมงเช้า counts as the clock from 6 on (``1-5 โมงเช้า`` is the older way from 7 on), บ่าย 1-5 is
13-17, โมงเย็น 3-6 is 15-18, ทุ่ม 1-5 is 19-23. A part of the day without an hour (``ตอนเช้า``) gives no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

NO = "\u0e19"
"""The letter that stands for o'clock after figures (``14.30 น.``)."""


@dataclass(frozen=True, slots=True)
class Time:
    """``hour`` and ``minute``; hour -1: the time is impossible. ``midnight``: the midnight that ends the day."""

    hour: int
    minute: int
    start: int
    end: int
    midnight: bool = False

    @property
    def text(self) -> str | None:
        """HH:MM, or None where impossible."""
        return f"{self.hour:02d}:{self.minute:02d}" if self.hour >= 0 else None


def either(words: list[str]) -> str:
    """A regular expression for one of the words, longest first."""
    return "(?:" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + ")"


class Clock:
    """Patterns made of the word table; ``find`` gives the first time of a text."""

    def __init__(self, table: dict[str, Any]) -> None:
        t = {k: either(v) for k, v in table["time"].items()}
        self.numbers: dict[str, int] = {str(k): int(v) for k, v in table["numbers"].items()}
        n = f"(?P<n>\\d{{1,2}}|{either(list(self.numbers))})"
        tail = f"(?: ?(?P<half>{t['half']})| ?(?P<m>\\d{{1,2}}) ?{t['minute']}?(?![\\d/.:-]))?"
        alone = r"(?<![\d:./-])"  # no part of a date, a number or another time
        until = r"(?: ?- ?\d{1,2}[.:]\d{2})?"
        self.patterns: list[tuple[str, re.Pattern[str]]] = [
            ("clock", re.compile(alone + r"(?P<n>\d{1,2}):(?P<m>\d{2})(?::\d{2})?(?![\d:])(?: ?(?P<ap>[ap])\.?m\b)?")),
            ("clock", re.compile(rf"{alone}(?P<n>\d{{1,2}})[.](?P<m>\d{{2}})(?={until} ?(?:{t['oclock']}|{NO}$))")),
            ("clock", re.compile(rf"{t['at']} ?(?P<n>\d{{1,2}})[.:](?P<m>\d{{2}})(?![\d.])(?: ?(?P<ap>[ap])\.?m\b)?")),
            ("clock", re.compile(rf"{alone}(?P<n>\d{{2}})(?P<m>\d{{2}}) ?{NO}(?:\.|$)")),
            ("clock", re.compile(rf"{alone}(?P<n>\d{{1,2}}) ?(?:{t['oclock']}|{NO}$)(?![\u0e01-\u0e4e])")),
            ("ampm", re.compile(r"(?<![\d:./-])(?P<n>\d{1,2}) ?(?P<ap>[ap])\.?m\b\.?")),
            ("midnight", re.compile(t["midnight"])),
            ("noon", re.compile(f"{t['noon']}(?P<half>{t['half']})?")),
            ("afternoon", re.compile(f"{t['afternoon']} ?{n}(?: ?{t['mong']})?{tail}")),
            ("afternoon", re.compile(f"{n} ?{t['mong']} ?{t['afternoon']}{tail}")),
            ("one", re.compile(f"{t['one_pm']}{tail}")),
            ("evening", re.compile(f"{n} ?{t['mong']}(?P<half>{t['half']})? ?{t['evening']}")),
            ("morning", re.compile(f"{n} ?{t['mong']}(?P<half>{t['half']})? ?{t['morning']}")),
            ("mong", re.compile(f"{n} ?{t['mong']}{tail}")),
            ("dawn", re.compile(f"(?<!\u0e21){t['dawn']} ?{n}{tail}")),
            ("night", re.compile(f"{n} ?{t['night']}{tail}")),
            ("night", re.compile(f"{t['night']}(?P<half>{t['half']})")),
        ]

    def find(self, text: str, date_known: bool) -> Time | None:
        """The first time in the text. ``14.30`` without more counts only beside a date."""
        best: Time | None = None
        for kind, pattern in self.patterns:
            m = pattern.search(text)
            if m and (best is None or m.start() < best.start):
                best = self._time(kind, m)
        if best is None and date_known:
            m = re.search(r"(?<![\d:./-])(?P<n>\d{1,2})[.](?P<m>\d{2})(?![\d.])", text)
            if m:
                best = self._time("clock", m)
        return best

    def _time(self, kind: str, m: re.Match[str]) -> Time:
        g = m.groupdict()
        said = g.get("n")
        n = 1 if said is None else int(said) if said.isdigit() else self.numbers[said]
        minute = 30 if g.get("half") else int(g.get("m") or 0)
        hour = _hour(kind, n, g.get("ap"))
        if minute > 59 or hour is None:
            hour, minute = -1, 0
        return Time(hour, minute, m.start(), m.end(), kind == "midnight")


def _hour(kind: str, n: int, ap: str | None) -> int | None:
    """Hour of the day for a way of saying it, None where there is no such hour."""
    if ap:
        return (n % 12) + (12 if ap == "p" else 0) if 1 <= n <= 12 else None
    spans: dict[str, tuple[range, int]] = {
        "clock": (range(24), 0), "dawn": (range(1, 7), 0), "night": (range(1, 6), 18),
        "evening": (range(3, 8), 12), "one": (range(1, 2), 12),
    }  # fmt: skip
    if kind in spans:
        span, add = spans[kind]
        return n + add if n in span else None
    if kind == "noon":
        return 12
    if kind == "midnight" or n == 0:
        return 0 if kind == "midnight" else None
    if kind == "afternoon":
        return n + 12 if n <= 6 else (n if n <= 18 and n >= 13 else None)
    if kind == "morning":
        return n + 6 if n <= 3 else (n if n <= 11 else None)
    # plain "โมง": 1 to 5 are the afternoon's, 6 to 18 the clock's
    return n + 12 if n <= 5 else (n if n <= 18 else None)
