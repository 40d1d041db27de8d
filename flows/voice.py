"""สอบถาม/เสนอแนะ: a question, a suggestion or a compliment, in the citizen's words; it gets a number like any case."""

from __future__ import annotations

from casework.case import KINDS, Draft
from casework.handbook import pages
from casework.handbook_search import answering, search
from flows.kit import Button, Heard, asks, ends, on, sums_up
from flows.pictures import Pictures


class Voice(Pictures):
    """Which of the three → the words → a number."""

    name = "voice"
    confirm_cancel = True
    states = [
        asks("kind", "inquiry", "suggestion", "compliment"),
        asks("words"),
        asks("answered", "helped", "send_on"),
        asks("offered", "send_on"),
        sums_up("check", "send", "edit", "cancel"),
        ends("filed"),
        ends("helped"),
        ends("dropped"),
    ]
    turns = [
        on("inquiry", at="kind", to="words", do="choose_inquiry"),
        on("suggestion", at="kind", to="words", do="choose_suggestion"),
        on("compliment", at="kind", to="words", do="choose_compliment"),
        on("text", at="kind", to="answered", do="keep_words guess_kind", when="handbook_knows"),
        on("text", at="kind", to="offered", do="keep_words guess_kind", when="handbook_guesses"),
        on("text", at="kind", to="check", do="keep_words guess_kind"),
        on("text", at="words", to="answered", do="keep_words", when="handbook_knows"),
        on("text", at="words", to="offered", do="keep_words", when="handbook_guesses"),
        on("text", at="words", to="check", do="keep_words"),
        on("page", at="offered", to="answered", do="choose_page", when="page_exists"),
        on("helped", at="answered", to="helped", do="be_glad"),
        on("send_on", at=("answered", "offered"), to="check"),
        on("text", at=("answered", "offered"), to="answered", do="take_anew", when="handbook_knows"),
        on("text", at=("answered", "offered"), to="check", do="keep_words"),
        on("text", at="check", to="check", do="keep_words"),
        on("photo", at=("words", "check"), do="keep_photo"),
        on("edit", at="check", to="words", do="forget_words"),
        on("send", at="check", to="filed", do="file_case"),
        on("media_lost", do="lose_photo"),
    ]

    def choose_inquiry(self, heard: Heard) -> None:
        """A question."""
        self.data["kind"] = "inquiry"

    def choose_suggestion(self, heard: Heard) -> None:
        """A suggestion."""
        self.data["kind"] = "suggestion"

    def choose_compliment(self, heard: Heard) -> None:
        """A compliment."""
        self.data["kind"] = "compliment"

    def guess_kind(self, heard: Heard) -> None:
        """Written straight away: what the words sound like."""
        intent = heard.understood.intent if heard.understood else ""
        self.data["kind"] = intent if intent in KINDS else "inquiry"

    def handbook_knows(self, heard: Heard) -> bool:
        """A question that a page of the handbook answers for certain."""
        return self._is_question(heard) and answering(heard.text) is not None

    def handbook_guesses(self, heard: Heard) -> bool:
        """A question that some pages may answer."""
        return self._is_question(heard) and bool(search(heard.text).pages)

    def _is_question(self, heard: Heard) -> bool:
        kind = self.data.get("kind") or (heard.understood.intent if heard.understood else "inquiry")
        return kind not in {"suggestion", "compliment"}

    def page_exists(self, heard: Heard) -> bool:
        """One of the pages."""
        return heard.value in pages()

    def choose_page(self, heard: Heard) -> None:
        """One that was offered."""
        self.data["page"] = heard.value

    def buttons_offered(self) -> tuple[Button, ...]:
        """The pages that come near, best first."""
        return tuple(Button("page", page) for page in search(self.data["text"]).pages)

    def ask_answered(self) -> None:
        """The page; an officer is one press away."""
        page = self.data.get("page") or answering(self.data["text"])
        if page in pages():
            self.show("handbook_page", page=page)
        self.say("answered")

    def be_glad(self, heard: Heard) -> None:
        """That was it: nothing is filed."""
        self.say("helped")

    def keep_words(self, heard: Heard) -> None:
        """The words, one message after the other."""
        parts = self.data.setdefault("parts", [])
        parts.append([heard.value, heard.text])
        self.data["text"] = "\n".join(words for _, words in parts)
        if heard.understood is not None:
            self.data["category"] = heard.understood.category
            codes = heard.understood.district_codes()
            if len(codes) == 1:
                self.data["district"] = codes[0]

    def forget_words(self, heard: Heard) -> None:
        """Written anew."""
        self.data.pop("text", None)
        self.data.pop("parts", None)

    def take_anew(self, heard: Heard) -> None:
        """The next question, that has its own page: the one before is answered."""
        self.forget_words(heard)
        self.data.pop("page", None)
        self.keep_words(heard)

    def ask_words(self) -> None:
        """The question for this kind of words."""
        self.say(f"words_{self.data.get('kind', 'inquiry')}")

    def ask_check(self) -> None:
        """The words as they will go."""
        self.show("voice_summary", text=self.data["text"], kind=self.data["kind"], photos=len(self.data.get("photos", ())))

    def file_case(self, heard: Heard) -> None:
        """Number it."""
        case = self.desk.file(
            Draft(
                text=self.data["text"],
                kind=self.data["kind"],
                category=self.data.get("category", "other"),
                district_code=self.data.get("district"),
                media=tuple(self.data.get("photos", ())),
                parts=tuple(self.data.get("parts", ())),
            )
        )
        self.number = case.number
        self.show("number", case=case, expected=None)

    def about(self) -> str:
        """The first words."""
        return str(self.data.get("text", ""))[:60]
