"""Something that came without a button: does it belong to the agency's question, to the case sent just now, or is it new?

Kept in `data`: number (the case), answering (whether the agency asked), kept (what came), photos (media ids).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows.chatting import Chatting
from flows.kit import Button, Heard, asks, ends, on
from flows.pictures import Pictures


class Aside(Pictures, Chatting):
    """What came is kept → does it belong there? → it goes there, or begins something of its own."""

    name = "aside"
    confirm_cancel = True
    states = [asks("answer", "yes", "no"), asks("more", "add_to", "new_report"), ends("taken"), ends("apart"), ends("dropped")]
    turns = [
        on("pin", at="more", to="apart", do="keep release"),
        on("text", at="more", do="chat", when="is_chat"),
        on("misplaced", at="more", do="chat", when="is_chat"),
        on("text", at=("answer", "more"), do="keep"),
        on("photo", at=("answer", "more"), do="keep"),
        on("video", at=("answer", "more"), do="keep"),
        on("file", at=("answer", "more"), do="keep"),
        on("pin", at="answer", do="keep"),
        on("yes", at="answer", to="taken", do="give"),
        on("no", at="answer", to="apart", do="release"),
        on("add_to", at="more", to="taken", do="give"),
        on("new_report", at="more", to="apart", do="release"),
        on("media_lost", do="lose_photo"),
    ]

    released: tuple[Heard, ...] = ()
    """What is to be taken as if it came just now."""

    def begin(self, number: str, heard: Heard, *, answering: bool) -> None:
        """What came, and the case it may belong to."""
        self.data.update(number=number, answering=answering)
        if answering:
            self._machine.set_state("answer", model=self)
        else:
            self._machine.set_state("more", model=self)
        self.keep(heard)
        self._ask()

    def keep(self, heard: Heard) -> None:
        """One more of it."""
        self.answer_once(heard)
        kept: dict[str, Any] = {"kind": heard.kind, "at": heard.at.isoformat(), "value": heard.value, "text": heard.text}
        if heard.kind == "pin":
            kept |= {"lat": heard.lat, "lng": heard.lng, "place": heard.place}
        if heard.media is not None:
            kept |= {"media": heard.media, "set_id": heard.set_id}
            self.data.setdefault("photos", []).append(heard.media)
        self.data.setdefault("kept", []).append(kept)
        if heard.kind == "text":  # the shape in which a message that is taken back is looked for
            self.data.setdefault("parts", []).append([heard.value, heard.text])

    def _kept(self) -> list[Heard]:
        words = dict(self.data.get("parts", ()))
        found = []
        for each in self.data.get("kept", ()):
            if each["kind"] == "text" and each["value"] not in words:
                continue  # taken back meanwhile
            if "media" in each and each["media"] not in self.data.get("photos", ()):
                continue
            fields = {k: each[k] for k in ("value", "text", "lat", "lng", "place", "media", "set_id") if k in each}
            if each["kind"] == "text":
                fields["text"] = words[each["value"]]
            found.append(Heard(each["kind"], datetime.fromisoformat(each["at"]), **fields))
        return found

    def ask_answer(self) -> None:
        """Is this the answer?"""
        self.say("answer", number=self.data["number"])

    def ask_more(self) -> None:
        """More about the case, or a new one?"""
        self.say("more", number=self.data["number"])

    def give(self, heard: Heard) -> None:
        """It belongs there."""
        number, answering = self.data["number"], self.data["answering"]
        for each in self._kept():
            if each.kind == "pin":
                self.desk.place_answered(number, each.lat, each.lng, each.place, each.value)
            elif answering:
                self.desk.answer_question(number, each.text, each.value, media=each.media)
            elif each.media is not None:
                self.desk.add_media(number, each.media)
            else:
                self.desk.add_words(number, each.text, each.value)
        self.number = number
        self.say("track.answered" if answering else "aside.added", number=number)

    def release(self, heard: Heard) -> None:
        """It is something of its own."""
        self.released = tuple(self._kept())
        self.quiet = True

    def about(self) -> str:
        """What came."""
        return " ".join(h.text for h in self._kept())[:60]

    def offers(self) -> tuple[Button, ...]:
        """See Flow."""
        return () if self.ended else super().offers()
