"""The photo of a result, once it is fetched: looked at, then the case moves, or the group hears why it does not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.hearing import NOWHERE, Event
from casework.case import UNFIXED
from casework.evidence import flags, refusal
from casework.rules import Rules
from flows.kit import Heard, Say
from storage import cases, media, proofs
from storage.models import Media, Talk
from storage.office import StoredOffice
from storage.talks import KeptTalk, StoredTalks


def remember_token(talks: StoredTalks, event: Event, received: datetime, rules: Rules) -> None:
    """The verdict on a photo comes a moment later: as a reply to that photo while its token is fresh (replies are free)."""
    talk = talks.current()
    if event.reply_token is None or talk is None or talk.state != "more" or event.kind != "message":
        return
    until = received + timedelta(seconds=rules.number("reply", "fresh_seconds"))
    talk.data["token"] = [event.reply_token, until.isoformat()]
    talks.keep(talk)


def sender(session: Session, heard: Heard) -> str:
    """Who sent the photo; nobody where it is wanted no more."""
    row = session.get(Media, heard.media) if heard.media is not None else None
    talk = session.get(Talk, row.talk_id) if row is not None and row.talk_id is not None else None
    return talk.person if talk is not None else NOWHERE


def judge(session: Session, office: StoredOffice, heard: Heard, now: datetime) -> tuple[list[Say], tuple[str, datetime] | None]:
    """What to say about a photo that was fetched or lost, and the reply token it may be said with."""
    row = session.get(Media, heard.media) if heard.media is not None else None
    talk_row = session.get(Talk, row.talk_id) if row is not None and row.talk_id is not None else None
    if row is None or row.role != "proof" or talk_row is None or not talk_row.open:
        return [], None
    talks = StoredTalks(session, talk_row.chat, talk_row.person, now)
    talk = talks.by_id(talk_row.id)
    assert talk is not None
    said = _judged(session, office, talk, row, now)
    token = _take_token(talk, now)
    talks.keep(talk)
    return said, token if said else None


def _take_token(talk: KeptTalk, now: datetime) -> tuple[str, datetime] | None:
    token = talk.data.pop("token", None)
    if token is None:
        return None
    until = datetime.fromisoformat(token[1])
    return (str(token[0]), until) if until > now else None


def _judged(session: Session, office: StoredOffice, talk: KeptTalk, row: Media, now: datetime) -> list[Say]:
    number = str(talk.data.get("number"))
    case = cases.must(session, number)
    photos = talk.data.get("photos", [])
    if row.state != "ready":
        _again(talk, row.id)
        return [Say("group.evidence_lost", {"number": number})]
    why = refusal(
        proofs.of(row), proofs.complaint(session, case), proofs.earlier(session, case, office.rules, row.id), office.rules
    )
    if why is not None:
        media.drop(session, row.id)
        cases.add_note(session, case, why, now, actor=office.actor, told=True, kind="evidence")
        _again(talk, row.id)
        return [Say(f"group.evidence_{why}", {"number": number})]
    row.case_id, row.talk_id, row.role = case.id, None, "result"
    if case.status not in UNFIXED:
        return []
    pin = talk.data.get("pin")
    place = (case.lat, case.lng) if case.lat is not None and case.lng is not None else None
    found = flags(office.rules, proofs.accepted_at(session, case), now, place, (pin[0], pin[1]) if pin else None)
    office.report_fix(case, str(talk.data.get("words") or "") or None, str(talk.data.get("words_id") or ""))
    for flag in found:
        cases.add_note(session, case, flag, now, actor="system", told=True, kind="evidence")
    talk.data["photos"] = [p for p in photos if p != row.id]
    return [Say("group.evidence_ok", {"number": number})]


def _again(talk: KeptTalk, which: int) -> None:
    """Another photo is wanted, unless one of the others will do."""
    left = talk.data["photos"] = [p for p in talk.data.get("photos", []) if p != which]
    if not left and talk.state == "more":
        talk.state = "result"
