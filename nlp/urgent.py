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

BEFORE = 26
"""How far back in the clause a calming word reaches."""
AFTER = 26
"""How far on."""
_CLAUSE = re.compile(r"[\n.!?;,]| {2}|\)|\(")


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
        self.before: Finder[bool] = Finder((w, True) for w in table["calm"]["before"])
        self.after: Finder[bool] = Finder((w, True) for w in table["calm"]["after"])


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()


def _calm(text: str, hit: Hit[tuple[str, str]]) -> bool:
    """Whether the clause around a hit takes its urgency back."""
    tables = _tables()
    start = max(0, hit.start - BEFORE)
    before = _CLAUSE.split(text[start : hit.start])[-1]
    if tables.before.all(before):
        return True
    after = _CLAUSE.split(text[hit.end : hit.end + AFTER])[0]
    return bool(tables.after.all(after))


def judge(text: str) -> Urgency:
    """Urgency of a normalised text."""
    sure: list[tuple[str, str]] = []
    emergency: list[str] = []
    maybe: list[str] = []
    for hit in _tables().finder.find(text):
        words = text[hit.start : hit.end]
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
