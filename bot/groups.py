"""A turn in a group: who is there, what they pressed or typed, what is answered. The account speaks only when spoken to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import evidence, hearing, retract
from bot.alerts import Alerts
from bot.cards.dress import MOST_MESSAGES, dress
from bot.cards.kit import Look
from bot.hearing import NOWHERE, Event
from bot.officers import Relays
from bot.words import words
from casework import idcard
from casework.threads import ThreadView, of_about
from casework.threads import about as about_thread
from flows.groups import GroupRouter
from flows.kit import Heard, Say
from nlp import understand
from storage import groups, outbox
from storage.models_groups import Group
from storage.office import StoredOffice
from storage.talks import StoredTalks

ABOUT = "case:"


class GroupTurns:
    """What a turn does where the chat is a group."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts, self._relays = alerts, Relays(alerts)

    def take(self, session: Session, event: Event, heard: Heard, received: datetime) -> bool:
        """Answer; True where something is owed now."""
        now = self._alerts.clock()
        if event.kind == "leave":
            groups.left(session, event.chat, now)
            return False
        group = groups.meet(session, event.chat, now)
        if event.kind in {"memberJoined", "memberLeft"}:
            _members(session, group, event, now)
            return False
        if heard.kind == "join":
            return self._say(session, group, event, [Say("router.joined_group")], received)
        if heard.kind in {"unsend", "messageEdited"}:
            retract.take_back(session, StoredTalks(session, event.chat, event.person, now), event)
            return False
        acted = heard.kind not in {"text", "photo", "video", "pin", "file", "sticker", "audio", "unknown", "nothing"}
        person = evidence.sender(session, heard) if heard.kind == "evidence" else event.person
        member = groups.member(session, group, person, now, acted=acted) if person != NOWHERE else None
        marked = groups.about(session, heard.quoted, group.id) if heard.quoted else None
        about, heard = _case_of(marked), replace(heard, thread=of_about(marked))
        office = StoredOffice(session, group, member, self._alerts.rules, self._alerts.seal, now, self._alerts.box)
        talks = StoredTalks(session, event.chat, event.person, now)
        if heard.kind == "text" and _card_number(talks, heard):
            return self._say(session, group, event, [Say("group.card_number")], received)
        if heard.kind == "evidence":
            said, token = evidence.judge(session, office, heard, now)
            owing = self._say(session, group, event, said, received, token)
        else:
            if heard.kind == "text" and (_names_an_agency(talks) or (group.kind == "community" and _reads(talks, heard))):
                heard = replace(heard, understood=understand(heard.text, now=event.at))
            router = GroupRouter(office, talks, _command, _opening)
            answer = router.hear(_with_id(event, heard), about)
            if answer.said and member is not None:
                member.acted_at = now
            evidence.remember_token(talks, event, received, self._alerts.rules)
            owing = self._say(session, group, event, answer.said, received)
        told = self._relays.tell_of(session, office.threads.touched)
        return self._alerts.spread_of(session, office.touched) or told or owing

    def _say(
        self, session: Session, group: Group, event: Event, said: list[Say], received: Any, token: tuple[str, Any] | None = None
    ) -> bool:
        if not said:
            return False
        look = self._alerts.look(group.id)
        messages = self._with_missed(session, group, dress([_named(look, each) for each in said], look, quick_replies=False))
        fresh = timedelta(seconds=self._alerts.rules.number("reply", "fresh_seconds"))
        reply, until = token if token is not None else (event.reply_token, received + fresh)
        about = next((f"{ABOUT}{s.values['case'].number}" for s in said if "case" in s.values), None)
        about = about or next((f"{ABOUT}{s.values['number']}" for s in said if "number" in s.values), None)
        about = about or next((_thread_of(s.values["thread"]) for s in said if "thread" in s.values), None)
        outbox.owe(
            session,
            group.id,
            messages,
            self._alerts.clock(),
            reply_token=reply,
            reply_until=until,
            about=about,
            purpose="group",
        )
        return True

    def _with_missed(self, session: Session, group: Group, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What may never have come through is shown again before the answer, as in a 1:1 chat."""
        note = dress([Say("router.perhaps_missed")], Look(words("th")))
        room = MOST_MESSAGES - len(messages) - len(note)
        missed = outbox.take_unsure(session, group.id, room, without=note) if room > 0 else []
        return [*note, *missed, *messages] if missed else messages


def _named(look: Look, say: Say) -> Say:
    """Agencies are said by name."""
    code = say.values.get("agency")
    if say.card or not isinstance(code, str):
        return say
    return Say(say.key, {**say.values, "agency": look.agency(code)}, say.card, say.buttons)


def _members(session: Session, group: Group, event: Event, now: Any) -> None:
    field = event.body.get("joined" if event.kind == "memberJoined" else "left")
    members = field.get("members") if isinstance(field, dict) else None
    ids = [hearing.line_id(m.get("userId")) for m in members if isinstance(m, dict)] if isinstance(members, list) else []
    known = [person for person in ids if person]
    group.look_at = now
    if event.kind == "memberLeft":
        groups.members_left(session, group.id, known, now)
        return
    for person in known:
        groups.member(session, group, person, now, acted=False)


def _command(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*words("th").meant_in_group(text), *words("en").meant_in_group(text))))


def _opening(text: str) -> str | None:
    return words("th").opening(text)


def _with_id(event: Event, heard: Heard) -> Heard:
    return replace(heard, value=hearing.message_id(event)) if heard.kind == "text" else heard


def _case_of(marked: str | None) -> str | None:
    """The number of the case whose message was quoted."""
    return marked.removeprefix(ABOUT) if marked is not None and marked.startswith(ABOUT) else None


def _thread_of(thread: ThreadView | int) -> str:
    return about_thread(thread if isinstance(thread, int) else thread.id)


def _card_number(talks: StoredTalks, heard: Heard) -> bool:
    """A card number: refused wherever it stands; what is only close to one, where the words would be kept."""
    return idcard.firm(heard.text) or ((heard.thread is not None or _reads(talks, heard)) and idcard.mentions(heard.text))


def _names_an_agency(talks: StoredTalks) -> bool:
    """Whether this member was asked whose area it is: districts are known by more names than their official ones."""
    talk = talks.current()
    return talk is not None and talk.flow == "work" and talk.state == "handing"


def _reads(talks: StoredTalks, heard: Heard) -> bool:
    """Whether the words are meant for us: chatter among the members is not even read."""
    return heard.mentioned or _opening(heard.text) is not None or talks.current() is not None
