"""Words that open something by how they begin or are made: a search in the handbook, the code of a training or a poster."""

from __future__ import annotations

from dataclasses import replace

from casework.handbook_search import asked_for, may_plead, search
from casework.short_codes import read
from flows.beside import Beside
from flows.kit import Heard
from flows.talks import OpenTalk

QUIZ, POSTER = "Q", "P"
"""What the codes of trainings and of posters begin with."""


class Opening(Beside):
    """The router's part for texts that name what they open, at any time."""

    def _opening(self, heard: Heard) -> Heard | None:
        """The same as the button that would open it; None for all other texts."""
        code = read(heard.text, QUIZ + POSTER)
        if code is not None and code[0] == POSTER:
            return replace(heard, kind="came_by", value=code)
        if code is not None:
            talks = (self.talks.current(), self.talks.waiting("quiz"))
            begun = any(talk is not None and talk.flow == "quiz" and talk.data.get("code") == code for talk in talks)
            return replace(heard, kind="quiz" if begun else "quiz_code", value=code)
        sought = asked_for(heard.text)
        if sought is None or "sos" in self.command(heard.text) or self._pleads(heard, sought):
            return None
        return replace(heard, kind="search", text=sought)

    def _pleads(self, heard: Heard, sought: str) -> bool:
        """`help me, fire`, `help ไฟดับ`: who calls for help is not sent to a book."""
        read = heard.understood
        if read is None or read.intent == "handbook":
            return False
        return bool(read.emergency) or (read.intent == "report" and may_plead(heard.text) and not search(sought).certain)

    def _came_by(self, heard: Heard, talk: OpenTalk | None) -> None:
        """A poster's code: thanks once, and on with what was being done."""
        place = self.desk.came_by(heard.value)
        self._say("router.came_by" if place is not None else "router.unknown_code")
        if talk is not None:
            self._ask_again(talk)
        else:
            self._show("menu")

    def _with_words(self, intent: str, heard: Heard) -> Heard | None:
        """What a conversation begins with, where the words already tell what is wanted."""
        if intent == "handbook" and search(heard.text).pages:
            return replace(heard, kind="search")
        return heard if intent in {"registry", "news"} else None
