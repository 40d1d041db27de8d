"""Thai text made comparable: one spelling for what people type in many ways.

Words are found in the normalised text (lower case, Arabic digits, no zero-width characters, marks in canonical
order). Nothing here reads the network or writes to disk: pythainlp is put in read-only, offline mode before it is
imported.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")
os.environ.setdefault("PYTHAINLP_OFFLINE", "1")

from pythainlp.util import normalize as _pythainlp_normalize

DATA = Path(__file__).parent / "data"

HEAD = 2400
"""Characters analysed from the start of a long text; ``TAIL`` more from its end."""
TAIL = 600

_ZERO_WIDTH = (
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff"
)
_TABLE: dict[int, str | None] = {
    **{0x0E50 + n: str(n) for n in range(10)},  # Thai digits
    **{0xFF01 + n: chr(0x21 + n) for n in range(94)},  # full-width forms
    **{ord(c): None for c in _ZERO_WIDTH},
    **dict.fromkeys((0x00, 0xA0, 0x2007, 0x202F, 0x3000, 0x0B, 0x0C, 0x85, 0x2028, 0x2029), " "),
    **{ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2212"},
}
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
LONGEST_WORD = 30
_THAI_RUN = re.compile(r"[\u0e00-\u0e7f]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_SPACES = re.compile(r"[ \t\r]{2,}")
_RUNS = re.compile(r"([\u0e30-\u0e3a\u0e40-\u0e4e])\1{2,}")


def cut(text: str) -> str:
    """The part of a text that is analysed: its head and its tail where it is very long."""
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


def normalise(text: str) -> str:
    """Text in its comparable form; any string is taken, the answer is at most ``HEAD + TAIL + 1`` characters."""
    text = _SURROGATE.sub(" ", cut(text)).translate(_TABLE)
    text = unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).lower()
    text = _RUNS.sub(r"\1", _SPACES.sub(" ", text))
    text = str(_pythainlp_normalize(text))
    return _STRETCHED.sub(r"\1", text)


@lru_cache(maxsize=1)
def dictionary() -> frozenset[str]:
    """All words of the general dictionary, and those of city affairs."""
    from pythainlp.corpus import thai_words

    own = {line.strip() for line in (DATA / "civic_words.txt").read_text("utf-8").splitlines()}
    return frozenset(thai_words()) | {w for w in own if w and not w.startswith("#")}


class Splitter:
    """Splits texts into words by newmm, with the dictionary and civic words of a vocabulary.

    Only words that occur in `corpus`, or the given `words`, are put into the tree: all 62,000 of the dictionary would
    take a second and 90 MB.
    """

    def __init__(self, corpus: str = "", words: Iterable[str] | None = None) -> None:
        from pythainlp.tokenize import Trie

        self._trie = Trie(self._met_in(corpus) if words is None else words)

    @staticmethod
    def _met_in(corpus: str) -> frozenset[str]:
        known = dictionary()
        longest = min(max(map(len, known)), LONGEST_WORD)
        runs = _THAI_RUN.findall(corpus)
        return known & {run[a:b] for run in runs for a in range(len(run)) for b in range(a + 1, min(a + longest, len(run)) + 1)}

    def words(self, text: str) -> list[str]:
        """The words, spaces kept; joined they give the text again."""
        from pythainlp.tokenize import newmm

        return list(newmm.segment(text, self._trie))
