"""Outside any one conversation: words that always work, what LINE tells of a person, and small talk."""

from __future__ import annotations

from typing import Any

from flows.aside import Aside
from flows.booking import Booking
from flows.desk import Desk
from flows.handbook import Handbook
from flows.kit import Button, Flow, Heard, Say
from flows.mydata import MyData
from flows.news import News
from flows.officer import Officer
from flows.quiz import Quiz
from flows.registry import Registry
from flows.report import Report
from flows.talks import Alike, Answer, Command, Label, OpenTalk, Reread, Talks
from flows.track import Track
from flows.voice import Voice

FLOWS: dict[str, type[Flow]] = {
    flow.name: flow for flow in (Report, Track, Voice, Handbook, Aside, Registry, Booking, News, Quiz, Officer, MyData)
}
"""Every conversation. A new one is a file and a name in this list."""

OPENS = {
    "report": "report",
    "emergency": "report",
    "track": "track",
    "inquiry": "voice",
    "suggestion": "voice",
    "compliment": "voice",
    "voice": "voice",
    "handbook": "handbook",
    "search": "handbook",
    "quiz": "quiz",
    "quiz_code": "quiz",
    "registry": "registry",
    "bookings": "booking",
    "move_booking": "booking",
    "cancel_booking": "booking",
    "rate_booking": "booking",
    "my_data": "mydata",
    "erase_me": "mydata",
    "my_phone": "mydata",
    "news": "news",
    "follow_news": "news",
    "unfollow_news": "news",
    "read_news": "news",
    "news_off": "news",
    "officer": "officer",
}
"""Intents and menu buttons that open a conversation."""

WITH_VALUE = {
    "move_booking",
    "cancel_booking",
    "rate_booking",
    "search",
    "quiz_code",
    "erase_me",
    "my_phone",
    "follow_news",
    "unfollow_news",
    "read_news",
    "news_off",
}
"""Those of them that are about something: what was pressed opens the conversation."""
PAGES = {"share": "share"}
"""Wishes that a page answers."""

LONG_ENOUGH = 12
"""Code points of a text that is taken for a report when nothing else is understood of it."""
MENU = tuple(Button(kind) for kind in ("report", "track", "registry", "voice", "news", "officer"))
ALWAYS = {
    *("sos", "menu", "cancel", "back", "resume", "discard", "thai", "english", "came_by", "end_thread", "rate_thread"),
}
SERVICE = {"place_found", "follow", "unfollow", "sticker", "audio", "unknown"}


class Lobby:
    """One turn of one person in one chat, as far as it belongs to no conversation."""

    def __init__(self, desk: Desk, talks: Talks, command: Command, label: Label, alike: Alike, reread: Reread) -> None:
        self.desk = desk
        self.talks = talks
        self.command = command
        self.label = label
        self.alike = alike
        self.reread = reread
        self.answer = Answer()

    # Words that always work.

    def _menu(self, heard: Heard, talk: OpenTalk | None) -> None:
        if talk is not None:
            talk.current = False
            talk.data.pop("cancelling", None)
            self.talks.keep(talk)
        self._show("menu")
        kept = self.talks.waiting() if talk is None else talk
        if kept is not None and FLOWS[kept.flow].confirm_cancel:
            self._say("router.kept", about=self._flow(kept).about())
            self._buttons((Button("resume"), Button("discard")))

    def _cancel(self, heard: Heard, talk: OpenTalk | None) -> None:
        if talk is None:
            talk = self.talks.waiting()
        if talk is None:
            self._say("router.nothing_to_cancel")
            self._invite()
        elif not FLOWS[talk.flow].confirm_cancel or talk.data.get("cancelling"):
            self._drop(talk)
        else:
            talk.data["cancelling"] = True
            talk.current = True
            self.talks.keep(talk)
            self._say("router.cancel_sure", about=self._flow(talk).about())
            self._buttons((Button("yes"), Button("no")), talk.id)

    def _drop(self, talk: OpenTalk) -> None:
        flow = self._flow(talk)
        flow.dropped()
        flow.state = "dropped"
        talk.data = {}
        self._keep(talk, flow)
        if not flow.said:
            self._say("router.cancelled" if flow.confirm_cancel else "router.left")
        self._invite()

    def _back(self, heard: Heard, talk: OpenTalk | None) -> None:
        if talk is None:
            self._menu(heard, None)
            return
        talk.data.pop("cancelling", None)
        flow = self._flow(talk)
        if not flow.back():
            self._say("router.at_the_start")
            flow.ask_again()
        self._keep(talk, flow)

    def _resume(self, heard: Heard, talk: OpenTalk | None) -> None:
        kept = self.talks.waiting()
        if kept is not None and talk is not None and not FLOWS[talk.flow].confirm_cancel and FLOWS[kept.flow].confirm_cancel:
            talk.current = False  # only looked at something meanwhile
            self.talks.keep(talk)
            talk = None
        talk = talk or kept
        if talk is None:
            self._say("router.nothing_kept")
            self._invite()
            return
        talk.current = True
        talk.data.pop("cancelling", None)
        self._ask_again(talk)

    def _discard(self, heard: Heard, talk: OpenTalk | None) -> None:
        talk = talk or self.talks.waiting()
        if talk is None:
            self._say("router.nothing_to_cancel")
        else:
            self._drop(talk)

    def _thai(self, heard: Heard, talk: OpenTalk | None) -> None:
        self._language("th", talk)

    def _english(self, heard: Heard, talk: OpenTalk | None) -> None:
        self._language("en", talk)

    def _language(self, language: str, talk: OpenTalk | None) -> None:
        self.desk.choose_language(language)
        self._say("router.language")
        if talk is not None:
            self._ask_again(talk)
        else:
            self._show("menu")

    # What LINE tells of the person.

    def _follow(self, heard: Heard, talk: OpenTalk | None) -> None:
        self.desk.follows(True)
        version = self.desk.rules.text("notice", "version")
        self.desk.note_shown(version)
        self._say("router.greeting")
        self._show("notice", version=version)
        self._show("menu")

    def _unfollow(self, heard: Heard, talk: OpenTalk | None) -> None:
        self.desk.follows(False)

    def _sticker(self, heard: Heard, talk: OpenTalk | None) -> None:
        self._say("router.sticker")
        self._ask_again(talk) if talk is not None else self._invite()

    def _audio(self, heard: Heard, talk: OpenTalk | None) -> None:
        self._say("router.audio")
        self._ask_again(talk) if talk is not None else self._invite()

    def _unknown(self, heard: Heard, talk: OpenTalk | None) -> None:
        self._say("router.unknown")
        self._ask_again(talk) if talk is not None else self._invite()

    # Small things.

    def _flow(self, talk: OpenTalk) -> Flow:
        return FLOWS[talk.flow](self.desk, talk.data, talk.state)

    def _ask_again(self, talk: OpenTalk) -> None:
        flow = self._flow(talk)
        flow.ask_again()
        self._keep(talk, flow)

    def _keep(self, talk: OpenTalk, flow: Flow) -> None:
        talk.state, talk.data = flow.state, flow.data
        talk.case_number = flow.number or talk.case_number
        talk.touched_at = self.desk.now
        if flow.ended:
            talk.open = talk.current = False
            talk.data = {}
        self.talks.keep(talk)
        self.answer.said += flow.said
        if not flow.ended:
            self.answer.talk = talk.id

    def _say(self, key: str, **values: Any) -> None:
        self.answer.said.append(Say(key, values))

    def _show(self, card: str, **values: Any) -> None:
        self.answer.said.append(Say(card, values, card=True))

    def _buttons(self, buttons: tuple[Button, ...], talk: int | None = None) -> None:
        last = self.answer.said[-1]
        self.answer.said[-1] = Say(last.key, last.values, last.card, buttons)
        if talk is not None:
            self.answer.talk = talk

    def _invite(self) -> None:
        """The main menu's wishes as buttons under the last message."""
        if not self.answer.said[-1].buttons:
            self._buttons(MENU)
