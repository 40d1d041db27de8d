"""What is said without a button while something else is waited for: an answer, a yes to a fix, more about a case."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from casework import numbers
from casework.case import CaseView
from flows import stars
from flows.aside import Aside
from flows.kit import Heard
from flows.lobby import FLOWS, PAGES, Lobby
from flows.talks import OpenTalk

JUST_NOW = timedelta(minutes=30)
ANSWERS = {"fixed", "not_fixed", "answer"}
MOST_LOOKED_AT = 20
NO_ANSWER = {
    "greeting",
    "thanks",
    "menu",
    "abuse",
    "cancel",
    "emergency",
    *PAGES,
    "officer",
    "my_data",
    "track",
    "handbook",
    "compliment",
}
"""Wishes that are no answer to an agency's question."""


def _may_add(heard: Heard, case: CaseView) -> bool:
    """It may be more about this case: a photo; words that tell of nothing else."""
    if heard.kind != "text":
        return heard.kind != "pin"
    read = heard.understood
    return not read.small_talk and read.intent in {"report", "other"} and read.category in {"other", case.category}


class Beside(Lobby):
    """The router's part that looks beside the open talk."""

    def _meant_elsewhere(self, kinds: tuple[str, ...], heard: Heard, talk: OpenTalk | None) -> Heard | None:
        """Words of a button that stands on no open talk's card, but on one that was pushed or shown before."""
        if talk is None and "yes" in kinds and self._just_kept():
            return Heard("resume", heard.at, heard.text)
        answer = next((kind for kind in kinds if kind in ANSWERS), None)
        number = self._waiting_for(answer) if answer is not None else None
        return None if answer is None or number is None else Heard(answer, heard.at, heard.text, number)

    def _stars(self, heard: Heard, talk: OpenTalk | None) -> Heard | None:
        """Stars typed after a registry request was picked up, as its button would send them."""
        given = stars.said(heard) if talk is None else None
        found = self.desk.registry.to_rate() if given is not None else None
        return None if found is None else Heard("rate_booking", heard.at, value=f"{given}.{found.id}")

    def _courtesy(self, heard: Heard) -> bool:
        """Nothing but a polite ending (`ค่ะ`) or pictures (👍 🙏): asks for nothing, answers nothing."""
        said = self.alike(heard.text)
        return bool(said) and (
            self.alike(f"1{heard.text}") == "1" or all(unicodedata.category(c) in {"So", "Sk"} for c in said)
        )

    def _just_kept(self) -> bool:
        """A talk was put aside just now, and its being kept was said."""
        kept = self.talks.waiting()
        return kept is not None and FLOWS[kept.flow].confirm_cancel and self.desk.now - kept.touched_at < JUST_NOW

    def _waiting_for(self, answer: str) -> str | None:
        """The one case to which `แก้ไขแล้วจริง` and the like can belong when typed."""
        if answer == "answer":
            return self.desk.asked()
        waiting = [c.number for c in self.desk.my_cases(MOST_LOOKED_AT) if c.status == "fixed_reported"]
        return waiting[0] if len(waiting) == 1 else None

    def _beside(self, heard: Heard) -> bool:
        """What comes without a button may be the answer to an agency's question, or more about the case sent just now."""
        read = heard.understood
        if heard.kind == "text" and (read is None or read.emergency or numbers.find(heard.text)):
            return False
        asked = self.desk.asked()
        if asked is not None and (heard.kind != "text" or read.intent not in NO_ANSWER):
            self._aside(asked, heard, answering=True)
            return True
        last = self.talks.last_filed()
        if last is None or last.case_number is None or last.flow not in {"report", "aside", "track"}:
            return False
        if self.desk.now - last.touched_at > timedelta(minutes=self.desk.rules.number("talk", "add_minutes")):
            return False
        found = self.desk.case(last.case_number)
        if found is None or not found[0].open or not self.desk.reported(last.case_number) or not _may_add(heard, found[0]):
            return False
        self._aside(last.case_number, heard, answering=False)
        return True

    def _lost(self, heard: Heard) -> None:
        self._say("router.thanks" if self._courtesy(heard) else "router.lost")
        self._invite()

    def _media_lost(self, heard: Heard) -> None:
        self._say("report.photo_lost")

    def _late_part(self, heard: Heard) -> bool:
        """One of several photos sent together that comes after its talk is over joins the others quietly."""
        assert heard.set_id is not None
        old = self.talks.media_talk(heard.set_id)
        if old is None or old.case_number is None or heard.media is None:
            return False
        self.desk.add_media(old.case_number, heard.media)
        return True

    def _aside(self, number: str, heard: Heard, *, answering: bool) -> None:
        talk = self.talks.begin("aside")
        flow = Aside(self.desk, talk.data, talk.state)
        flow.begin(number, heard, answering=answering)
        self._keep(talk, flow)
