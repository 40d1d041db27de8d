"""By when a case is to be acknowledged and finished: rules per category and urgency (domain: BEST 15 minutes / 24 hours)."""

from __future__ import annotations

from datetime import datetime, timedelta

from casework.catalog import categories
from casework.rules import Rules
from casework.thai_time import working_day_after


def acknowledge_by(rules: Rules, *, urgent: bool, at: datetime) -> datetime:
    """When the agency must have said "received": minutes for BEST, working days otherwise."""
    if urgent:
        return at + timedelta(minutes=rules.number("acknowledge", "best_minutes"))
    return working_day_after(at, rules.whole("acknowledge", "working_days"))


def finish_by(rules: Rules, category: str, *, urgent: bool, at: datetime) -> datetime:
    """When the fix must have been reported: hours for BEST, days by category otherwise."""
    if urgent:
        return at + timedelta(hours=rules.number("finish", "best_hours"))
    days = rules.table("finish_days").get(category, categories()[category].finish_days)
    return at + timedelta(days=float(days))
