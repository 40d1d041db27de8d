"""Dates and times (stand-in)."""

from __future__ import annotations

from datetime import datetime

from .types import When


def find_when(text: str, now: datetime) -> When | None:
    """Date and time of a normalised text."""
    return None
