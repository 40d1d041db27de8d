"""People whom staff flagged as a nuisance: limits by rule, reversible, recorded. They always get an honest answer.

Their complaints go to the centre first, so that no false alarm sends a district's people out (storage.desk.StoredDesk.file).
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.case import Draft
from casework.refusals import Refused
from casework.rules import Rules
from casework.thai_time import BANGKOK, bangkok
from storage.models import Case, Person
from storage.models_history import Message


def _today(now: datetime) -> datetime:
    return datetime.combine(bangkok(now).date(), time(), tzinfo=BANGKOK)


def may_file(session: Session, person: Person, draft: Draft, rules: Rules, now: datetime) -> None:
    """Raises Refused where a flagged person has filed as many cases today as the rule allows."""
    if person.nuisance_at is None:
        return
    today = select(func.count()).select_from(Case).where(Case.reporter == person.id, Case.created_at >= _today(now))
    most = rules.whole("nuisance", "cases_day")
    if int(session.scalar(today) or 0) >= most:
        raise Refused("refused.nuisance_day", n=most)


def may_relay(session: Session, person: str, rules: Rules, now: datetime) -> None:
    """Raises Refused where as many messages of a flagged person as the rule allows were passed on to officers today."""
    row = session.get(Person, person)
    if row is None or row.nuisance_at is None:
        return
    relayed = select(func.count()).select_from(Message).where(Message.person == person, Message.at >= _today(now))
    relayed = relayed.where(Message.thread_id.is_not(None), Message.who == "citizen")
    most = rules.whole("nuisance", "relays_day")
    if int(session.scalar(relayed) or 0) >= most:
        raise Refused("refused.nuisance_relays", n=most)
