"""The group router's part about officers' threads: a quote answers, buttons take, close, and bring prepared answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from casework.refusals import Refused
from casework.threads import Answered, ThreadView, called
from flows.kit import Button, Heard, Say
from flows.office import Office
from flows.talks import Answer, Command, OpenTalk, Talks

THREAD_PRESSES = {"take_thread", "close_thread", "thread_photo", "canned_list", "canned", "thread"}
"""Buttons of a thread's card; their value is its number, a prepared answer's `KEY.NUMBER`."""
SERVES = {"centre", "staff"}
"""Kinds of groups whose members answer."""
MOST_WAITING = 10
TYPED = {"take_thread", "close_thread"}


class ThreadWork:
    """What officers do with threads in their group."""

    office: Office
    talks: Talks
    answer: Answer
    _command: Command

    def _thread_pressed(self, heard: Heard) -> None:
        if heard.kind == "canned":
            key, _, given = heard.value.rpartition(".")
        else:
            key, given = "", heard.value
        thread = int(given) if given.isdecimal() and len(given) < 13 else 0
        if self.office.kind not in SERVES or not self.office.threads.sealed(heard.kind, heard.value, thread, heard.seal or ""):
            self._say("thread.void_button")
            return
        if heard.kind == "canned":
            self._answered(self.office.threads.answer_canned(thread, key), tell=True)
        elif heard.kind == "canned_list":
            view, _ = self.office.threads.view(thread, 0)
            self._show("canned_list", thread=view)
        elif heard.kind == "thread":
            self._thread_card(thread, "shown")
        elif heard.kind == "thread_photo":
            self._wait_for_photo(thread)
        else:
            self._thread_act(heard.kind, thread)

    def _thread_act(self, kind: str, thread: int) -> None:
        threads = self.office.threads
        if kind == "take_thread":
            view, mine = threads.take(thread)
            key = "thread.taken" if mine else "thread.owned"
            self._say(key, thread=thread, who=called(view.owner or ""))
        else:
            view, now = threads.close(thread)
            self._say("thread.closed" if now else "thread.closed_before", thread=thread)

    def _thread_card(self, thread: int, key: str) -> None:
        view, lines = self.office.threads.view(thread, 5)
        buttons = tuple(Button(kind, str(view.id)) for kind in offered(view))
        self.answer.said.append(Say("thread", {"thread": view, "lines": lines, "key": key}, card=True, buttons=buttons))

    def _thread_quoted(self, heard: Heard, thread: int) -> bool:
        """What quotes a message about a thread is the answer to it."""
        if self.office.kind not in SERVES:
            return False
        if heard.kind == "text":
            typed = next((kind for kind in self._command(heard.text) if kind in TYPED), None)
            if typed is not None:
                self._thread_act(typed, thread)
                return True
            self._answered(self.office.threads.answer(thread, heard.text, heard.value))
        elif heard.kind == "pin":
            words = f"📍 {heard.lat:.6f}, {heard.lng:.6f} {heard.place}".strip()
            self._answered(self.office.threads.answer(thread, words, ""))
        elif heard.kind in {"photo", "video"}:
            self._answered(self.office.threads.answer_picture(thread, heard.kind, heard.value, heard.set_id), picture=True)
        else:
            return False
        return True

    def _answered(self, done: Answered, *, tell: bool = False, picture: bool = False) -> None:
        """Which conversation has the answer, so that the officer sees that the quote was the right one.

        `tell`: what was sent is not to be seen in the group; `picture`: it is still to be fetched.
        """
        view = done.thread
        if done.repeated:
            self._say("thread.repeated", thread=view.id)
        elif done.reopened:
            self._say("thread.reopened", thread=view.id)
        elif done.colleague is not None:
            self._say("thread.colleague", thread=view.id, who=called(done.colleague))
        elif tell:
            self._say("thread.sent", thread=view.id, words=done.words or "")
        else:
            self._say("thread.delivered_photo" if picture else "thread.delivered", thread=view.id)

    # Pictures without a quote: LINE lets nobody quote with a picture on every telephone.

    def _wait_for_photo(self, thread: int) -> None:
        view, _ = self.office.threads.view(thread, 0)
        if view.state != "open":
            raise Refused("refused.thread_closed", thread=thread)
        old = self.talks.current()
        if old is not None:
            old.current = False
            self.talks.keep(old)
        talk = self.talks.begin("reply")
        talk.state, talk.data = "photo", {"thread": thread}
        self.talks.keep(talk)
        self._say("thread.photo", thread=thread)

    def _photo_talk(self, heard: Heard) -> bool:
        talk: OpenTalk | None = self.talks.current()
        if talk is None or talk.flow != "reply" or heard.kind not in {"photo", "video"}:
            return False
        minutes = self.office.rules.number("group", "answer_minutes")
        if self.office.now - talk.touched_at > timedelta(minutes=minutes):
            return False
        self._answered(
            self.office.threads.answer_picture(talk.data["thread"], heard.kind, heard.value, heard.set_id), picture=True
        )
        if heard.set_id is None:
            talk.open = talk.current = False
            talk.data = {}
        self.talks.keep(talk)
        return True

    def _threads_waiting(self) -> None:
        """`รอตอบ`: who waits, the longest first."""
        found, total = self.office.threads.waiting(MOST_WAITING)
        if found:
            self._show("threads_waiting", waiting=found, total=total, now=self.office.now, key="list")
        else:
            self._say("thread.none_waiting")

    def _say(self, key: str, **values: Any) -> None:
        raise NotImplementedError

    def _show(self, card: str, **values: Any) -> None:
        raise NotImplementedError


def offered(view: ThreadView) -> tuple[str, ...]:
    """The buttons that make sense on a thread as it stands."""
    if view.state != "open":
        return ()
    return (*(() if view.owner else ("take_thread",)), "canned_list", "thread_photo", "close_thread")
