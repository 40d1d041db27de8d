"""A coordinator's talk in the agency's group after a press: the photos of the result, a question, whose area it is.

Kept in `data`: number (the case), words (what was said about the result).
"""

from __future__ import annotations

from typing import cast

from casework.catalog import agencies
from flows.kit import Button, Flow, Heard, asks, ends, on
from flows.office import Office

LONGEST_NAME = 30
"""Code points of a text that can be no more than an agency's name."""


class Work(Flow):
    """One coordinator, one case, one thing asked for."""

    name = "work"
    states = [asks("result"), asks("more"), asks("asking"), asks("handing"), ends("done"), ends("dropped")]
    turns = [
        on("report_fix", to="result", do="choose"),
        on("ask", to="asking", do="choose"),
        on("hand_on", to="handing", do="choose"),
        on("photo", at="result", to="more", do="keep_result"),
        on("video", at="result", to="more", do="keep_result"),
        on("text", at="result", do="keep_words"),
        on("pin", at="result", do="keep_place"),
        on("text", at="more", do="add_words"),
        on("pin", at="more", do="keep_place_after"),
        on("photo", at="more", do="keep_result"),
        on("video", at="more", do="keep_result"),
        on("text", at="asking", to="done", do="ask"),
        on("photo", at="asking", do="keep_question_photo"),
        on("agency", at="handing", to="done", do="hand_on"),
        on("text", at="handing", to="done", do="hand_on_by_words"),
    ]

    @property
    def office(self) -> Office:
        """The office behind this group."""
        return cast(Office, self.desk)

    def choose(self, heard: Heard) -> None:
        """What the press was about. Raises Refused where this group has no say in it."""
        self.data.clear()
        self.data["number"] = self.number = self.office.may_report(heard.value).number

    def ask_result(self) -> None:
        """The photo, please."""
        if self.data.pop("heard_words", None):
            self.say("words_kept")
        else:
            self.say("result", number=self.data["number"])

    def ask_asking(self) -> None:
        """The question, please."""
        self.say("asking", number=self.data["number"])

    def ask_handing(self) -> None:
        """Whose it is."""
        self.show("hand_on", case=self.office.may_report(self.data["number"]))

    def buttons_handing(self) -> tuple[Button, ...]:
        """The likeliest."""
        near = self.office.neighbours(self.data["number"])
        return tuple(Button("agency", f"{code}@{self.data['number']}") for code in near)

    def ask_more(self) -> None:
        """Nothing: the photo is being looked at, and answered when that is done."""
        self.quiet = True

    def keep_words(self, heard: Heard) -> None:
        """Words about the result, before its photo."""
        self.data["words"] = f"{self.data.get('words', '')}\n{heard.text}".strip()
        self.data["heard_words"] = True
        self.data["words_id"] = heard.value

    def add_words(self, heard: Heard) -> None:
        """The words that follow the photo, once: with the fix where it is still being looked at, else as a note."""
        self.data["worded"] = True
        self.quiet = True
        if self.office.waits(self.data["number"]):
            self.data["words"] = f"{self.data.get('words', '')}\n{heard.text}".strip()
            self.data["words_id"] = heard.value
            return
        case = self.office.note(self.data["number"], heard.text, heard.value)
        self.say("group.noted", number=case.number)

    def keep_place_after(self, heard: Heard) -> None:
        """The coordinator's pin that follows the photo."""
        self.quiet = True
        self.data["pin"] = [heard.lat, heard.lng]
        if not self.office.waits(self.data["number"]):
            self.office.compare_place(self.data["number"], heard.lat, heard.lng)

    def keep_place(self, heard: Heard) -> None:
        """Where the coordinator stands: compared with the case's place when the photo is looked at."""
        self.data["pin"] = [heard.lat, heard.lng]
        self.data["heard_words"] = True

    def keep_result(self, heard: Heard) -> None:
        """A photo or film of the result: it is fetched and looked at before the case moves."""
        kind = "image" if heard.kind == "photo" else "video"
        which = self.office.promise(heard.value, kind, heard.set_id)
        self.office.keep_result(self.data["number"], which)
        self.data.setdefault("photos", []).append(which)
        self.quiet = True

    def keep_question_photo(self, heard: Heard) -> None:
        """A picture that goes with the question."""
        self.data.setdefault("pictures", []).append(self.office.promise(heard.value, "image", heard.set_id))
        self.quiet = True

    def ask(self, heard: Heard) -> None:
        """On to the citizen."""
        self.office.ask(self.data["number"], heard.text, self.data.get("pictures", ()), heard.value)
        self.say("asked", number=self.data["number"])

    def hand_on(self, heard: Heard) -> None:
        """To the agency of the button."""
        self._hand_on(heard.value if heard.value in agencies() else None, "", "")

    def hand_on_by_words(self, heard: Heard) -> None:
        """To the agency that is named (a district in any of its names), else to the centre with the reason."""
        self._hand_on(_named(heard.text) or _district(heard), heard.text, heard.value)

    def _hand_on(self, agency: str | None, words: str, message_id: str) -> None:
        case = self.office.hand_on(self.data["number"], agency, words, message_id)
        if case.status == "not_ours":
            self.say("not_ours", number=case.number)
            return
        self.say("handed_on", number=case.number, agency=case.agency)
        if agency not in {None, case.agency}:
            self.say("handed_often")
        elif not self.office.has_group(case.agency):
            self.say("no_group")


def _district(heard: Heard) -> str | None:
    """The one district that is meant by a name of everyday use; a longer text is a reason, not a name."""
    if heard.understood is None or len(heard.text) > LONGEST_NAME:
        return None
    read = heard.understood.district_codes()
    return str(read[0]) if len(read) == 1 else None


def _named(text: str) -> str | None:
    """The agency whose name stands in the text; the longest name where several do."""
    bare = "".join(text.split())
    found = [
        (len(name), agency.code)
        for agency in agencies().values()
        for name in {"".join(agency.th.split()), "".join(agency.short_th.split()), agency.code}
        if name and name in bare
    ]
    return max(found)[1] if found else None
