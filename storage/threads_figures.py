"""Figures of conversations with an officer: how many, how they were rated. None where there are none to count yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session


def begun(session: Session, start: datetime, end: datetime) -> int | None:
    """Conversations that began in the period."""
    return None


def stars(session: Session, start: datetime, end: datetime) -> dict[int, int] | None:
    """Stars given for conversations that began in the period: stars → how often."""
    return None
