"""Notes that explain something, told from those made of set phrases (`data/wordless.toml`)."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache

from casework.data_files import DATA

_SPACE = (" ", "\n", ".", "\u200b")


@cache
def phrases() -> tuple[str, ...]:
    """What is taken out of a note, in this order: set phrases, then what is no letter."""
    return (*tomllib.loads((DATA / "wordless.toml").read_text("utf-8"))["phrases"], *_SPACE)


@lru_cache(maxsize=4096)
def explains(note: str | None, letters: int) -> bool:
    """Whether at least so many letters are left of the note without its set phrases."""
    left = note or ""
    for phrase in phrases():
        left = left.replace(phrase, "")
    return len(left) >= letters
