"""Between a person and the centre's officers: what one side did is told to the other, once. Jobs and turns share it.

Everything happens in the caller's transaction. The officers' side is the staff's groups, or the centre's where staff have none.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.alerts import Alerts
from bot.cards.dress import MOST_MESSAGES, dress
from bot.cards.kit import Look
from bot.cards.thread_cards import HEAVY, weight
from bot.words import words
from casework.contact import mask_ids
from casework.threads import LineView, ThreadView, about, called
from flows.kit import Button, Say
from flows.officer import closing
from flows.thread_work import offered
from storage import cases, outbox, people, talks, threads, waits
from storage.models import Case, Media, Person
from storage.models_history import Message
from storage.models_threads import Thread, ThreadEvent, Wait

BATCH = 100
ROWS = 10
"""Of those who wait, on one card."""
PURPOSE = "officer"
MOST_GATHERED = 40
"""Of what was said at once."""
MOST_LINES = 8
"""Of it, on one card."""
Messages = list[dict[str, Any]]
Piece = TypeVar("Piece")


class Relays:
    """Writes what both sides are to hear into the outbox."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts

    def tell_of(self, session: Session, thread_ids: Collection[int]) -> bool:
        """Tell of what happened in these threads in this transaction; True where something is owed."""
        if not thread_ids or self._alerts.box is None:
            return False
        session.flush()
        told = []
        for which in sorted(thread_ids):
            found = threads.untold(session, which, self._alerts.rules, self._alerts.clock(), BATCH)
            for said, events in itertools.groupby(found, key=lambda event: event.kind == "said"):
                if said:
                    told += [self._to_staff(session, which, part) for part in batched(list(events), MOST_GATHERED)]
                else:
                    told += [self._tell(session, event) for event in events]
        return any(told)

    def _tell(self, session: Session, event: ThreadEvent) -> bool:
        """Tell of one event; True where something is owed."""
        event.told = True
        thread = session.get_one(Thread, event.thread_id)
        if thread.person is None:
            return False
        if event.kind == "answered":
            thread.next_card_at = None  # they talk with one another: the next words go at once
            return self._to_citizen(session, thread, event)
        if event.kind == "closed" and thread.state == "closed" and thread.closed_by != "citizen":
            self._say_closed(session, thread)
        if event.kind in {"taken", "closed"} and event.actor != "system":
            self._note(session, thread, event, event.kind)
        return True

    def _line(self, session: Session, event: ThreadEvent) -> tuple[LineView, Media | None]:
        assert self._alerts.box is not None
        message = session.get(Message, event.words_id) if event.words_id is not None else None
        picture = session.get(Media, event.media_id) if event.media_id is not None else None
        return threads.line(event, message, picture, self._alerts.box), picture

    # To the officers.

    def view(self, session: Session, thread: Thread) -> ThreadView:
        """The thread with the name of whose it is."""
        return threads.view(session, thread, people.called(session, thread.person, self._alerts.box))

    def _to_staff(self, session: Session, which: int, events: Sequence[ThreadEvent]) -> bool:
        """What was said, on one card or as few as it fits on: one push to each group; what is said soon after is gathered."""
        thread = session.get_one(Thread, which)
        lines = []
        for event in events:
            event.told = True
            line, picture = self._line(session, event)
            if line.words is not None or picture is not None:  # else taken back before anybody read it
                lines.append(_shown(line))
        if not lines or thread.person is None:
            return False
        now, found = self._alerts.clock(), threads.staff_groups(session)
        if found:
            thread.next_card_at = now + self._alerts.rules.span("officer", "bundle_seconds")
        view = self.view(session, thread)
        buttons = tuple(Button(kind, str(view.id)) for kind in offered(view))
        for part in batched(_cards(lines), MOST_MESSAGES):
            for group in found:
                said = [Say("thread", {"thread": view, "lines": on, "key": "said"}, card=True, buttons=buttons) for on in part]
                messages = dress(said, self._alerts.look(group), quick_replies=False)
                outbox.owe(session, group, messages, now, about=about(thread.id), purpose=PURPOSE)
        return bool(found)

    def _note(self, session: Session, thread: Thread, event: ThreadEvent, key: str, words_: str = "") -> None:
        """The other groups, or all of them where it happened elsewhere."""
        for group in threads.staff_groups(session):
            if group != event.group_id:
                who = called(event.actor)
                key_ = f"thread.note_{key}_citizen" if event.actor == "citizen" else f"thread.note_{key}"
                said = [Say(key_, {"thread": thread.id, "who": who, "words": words_})]
                messages = dress(said, self._alerts.look(group), quick_replies=False)
                outbox.owe(session, group, messages, self._alerts.clock(), about=about(thread.id), purpose=PURPOSE)

    # To the citizen.

    def _look(self, session: Session, person: str) -> Look:
        known = session.get(Person, person)
        return replace(self._alerts.look(person), words=words(known.language if known else "th"), seal=None)

    def _to_citizen(self, session: Session, thread: Thread, event: ThreadEvent) -> bool:
        assert thread.person is not None
        line, picture = self._line(session, event)
        look = self._look(session, thread.person)
        if picture is not None and picture.state != "ready":
            if event.group_id is not None:
                said = [Say("thread.photo_lost", {"thread": thread.id})]
                messages = dress(said, self._alerts.look(event.group_id), quick_replies=False)
                outbox.owe(session, event.group_id, messages, self._alerts.clock(), about=about(thread.id), purpose=PURPOSE)
            return True
        if line.words is None and picture is None:
            return False
        busy = talks.busy(session, thread.person, threads.FLOW)
        buttons = () if busy or thread.state != "open" else (Button("end_thread", str(thread.id)),)
        who = called(event.actor) if self._alerts.rules.whole("officer", "show_name") else ""
        messages = _picture(look, line)
        key = "officer.answer" if line.words else "officer.answer_photo" if messages else "officer.answer_unseen"
        said = [Say(key, {"words": line.words or "", "who": who, "thread": thread.id}, buttons=buttons)]
        if busy:
            said.append(Say("officer.reply_how"))
        messages = dress(said, look) + messages
        _quick_replies_last(messages)
        outbox.owe(session, thread.person, messages, self._alerts.clock(), about=about(thread.id), purpose=PURPOSE)
        if event.group_id is None or len(threads.staff_groups(session)) > 1:
            self._note(session, thread, event, "answered", line.words or "")
        return True

    def _say_closed(self, session: Session, thread: Thread) -> None:
        assert thread.person is not None
        look = self._look(session, thread.person)
        said = [closing(thread.id, "closed_silent" if thread.closed_by == "silence" else "closed_officer")]
        messages = dress(said, look)
        if talks.busy(session, thread.person, threads.FLOW):
            messages[-1].pop("quickReply", None)
            messages += dress([Say("thread_stars", {"thread": thread.id}, card=True, buttons=said[0].buttons)], look)
        outbox.owe(session, thread.person, messages, self._alerts.clock(), about=about(thread.id), purpose=PURPOSE)

    # Questions with a number, and those who wait for long.

    def show_question(self, session: Session, wait: Wait) -> bool:
        """A question that was filed as a case, to the officers."""
        wait.told = True
        case = session.get_one(Case, wait.case_id)
        view = cases.view(session, case).for_others()
        found = threads.staff_groups(session)
        for group in found:
            said = [Say("question", {"case": view}, card=True)]
            messages = dress(said, self._alerts.look(group), quick_replies=False)
            outbox.owe(session, group, messages, self._alerts.clock(), about=f"case:{case.number}", purpose=PURPOSE)
        return bool(found)

    def remind(self, session: Session, found: Sequence[Wait]) -> bool:
        """One card for all of these."""
        now = self._alerts.clock()
        values = {
            "waiting": waits.shown(session, found[:ROWS], self._alerts.box),
            "total": waits.count(session),
            "now": now,
            "key": "remind",
        }
        for wait in found:
            wait.reminded_at = now
        groups = threads.staff_groups(session)
        for group in groups:
            messages = dress([Say("threads_waiting", values, card=True)], self._alerts.look(group), quick_replies=False)
            outbox.owe(session, group, messages, now, purpose=PURPOSE)
        return bool(groups)


def batched(all_: Sequence[Piece], most: int) -> Iterator[Sequence[Piece]]:
    """In pieces of at most so many."""
    return (all_[at : at + most] for at in range(0, len(all_), most))


def _cards(lines: Sequence[LineView]) -> list[list[LineView]]:
    """The lines as they are spread over cards: a picture or film each, and no more words than fit."""
    cards: list[list[LineView]] = []
    room, seen = 0, False
    for line in lines:
        long_, pictured = weight(line), bool(line.photo or line.film)
        if not cards or long_ > room or (pictured and seen) or len(cards[-1]) == MOST_LINES:
            cards.append([])
            room, seen = HEAVY, False
        cards[-1].append(line)
        room, seen = room - long_, seen or pictured
    return cards


def _shown(line: LineView) -> LineView:
    """As officers read it in a group: an ID number is hidden, a telephone that was written to them is not."""
    return replace(line, words=mask_ids(line.words)) if line.words else line


def _picture(look: Look, line: LineView) -> Messages:
    """The picture or film itself, where it can be fetched from outside."""
    photo = look.photo(line.photo) if line.photo else None
    film = look.film(line.film) if line.film else None
    if photo is not None:
        return dress([Say("officer_photo", {"photo": photo}, card=True)], look)
    return dress([Say("officer.film", {"film": film})], look) if film else []


def _quick_replies_last(messages: Messages) -> None:
    """Quick replies show below the last message alone."""
    moved = [m.pop("quickReply") for m in messages if "quickReply" in m]
    if moved:
        messages[-1]["quickReply"] = moved[-1]
