"""A message taken back or edited: its words and pictures leave the talk or the case they went to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from bot.hearing import Event, line_id
from storage import media
from storage.models import Case, CaseEvent, Talk
from storage.talks import StoredTalks

RECENT = 20


def take_back(session: Session, talks: StoredTalks, event: Event) -> None:
    """Unsend: the message's words and pictures are removed. messageEdited: its words are replaced."""
    edited = event.kind == "messageEdited"
    body = event.body.get("message" if edited else "unsend")
    fields = body if isinstance(body, dict) else {}
    given = line_id(fields.get("id" if edited else "messageId"))
    new = fields.get("text") if edited else None
    if not given:
        return
    if not edited:
        _photo(session, event, given)
    words = new if isinstance(new, str) and new.strip() else None
    open_talks = select(Talk).where(Talk.chat == event.chat, Talk.person == event.person, Talk.open)
    for talk in session.scalars(open_talks):
        parts = talk.data.get("parts")
        if isinstance(parts, list) and _replace(parts, given, words):
            talk.data["text"] = "\n".join(words for _, words in parts)
            flag_modified(talk, "data")
    recent = select(Case).where(Case.reporter == event.person).order_by(Case.id.desc()).limit(RECENT)
    theirs = session.scalars(recent).all()
    for case in theirs:
        if _replace(case.parts, given, words):
            case.text = "\n".join(words for _, words in case.parts)
            flag_modified(case, "parts")
    _notes(session, [case.id for case in theirs], given, words)


def _notes(session: Session, cases: list[int], given: str, words: str | None) -> None:
    for event in session.scalars(select(CaseEvent).where(CaseEvent.case_id.in_(cases), CaseEvent.message_id == given)):
        event.note = words


def _replace(parts: list[list[str]], given: str, words: str | None) -> bool:
    for n, (part, _) in enumerate(parts):
        if part == given:
            parts[n : n + 1] = [[given, words]] if words else []
            return True
    return False


def _photo(session: Session, event: Event, given: str) -> None:
    row = media.of_message(session, given)
    if row is None or row.chat != event.chat:
        return
    row.state, row.case_id = "gone", None
    for talk in session.scalars(select(Talk).where(Talk.chat == event.chat, Talk.person == event.person, Talk.open)):
        photos = talk.data.get("photos")
        if isinstance(photos, list) and row.id in photos:
            photos.remove(row.id)
            flag_modified(talk, "data")
