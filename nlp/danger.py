"""Danger by what and how (``danger.toml``): a thing and its state in one stretch of text, in any order.

A rule names lists of words; it holds where one word of each stands within so many characters, on one line, none of
them inside another, and no word of ``unless`` is in the text. Words are found in spite of slips.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from typing import Any

from .fuzzy import Near, NearFinder, mistyped
from .thai import DATA

MOST = 14
"""At most so many hits of one list are tried: a text of a hundred potholes needs no more."""


@dataclass(frozen=True, slots=True)
class Danger:
    """A rule that holds: ``level`` best or life, ``kind`` as in the table, from ``start`` to ``end`` of the text."""

    start: int
    end: int
    level: str
    kind: str
    between: str
    """What stands between the words of the rule; empty where it has one word."""


class _Rules:
    def __init__(self) -> None:
        table: dict[str, Any] = tomllib.loads((DATA / "danger.toml").read_text("utf-8"))
        self.rules = [(level, rule) for level in ("best", "life") for rule in table[level]]
        used = {name for _, rule in self.rules for name in rule["all"]}
        if used != set(table["lists"]):
            raise ValueError(f"danger.toml: lists and rules differ: {sorted(used ^ set(table['lists']))}")
        known = {w for words in table["lists"].values() for w in words}
        words = [(w, name) for name, words in table["lists"].items() for w in words]
        slips = [(slip, name) for w, name in words if name in table["typing"] for slip in mistyped(w) if slip not in known]
        self.finder: NearFinder[str] = NearFinder(words + slips)


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return _Rules()


def _closest(text: str, lists: list[list[Near[str]]], within: int) -> tuple[int, int, str] | None:
    """The shortest stretch with a hit of each list, none inside another, and at most `within` more than their length."""
    best: tuple[int, int, str] | None = None
    for choice in product(*lists):
        ordered = sorted(choice, key=lambda h: h.start)
        if any(b.start < a.end for a, b in pairwise(ordered)):
            continue
        start, end = ordered[0].start, ordered[-1].end
        gap = end - start - sum(h.end - h.start for h in ordered)
        if gap <= within and "\n" not in text[start:end] and (best is None or end - start < best[1] - best[0]):
            between = " ".join(text[a.end : b.start] for a, b in pairwise(ordered))
            best = (start, end, between)
    return best


def find_danger(text: str) -> list[Danger]:
    """Every rule that holds for a normalised text, with its shortest stretch."""
    rules = _rules()
    hits: dict[str, list[Near[str]]] = {}
    for hit in rules.finder.find(text):
        for name in hit.values:
            hits.setdefault(name, []).append(hit)
    found = []
    for level, rule in rules.rules:
        lists = [hits.get(name, [])[:MOST] for name in rule["all"]]
        if not all(lists):
            continue
        span = _closest(text, lists, rule["within"])
        if span and not any(word in text for word in rule.get("unless", ())):
            found.append(Danger(span[0], span[1], level, rule["kind"], span[2]))
    return found
