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

from .thai import DATA
from .words import Finder, Hit

BEFORE, AFTER, NEAR = 26, 26, 5
"""How far (in characters) a calming word reaches from before, from behind, and one that must stand near."""
_CLAUSE = re.compile(r"[\n.!?;,()]")
_NUMBERS = re.compile(r"\d[\d -]{3,}\d")
"""Long numbers between the words of a pair are not repeated as a reason."""
_THAI_SPACE = re.compile(r"(?<=[\u0e01-\u0e4e]) +(?=[\u0e01-\u0e4e])")


@dataclass(frozen=True, slots=True)
class Urgency:
    """``sure`` is False where the text hints at danger without being clear: the bot asks."""

    urgent: bool
    emergency: bool
    sure: bool
    why: str
    reasons: tuple[str, ...]


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
        self.breaks = re.compile("|".join(map(re.escape, table["calm"]["breaks"])))


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()


def _calm(text: str, hit: Hit[tuple[str, str]]) -> bool:
    """Whether the clause around a hit takes its urgency back."""
    tables = _tables()
    calm = tables.calm
    clause = _CLAUSE.split(text[max(0, hit.start - BEFORE) : hit.start])[-1]
    clause = tables.breaks.split(clause)[-1]
    if calm["past"].all(clause):
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
    if any(level == "emergency" for level, _ in hit.values) and (
        calm["emergency_before"].all(clause) or calm["emergency_after"].all(after)
    ):
        return True
    if not hit.plain and calm["inside"].all(text[hit.start : hit.end]):
        return True
    return bool(calm["after"].all(after))


def judge(text: str) -> Urgency:
    """Urgency of a normalised text."""
    sure: list[tuple[str, str]] = []
    emergency: list[str] = []
    maybe: list[str] = []
    for hit in _tables().finder.find(text):
        words = _NUMBERS.sub("\u2026", text[hit.start : hit.end])
        kinds = dict.fromkeys(hit.values)
        if ("hide", "") in kinds:
            continue
        calm = _calm(text, hit)
        for level, kind in kinds:
            if level == "maybe" or calm:
                maybe.append(words)
            elif level == "sure":
                sure.append((kind, words))
            else:
                emergency.append(words)
    danger = [w for kind, w in sure if kind != "said"]
    said = [w for kind, w in sure if kind == "said"]
    reasons = tuple(dict.fromkeys([*emergency, *danger, *said]))
    urgent = bool(reasons)
    return Urgency(urgent, bool(emergency), urgent or not maybe, reasons[0] if reasons else "", reasons)
