"""The ledger of pushes: what each cost, what is left this month, and when ordinary news has to wait for a digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.rules import Rules
from casework.thai_time import bangkok
from storage.models import Fact
from storage.models_groups import Push

QUOTA = "line_quota"
"""The fact that holds what LINE says: `LIMIT USED`, LIMIT empty where there is none."""


def write(session: Session, chat: str, purpose: str, cost: int, now: datetime) -> None:
    """A push that LINE accepted."""
    session.add(Push(at=now, chat=chat, purpose=purpose, cost=cost))


def month(now: datetime) -> datetime:
    """The beginning of the calendar month in Bangkok, which LINE's quota goes by."""
    return bangkok(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def spent(session: Session, now: datetime) -> int:
    """Messages pushed this month, by our own books."""
    return int(session.scalar(select(func.coalesce(func.sum(Push.cost), 0)).where(Push.at >= month(now))) or 0)


def budget(session: Session, rules: Rules) -> int | None:
    """Messages a month: the rule, else what LINE said last; None where nothing limits them."""
    rule = rules.whole("push", "monthly_budget")
    if rule:
        return rule
    fact = session.get(Fact, QUOTA)
    limit = fact.value.split(" ")[0] if fact is not None else ""
    return int(limit) if limit.isdecimal() else None


def used(session: Session, now: datetime) -> int:
    """The larger of our books and what LINE said this month."""
    fact = session.get(Fact, QUOTA)
    told = 0
    if fact is not None and fact.at >= month(now):
        last = fact.value.split(" ")[-1]
        told = int(last) if last.isdecimal() else 0
    return max(spent(session, now), told)


def saving(session: Session, rules: Rules, now: datetime) -> bool:
    """Ordinary alerts wait for the digest: by the rule, or because so much of the month's budget is spent."""
    if rules.text("group", "ordinary") == "digest":
        return True
    most = budget(session, rules)
    return most is not None and used(session, now) >= most * rules.number("push", "digest_share")
