"""The trained model: two layers of logistic regression over buckets of words and letters, and over the word tables.

The first layer, trained on the labels of a complaint feed, says what the feed would call a text. The second, trained
on labels set by hand, weighs that and the points of the word tables into the 24 categories. All of it is plain
arrays in ``data/weights.npz`` (8-bit in the first layer), read without pickle; numpy is all it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import features
from .thai import DATA, Splitter
from .types import CATEGORIES

FILE = DATA / "weights.npz"
FAR = 5.0
"""Logits of the first layer are held within this; a category that the feed lacks stands at its lower end."""
Array = NDArray[np.float64]


def inputs(points: Array, logits: Array) -> tuple[Array, Array]:
    """What the second layer sees: for each category its own figures, shape (n, 24, 10), and those of all, (n, 49).

    ``points``: of the word tables, (n, 24); ``logits``: of the first layer, (n, 24).
    """
    best = points.max(axis=1, keepdims=True)
    chance = 1 / (1 + np.exp(-logits))
    own = np.stack(
        [
            points, points > 0, points >= 3, points >= 5, points >= best - 1e-9, np.where(points > 0, points - best, -4.0),
            logits, chance, logits.max(axis=1, keepdims=True) - logits, np.sqrt(points * np.clip(logits + FAR, 0, None)),
        ],
        axis=2, dtype=np.float64, casting="unsafe",
    )  # fmt: skip
    return own, np.concatenate([np.minimum(points, 6) / 3, chance, best < 1], axis=1, dtype=np.float64, casting="unsafe")


@dataclass(frozen=True)
class Second:
    """Weights of the second layer: ``own`` (24, 10), ``all`` (49, 24), ``bias`` (24); mean and spread of the own figures."""

    own: Array
    all: Array
    bias: Array
    mean: Array
    spread: Array

    def apply(self, points: Array, logits: Array) -> Array:
        """Log-odds of the 24 categories, (n, 24)."""
        own, every = inputs(points, logits)
        found: Array = np.einsum("nck,ck->nc", (own - self.mean) / self.spread, self.own) + every @ self.all + self.bias
        return found


class Model:
    """Weights read from a file; safe between threads."""

    def __init__(self, file: Path = FILE) -> None:
        """``OSError`` or ``ValueError`` where the file cannot be read."""
        with np.load(file, allow_pickle=False) as saved:
            self._weights: NDArray[np.int8] = saved["weights"]
            self._scale: Array = saved["scale"].astype(np.float64)
            self._bias: Array = saved["bias"].astype(np.float64)
            self._columns: NDArray[np.int64] = saved["columns"].astype(np.int64)
            parts = ("own", "all", "bias", "mean", "spread")
            self._layers = {
                name: Second(*(saved[f"{name}_{part}"].astype(np.float64) for part in parts)) for name in ("hand", "feed")
            }
            self._splitter = Splitter(words=bytes(saved["words"]).decode("utf-8").split("\n"))

    def logits(self, text: str) -> Array:
        """Log-odds of what the feed would call a normalised text, (24,); -FAR where the feed has no such category."""
        plain = features.clean(text)
        found = features.buckets(plain, [w for w in self._splitter.words(plain) if not w.isspace()])
        out = np.full(len(CATEGORIES), -FAR)
        if len(found):
            total = self._weights[found].sum(axis=0, dtype=np.int64) * self._scale / np.sqrt(len(found))
            out[self._columns] = np.clip(total + self._bias, -FAR, FAR)
        return out

    def decide(self, points: dict[str, float], text: str, labels: str = "hand") -> Array:
        """Probabilities of the 24 categories for a normalised text and its points of the word tables, (24,).

        ``labels``: "hand", what people would say, or "feed", what the complaint feed would.
        """
        given = np.array([[points.get(code, 0.0) for code in CATEGORIES]])
        odds = self._layers[labels].apply(given, self.logits(text)[None, :])[0]
        chances: Array = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        return chances


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped model, read once."""
    return Model()
