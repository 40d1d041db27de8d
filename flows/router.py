"""Where a message goes: a pressed button → a word that always works → the open talk → what the words seem to want."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from casework import idcard, numbers
from casework.refusals import Refused
from flows.aside import Aside
from flows.beside import ANSWERS, JUST_NOW
from flows.card_numbers import holds_number
from flows.conversing import Conversing
from flows.kit import Button, Heard
from flows.lobby import ALWAYS, FLOWS, LONG_ENOUGH, OPENS, PAGES, SERVICE, WITH_VALUE
from flows.opening import Opening
from flows.talks import Answer, OpenTalk

FROM_CARDS = {"show": "track", "fixed": "track", "not_fixed": "track", "answer": "track", "page": "handbook"}


class Router(Conversing, Opening):
    """One turn of one person in one chat."""

    def hear(self, heard: Heard) -> Answer:
        """Answer what was heard. A Refused from the office becomes words for the person."""
        try:
            self._hear(heard)
        except Refused as no:
            if not self._refused_with_its_set(heard):
                self._say(no.why, **no.values)
        return self.answer

    def _hear(self, heard: Heard) -> None:
        talk = self.talks.current()
        if heard.kind == "to_officer":
            self._to_officer(heard, talk)
            return
        if heard.talk is not None and self._old_button(heard, talk):
            return
        if heard.kind in SERVICE:
            getattr(self, f"_{heard.kind}")(heard, talk)
            return
        if (heard.kind == "text" and self._card_number(heard, talk)) or self._quoted(heard, talk):
            return
        if heard.kind == "text":
            stars = self._stars(heard, talk) or self._thread_stars(heard, talk)
            named = self._opening(heard) or stars or self._typed(heard, talk)
            if named is None:
                return
            heard = named
        if heard.kind in ALWAYS:
            getattr(self, f"_{heard.kind}")(heard, talk)
        elif heard.kind in OPENS and (talk is None or heard.kind not in self._understood_kinds(talk)):
            self._open(OPENS[heard.kind], heard if heard.kind in WITH_VALUE else None)
        elif heard.kind in PAGES and (talk is None or heard.kind not in self._understood_kinds(talk)):
            self._page(PAGES[heard.kind])
        elif heard.kind in FROM_CARDS and talk is not None and heard.kind not in self._understood_kinds(talk):
            # A pushed card works whatever else is open; that waits meanwhile.
            self._open(FROM_CARDS[heard.kind], heard)
        elif talk is not None:
            self._go_on(heard, talk)
        else:
            self._nothing_open(heard)

    def _place_found(self, heard: Heard, talk: OpenTalk | None) -> None:
        """Looked up for a question that may have been answered since: then it is of no use."""
        if talk is not None and str(talk.id) == heard.value and "place_found" in self._understood_kinds(talk):
            self._go_on(heard, talk)

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
            if heard.kind in ALWAYS or self._anytime(heard):
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
        if heard.kind in ALWAYS or self._anytime(heard):
            return False
        if old.case_number and heard.kind in {"add", "withdraw"}:
            self._open("track", Heard("show", heard.at, value=old.case_number))
            opened = self.talks.current()
            if opened is not None:
                self.answer.said.clear()
                self._go_on(heard, opened)
        elif old.case_number:
            followed = old.state == "joined"
            self._say("refused.already_joined" if followed else "router.already_sent", number=old.case_number)
            self._show_case(old.case_number, talk)
        else:
            self._say("router.already_over")
            self._invite()
        return True

    def _anytime(self, heard: Heard) -> bool:
        return heard.kind in {"show", "page", "fixed", "not_fixed", "answer", *OPENS, *PAGES}

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
        here = self._understood_kinds(talk) if talk is not None else set()
        always = [kind for kind in kinds if kind in ALWAYS or kind in OPENS or kind in PAGES]
        for kind in (*always, *(kind for kind in kinds if kind in here - ANSWERS)):
            return Heard(kind, heard.at, heard.text, understood=heard.understood)
        if kinds and talk is None and self._just_sent(kinds):
            return None
        elsewhere = self._meant_elsewhere(kinds, heard, talk)
        if elsewhere is not None:
            return elsewhere
        if kinds and talk is not None:
            # The word of a button that is not there now is no answer to the question: better asked again than kept.
            return Heard("misplaced", heard.at, heard.text, understood=heard.understood)
        number = numbers.parse(heard.text)
        if (number is not None or numbers.looks_like(heard.text)) and self._number_for_officer(heard, number, talk):
            return None
        if number is not None and not (talk is not None and talk.state == "similar"):
            self._show_case(number, talk)
            return None
        if number is None and numbers.looks_like(heard.text):
            self._say("router.mistyped_number")
            self._ask_again(talk) if talk is not None else self._invite()
            return None
        return heard

    def _card_number(self, heard: Heard, talk: OpenTalk | None) -> bool:
        """Numbers of an ID card go to the registry's talk alone; elsewhere they are neither kept nor repeated."""
        here = talk if talk is not None and talk.flow == "registry" else None
        if not holds_number(heard, here.state if here is not None else ""):
            return False
        asked = idcard.service(heard.text) is not None
        if here is not None:
            self._go_on(heard, here)
        elif asked or (talk is None and self.talks.waiting("registry") is not None):
            self._open("registry", heard)
        else:
            self._say("router.card_number")
            self._ask_again(talk) if talk is not None else self._invite()
        return True

    def _just_sent(self, kinds: tuple[str, ...]) -> bool:
        """`ส่ง` once more right after sending: the number again, not a shrug."""
        last = self.talks.last_filed() if "send" in kinds else None
        if last is None or self.desk.now - last.touched_at > JUST_NOW:
            return False
        self._say("router.already_sent", number=last.case_number)
        self._invite()
        return True

    def _sos(self, heard: Heard, talk: OpenTalk | None) -> None:
        self._show("emergency")
        if talk is not None:
            self._ask_again(talk)
        else:
            self._open("report", None)

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
        if heard.kind == "text" and talk.flow != "report" and heard.understood is not None and heard.understood.emergency:
            self._show("emergency", despair=heard.understood.despair)
        taken = flow.hear(heard)
        if taken and isinstance(flow, Aside) and flow.released:
            self._keep(talk, flow)
            self._begin_anew(flow.released)
            return
        if not taken and self._elsewhere(heard, talk):
            return
        if not taken:
            self._say("router.not_here")
            flow.ask_again()
        self._keep(talk, flow)
        if taken:
            self._offer_officer(heard, talk)

    def _begin_anew(self, released: tuple[Heard, ...]) -> None:
        """What was kept until it was clear that it belongs to nothing: the words first, they tell most."""
        first = sorted(released, key=lambda each: each.kind != "text")
        for n, each in enumerate(first):
            heard = replace(each, understood=self.reread(each.text)) if each.kind == "text" else each
            self.answer.said.clear()
            talk = self.talks.current()
            if n or talk is not None:
                self._hear(heard)
            elif heard.kind == "text":
                self._by_intent(heard)
            else:
                self._open("report", heard)

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

    # Nothing open.

    def _nothing_open(self, heard: Heard) -> None:
        if heard.kind == "media_lost":
            self._media_lost(heard)
            return
        if self._to_thread(heard):
            return
        if heard.kind in {"photo", "video", "file", "pin"}:
            if heard.set_id is not None and self._late_part(heard):
                return
            if not self._beside(heard):
                self._open("report", heard)
            return
        if heard.kind == "show":
            self._show_case(heard.value, None)
            return
        if heard.kind in {"fixed", "not_fixed", "answer"}:
            self._open("track", heard)
            return
        if heard.kind == "page":
            self._open("handbook", heard)
            return
        if heard.kind != "text":
            self._say("router.too_late")
            self._invite()
            return
        if not self._beside(heard):
            self._by_intent(heard)

    def _by_intent(self, heard: Heard) -> None:
        read = heard.understood
        intent = read.intent if read is not None else "other"
        found = numbers.find(heard.text)
        if found:
            self._show_case(found[0], None)
        elif read is not None and read.small_talk in {"when", "case"}:
            self._how_it_stands()
        elif intent in {"report", "emergency"} or (read is not None and read.emergency):
            self._open("report", heard)
        elif intent in {"inquiry", "suggestion", "compliment"}:
            self._open("voice", heard)
        elif intent in OPENS:
            self._open(OPENS[intent], self._with_words(intent, heard))
        elif intent in PAGES:
            self._page(PAGES[intent])
        elif intent in {"menu", "greeting", "thanks", "abuse", "cancel"}:
            self._say(f"router.{'greeting_short' if intent in {'menu', 'greeting'} else intent}")
            self._invite()
        else:
            self._open("report", heard) if len(heard.text.strip()) >= LONG_ENOUGH else self._lost(heard)

    def _how_it_stands(self) -> None:
        """`เมื่อไหร่จะเสร็จ`: the case that was sent last, else all of one's own."""
        last = self.talks.last_filed()
        if last is not None and last.case_number is not None and self.desk.case(last.case_number) is not None:
            self._show_case(last.case_number, None)
        else:
            self._open("track", None)

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
        if (
            kept is not None
            and heard is not None
            and (kept.flow == "registry" or (kept.flow == "report" and not kept.data.get("text")))
        ):
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
