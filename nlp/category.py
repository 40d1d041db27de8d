"""Which of the 24 categories a text is about: points of the word tables, weighed by the trained model.

``by_words`` is what the tables say without the model (the measure of what it adds); ``classify`` is what counts.
"""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .model import Model, model
from .thai import DATA
from .types import CATEGORIES, Guess
from .words import Finder

POINTS = {"certain": 7.0, "sure": 5.0, "strong": 3.0, "medium": 2.0, "weak": 1.0}
SECOND = 0.25
"""A second, third … different word of a category adds this part of its points."""
HALF = 2.4
"""Points at which a category that stands alone has p = 0.5."""
SLOPE = 0.5
"""How fast p rises with points. HALF, SLOPE and RIVAL were fitted by log loss on labelled complaints (2022-11 on)."""
RIVAL = 0.1
"""How much of the lead of the best category counts against another."""


class Scorer(Protocol):
    """Points per category code for a normalised text; a code that is absent has none."""

    def scores(self, text: str) -> dict[str, float]:
        """Points of each category found in the text."""
        ...


class WordScorer:
    """The word table ``category_words.toml``: best word of each category, a little for further different words."""

    def __init__(self) -> None:
        table = tomllib.loads((DATA / "category_words.toml").read_text("utf-8"))
        lines: list[tuple[str, tuple[str, float]]] = [(w, ("", 0.0)) for w in table["hide"]]
        for code in CATEGORIES:
            for level, points in POINTS.items():
                lines += [(line, (code, points)) for line in table.get(code, {}).get(level, [])]
        self._finder = Finder(lines)

    def scores(self, text: str) -> dict[str, float]:
        """Points of each category found in the text."""
        seen: dict[str, dict[str, float]] = {}
        for hit in self._finder.find(text):
            word = text[hit.start : hit.end]
            for code, points in hit.values:
                if code:
                    words = seen.setdefault(code, {})
                    words[word] = max(points, words.get(word, 0.0))
        return {code: self._sum(list(words.values())) for code, words in seen.items()}

    @staticmethod
    def _sum(points: list[float]) -> float:
        points.sort(reverse=True)
        return points[0] + SECOND * sum(points[1:4])


@lru_cache(maxsize=1)
def words_scorer() -> Scorer:
    """The word tables, read once."""
    return WordScorer()


def probabilities(scores: dict[str, float]) -> tuple[Guess, ...]:
    """All 24 categories with p, best first; ``other`` is what remains when nothing is found."""
    best = max(scores.values(), default=0.0)
    guesses = []
    for n, code in enumerate(CATEGORIES):
        s = scores.get(code, 0.0)
        if code == "other":
            p = 1 / (1 + math.exp(1.9 * (best - 0.6)))
        elif s <= 0:
            p = 0.002
        else:
            p = 1 / (1 + math.exp(-SLOPE * (s - HALF - RIVAL * (best - s))))
        guesses.append((p, -n, code))
    guesses.sort(reverse=True)
    return tuple(Guess(code, p) for p, _, code in guesses)


def by_words(text: str) -> tuple[Guess, ...]:
    """What the word tables alone say of a normalised text, all 24, best first."""
    return probabilities(words_scorer().scores(text))


def _ranked(chances: NDArray[np.float64]) -> tuple[Guess, ...]:
    order = sorted(range(len(CATEGORIES)), key=lambda n: (-chances[n], n))
    return tuple(Guess(CATEGORIES[n], float(chances[n])) for n in order)


def classify(text: str) -> tuple[Guess, ...]:
    """Categories of a normalised text, all 24, best first: word tables and trained model together."""
    return _ranked(model().decide(words_scorer().scores(text), text))


def as_feed(text: str, by: Model | None = None) -> tuple[Guess, ...]:
    """What words and model together expect the complaint feed to call a normalised text, all 24, best first.

    ``by``: a model other than the shipped one.
    """
    return _ranked((by or model()).decide(words_scorer().scores(text), text, labels="feed"))
