"""Cases and pictures without the person who sent them. Part of erasing a person (storage.erasing)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from casework.anonymous import anonymised, without
from storage.columns import DEAD, PARKED, SENDING, UNSURE, WAITING
from storage.media import LONG_AGO
from storage.models import Case, CaseEvent, Follower, InboxEvent, Media, OutboxMessage
from storage.models_history import Message

_QUIET = {"synchronize_session": False}


def leave_cases(session: Session, person: str, known: Sequence[str], *, photos: bool) -> list[str]:
    """The person's cases stay without them: words anonymised, nothing that links. Returns their numbers."""
    numbers = []
    own = session.scalars(select(Case).where(Case.reporter == person).with_for_update()).all()
    for case in own:
        numbers.append(case.number)
        case.reporter, case.share_contact, case.parts = None, False, []
        case.text = anonymised(case.text, known)
        case.place_text = anonymised(case.place_text, known) if case.place_text else None
    ids = [case.id for case in own]
    _notes(session, session.scalars(select(CaseEvent).where(CaseEvent.case_id.in_(ids))).all(), known, None)
    theirs = set(session.scalars(select(Message.message_id).where(Message.person == person, Message.message_id.is_not(None))))
    followed = select(Follower.case_id).where(Follower.person == person)
    others = session.scalars(select(CaseEvent).where(CaseEvent.case_id.in_(followed), CaseEvent.message_id.is_not(None))).all()
    _notes(session, others, known, theirs)
    _mentions(session, select(CaseEvent).where(CaseEvent.case_id.in_(followed)), known)
    if photos and ids:
        gone = {"state": "gone", "case_id": None, "event_id": None, "talk_id": None, "created_at": LONG_AGO}
        session.execute(
            update(Media).where(Media.case_id.in_(ids), Media.role == "report").values(gone), execution_options=_QUIET
        )
    return numbers


def _notes(session: Session, events: Iterable[CaseEvent], known: Sequence[str], only: set[str | None] | None) -> None:
    for event in events:
        if only is not None and event.message_id not in only:
            continue
        event.message_id = None if event.actor in {"citizen", "follower"} or only is not None else event.message_id
        if event.note:
            event.note = anonymised(event.note, known)
        if event.reason:
            event.reason = anonymised(event.reason, known)


def _mentions(session: Session, which: Select[CaseEvent], known: Sequence[str]) -> None:
    """What others wrote into the cases they follow keeps its words, but for their name and number."""
    for event in session.scalars(which) if known else ():
        event.note, event.reason = (words and without(words, known) for words in (event.note, event.reason))


def leave_media(session: Session, person: str) -> None:
    """What belongs to a case stays there and says nothing of who sent it; all else goes with the next look at the files."""
    for row in session.scalars(select(Media).where(Media.chat == person).with_for_update()):
        row.chat, row.message_id, row.set_id, row.error = "", f"erased-{row.id}", None, None
        if row.case_id is None or row.state == "waiting":
            row.state, row.case_id, row.event_id, row.talk_id, row.created_at = "gone", None, None, None, LONG_AGO


def leave_mail(session: Session, person: str, known: Sequence[str], until: int | None, about: Sequence[str]) -> None:
    """What waits to be handled or sent. `until`: LINE's time (ms) up to which what they sent goes; None: all of it.

    `about`: what messages to others are marked with that are theirs altogether (their threads with officers).
    """
    open_ = InboxEvent.state.in_((WAITING, PARKED))
    mine = select(InboxEvent).where(open_, InboxEvent.chat == person)
    for event in session.scalars(mine if until is None else mine.where(InboxEvent.at <= until)):
        _handled(event)
    for event in session.scalars(select(InboxEvent).where(open_, InboxEvent.chat.startswith("C"))):
        if person in (event.raw or "") and (until is None or event.at <= until):
            _handled(event)
    said = OutboxMessage.chat == person
    for state in (WAITING, UNSURE, DEAD, None):
        which = OutboxMessage.state == state if state is not None else OutboxMessage.state.in_(("sent", "shown", "dropped"))
        for row in session.scalars(select(OutboxMessage).where(said, which)):
            session.delete(row)
    # In LINE's hands at this moment: gone as soon as it is known what became of it (storage.outbox.settle).
    sending = update(OutboxMessage).where(said | OutboxMessage.about.in_(about), OutboxMessage.state == SENDING)
    session.execute(sending.values(purpose="erased"), execution_options=_QUIET)
    for row in session.scalars(select(OutboxMessage).where(OutboxMessage.state.in_((WAITING, UNSURE, DEAD)))):
        if row.about in about:
            session.delete(row)
        else:
            left = json.dumps(_without(json.loads(row.messages), (person, *known)), ensure_ascii=False, separators=(",", ":"))
            row.messages = left


def _handled(event: InboxEvent) -> None:
    event.state, event.raw, event.chat, event.error = "done", None, "", "erased"


def _without(part: Any, pieces: Sequence[str]) -> Any:
    """A message to somebody else without these words: their name, number or id in it."""
    if isinstance(part, dict):
        return {key: _without(value, pieces) for key, value in part.items()}
    if isinstance(part, list):
        return [_without(value, pieces) for value in part]
    return without(part, pieces) if isinstance(part, str) else part
