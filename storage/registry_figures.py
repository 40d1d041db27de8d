"""Figures of the registry for the reports: stars, and how long people waited for an answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models_registry import RegistryRequest


def stars(session: Session, start: datetime, end: datetime, office: str | None = None) -> dict[int, int] | None:
    """Stars given for requests of the period: stars → how often. None where there was no request at all."""
    asked = [RegistryRequest.asked_at >= start, RegistryRequest.asked_at < end]
    if office is not None:
        asked.append(RegistryRequest.office == office)
    if session.scalar(select(RegistryRequest.id).where(*asked).limit(1)) is None:
        return None
    query = select(RegistryRequest.stars, func.count()).where(*asked, RegistryRequest.stars.is_not(None))
    return {int(star): int(n) for star, n in session.execute(query.group_by(RegistryRequest.stars)) if star is not None}
