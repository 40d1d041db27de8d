"""Words found in spite of slips: tone marks left out or doubled, letters of one sound taken for each other.

A text's skeleton drops tone marks and the like and writes letters that sound alike as one; a position in it is kept
with the position in the text. Long words are also found with one letter missing. Short words must stand in the text
as they are, or half the language would match them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .words import Finder

T = TypeVar("T")

_DROPPED = "\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e\u0e3a\u0e46"
_SAME = {
    "\u0e28": "\u0e2a", "\u0e29": "\u0e2a",  # so
    "\u0e13": "\u0e19", "\u0e0d": "\u0e22", "\u0e2c": "\u0e25", "\u0e23": "\u0e25",  # no, yo, lo and ro
    "\u0e18": "\u0e17", "\u0e11": "\u0e17", "\u0e12": "\u0e17", "\u0e10": "\u0e17", "\u0e16": "\u0e17",  # tho
    "\u0e20": "\u0e1e",  # pho
    "\u0e0f": "\u0e15", "\u0e0e": "\u0e14", "\u0e06": "\u0e04", "\u0e05": "\u0e04", "\u0e03": "\u0e02",
    "\u0e43": "\u0e44", "\u0e33": "\u0e32", "\u0e35": "\u0e34", "\u0e37": "\u0e36", "\u0e39": "\u0e38",  # vowels short and long
}  # fmt: skip
_TABLE = {ord(k): v for k, v in _SAME.items()}
_GONE = frozenset(_DROPPED)
_LEADING = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")
_TRAILING = frozenset("\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39")
SHORT = 4
"""A word whose skeleton is shorter must be spelt right."""
LONG = 6
"""From this length on one letter may be missing."""


@dataclass(frozen=True, slots=True)
class Near(Generic[T]):
    """A word found: where in the text, its values, and whether it stands there letter by letter."""

    start: int
    end: int
    values: tuple[T, ...]
    exact: bool


def skeleton(text: str) -> tuple[str, list[int]]:
    """The text's skeleton, and for each of its letters (and its end) the position in the text."""
    at = [n for n, c in enumerate(text) if c not in _GONE]
    plain = "".join([text[n] for n in at]) if len(at) < len(text) else text
    at.append(len(text))
    return plain.translate(_TABLE), at


_ROWS = (
    "\u0e46\u0e44\u0e33\u0e1e\u0e30\u0e31\u0e35\u0e23\u0e19\u0e22\u0e1a\u0e25",
    "\u0e1f\u0e2b\u0e01\u0e14\u0e40\u0e49\u0e48\u0e32\u0e2a\u0e27\u0e07",
    "\u0e1c\u0e1b\u0e41\u0e2d\u0e34\u0e37\u0e17\u0e21\u0e43\u0e1d",
)
"""The letter rows of the Thai keyboard (Kedmanee)."""


def mistyped(word: str) -> list[str]:
    """The word with one letter (not the first) replaced by its neighbour to the left or right on the keyboard."""
    found = []
    for n in range(1, len(word)):
        for row in _ROWS:
            at = row.find(word[n])
            if at >= 0:
                found += [word[:n] + row[k] + word[n + 1 :] for k in (at - 1, at + 1) if 0 <= k < len(row)]
    return found


def _forms(word: str) -> set[str]:
    """The skeleton of a word, and where it is long those with one letter (never the first) missing."""
    bone = skeleton(word)[0]
    if len(bone) < LONG or bone.isascii():
        return {bone}
    return {bone} | {bone[:n] + bone[n + 1 :] for n in range(1, len(bone))}


class NearFinder(Generic[T]):
    """Words with values, found in the skeleton of a text; built once, then only read."""

    def __init__(self, words: Iterable[tuple[str, T]], missing: bool = True) -> None:
        lines: list[tuple[str, tuple[str, T]]] = []
        for word, value in words:
            forms = _forms(word) if missing else {skeleton(word)[0]}
            lines += [(form, (word, value)) for form in sorted(forms) if len(form) > 1]
        self._finder: Finder[tuple[str, T]] = Finder(lines)

    def find(self, text: str) -> list[Near[T]]:
        """Hits by position; one that is not letter by letter only where no other stands that is."""
        bones, at = skeleton(text)
        found: list[Near[T]] = []
        for hit in self._finder.all(bones):
            start, end = at[hit.start], at[hit.end]
            if (start and text[start - 1] in _LEADING) or (end < len(text) and text[end] in _TRAILING):
                continue  # in the middle of a syllable
            there = text[start:end]
            exact = tuple(dict.fromkeys(v for word, v in hit.values if word == there))
            if exact:
                found.append(Near(start, end, exact, True))
            elif hit.end - hit.start >= SHORT:
                values = tuple(dict.fromkeys(v for word, v in hit.values if len(skeleton(word)[0]) >= SHORT))
                if values:
                    found.append(Near(start, end, values, False))
        exact_spans = [(h.start, h.end) for h in found if h.exact]
        return [h for h in found if h.exact or not any(h.start < end and start < h.end for start, end in exact_spans)]
