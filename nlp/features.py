"""What the trained model sees of a text: words, pairs of words and runs of three to five letters, as numbered buckets.

Before that the text loses what is no matter of complaint: names of places (nine in ten texts name a road), lane
numbers, the headings of the telephone centre's form, figures. Runs of letters find a misspelt word by its parts.
Hashing is arithmetic on code points: the same everywhere, nothing to store, 60 microseconds a text.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import place
from .thai import DATA

BITS = 17
"""Buckets: two to this power."""
LETTERS = (3, 4, 5)
"""Lengths of the runs of letters."""
MOST_LETTERS = 1200
"""Characters of a text that the model reads."""

_MIX = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(1_000_003)
_PAIR = np.uint64(31)
_WORDS = tomllib.loads((DATA / "features.toml").read_text("utf-8"))
_PREFIX, _LANE, _HEADING = (re.compile(_WORDS[name]) for name in ("prefix", "lane", "heading"))
_FIGURES = re.compile(r"\d+")


def clean(text: str) -> str:
    """A normalised text without names of places, lane numbers and headings; figures become one 0."""
    text = text[:MOST_LETTERS]
    kept, at = [], 0
    for start, end in place.name_spans(text):
        if start < at:
            continue
        before = _PREFIX.search(text[max(at, start - 12) : start])
        kept.append(text[at : start - (len(before[0]) if before else 0)])
        at = end
    kept.append(text[at:])
    return _FIGURES.sub("0", _HEADING.sub(" ", _LANE.sub(" ", " ".join(kept))))


def buckets(text: str, words: list[str]) -> NDArray[np.int64]:
    """The buckets of a cleaned text and its words, sorted, each once; empty where there is nothing."""
    found: list[NDArray[Any]] = []
    points = np.frombuffer(f" {text} ".encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    with np.errstate(over="ignore"):
        run = points
        for n in range(2, LETTERS[-1] + 1):
            if len(points) < n:
                break
            run = run[:-1] * _STEP + points[n - 1 :]
            if n in LETTERS:
                found.append((run + np.uint64(n)) * _MIX)
        if words:
            whole = np.array([zlib.crc32(w.encode("utf-8", "replace")) for w in words], dtype=np.uint64)
            found.append((whole * _STEP + np.uint64(77)) * _MIX)
            found.append((whole[:-1] * _STEP + whole[1:] * _PAIR + np.uint64(78)) * _MIX)
    if not found:
        return np.zeros(0, np.int64)
    unique: NDArray[np.int64] = np.unique((np.concatenate(found) >> np.uint64(64 - BITS)).astype(np.int64))
    return unique
