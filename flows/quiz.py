"""แบบทดสอบ: ten questions, one a turn; with a trainer's code before and after a training, without one for oneself.

What was right is told at the very end: after the quiz before a training only the score, so that the same questions
still measure something after it (docs/decisions/0027).
"""

from __future__ import annotations

from casework import quiz
from casework.quiz import LETTERS, bank
from flows.kit import Button, Flow, Heard, Say, asks, ends, on

MOST_PAGES = 3


class Quiz(Flow):
    """Which part → question after question → the score, and what to read."""

    name = "quiz"
    confirm_cancel = True
    states = [
        asks("question"),
        asks("part", "before_training", "after_training"),
        ends("done"),
        ends("refused"),
        ends("dropped"),
    ]
    turns = [
        on("quiz_code", to="refused", do="say_unknown", when="unknown"),
        on("quiz_code", to="refused", do="say_closed", when="closed"),
        on("quiz_code", to="refused", do="say_done", when="did_after"),
        on("quiz_code", to="question", do="take_code begin_after", when="did_before"),
        on("quiz_code", to="part", do="take_code"),
        on("before_training", at="part", to="question", do="begin_before"),
        on("after_training", at="part", to="question", do="begin_after"),
        on("pick", at="question", to="done", do="keep_answer finish", when="for_this_question is_last"),
        on("pick", at="question", to="question", do="keep_answer", when="for_this_question"),
        on("pick", at="question", do="say_late"),
        on("text", at="question", to="done", do="keep_answer finish", when="names_an_answer is_last"),
        on("text", at="question", to="question", do="keep_answer", when="names_an_answer"),
        on("text", at="question", do="explain"),
    ]

    # A trainer's code.

    def unknown(self, heard: Heard) -> bool:
        """There is no such code."""
        return self.desk.classroom.session(heard.value) is None

    def closed(self, heard: Heard) -> bool:
        """Its time is over."""
        found = self.desk.classroom.session(heard.value)
        return found is not None and found.closes_at <= self.desk.now

    def did_after(self, heard: Heard) -> bool:
        """Nothing is left to do."""
        return "after" in self.desk.classroom.done(heard.value)

    def did_before(self, heard: Heard) -> bool:
        """So this is the one after."""
        return "before" in self.desk.classroom.done(heard.value)

    def say_unknown(self, heard: Heard) -> None:
        """Perhaps of a training that was taken away."""
        self.say("unknown_code", code=heard.value)

    def say_closed(self, heard: Heard) -> None:
        """Too late."""
        self.say("closed")

    def say_done(self, heard: Heard) -> None:
        """The score once more."""
        score = self.desk.classroom.done(heard.value).get("after", 0)
        found = self.desk.classroom.session(heard.value)
        self.say("done_already", score=score, of=len(found.asked) if found else 0)

    def take_code(self, heard: Heard) -> None:
        """Whose training it is."""
        self.data["code"] = heard.value

    # Beginning.

    def enter(self) -> None:
        """Without a code: for oneself."""
        self._begin("alone", self.desk.classroom.draw())

    def begin_before(self, heard: Heard) -> None:
        """Before the training."""
        self._begin("before")

    def begin_after(self, heard: Heard) -> None:
        """After it."""
        self._begin("after")

    def _begin(self, part: str, asked: tuple[str, ...] | None = None) -> None:
        if asked is None:
            found = self.desk.classroom.session(self.data["code"])
            asked = found.asked if found is not None else ()
        seed = self.desk.classroom.seed()
        known = [code for code in asked if code in bank()]
        self.data.update(part=part, seed=seed, asked=quiz.shuffled(known, seed), at=0, right=[])
        self.say(f"begin_{part}", of=len(known))

    # Questions.

    def _code(self) -> str:
        """The present question; where it was taken out of the bank meanwhile, any other stands in for it."""
        code = str(self.data["asked"][self.data["at"]])
        return code if code in bank() else next(iter(bank()))

    def for_this_question(self, heard: Heard) -> bool:
        """The button belongs to the question that is open."""
        at, _, which = heard.value.partition(".")
        return at == str(self.data["at"]) and which in {str(n) for n in range(len(LETTERS))}

    def names_an_answer(self, heard: Heard) -> bool:
        """A letter, a number, or the answer's own words."""
        return self._named(heard.text) is not None

    def _named(self, text: str) -> int | None:
        worded = bank()[self._code()].worded(self.desk.language)
        said = _bare(text)
        for shown, place in enumerate(quiz.answers_of(self._code(), self.data["seed"])):
            if said == _bare(worded.answers[place]):
                return shown
        return quiz.choice(text) if len(text) <= MOST_CHOICE else None

    def is_last(self, heard: Heard) -> bool:
        """After this one there is none."""
        return bool(self.data["at"] + 1 >= len(self.data["asked"]))

    def keep_answer(self, heard: Heard) -> None:
        """Right or not, and on."""
        shown = int(heard.value.partition(".")[2]) if heard.kind == "pick" else self._named(heard.text)
        assert shown is not None
        if quiz.answers_of(self._code(), self.data["seed"])[shown] == 0:
            self.data["right"].append(self._code())
        self.data["at"] += 1

    def say_late(self, heard: Heard) -> None:
        """A button of a question that was answered."""
        self.say("answered_already")

    def explain(self, heard: Heard) -> None:
        """What can be done here."""
        self.say("how")

    def ask_question(self) -> None:
        """The question with its four answers."""
        code, at = self._code(), self.data["at"]
        order = list(quiz.answers_of(code, self.data["seed"]))
        self.show("quiz_question", code=code, order=order, at=at + 1, of=len(self.data["asked"]))

    def buttons_question(self) -> tuple[Button, ...]:
        """Four."""
        return tuple(Button("pick", f"{self.data['at']}.{n}") for n in range(len(LETTERS)))

    # The end.

    def finish(self, heard: Heard) -> None:
        """The score; but for the one before a training, what was wrong and which pages to read."""
        part, right, asked = self.data["part"], self.data["right"], self.data["asked"]
        before = None
        if part != "alone":
            self.desk.classroom.finish(self.data["code"], part, right)
            before = self.desk.classroom.done(self.data["code"]).get("before") if part == "after" else None
        wrong = [code for code in asked if code not in right and code in bank()] if part != "before" else []
        read = list(dict.fromkeys(bank()[code].page for code in wrong))[:MOST_PAGES]
        values = {"part": part, "score": len(right), "of": len(asked), "before": before, "wrong": wrong}
        self.said.append(Say("quiz_result", values, card=True, buttons=tuple(Button("page", page) for page in read)))

    def about(self) -> str:
        """The question that is open."""
        return bank()[self._code()].worded(self.desk.language).ask[:60] if self.data.get("asked") else ""


MOST_CHOICE = 12
"""A letter with a word or two around it; anything longer tells something else."""


def _bare(text: str) -> str:
    return "".join(text.split()).strip(".").casefold()
