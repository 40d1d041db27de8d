"""Find all words of a table in one pass over a text.

A table's line is a word (``"ถังขยะ"``), alternatives (``"ไฟทาง/ไฟถนน"``), or parts in order with a short gap between
(``"ไฟทาง/ไฟถนน~ดับ/เสีย"``: first a head, then a tail at most ``GAP`` characters on, on the same line). Latin words
never match inside a longer Latin word.
A plain word that lies wholly inside a longer plain word found at the same place does not count: that is how a
table takes back a word in a context (``"สะพานควาย"`` hides ``"สะพาน"``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

GAP = 22
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """Where a line of the table was found, what it says (``values``), and whether it is a plain word."""

    start: int
    end: int
    values: tuple[T, ...]
    plain: bool


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


class Finder(Generic[T]):
    """Words with values; built once, then only read (safe between threads)."""

    def __init__(self, lines: Iterable[tuple[str, T]], gap: int = GAP) -> None:
        self._gap = gap
        table: dict[tuple[str, ...], list[T]] = {}
        for line, value in lines:
            parts = [[a for a in part.split("/") if a] for part in line.lower().split("~")]
            for choice in product(*parts):
                table.setdefault(tuple(choice), []).append(value)
        self._by_start: dict[str, dict[int, dict[str, list[tuple[tuple[str, ...], tuple[T, ...]]]]]] = {}
        for (head, *tail), values in table.items():
            if len(head) < 2:
                raise ValueError(f"a word of a table needs two characters: {head!r}")
            by_length = self._by_start.setdefault(head[:2], {})
            by_length.setdefault(len(head), {}).setdefault(head, []).append((tuple(tail), tuple(values)))
        for start, by_length in self._by_start.items():
            self._by_start[start] = dict(sorted(by_length.items(), reverse=True))

    def _tail_end(self, text: str, end: int, tail: tuple[str, ...]) -> int:
        """End of the last tail part found in order from ``end``, or -1."""
        for part in tail:
            at = text.find(part, end, end + self._gap + len(part))
            if at < 0 or "\n" in text[end:at]:
                return -1
            end = at + len(part)
        return end

    def all(self, text: str) -> list[Hit[T]]:
        """Every hit, by position, hidden ones included."""
        hits: list[Hit[T]] = []
        by_start, size = self._by_start, len(text)
        for at in range(size - 1):
            group = by_start.get(text[at : at + 2])
            if group is None:
                continue
            for length, heads in group.items():
                entries = heads.get(text[at : at + length])
                if entries is None:
                    continue
                stop = at + length
                if at and _latin(text[at]) and _latin(text[at - 1]):
                    continue
                if stop < size and _latin(text[stop - 1]) and _latin(text[stop]):
                    continue
                for tail, values in entries:
                    end = self._tail_end(text, stop, tail) if tail else stop
                    if end >= 0:
                        hits.append(Hit(at, end, values, not tail))
        return hits

    def find(self, text: str) -> list[Hit[T]]:
        """Hits by position, without plain words that lie inside a longer plain word."""
        hits = self.all(text)
        kept: list[Hit[T]] = []
        reach_start, reach_end = -1, -1
        for hit in hits:  # by start, longer first
            if hit.plain:
                if reach_end >= hit.end and reach_start <= hit.start and reach_start >= 0:
                    continue
                if hit.end > reach_end:
                    reach_start, reach_end = hit.start, hit.end
            kept.append(hit)
        return kept
