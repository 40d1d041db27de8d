"""When the clock was set back: what is due at a time that nothing here is ever put off to is due now.

`due_at` is a time of day, because several machines share it. After a step backwards the rows that were written before
it would wait until the clock has caught up, and the later rows of their chats with them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from casework.news import MOVING
from storage import inbox, media, outbox
from storage.columns import SENDING, WAITING
from storage.models import InboxEvent, Media, OutboxMessage
from storage.models_news import Announcement

SOON = timedelta(minutes=1)
"""Longer than any pause or lease of an event or a message."""
LATER = timedelta(minutes=5)
"""Longer than any pause or lease of a photo, or between two steps of an announcement."""
assert inbox.LEASE < SOON > outbox.LEASE and media.LEASE < LATER


def any_left(session: Session, now: datetime) -> bool:
    """Whether something is due later than it can be."""
    looks: tuple[Select[Any], ...] = (
        select(InboxEvent.id).where(InboxEvent.state == WAITING, InboxEvent.due_at > now + SOON),
        select(OutboxMessage.id).where(OutboxMessage.state.in_((WAITING, SENDING)), OutboxMessage.due_at > now + SOON),
        select(Media.id).where(Media.state == WAITING, Media.due_at > now + LATER),
        select(Announcement.id).where(Announcement.due_at > now + LATER, Announcement.state.in_(MOVING)),
    )
    return any(session.scalar(look.limit(1)) is not None for look in looks)


def repair(session: Session, now: datetime) -> None:
    """Make it due; a message that is being sent keeps its lease, since its sender may well be alive."""
    session.execute(update(InboxEvent).where(InboxEvent.state == WAITING, InboxEvent.due_at > now + SOON).values(due_at=now))
    rows = update(OutboxMessage).where(OutboxMessage.state.in_((WAITING, SENDING)), OutboxMessage.due_at > now + SOON)
    session.execute(rows.where(OutboxMessage.state == WAITING).values(due_at=now))
    session.execute(rows.where(OutboxMessage.state == SENDING).values(due_at=now + outbox.LEASE))
    session.execute(update(Media).where(Media.state == WAITING, Media.due_at > now + LATER).values(due_at=now))
    moving = update(Announcement).where(Announcement.due_at > now + LATER, Announcement.state.in_(MOVING))
    session.execute(moving.values(due_at=now))
