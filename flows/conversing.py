"""The router's part about officers: what goes to an open thread, ending it, stars."""

from __future__ import annotations

from casework.refusals import Refused
from flows import stars
from flows.beside import Beside
from flows.kit import Button, Heard, Say
from flows.officer import WRITTEN, closing
from flows.talks import OpenTalk

GO_ON = {"inquiry", "other", "officer"}
"""Wishes with which somebody goes on with a thread that was closed a short while ago."""


def _keeps(talk: OpenTalk, given: str) -> bool:
    """Whether the talk keeps the words of this message, so that they can be taken out again."""
    parts = (*talk.data.get("parts", ()), *talk.data.get("place_parts", ()))
    return bool(given) and any(part[0] == given for part in parts)


class Conversing(Beside):
    """A thread stays open beside whatever else is talked about."""

    def _go_on(self, heard: Heard, talk: OpenTalk) -> None:
        raise NotImplementedError

    def _to_thread(self, heard: Heard) -> bool:
        """What comes while nothing else is open goes to the open thread; False where there is none."""
        if heard.kind not in WRITTEN:
            return False
        if self.desk.officers.open() is None and not self._goes_on(heard):
            return False
        self._relay(heard)
        return True

    def _goes_on(self, heard: Heard) -> bool:
        read = heard.understood
        if heard.kind != "text" or read is None or read.emergency or read.intent not in GO_ON:
            return False
        # `ค่ะ` or 👍 after the end is no reason to open it again.
        return not self._courtesy(heard) and self.desk.officers.lately() is not None

    def _relay(self, heard: Heard) -> None:
        """On to the officers, in the talk with them."""
        talk = self.talks.waiting("officer") or self.talks.begin("officer")
        talk.current = True
        self._go_on(heard, talk)

    def _refused_with_its_set(self, heard: Heard) -> bool:
        """Whether another photo of the same set for the officers was refused before: that is said once."""
        talk = self.talks.current()
        if heard.set_id is None or talk is None or talk.flow != "officer":
            return False
        before = talk.data.get("refused_set") == heard.set_id
        talk.data["refused_set"] = heard.set_id
        self.talks.keep(talk)
        return before

    def _quoted(self, heard: Heard, talk: OpenTalk | None) -> bool:
        """An officer's answer was quoted: that goes to the officers, whatever else is open, and the other talk goes on."""
        if heard.thread is None or heard.kind not in WRITTEN:
            return False
        if self.desk.officers.open() is None and self.desk.officers.lately() is None:
            return False
        if talk is None or talk.flow == "officer":
            self._relay(heard)
            return True
        if heard.understood is not None and heard.understood.emergency:
            self._show("emergency", despair=heard.understood.despair)
        words = heard.text or (f"{heard.lat:.6f}, {heard.lng:.6f} {heard.place}".strip() if heard.kind == "pin" else None)
        self.desk.officers.say(heard.kind, words, heard.value or None, heard.media)
        self._say("officer.more")
        self._ask_again(talk)
        return True

    def _offer_officer(self, heard: Heard, talk: OpenTalk) -> None:
        """Words went to the open talk while an officer's answer is fresh: say so, with a button that sends them there."""
        mine = self.talks.waiting("officer")
        if heard.kind != "text" or not talk.open or talk.flow == "officer" or mine is None or not _keeps(talk, heard.value):
            return
        view = self.desk.officers.open()
        if view is None or view.answered_at is None or view.waits_since is not None:
            return
        answer = view.answered_at.isoformat()
        last, times = mine.data.get("offered", ("", 0))
        if last == answer and times >= self.desk.rules.whole("officer", "offers"):
            return
        mine.data["offered"] = [answer, times + 1 if last == answer else 1]
        self.talks.keep(mine)
        self.answer.said.insert(0, Say("officer.not_sent"))
        question = self.answer.said[-1]
        self._buttons((*question.buttons, Button("to_officer", heard.value)))

    def _to_officer(self, heard: Heard, talk: OpenTalk | None) -> None:
        """The button of that offer: the words leave the talk they went to."""
        kept = self.talks.by_id(heard.talk) if heard.talk is not None else talk
        if kept is None or not kept.open or not _keeps(kept, heard.value):
            self._say("officer.write_again")
            self._after(talk)
            return
        flow = self._flow(kept)
        words = flow.let_go(heard.value)
        self.desk.officers.say("text", words, heard.value)
        self._say("officer.passed_on")
        if talk is not None and talk.id != kept.id:
            talk.current = False
            self.talks.keep(talk)
        kept.current = True
        self._keep(kept, flow)

    def _number_for_officer(self, heard: Heard, number: str | None, talk: OpenTalk | None) -> bool:
        """A case number in a talk with an officer: its card for the citizen, the words for the officer."""
        if talk is None or talk.flow != "officer":
            return False
        found = self.desk.case(number) if number is not None else None
        if number is not None:
            if found is None:
                self._say("track.unknown", number=number)
            else:
                self._show("timeline" if found[1] else "public_case", case=found[0])
        self._go_on(heard, talk)
        return True

    def _end_thread(self, heard: Heard, talk: OpenTalk | None) -> None:
        """The button or the word, at any time."""
        mine = talk if talk is not None and talk.flow == "officer" else self.talks.waiting("officer")
        if mine is not None:
            self._go_on(heard, mine)
            return
        view = self.desk.officers.close()
        if view is None:
            self._say("officer.none_open")
            self._after(talk)
            return
        self.answer.said.append(closing(view.id, "closed"))

    def _rate_thread(self, heard: Heard, talk: OpenTalk | None) -> None:
        """Once."""
        given, _, thread = heard.value.partition(".")
        if not (given in tuple("12345") and thread.isdecimal() and len(thread) < 13):
            raise Refused("refused.unknown_thread", thread=thread[:12])
        once = self.desk.officers.rate(int(thread), int(given))
        self._say("officer.rated" if once else "officer.rated_before", stars=given)
        self._after(talk)

    def _after(self, talk: OpenTalk | None) -> None:
        if talk is not None and talk.open and talk.flow != "officer":
            self._ask_again(talk)
        else:
            self._invite()

    def _thread_stars(self, heard: Heard, talk: OpenTalk | None) -> Heard | None:
        """Stars typed after a thread was closed, as their button would send them."""
        if talk is not None:
            return None
        bare = self.alike(heard.text)
        given = int(bare) if bare in tuple("12345") else stars.said(heard)
        thread = self.desk.officers.to_rate() if given is not None else None
        return None if thread is None else Heard("rate_thread", heard.at, value=f"{given}.{thread}")

    def _drop(self, talk: OpenTalk) -> None:
        """A conversation with an officer is not undone: it ends."""
        if talk.flow == "officer" and self.desk.officers.open() is not None:
            talk.data.pop("cancelling", None)
            self._end_thread(Heard("end_thread", self.desk.now), talk)
        else:
            super()._drop(talk)

    def _leave(self, talk: OpenTalk) -> None:
        talk.open = talk.current = False
        self.talks.keep(talk)
