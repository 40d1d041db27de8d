"""What is held of a person, as it is shown to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Given:
    """An answer to a question for consent that counts now."""

    purpose: str
    version: str
    at: datetime


@dataclass(frozen=True)
class Mine:
    """What is held of the person, as it is shown."""

    name: str | None
    phone: str | None
    district: str | None
    language: str
    cases: int
    followed: int
    subscriptions: tuple[str, ...]
    consents: tuple[Given, ...]
    notice_version: str | None
    notice_at: datetime | None
    since: datetime
    news_off: bool = False
    """All news are switched off; else, where nothing is followed, what concerns the whole city still comes."""
