"""Which page of the handbook answers a question, where that is certain. What pages are asked for with is in their files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from casework.handbook import pages

_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff.,!?\"'“”]+")


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, tuple[str, ...]]:
    """Page → its phrases, without spaces and in small letters."""
    return {page.code: tuple(map(_bare, page.asks)) for page in pages().values()}


def answering(question: str) -> str | None:
    """The page whose phrases the question holds: the one with the longest; None where there is none, or two as long."""
    asked = _bare(question[:2000])
    longest = {page: max((len(phrase) for phrase in known if phrase in asked), default=0) for page, known in phrases().items()}
    best = max(longest.values())
    found = [page for page, length in longest.items() if length == best]
    return found[0] if best and len(found) == 1 else None


def _bare(text: str) -> str:
    return _BLANK.sub("", text).casefold()
