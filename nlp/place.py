"""Places (stand-in while the gazetteer is built)."""

from __future__ import annotations

from .types import Place


def find_places(text: str) -> tuple[Place, ...]:
    """Places of a normalised text."""
    return ()
