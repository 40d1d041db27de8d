"""ติดตามเรื่อง: one's cases as cards, one case with its story, more words or photos, taking it back, yes-it-is-fixed."""

from __future__ import annotations

from casework.case import CaseView, may_answer_fix
from casework.places import BadPosition, locate
from casework.refusals import Refused
from flows import stars
from flows.kit import Button, Heard, Say, asks, ends, on
from flows.pictures import Pictures

PAGE = 10


class Track(Pictures):
    """Which case → its story → add to it, take it back, say whether it is fixed."""

    name = "track"
    states = [
        asks("list"),
        asks("case"),
        asks("adding", "done"),
        asks("answering", "done"),
        asks("withdrawing", "yes", "no"),
        asks("disputing"),
        asks("stars"),
        asks("remark", "no_remark"),
        ends("none"),
        ends("left"),
        ends("dropped"),
    ]
    turns = [
        on("show", to="case", do="choose", when="is_mine"),
        on("show", do="show_public"),
        on("text", at="list", to="case", do="choose_by_number", when="names_mine"),
        on("more", at="list", do="next_page"),
        on("list", at=("case", "adding"), to="list", do="first_page"),
        on("add", at="case", to="adding", when="is_open"),
        on("text", at="adding", do="add_words"),
        on("photo", at=("adding", "case"), to="adding", do="add_photo", when="is_open"),
        on("video", at=("adding", "case"), to="adding", do="add_photo", when="is_open"),
        on("done", at="adding", to="case"),
        on("answer", to="answering", do="choose", when="is_mine"),
        on("text", at="answering", to="left", do="answer_question"),
        on("photo", at="answering", do="answer_by_photo"),
        on("video", at="answering", do="answer_by_photo"),
        on("pin", at="answering", to="left", do="answer_by_pin"),
        on("done", at="answering", to="left"),
        on("withdraw", at="case", to="withdrawing", when="is_open"),
        on("yes", at="withdrawing", to="left", do="withdraw"),
        on("no", at="withdrawing", to="case"),
        on("fixed", to="stars", do="confirm_fix", when="may_confirm decides"),
        on("fixed", to="left", do="vote_yes", when="fix_is_reported"),
        on("not_fixed", to="disputing", do="dispute", when="may_dispute decides"),
        on("not_fixed", to="disputing", do="vote_no", when="fix_is_reported"),
        on("fixed", to="case", do="choose", when="is_mine"),
        on("not_fixed", to="case", do="choose", when="is_mine"),
        on("text", at="disputing", to="left", do="say_why"),
        on("photo", at="disputing", do="add_photo"),
        on("video", at="disputing", do="add_photo"),
        on("text", at="stars", to="remark", do="rate", when="is_stars"),
        on("star", at="stars", to="remark", do="rate"),
        on("text", at=("stars", "remark"), to="left", do="keep_remark", when="is_remark"),
        on("no_remark", at="remark", to="left", do="thank"),
        on("media_lost", do="lose_photo"),
    ]

    def enter(self) -> None:
        """No cases: say so and end."""
        if not self.desk.my_cases(PAGE + 1):
            self.said.append(Say("track.none", buttons=(Button("report"), Button("officer"))))
            self._machine.set_state("none", model=self)

    # Which case.

    def ask_list(self) -> None:
        """The cases as cards."""
        at = int(self.data.get("offset", 0))
        found = self.desk.my_cases(PAGE + 1, at)
        if not found and at:
            at = self.data["offset"] = 0
            found = self.desk.my_cases(PAGE + 1, at)
        self.data["shown"] = [c.number for c in found[:PAGE]]
        self.data["more"] = len(found) > PAGE
        self.show("case_list", cases=found[:PAGE])

    def buttons_list(self) -> tuple[Button, ...]:
        """One a case, and the next page."""
        shown = tuple(Button("show", number, number) for number in self.data.get("shown", ()))
        return (*shown, Button("more")) if self.data.get("more") else shown

    def next_page(self, heard: Heard) -> None:
        """Older cases."""
        self.data["offset"] = int(self.data.get("offset", 0)) + PAGE

    def first_page(self, heard: Heard) -> None:
        """All cases, from the latest."""
        self.data["offset"] = 0

    def is_mine(self, heard: Heard) -> bool:
        """The case is the person's own or followed."""
        found = self.desk.case(heard.value)
        return found is not None and found[1]

    def show_public(self, heard: Heard) -> None:
        """Somebody else's case: what its page shows. A number that does not exist is said to be none."""
        found = self.desk.case(heard.value)
        if found is None:
            self.say("unknown", number=heard.value)
        else:
            self.show("public_case", case=found[0])

    def names_mine(self, heard: Heard) -> bool:
        """The text holds the number of one of the cards."""
        return any(number in heard.text for number in self.data.get("shown", ()))

    def choose_by_number(self, heard: Heard) -> None:
        """A number typed."""
        self.data["number"] = next(n for n in self.data["shown"] if n in heard.text)

    def choose(self, heard: Heard) -> None:
        """A case's button."""
        self.data["number"] = heard.value
        self.data.pop("answered", None)

    # One case.

    def the_case(self) -> CaseView:
        """The case that is looked at. Raises Refused where it is not to be had any more."""
        found = self.desk.case(self.data["number"])
        if found is None or not found[1]:
            raise Refused("refused.unknown_case", number=self.data["number"])
        return found[0]

    def ask_case(self) -> None:
        """Its story."""
        self.number = self.data["number"]
        self.show("timeline", case=self.the_case())

    def buttons_case(self) -> tuple[Button, ...]:
        """What can be done with it as it stands."""
        case = self.the_case()
        if case.status == "fixed_reported":
            first: tuple[Button, ...] = (Button("fixed", case.number), Button("not_fixed", case.number))
        elif case.open:
            first = (Button("add"), Button("withdraw")) if self.desk.reported(case.number) else (Button("add"),)
        else:
            first = ()
        return (*first, Button("list"))

    def is_open(self, heard: Heard) -> bool:
        """Something can still be added."""
        return self.the_case().open

    def add_words(self, heard: Heard) -> None:
        """More of the description."""
        self.desk.add_words(self.data["number"], heard.text, heard.value)
        self.say("added")

    def add_photo(self, heard: Heard) -> None:
        """One more photo; those sent together are answered once."""
        self.answer_once(heard)
        if heard.media is not None:
            self.desk.add_media(self.data["number"], heard.media)
        if not self.quiet:
            self.say("added_photo")

    def ask_answering(self) -> None:
        """Go ahead."""
        if not self.quiet:
            self.say("answering_more" if self.data.get("answered") else "answering", number=self.data["number"])

    def answer_by_photo(self, heard: Heard) -> None:
        """A photo or film is an answer too; several may come."""
        self.answer_once(heard)
        if heard.media is not None:
            self.desk.answer_question(self.data["number"], "", media=heard.media)
        self.data["answered"] = True

    def answer_by_pin(self, heard: Heard) -> None:
        """So is a pin."""
        try:
            locate(heard.lat, heard.lng)
        except BadPosition:
            raise Refused("report.bad_pin") from None
        case = self.desk.place_answered(self.data["number"], heard.lat, heard.lng, heard.place)
        self.say("answered", number=case.number)

    def answer_question(self, heard: Heard) -> None:
        """What the agency asked, answered."""
        case = self.desk.answer_question(self.data["number"], heard.text, heard.value)
        self.say("answered", number=case.number)

    def withdraw(self, heard: Heard) -> None:
        """The citizen takes it back."""
        self.say("withdrawn", number=self.desk.withdraw(self.data["number"]).number)

    # Is it fixed?

    def fix_is_reported(self, heard: Heard) -> bool:
        """The agency says that it is done and the citizen has not answered yet."""
        found = self.desk.case(heard.value)
        return found is not None and found[1] and found[0].status == "fixed_reported"

    def decides(self, heard: Heard) -> bool:
        """The person's word counts for the case."""
        return self.desk.decides(heard.value)

    def may_confirm(self, heard: Heard) -> bool:
        """A yes is still wanted."""
        return self._may_answer(heard, fixed=True)

    def may_dispute(self, heard: Heard) -> bool:
        """A no is still possible."""
        return self._may_answer(heard, fixed=False)

    def _may_answer(self, heard: Heard, *, fixed: bool) -> bool:
        found = self.desk.case(heard.value)
        if found is None or not found[1]:
            return False
        case = found[0]
        return may_answer_fix(case.status, case.confirmed, case.closed_at, self.desk.now, fixed=fixed, rules=self.desk.rules)

    def confirm_fix(self, heard: Heard) -> None:
        """Yes, it is fixed."""
        self.data["number"] = heard.value
        self.desk.answer_fix(heard.value, fixed=True)
        case = self.desk.case(heard.value)
        self.data["asked"] = case is not None and case[0].kind != "complaint"
        self.say("confirmed")

    def ask_stars(self) -> None:
        """For the fix, or for the answer to a question."""
        self.say("stars_answer" if self.data.get("asked") else "stars")

    def vote_yes(self, heard: Heard) -> None:
        """A follower's yes: written down, the reporter's word counts."""
        self.desk.vote(heard.value, fixed=True)
        self.say("voted", number=heard.value)

    def vote_no(self, heard: Heard) -> None:
        """A follower's no: the group hears it, words and photos may follow."""
        self.data["number"] = heard.value
        self.data["follower"] = True
        self.desk.vote(heard.value, fixed=False)

    def ask_disputing(self) -> None:
        """What is still wrong?"""
        if not self.quiet:
            self.say("doubting" if self.data.get("follower") else "disputing")

    def dispute(self, heard: Heard) -> None:
        """No: the case is open again at once; words and photos may follow."""
        self.data["number"] = heard.value
        self.data.pop("follower", None)
        self.desk.answer_fix(heard.value, fixed=False)

    def say_why(self, heard: Heard) -> None:
        """What is still wrong."""
        case = self.desk.add_words(self.data["number"], heard.text, heard.value)
        self.say("disputed", number=case.number)

    def is_stars(self, heard: Heard) -> bool:
        """One to five, typed."""
        return stars.typed(heard) is not None

    def buttons_stars(self) -> tuple[Button, ...]:
        """One to five."""
        return tuple(Button("star", str(n)) for n in range(5, 0, -1))

    def rate(self, heard: Heard) -> None:
        """Stars, and thanks."""
        given = str(stars.typed(heard) or heard.value)
        if given in {"1", "2", "3", "4", "5"}:
            self.desk.rate(self.data["number"], int(given))

    def is_remark(self, heard: Heard) -> bool:
        """Words about the fix; a new problem is a report of its own."""
        read = heard.understood
        return read is None or (read.intent not in {"report", "emergency"} and not read.emergency)

    def keep_remark(self, heard: Heard) -> None:
        """What the stars alone do not say."""
        self.desk.remark(self.data["number"], heard.text, heard.value)
        self.say("remarked")

    def thank(self, heard: Heard) -> None:
        """Nothing more."""
        self.said.append(Say("track.thanked", buttons=(Button("share", "fixed"),)))
