"""One event, one turn, one transaction: read, route, dress, owe. No network here; what is said leaves by the outbox."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from bot import hearing, meter, retract
from bot.alerts import Alerts
from bot.cards.dress import MOST_MESSAGES, dress
from bot.cards.kit import Look
from bot.groups import GroupTurns
from bot.hearing import NOWHERE, Event
from bot.notice import with_news
from bot.officers import Relays
from bot.pace import Pace, TooMuch
from bot.remembering import remember
from bot.trouble import where
from bot.words import words
from casework.rules import Rules
from casework.seal import Seal
from casework.threads import of_about
from flows.kit import Heard, Say
from flows.router import Router
from flows.talks import Answer
from nlp import understand
from storage import erasing, groups, inbox, lookups, media, outbox
from storage.desk import StoredDesk
from storage.engine import Store, transient
from storage.following import about
from storage.inbox import Waiting
from storage.talks import StoredTalks

log = logging.getLogger("turn")
Clock = Callable[[], datetime]
FLOOD = 500
"""Events of a flood that are set aside together."""
SOON = timedelta(milliseconds=50)
MEDIA_KINDS = {"photo": "image", "video": "video", "file": "file"}


class Turns:
    """Takes waiting events, one at a time a chat."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        box: MultiFernet,
        clock: Clock,
        *,
        seal: Seal,
        public_url: str | None,
        geocodes: bool = False,
        owed: Callable[[], None] = lambda: None,
        promised: Callable[[], None] = lambda: None,
    ) -> None:
        """`owed` is called after a turn that left something to send, `promised` after one with a photo.

        `seal` signs the buttons of groups; `geocodes`: there is somebody to ask where a name is.
        """
        self._store, self._rules, self._box, self._clock = store, rules, box, clock
        self._alerts = Alerts(rules, seal, clock, public_url, box)
        self._groups, self._relays = GroupTurns(self._alerts), Relays(self._alerts)
        self._public_url, self.owed, self.promised, self._geocodes = public_url, owed, promised, geocodes
        self._pace = Pace(rules)
        self.under_way: dict[str, float] = {}
        """1:1 chats whose turn is being taken, with the monotonic second it began."""

    def due(self, limit: int) -> list[Waiting]:
        """Events whose turn it is."""
        if self._store.sqlite:
            # One machine: the pump knows what its threads are at, and SQLite has one writer anyway.
            with self._store.read() as session:
                return inbox.heads(session, self._clock(), limit)
        with self._store.write() as session:
            return inbox.lease(session, self._clock(), limit)

    def give_back(self, waiting: Sequence[Waiting]) -> None:
        """Events that were leased and not begun: another worker may have them at once."""
        if waiting and not self._store.sqlite:
            with self._store.write() as session:
                inbox.release(session, waiting, self._clock())

    def take(self, waiting: Waiting) -> None:
        """The turn of one event. It never raises: a failure is put back, and parked after the third time."""
        with about(event=waiting.event_id):
            self._taken(waiting)

    def _taken(self, waiting: Waiting) -> None:
        try:
            event = hearing.read(waiting.raw, self._box)
            if not event.group and event.chat != NOWHERE:
                self.under_way[event.chat] = time.monotonic()
            try:
                self._take(waiting, event)
            finally:
                self.under_way.pop(event.chat, None)
            seconds = (self._clock() - waiting.received_at).total_seconds()
            meter.count("turns", "done")
            meter.observe("turn_seconds", seconds)
            log.info("turn over", extra={"about": {"kind": event.kind[:20], "ms": round(seconds * 1000)}})
        except Exception as problem:
            meter.count("turns", "failed")
            self._failed(waiting, problem)

    def _take(self, waiting: Waiting, event: Event) -> None:
        too_much = self._pace.too_much(event, waiting.received_at) if not waiting.attempts and event.chat != NOWHERE else None
        if too_much is not None:
            self._set_aside(waiting, event, too_much)
            return
        heard = hearing.hear(event)
        if heard.kind == "text" and not event.group:
            # Outside the transaction: writers wait for one another, reading words need not be waited for.
            heard = replace(heard, understood=understand(heard.text, now=event.at))
        now = self._clock()
        owing = False
        with self._store.write() as session:
            # In a group it is a person's turn as well: they may be being erased, in their own chat or by staff.
            if event.group and event.person != NOWHERE and not inbox.alone(session, event.person):
                inbox.release(session, [waiting], now + SOON)
                return
            if not inbox.take(session, waiting):
                if not self._store.sqlite:
                    # Where it still waits, its chat is busy in another worker: soon again.
                    inbox.release(session, [waiting], now + SOON)
                return
            if event.chat == NOWHERE or not event.active or heard.kind == "nothing":
                return
            if event.group:
                owing = self._groups.take(session, event, heard, waiting.received_at)
            elif event.person != NOWHERE:
                owing = self._one_to_one(session, waiting, event, heard, now)
        if owing:
            self.owed()
        if heard.kind in MEDIA_KINDS:
            self.promised()

    def _set_aside(self, waiting: Waiting, event: Event, too_much: TooMuch) -> None:
        """Not taken; said once. What else of the same flood waits goes with it, so that it costs one transaction."""
        now = self._clock()
        with self._store.write() as session:
            if not inbox.alone(session, event.chat):
                inbox.release(session, [waiting], now + SOON)
                return
            rest = [] if too_much.tell else inbox.waiting_of(session, event.chat, FLOOD)
            inbox.set_aside(session, [waiting.id, *(w.id for w in rest if self._over(w, event.person))])
            if too_much.tell and not event.group and event.active:
                desk = StoredDesk(session, event.person, self._rules, self._box, now)
                note = Say(f"router.too_many_{too_much.what}", {"minutes": too_much.minutes})
                self._owe(session, waiting, event, dress([note], Look(words(desk.language), None, self._public_url)), now)
        if too_much.tell:
            log.warning("a chat is over its limit of %s", too_much.what)
            self.owed()

    def _over(self, waiting: Waiting, person: str) -> bool:
        event = hearing.read(waiting.raw)
        return event.person == person and self._pace.is_over(event, waiting.received_at)

    def _one_to_one(self, session: Session, waiting: Waiting, event: Event, heard: Heard, now: datetime) -> bool:
        desk = StoredDesk(session, event.person, self._rules, self._box, now)
        desk.has_pages = self._public_url is not None
        if event.kind in {"message", "postback"}:
            desk.wrote()
        talks = StoredTalks(session, event.chat, event.person, now)
        if heard.quoted:
            heard = replace(heard, thread=of_about(groups.about(session, heard.quoted, "")))
        messages = self._answer(session, desk, talks, event, heard)
        lexicon, secret = words(desk.language), talks.any_of("registry")
        if desk.leaving is not None:
            at = int(event.at.timestamp() * 1000)
            erasing.erase(session, event.person, self._box, now, photos=desk.leaving, until=at)
            self._owe(session, waiting, event, messages, now, purpose=outbox.ERASED)
            return True
        given = hearing.message_id(event)
        remember(session, event.person, heard, given, messages, lexicon, self._box, now, secret=secret, kept=desk.officers.kept)
        if messages:
            self._owe(session, waiting, event, messages, now)
        told = self._relays.tell_of(session, desk.officers.touched)
        return self._alerts.spread_of(session, desk.touched) or told or bool(messages)

    def _owe(
        self,
        session: Session,
        waiting: Waiting,
        event: Event,
        messages: list[dict[str, Any]],
        now: datetime,
        purpose: str = "talk",
    ) -> None:
        """As a reply while the token is fresh."""
        until = waiting.received_at + timedelta(seconds=self._rules.number("reply", "fresh_seconds"))
        outbox.owe(session, event.chat, messages, now, reply_token=event.reply_token, reply_until=until, purpose=purpose)

    def _answer(
        self, session: Session, desk: StoredDesk, talks: StoredTalks, event: Event, heard: Heard
    ) -> list[dict[str, Any]]:
        if heard.kind in {"unsend", "messageEdited"}:
            retract.take_back(session, talks, event, self._box)
            return []
        if heard.kind in MEDIA_KINDS:
            if hearing.external(event) or not heard.value:
                heard = Heard("unknown", heard.at)
            else:
                kind = MEDIA_KINDS[heard.kind]
                promised = media.promise(session, heard.value, event.chat, kind, heard.set_id, talks.now)
                heard = replace(heard, media=promised, value="")
        elif heard.kind == "text":
            heard = replace(heard, value=hearing.message_id(event))
        answer = self._routed(desk, talks, heard)
        if self._geocodes and answer.talk is not None:
            for name in desk.to_look_up:
                lookups.ask(session, event.chat, answer.talk, name, talks.now)
        look = Look(words(desk.language), answer.talk, self._public_url)
        said = dress(answer.said, look)
        if event.kind in {"message", "postback"}:
            said = with_news(desk, talks, answer, said, look)
        return self._with_missed(session, event, said, look)

    def _routed(self, desk: StoredDesk, talks: StoredTalks, heard: Heard) -> Answer:
        lexicon = words(desk.language)

        def reread(text: str) -> Any:
            return understand(text, now=heard.at)

        router = Router(desk, talks, command=_meant(desk.language), label=lexicon.label, alike=lexicon.alike, reread=reread)
        return router.hear(heard)

    def _with_missed(self, session: Session, event: Event, messages: list[dict[str, Any]], look: Look) -> list[dict[str, Any]]:
        room = MOST_MESSAGES - len(messages) - 1
        if not messages or room < 1:
            return messages
        note = _perhaps_missed(look.words.language)
        # An earlier announcement that was missed as well is not repeated: it would take the room of what it announced.
        missed = outbox.take_unsure(session, event.chat, room, without=note)
        for message in missed:
            message.pop("quickReply", None)
        return [*note, *missed, *messages] if missed else messages

    def _failed(self, waiting: Waiting, problem: Exception) -> None:
        # The traceback names places in the code; what the citizen wrote stays out of the log.
        log.error("turn failed: attempt=%d %s", waiting.attempts + 1, where(problem))
        now = self._clock()
        if transient(problem):
            # Not the event's fault: it stays where it is and is looked at again.
            time.sleep(0.2)
            with suppress(Exception), self._store.write() as session:
                inbox.release(session, [waiting], now)
            return
        try:
            with self._store.write() as session:
                if inbox.failed(session, waiting, where(problem), now) and _deserves_apology(waiting):
                    look = Look(words("th"), None, self._public_url)
                    self._owe(session, waiting, hearing.read(waiting.raw), dress([Say("router.apology")], look), now)
            self.owed()
        except Exception as again:
            log.error("could not write down a failed turn: %s", where(again))


def _deserves_apology(waiting: Waiting) -> bool:
    """Somebody waits for an answer. An event that cannot even be read is nobody's."""
    try:
        event = hearing.read(waiting.raw)
    except ValueError:
        return False
    return event.chat != NOWHERE and event.kind in {"message", "postback"} and not event.group


@lru_cache(maxsize=2)
def _perhaps_missed(language: str) -> tuple[dict[str, Any], ...]:
    return tuple(dress([Say("router.perhaps_missed")], Look(words(language), None, None)))


def _meant(language: str) -> Callable[[str], tuple[str, ...]]:
    """Typed words of the person's language, and of the other one too."""
    first, second = words(language), words("en" if language == "th" else "th")

    def meant(text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*first.meant(text), *second.meant(text))))

    return meant
