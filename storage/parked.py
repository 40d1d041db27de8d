"""What waits for a person: events whose turn failed too often, messages that LINE refused for good."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.refusals import Refused
from storage.columns import DEAD, PARKED
from storage.models import InboxEvent, OutboxMessage


class Parked(NamedTuple):
    """One of them. `content` is the event or the messages as JSON text, empty once it is dropped."""

    id: str
    kind: str
    state: str
    chat: str
    since: datetime
    attempts: int
    error: str | None
    content: str


def listed(session: Session) -> list[Parked]:
    """All of them, events before messages, the oldest first."""
    events = session.scalars(select(InboxEvent).where(InboxEvent.state == PARKED).order_by(InboxEvent.id))
    messages = session.scalars(select(OutboxMessage).where(OutboxMessage.state == DEAD).order_by(OutboxMessage.id))
    return [*map(_of_event, events), *map(_of_message, messages)]


def counts(session: Session) -> tuple[int, int]:
    """How many parked events and dead messages there are."""
    events = session.scalar(select(func.count()).select_from(InboxEvent).where(InboxEvent.state == PARKED))
    messages = session.scalar(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == DEAD))
    return int(events or 0), int(messages or 0)


def show(session: Session, name: str) -> Parked:
    """One by its id, `event-12` or `message-34`. Raises Refused where there is none, or it waits for nobody."""
    row = _row(session, name)
    return _of_event(row) if isinstance(row, InboxEvent) else _of_message(row)


def retry(session: Session, name: str, now: datetime) -> Parked:
    """Try it again from the start, now. A message goes as a push with the key it has: its reply token is long stale."""
    row = _row(session, name)
    row.state, row.attempts, row.due_at, row.error = "waiting", 0, now, None
    if isinstance(row, InboxEvent):
        return _of_event(row)
    row.reply_token = row.reply_until = row.via = row.first_tried_at = None
    return _of_message(row)


def drop(session: Session, name: str, by: str, reason: str | None) -> Parked:
    """Give it up: its words are forgotten, who dropped it and why is kept with it."""
    row = _row(session, name)
    row.error = f"dropped by {by}: {reason or 'no reason given'}"
    if isinstance(row, InboxEvent):
        row.state, row.raw = "done", None
        return _of_event(row)
    row.state, row.messages, row.reply_token = "dropped", "[]", None
    return _of_message(row)


def _row(session: Session, name: str) -> InboxEvent | OutboxMessage:
    kind, _, digits = name.strip().lower().partition("-")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0
    row: InboxEvent | OutboxMessage | None = None
    if kind == "event" and number:
        row = session.get(InboxEvent, number, with_for_update=True)
    elif kind == "message" and number:
        row = session.get(OutboxMessage, number, with_for_update=True)
    if row is None:
        raise Refused("refused.unknown_parked", id=name)
    if row.state not in {"parked", "dead"}:
        raise Refused("refused.not_parked", id=f"{kind}-{number}", state=row.state)
    return row


def _of_event(row: InboxEvent) -> Parked:
    return Parked(f"event-{row.id}", "event", row.state, row.chat, row.received_at, row.attempts, row.error, row.raw or "")


def _of_message(row: OutboxMessage) -> Parked:
    content = "" if row.messages == "[]" else row.messages
    return Parked(f"message-{row.id}", "message", row.state, row.chat, row.created_at, row.attempts, row.error, content)
