"""Where a message goes: a pressed button → a word that always works → the open talk → what the words seem to want.

The router reads and writes talks through `Talks`; it says things of its own through a small flow-less voice (`Lobby`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from casework import numbers
from casework.refusals import Refused
from flows.desk import Desk
from flows.handbook import Handbook
from flows.kit import Button, Flow, Heard, Say
from flows.report import Report
from flows.track import Track
from flows.voice import Voice

FLOWS: dict[str, type[Flow]] = {flow.name: flow for flow in (Report, Track, Voice, Handbook)}
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
}
"""Intents and menu buttons that open a conversation."""

PAGES = {"registry": "registry", "news": "news", "officer": "officer", "my_data": "privacy"}
"""Wishes that a page answers."""


class OpenTalk(Protocol):
    """A talk as kept between turns."""

    id: int
    flow: str
    state: str
    data: dict[str, Any]
    current: bool
    open: bool
    case_number: str | None
    touched_at: datetime


class Talks(Protocol):
    """The talks of one person in one chat."""

    def current(self) -> OpenTalk | None:
        """The talk that the next message goes to."""

    def by_id(self, talk: int) -> OpenTalk | None:
        """A talk of this person's, also one that is over."""

    def waiting(self, flow: str | None = None) -> OpenTalk | None:
        """The latest open talk that is not current (of this flow)."""

    def begin(self, flow: str) -> OpenTalk:
        """A new talk, current from now on."""

    def keep(self, talk: Any) -> None:
        """Write a talk that came from here down as it is now."""

    def media_talk(self, set_id: str) -> OpenTalk | None:
        """The talk that an earlier photo of this set went to."""


@dataclass
class Answer:
    """What a turn says, and the talk its buttons belong to."""

    said: list[Say] = field(default_factory=list)
    talk: int | None = None


Command = Callable[[str], tuple[str, ...]]
"""Text → the kinds of buttons and commands (`menu`, `yes`, …) that it stands for as a whole."""
Label = Callable[[Button], str]


class Router:
    """One turn of one person in one chat."""

    def __init__(self, desk: Desk, talks: Talks, command: Command, label: Label, alike: Callable[[str], str]) -> None:
        self.desk = desk
        self.talks = talks
        self.command = command
        self.label = label
        self.alike = alike
        self.answer = Answer()

    def hear(self, heard: Heard) -> Answer:
        """Answer what was heard. A Refused from the office becomes words for the person."""
        try:
            self._hear(heard)
        except Refused as no:
            self._say(no.why, **no.values)
        return self.answer

    def _hear(self, heard: Heard) -> None:
        talk = self.talks.current()
        if heard.talk is not None and self._old_button(heard, talk):
            return
        if heard.kind in _SERVICE:
            getattr(self, f"_{heard.kind}")(heard, talk)
            return
        if heard.kind == "text":
            named = self._typed(heard, talk)
            if named is None:
                return
            heard = named
        if heard.kind in _GLOBAL:
            getattr(self, f"_{heard.kind}")(heard, talk)
        elif heard.kind in OPENS and (talk is None or heard.kind not in self._understood_kinds(talk)):
            self._open(OPENS[heard.kind], None)
        elif heard.kind in PAGES and (talk is None or heard.kind not in self._understood_kinds(talk)):
            self._page(PAGES[heard.kind])
        elif talk is not None:
            self._go_on(heard, talk)
        else:
            self._nothing_open(heard)

    def _understood_kinds(self, talk: OpenTalk) -> set[str]:
        flow = FLOWS[talk.flow]
        return {t.kind for t in flow.turns if t.at == ("*",) or talk.state in t.at}

    # A button of an earlier card.

    def _old_button(self, heard: Heard, talk: OpenTalk | None) -> bool:
        assert heard.talk is not None
        if talk is not None and talk.id == heard.talk:
            return False
        old = self.talks.by_id(heard.talk)
        if old is None:
            if heard.kind in _GLOBAL or self._anytime(heard):
                return False
            self._say("router.too_late")
            self._invite()
            return True
        if old.open:
            if talk is not None:
                talk.current = False
                self.talks.keep(talk)
            old.current = True
            self._go_on(heard, old)
            return True
        if heard.kind in _GLOBAL or self._anytime(heard):
            return False
        if old.case_number:
            self._say("router.already_sent", number=old.case_number)
            self._show_case(old.case_number, talk)
        else:
            self._say("router.already_over")
            self._invite()
        return True

    def _anytime(self, heard: Heard) -> bool:
        return heard.kind in {"show", "page", "fixed", "not_fixed", *OPENS, *PAGES}

    # Typed words.

    def _typed(self, heard: Heard, talk: OpenTalk | None) -> Heard | None:
        """The same as the button that was meant, if one was; None where the text has been answered already."""
        said = self.alike(heard.text)
        offered = self._flow(talk).offers() if talk is not None else ()
        confirm = talk is not None and talk.data.get("cancelling")
        if confirm:
            offered = (Button("yes"), Button("no"))
        meant = {(b.kind, b.value): b for b in offered if self.alike(self.label(b)) == said}
        if len(meant) == 1:
            button = next(iter(meant.values()))
            return Heard(button.kind, heard.at, heard.text, button.value, understood=heard.understood)
        kinds = self.command(heard.text)
        for kind in kinds:
            fitting = [b for b in offered if b.kind == kind]
            if len(fitting) == 1:
                return Heard(kind, heard.at, heard.text, fitting[0].value, understood=heard.understood)
        for kind in kinds:
            if kind in _GLOBAL or kind in OPENS or kind in PAGES:
                return Heard(kind, heard.at, heard.text, understood=heard.understood)
        number = numbers.parse(heard.text)
        if number is not None and not (talk is not None and talk.state == "similar"):
            self._show_case(number, talk)
            return None
        if number is None and numbers.looks_like(heard.text) and talk is None:
            self._say("router.mistyped_number")
            return None
        return heard

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
        for media in talk.data.get("photos", ()):
            if isinstance(media, int):
                self.desk.drop_media(media)
        flow.state = "dropped"
        talk.data = {}
        self._keep(talk, flow)
        self._say("router.cancelled")
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
        talk = talk or self.talks.waiting()
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

    # The open talk.

    def _go_on(self, heard: Heard, talk: OpenTalk) -> None:
        if talk.data.pop("cancelling", None):
            if heard.kind == "yes":
                self._drop(talk)
                return
            if heard.kind == "no":
                self._ask_again(talk)
                return
        flow = self._flow(talk)
        pause = self.desk.now - talk.touched_at
        if pause > timedelta(minutes=self.desk.rules.number("talk", "remind_minutes")) and flow.about():
            self._say("router.where_we_were", about=flow.about())
        taken = flow.hear(heard)
        if not taken and self._elsewhere(heard, talk):
            return
        if not taken:
            self._say("router.not_here")
            flow.ask_again()
        self._keep(talk, flow)

    def _elsewhere(self, heard: Heard, talk: OpenTalk) -> bool:
        """Something that the open talk has no use for, but another conversation has."""
        if heard.kind == "media_lost":
            self._media_lost(heard)
            return True
        if FLOWS[talk.flow].confirm_cancel:
            return False
        if heard.kind not in {"text", "photo", "video", "file", "pin"}:
            return False
        self._leave(talk)
        self._nothing_open(heard)
        return True

    def _leave(self, talk: OpenTalk) -> None:
        talk.open = talk.current = False
        self.talks.keep(talk)

    def _media_lost(self, heard: Heard) -> None:
        if heard.value != "unsent":
            self._say("report.photo_lost")

    # Nothing open.

    def _nothing_open(self, heard: Heard) -> None:
        if heard.kind == "media_lost":
            self._media_lost(heard)
            return
        if heard.kind in {"photo", "video", "file", "pin"}:
            if heard.set_id is not None and self._late_part(heard):
                return
            self._open("report", heard)
            return
        if heard.kind == "show":
            self._show_case(heard.value, None)
            return
        if heard.kind in {"fixed", "not_fixed"}:
            self._open("track", heard)
            return
        if heard.kind == "page":
            self._open("handbook", heard)
            return
        if heard.kind != "text":
            self._say("router.too_late")
            self._invite()
            return
        self._by_intent(heard)

    def _late_part(self, heard: Heard) -> bool:
        """One of several photos sent together that comes after its talk is over joins the others quietly."""
        assert heard.set_id is not None
        old = self.talks.media_talk(heard.set_id)
        if old is None or old.case_number is None or heard.media is None:
            return False
        self.desk.add_media(old.case_number, heard.media)
        return True

    def _by_intent(self, heard: Heard) -> None:
        read = heard.understood
        intent = read.intent if read is not None else "other"
        found = numbers.find(heard.text)
        if found:
            self._show_case(found[0], None)
        elif intent in {"report", "emergency"} or (read is not None and read.emergency):
            self._open("report", heard)
        elif intent in {"inquiry", "suggestion", "compliment"}:
            self._open("voice", heard)
        elif intent in OPENS:
            self._open(OPENS[intent], None)
        elif intent in PAGES:
            self._page(PAGES[intent])
        elif intent in {"menu", "greeting", "thanks", "abuse", "cancel"}:
            self._say(f"router.{'greeting_short' if intent in {'menu', 'greeting'} else intent}")
            self._invite()
        else:
            self._open("report", heard) if len(heard.text.strip()) >= LONG_ENOUGH else self._lost()

    def _lost(self) -> None:
        self._say("router.lost")
        self._invite()

    def _open(self, name: str, heard: Heard | None) -> None:
        current = self.talks.current()
        if current is not None:
            current.current = False
            self.talks.keep(current)
        kept = self.talks.waiting(name) if FLOWS[name].confirm_cancel else None
        if kept is not None and heard is None:
            kept.current = True
            self._say("router.go_on_here", about=self._flow(kept).about())
            self._ask_again(kept)
            return
        if kept is not None and heard is not None and kept.flow == "report" and not kept.data.get("text"):
            kept.current = True
            self._go_on(heard, kept)
            return
        talk = self.talks.begin(name)
        flow = self._flow(talk)
        flow.open(heard)
        self._keep(talk, flow)

    def _show_case(self, number: str, talk: OpenTalk | None) -> None:
        """One's own case opens the conversation about it; somebody else's, or one in mid-talk, is only shown."""
        found = self.desk.case(number)
        busy = talk is not None and FLOWS[talk.flow].confirm_cancel
        if found is not None and found[1] and not busy:
            if talk is not None:
                self._leave(talk)
            self._open("track", Heard("show", self.desk.now, value=number))
            return
        if found is None:
            self._say("track.unknown", number=number)
        else:
            self._show("timeline" if found[1] else "public_case", case=found[0])
        if talk is not None and talk.open:
            self._ask_again(talk)
        else:
            self._invite()

    def _page(self, page: str) -> None:
        self._show("handbook_page", page=page)
        self._invite()

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


LONG_ENOUGH = 12
"""Code points of a text that is taken for a report when nothing else is understood of it."""
MENU = tuple(Button(kind) for kind in ("report", "track", "registry", "voice", "news", "officer"))
_GLOBAL = {"menu", "cancel", "back", "resume", "discard", "thai", "english"}
_SERVICE = {"follow", "unfollow", "sticker", "audio", "unknown"}
