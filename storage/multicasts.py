"""Outbox rows with many recipients: owed like any other, sent by the same sender with one retry key each."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.columns import SENDING, WAITING
from storage.models import OutboxMessage
from storage.outbox import Message


def owe(
    session: Session,
    chat: str,
    recipients: Sequence[str],
    messages: Sequence[Message],
    due: datetime,
    now: datetime,
    purpose: str,
) -> int:
    """Owe these messages to at most 500 people as one multicast, from `due` on; the row's id.

    Rows of one `chat` (a name that no LINE chat has) go one after the other.
    """
    row = OutboxMessage(
        chat=chat,
        recipients=json.dumps(list(recipients)),
        messages=json.dumps(messages, ensure_ascii=False, separators=(",", ":")),
        retry_key=str(uuid.uuid4()),
        due_at=due,
        created_at=now,
        purpose=purpose,
    )
    session.add(row)
    session.flush()
    return row.id


def call_back(session: Session, ids: Sequence[int]) -> list[int]:
    """Give up those of the rows that LINE has certainly not taken and nobody is sending; their ids."""
    taken_back = (
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids), OutboxMessage.state.in_(("waiting", "dead")), ~OutboxMessage.doubtful)
        .values(state="dropped", messages="[]", recipients=None)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(taken_back))


def leave_out(session: Session, person: str) -> None:
    """Take the person out of multicasts that LINE has certainly not taken; one that is left empty is given up."""
    waiting = select(OutboxMessage).where(
        OutboxMessage.state.in_((WAITING, SENDING)),  # as the index has it
        OutboxMessage.state == WAITING,
        OutboxMessage.recipients.is_not(None),
        ~OutboxMessage.doubtful,
    )
    for row in session.scalars(waiting.with_for_update()):
        people = json.loads(row.recipients or "[]")
        if person in people:
            people.remove(person)
            row.recipients = json.dumps(people)
            if not people:
                row.state, row.messages, row.recipients = "dropped", "[]", None
