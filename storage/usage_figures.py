"""Figures of use over a period: people, cases from the chat, what pushes cost, how long the registry takes to answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Case, Person
from storage.models_groups import Push
from storage.models_registry import RegistryRequest

CHAT = ("line", "group")
"""Channels that are the service's own."""


def people(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    """How many were known at the end, and how many of them came in the period (who erased themselves is in neither)."""
    known = select(func.count()).select_from(Person).where(Person.created_at < end)
    return {
        "people": int(session.scalar(known) or 0),
        "people_new": int(session.scalar(known.where(Person.created_at >= start)) or 0),
    }


def cases(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    """Cases received in the period through the chat, through other channels, and how many people reported in the chat."""
    received = (Case.created_at >= start, Case.created_at < end)
    query = select(Case.channel, func.count(), func.count(func.distinct(Case.reporter))).where(*received)
    rows = session.execute(query.group_by(Case.channel)).all()
    return {
        "cases_chat": sum(int(n) for channel, n, _ in rows if channel in CHAT),
        "cases_other": sum(int(n) for channel, n, _ in rows if channel not in CHAT),
        "reporters": sum(int(who) for channel, _, who in rows if channel == "line"),
    }


def pushes(session: Session, start: datetime, end: datetime) -> dict[str, dict[str, int]]:
    """Pushes of the period by purpose: how many, and how many of the month's messages they cost."""
    query = select(Push.purpose, func.count(), func.coalesce(func.sum(Push.cost), 0)).where(Push.at >= start, Push.at < end)
    return {why: {"pushes": int(n), "cost": int(cost)} for why, n, cost in session.execute(query.group_by(Push.purpose))}


def registry_hours(session: Session, start: datetime, end: datetime) -> list[float]:
    """Hours from a request to its approval, sorted: of requests made in the period and approved before its end."""
    query = select(RegistryRequest.asked_at, RegistryRequest.approved_at).where(
        RegistryRequest.asked_at >= start, RegistryRequest.asked_at < end, RegistryRequest.approved_at < end
    )
    return sorted((done - asked).total_seconds() / 3600 for asked, done in session.execute(query) if done is not None)
