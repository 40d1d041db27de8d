"""A message taken back or edited: its words and pictures leave the talk or the case they went to."""

from __future__ import annotations

from datetime import datetime

from cryptography.fernet import MultiFernet
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from bot.hearing import Event, line_id
from casework import idcard
from casework.case import place_of, text_of
from storage import cases, history, media, questions
from storage.models import Case, CaseEvent, Media, Talk
from storage.talks import StoredTalks

RECENT = 20


def take_back(session: Session, talks: StoredTalks, event: Event, box: MultiFernet | None = None) -> None:
    """Unsend: the message's words and pictures are removed. messageEdited: its words are replaced.

    `box`: the history of a 1:1 chat forgets them as well.
    """
    edited = event.kind == "messageEdited"
    body = event.body.get("message" if edited else "unsend")
    fields = body if isinstance(body, dict) else {}
    given = line_id(fields.get("id" if edited else "messageId"))
    new = fields.get("text") if edited else None
    if not given:
        return
    if not edited:
        _photo(session, event, given, talks.now)
    words = new if isinstance(new, str) and new.strip() and not idcard.mentions(new) else None
    if box is not None:
        history.retract(session, event.person, given, new if words else None, box)
    open_talks = select(Talk).where(Talk.chat == event.chat, Talk.person == event.person, Talk.open)
    for talk in session.scalars(open_talks):
        parts = talk.data.get("parts")
        if isinstance(parts, list) and _replace(parts, given, words):
            talk.data["text"] = text_of(parts)
            flag_modified(talk, "data")
        named = talk.data.get("place_parts")
        if isinstance(named, list) and _replace(named, given, words):
            talk.data["place_text"] = place_of(named)
            flag_modified(talk, "data")
    recent = select(Case).where(Case.reporter == event.person).order_by(Case.id.desc()).limit(RECENT)
    theirs = list(session.scalars(recent))
    if event.group:
        talked = select(Talk.case_number).where(
            Talk.chat == event.chat, Talk.person == event.person, Talk.case_number.is_not(None)
        )
        numbers = session.scalars(talked.order_by(Talk.id.desc()).limit(RECENT)).all()
        theirs += [c for c in session.scalars(select(Case).where(Case.number.in_(numbers))) if c not in theirs]
    for case in theirs:
        old = _replace(case.parts, given, words)
        if old is not None:
            case.text = text_of(case.parts)
            if len(old) == 3:
                case.place_text = place_of([part for part in case.parts if len(part) == 3]) or None
            flag_modified(case, "parts")
    _notes(session, [case.id for case in theirs], given, words)


def _notes(session: Session, cases: list[int], given: str, words: str | None) -> None:
    for event in session.scalars(select(CaseEvent).where(CaseEvent.case_id.in_(cases), CaseEvent.message_id == given)):
        event.note = words
        if words is None and event.kind == "asked" and not event.told:
            event.told = True
            questions.answered(session, session.get_one(Case, event.case_id), event.at)


def _replace(parts: list[list[str]], given: str, words: str | None) -> list[str] | None:
    """The part as it was, where it is one of these."""
    for n, part in enumerate(parts):
        if part[0] == given:
            parts[n : n + 1] = [[given, words, *part[2:]]] if words else []
            return part
    return None


def _unproved(session: Session, case: Case, now: datetime) -> None:
    """No photo, no close: a fix whose only photo is taken back is to be shown anew."""
    session.flush()
    begun = select(func.max(CaseEvent.at)).where(
        CaseEvent.case_id == case.id, CaseEvent.kind == "move", CaseEvent.status.in_(("numbered", "forwarded", "reopened"))
    )
    left = select(Media.id).where(Media.case_id == case.id, Media.role == "result", Media.created_at >= begun.scalar_subquery())
    if case.status == "fixed_reported" and session.scalar(left.limit(1)) is None:
        cases.move(session, case, "inspecting", now, who="system", actor="system")


def _photo(session: Session, event: Event, given: str, now: datetime) -> None:
    row = media.of_message(session, given)
    if row is None or row.chat != event.chat:
        return
    case = session.get(Case, row.case_id) if row.case_id is not None and row.role == "result" else None
    row.state, row.case_id = "gone", None
    if case is not None:
        _unproved(session, case, now)
    for talk in session.scalars(select(Talk).where(Talk.chat == event.chat, Talk.person == event.person, Talk.open)):
        photos = talk.data.get("photos")
        if isinstance(photos, list) and row.id in photos:
            photos.remove(row.id)
            flag_modified(talk, "data")
