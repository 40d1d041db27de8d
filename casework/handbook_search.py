"""Which page of the handbook answers a question, and whether that is certain.

A page is found by its `asks`: phrases that people use. Question and phrases are compared by the pieces of two to four
characters they share (Thai writes no spaces, and everybody spells a little differently), each weighed by how few
phrases have it (inverse document frequency). A page's points are those of its best phrase, plus a little for all else
in the page that the question shares. Certain is what is well ahead of the next page, and leaves little unexplained.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from casework.handbook import FOLDER, pages

_BLANK = re.compile(r"[^\w\u0e00-\u0e7f]+|[\u200b-\u200f\ufeffๆ_]+")
_SIZES = (2, 3, 4)
LONGEST = 300
"""Characters of a question that are looked at."""
MOST = 3
"""Pages that are offered where none is certain."""

BROAD, PAGE = 0.7, 0.9
"""How much it matters that a phrase was said whole, and what the rest of the page counts."""
CERTAIN = ((0.76, 1.2), (0.6, 1.9))
"""So many points, and so many times those of the next page."""
EXPLAINED = 0.42
"""So much of the question is in the page, where it is certain."""
FAINT = 0.42
"""Fewer points than this are chance."""


@dataclass(frozen=True)
class Found:
    """What a question finds: pages, the best first; whether the first is certain to answer it."""

    pages: tuple[str, ...]
    certain: bool


@lru_cache(maxsize=1)
def _words() -> Mapping[str, list[str]]:
    return tomllib.loads((FOLDER / "_search.toml").read_text("utf-8"))


def asked_for(text: str) -> str | None:
    """What is looked for where a text begins like a search (`คู่มือ ฝาท่อ`); None for any other text."""
    bare = text.strip()
    for word in _words()["opening"]:
        rest = bare[len(word) :]
        if bare.casefold().startswith(word) and rest.strip(" :-–,") and (not word.isascii() or not rest[0].isalnum()):
            return rest.strip(" :-–,")[:LONGEST]
    return None


def may_plead(text: str) -> bool:
    """Whether the beginning that makes a search of this text may as well be a call for help (`help, fire!`)."""
    return text.strip().casefold().startswith(tuple(_words()["plea"]))


@dataclass(frozen=True)
class _Index:
    weight: Mapping[str, float]
    unknown: float
    phrases: Mapping[str, tuple[tuple[frozenset[str], float], ...]]
    whole: Mapping[str, frozenset[str]]


@lru_cache(maxsize=1)
def _index() -> _Index:
    phrases: dict[str, list[frozenset[str]]] = {}
    whole: dict[str, frozenset[str]] = {}
    for page in pages().values():
        titles = (page.th.title, page.en.title)
        phrases[page.code] = [found for ask in (*page.asks, *titles) if (found := frozenset(_pieces(ask)))]
        texts = (t for text in (page.th, page.en) for t in (text.title, text.body, *text.steps, *text.captions))
        whole[page.code] = frozenset(piece for text in (*page.asks, *texts) for piece in _pieces(text))
    units = [unit for known in phrases.values() for unit in known]
    count = Counter(piece for unit in units for piece in unit)
    spread = Counter(piece for found in whole.values() for piece in found)
    unknown = math.log(len(units))
    weight = {
        piece: math.log(len(units) / max(1, count[piece])) * math.log(1 + len(whole) / spread[piece]) / math.log(1 + len(whole))
        for piece in spread
    }
    weighed = {code: tuple((unit, sum(weight[piece] for piece in unit)) for unit in known) for code, known in phrases.items()}
    return _Index(weight, unknown, weighed, whole)


def points(question: str) -> list[tuple[float, float, str]]:
    """(points, share of the question explained, page) of every page that has any, best first; points from 0 to about 1.5."""
    index, asked = _index(), frozenset(_pieces(_plain(question[:LONGEST])))
    if not asked:
        return []
    total = sum(index.weight.get(piece, index.unknown) for piece in asked)
    found = []
    for code, known in index.phrases.items():
        explained = sum(index.weight[piece] for piece in asked & index.whole[code]) / total
        best = 0.0
        for unit, weight in known:
            shared = sum(index.weight[piece] for piece in asked & unit)
            if shared:
                # How much of the phrase was said, and how much of what was said is the phrase.
                best = max(best, (shared / weight) ** BROAD * shared / total)
        mark = best + PAGE * explained
        if mark > 0:
            found.append((mark, explained, code))
    return sorted(found, reverse=True)


def search(question: str) -> Found:
    """The pages that may answer the question, at most three; whether the first is certain."""
    found = points(question)
    if not found or found[0][0] < FAINT:
        return Found((), False)
    first = found[0]
    second = found[1][0] if len(found) > 1 else 0.0
    ahead = any(first[0] >= mark and first[0] >= times * second for mark, times in CERTAIN)
    certain = ahead and first[1] >= EXPLAINED
    near = [code for mark, _, code in found[:MOST] if mark >= FAINT and mark * 2 >= first[0]]
    return Found(tuple(near), certain)


def answering(question: str) -> str | None:
    """The page that answers the question for certain."""
    found = search(question)
    return found.pages[0] if found.certain else None


def _plain(text: str) -> str:
    """Without the polite words and asking words that every question has."""
    for word in _words()["empty"]:
        text = text.replace(word, " ")
    return text


def _pieces(text: str) -> Iterator[str]:
    for run in _BLANK.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split():
        for size in _SIZES:
            for at in range(len(run) - size + 1):
                yield run[at : at + size]
