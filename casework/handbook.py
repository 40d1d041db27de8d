"""Which page of the handbook answers a question, where that is certain. The phrases are data (`data/handbook.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).with_name("data") / "handbook.toml"
_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff.,!?\"'“”]+")


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, tuple[str, ...]]:
    """Page → its phrases, without spaces and in small letters."""
    return {page: tuple(map(_bare, lines)) for page, lines in tomllib.loads(_DATA.read_text("utf-8")).items()}


def answering(question: str) -> str | None:
    """The page whose phrases the question holds: the one with the longest; None where there is none, or two as long."""
    asked = _bare(question[:2000])
    longest = {page: max((len(phrase) for phrase in known if phrase in asked), default=0) for page, known in phrases().items()}
    best = max(longest.values())
    pages = [page for page, length in longest.items() if length == best]
    return pages[0] if best and len(pages) == 1 else None


def _bare(text: str) -> str:
    return _BLANK.sub("", text).casefold()
