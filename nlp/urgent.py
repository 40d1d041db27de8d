"""Is it urgent (BEST), and is a life in danger now?

The kinds of BEST and the words of each are data (``urgent_words.toml``, after the city's list: oil on the road,
damaged road surface, debris, tree down, leaning pole or billboard, manhole cover, large hole, broken pavement, and
what the citizen calls urgent). A word is taken back where its clause is hypothetical, preventive, past or praise.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache

from .danger import find_danger
from .thai import DATA
from .words import Finder

BEFORE, AFTER, NEAR, SOLVED, SMALL = 26, 26, 5, 60, 9
"""How far (in characters) reach: calming words before and behind, one that must stand near, news of a fix, smallness."""
_CLAUSE = re.compile(r"[\n.!?;,()]")
_NUMBERS = re.compile(r"\d[\d -]{3,}\d")
"""Long numbers between the words of a pair are not repeated as a reason."""
_NO_LETTER = re.compile(r"[^a-z0-9\u0e01-\u0e4e]+")
_THAI_SPACE = re.compile(r"(?<=[\u0e01-\u0e4e]) +(?=[\u0e01-\u0e4e])")


@dataclass(frozen=True, slots=True)
class Urgency:
    """``sure`` is False where the text hints at danger without being clear: the bot asks."""

    urgent: bool
    emergency: bool
    sure: bool
    why: str
    reasons: tuple[str, ...]
    despair: bool = False
    """Somebody may take their own life: answered gently, and with the line for it."""


@dataclass(frozen=True, slots=True)
class _Hit:
    """Words that speak of danger: where, how much (sure, maybe, emergency), of which kind, what stands between them."""

    start: int
    end: int
    level: str
    kind: str
    between: str


class _Tables:
    def __init__(self) -> None:
        table = tomllib.loads((DATA / "urgent_words.toml").read_text("utf-8"))
        hide = [(w, ("hide", "")) for w in table["calm"].get("hide", [])]
        lines = [(w, ("sure", kind)) for kind, ws in table["sure"].items() for w in ws]
        lines += [(w, ("maybe", "")) for w in table["maybe"]["words"]]
        lines += [(w, ("emergency", kind)) for kind, ws in table["emergency"].items() for w in ws]
        self.finder: Finder[tuple[str, str]] = Finder(lines + hide)
        self.calm: dict[str, Finder[bool]] = {
            name: Finder((w, True) for w in words) for name, words in table["calm"].items() if name not in {"hide", "breaks"}
        }
        self.solved = re.compile(table["solved"]["done"])
        self.again = re.compile("|".join(map(re.escape, table["solved"]["again"])))
        self.unbroken = re.compile(table["solved"]["unbroken"])
        self.denied = tuple(table["solved"]["denied"])
        self.cries = {_NO_LETTER.sub("", word) for word in table["cry"]["words"]}
        self.breaks = re.compile("|".join(map(re.escape, table["calm"]["breaks"])))


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()


def _denied(tables: _Tables, hit: _Hit) -> bool:
    """Whether "not" stands right before the state, between a thing and it."""
    parts = hit.between.split()
    if hit.level == "emergency":
        return any(part in tables.denied for part in parts)
    return any(part.endswith(tables.denied) for part in parts) or bool(tables.unbroken.search(hit.between))


def _calm(text: str, hit: _Hit) -> bool:
    """Whether the text around a hit takes its urgency back."""
    tables = _tables()
    calm = tables.calm
    before = _CLAUSE.split(text[max(0, hit.start - BEFORE) : hit.start])[-1]
    clause = tables.breaks.split(before)[-1]
    line = text[text.rfind("\n", 0, hit.start) + 1 : (text.find("\n", hit.end) + 1 or len(text) + 1) - 1]
    if calm["past"].all(clause) or calm["topic"].all(line):
        return True
    if calm["inside"].all(hit.between) or _denied(tables, hit):
        return True
    rest = tables.breaks.split(text[hit.end : hit.end + SOLVED])[0]
    if tables.solved.search(rest) or (tables.solved.search(before) and not tables.again.search(text[hit.start :])):
        return True
    clause = _THAI_SPACE.split(clause)[-1]
    ends = len(clause.rstrip())
    if any(h.end == ends or ends == len(clause) for h in calm["before"].all(clause)):
        return True
    if ends < len(clause) and not clause[:ends].isascii():
        clause = ""  # a space between Thai words: a new clause begins with the hit
    if any(len(clause) - h.end <= NEAR for h in calm["near"].all(clause)):
        return True
    after = _CLAUSE.split(text[hit.end : hit.end + AFTER])[0]
    if hit.level == "emergency" and (
        calm["emergency_before"].all(clause) or calm["emergency_after"].all(after) or calm["nobody"].all(line)
    ):
        return True
    return bool(calm["after"].all(after) or calm["small"].all(after[:SMALL]))


def _covers(span: tuple[int, int], hit: _Hit) -> bool:
    """Whether a longer word of another meaning takes a hit's first or last word away."""
    return span[0] <= hit.start < span[1] or span[0] < hit.end <= span[1]


def _hits(text: str) -> list[_Hit]:
    """All that speaks of danger: words of the table, and things with their states."""
    levels = {"best": "sure", "life": "emergency"}
    found = [_Hit(d.start, d.end, levels[d.level], d.kind, d.between) for d in find_danger(text)]
    hidden = []
    for hit in _tables().finder.find(text):
        kinds = dict.fromkeys(hit.values)
        if ("hide", "") in kinds:
            hidden.append((hit.start, hit.end))
            continue
        between = "" if hit.plain else text[hit.start : hit.end]
        found += [_Hit(hit.start, hit.end, level, kind, between) for level, kind in kinds]
    return [h for h in found if not any(_covers(span, h) for span in hidden)]


def judge(text: str) -> Urgency:
    """Urgency of a normalised text."""
    sure: list[tuple[str, str]] = []
    emergency: list[str] = []
    despair = False
    maybe: list[str] = []
    for hit in _hits(text):
        words = _NUMBERS.sub("\u2026", text[hit.start : hit.end])
        if hit.level == "maybe" or _calm(text, hit):
            maybe.append(words)
        elif hit.level == "sure":
            sure.append((hit.kind, words))
        else:
            emergency.append(words)
            despair = despair or hit.kind == "suicide"
    if not emergency and _NO_LETTER.sub("", text) in _tables().cries:
        emergency.append(text.strip())
    danger = [w for kind, w in sure if kind != "said"]
    said = [w for kind, w in sure if kind == "said"]
    reasons = tuple(dict.fromkeys([*emergency, *danger, *said]))
    urgent = bool(reasons)
    return Urgency(urgent, bool(emergency), urgent or not maybe, reasons[0] if reasons else "", reasons, despair)
