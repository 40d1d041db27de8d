"""The router's part about officers: what goes to an open thread, ending it, stars."""

from __future__ import annotations

from casework.refusals import Refused
from flows.beside import Beside
from flows.kit import Button, Heard
from flows.officer import WRITTEN, closing
from flows.talks import OpenTalk

GO_ON = {"inquiry", "other", "officer"}
"""Wishes with which somebody goes on with a thread that was closed a short while ago."""


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
        stars, _, thread = heard.value.partition(".")
        if not (stars.isdecimal() and thread.isdecimal() and len(stars) == 1 and len(thread) < 13 and 1 <= int(stars) <= 5):
            raise Refused("refused.unknown_thread", thread=thread[:12])
        once = self.desk.officers.rate(int(thread), int(stars))
        self._say("officer.rated" if once else "officer.rated_before", stars=stars)
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
        said = self.alike(heard.text)
        labels = [self.alike(self.label(Button("rate_thread", f"{n}.0"))) for n in "12345"]
        stars = labels.index(said) + 1 if said in labels else int(said) if said in tuple("12345") else None
        thread = self.desk.officers.to_rate() if stars is not None else None
        return None if thread is None else Heard("rate_thread", heard.at, value=f"{stars}.{thread}")

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
