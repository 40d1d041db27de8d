"""แจ้งปัญหา: what happened, where, a photo, in any order; one card to check; a case number."""

from __future__ import annotations

from typing import Any

from casework.case import Draft
from casework.catalog import categories, responsible
from casework.contact import phone
from flows.chatting import Chatting
from flows.kit import Button, Heard, asks, ends, on, onward, sums_up
from flows.pictures import Pictures
from flows.where import Where

GATHERING = ("what", "where", "border", "photo", "sort", "check")


class Report(Where, Pictures, Chatting):
    """What happened → where → a photo → "is this right?" → (the same as one of these?) → a case number."""

    name = "report"
    confirm_cancel = True
    states = [
        asks("what"),
        asks("where", "location"),
        asks("border"),
        asks("photo", "camera", "album", "no_photo"),
        asks("sort", "other_kinds"),
        sums_up("check", "send", "edit", "cancel"),
        asks("edit", "edit_words", "edit_place", "edit_kind", "edit_photos", "edit_urgent", "edit_phone", "done"),
        asks("kind"),
        asks("urgency", "urgent", "not_urgent"),
        asks("phone", "no_phone"),
        asks("similar"),
        ends("filed"),
        ends("joined"),
        ends("dropped"),
    ]
    turns = [
        on("text", at=("what", "border", "photo", "sort", "check"), do="chat", when="is_chat"),
        on("misplaced", at=("what", "border", "photo", "sort", "check"), do="chat", when="is_chat"),
        on("text", at=("what", "photo", "sort", "check"), do="keep_words"),
        on("text", at="edit", to="check", do="keep_words"),
        on("text", at="where", do="keep_words", when="is_emergency"),
        on("text", at="where", do="chat_of_place", when="is_no_place"),
        on("misplaced", at="where", do="chat_of_place", when="is_no_place"),
        on("text", at="where", do="keep_place_words"),
        on("text", at="border", do="choose_district_by_words", when="names_near"),
        on("text", at="border", do="keep_words"),
        on("pin", at=(*GATHERING, "edit"), do="explain_bad_pin", when="pin_is_bad"),
        on("pin", at=(*GATHERING, "edit"), do="explain_outside", when="pin_is_outside"),
        on("pin", at=GATHERING, do="keep_pin"),
        on("pin", at="edit", to="check", do="keep_pin"),
        on("photo", at=GATHERING, do="keep_photo"),
        on("photo", at="edit", to="check", do="keep_photo"),
        on("video", at=GATHERING, do="keep_photo"),
        on("file", at=GATHERING, do="keep_photo"),
        on("no_photo", at="photo", do="skip_photo"),
        on("yes", at="where", do="accept_guess", when="has_guess"),
        on("no", at="where", do="refuse_guess", when="has_guess"),
        on("place_found", at="where", do="suggest_pin", when="lacks_where"),
        on("not_known", at="where", do="help_where"),
        on("district", at=("where", "border"), do="choose_district"),
        *onward(
            GATHERING,
            what="lacks_what",
            where="lacks_where",
            border="near_border",
            photo="lacks_photo",
            sort="lacks_kind",
            check="has_all",
        ),
        on("category", at=("sort", "check", "kind"), to="check", do="choose_category"),
        on("urgent", at=("check", "urgency"), to="check", do="say_urgent"),
        on("not_urgent", at=("check", "urgency"), to="check", do="say_not_urgent"),
        on("edit", at=("check", "kind", "urgency", "phone"), to="edit"),
        on("edit", at="edit"),
        on("other_kinds", at="sort", to="kind"),
        on("edit_words", at="edit", to="what", do="forget_words"),
        on("edit_place", at="edit", to="where", do="forget_place"),
        on("edit_photos", at="edit", to="photo", do="forget_photos"),
        on("edit_kind", at="edit", to="kind"),
        on("edit_urgent", at="edit", to="urgency"),
        on("edit_phone", at="edit", to="phone"),
        on("done", at="edit", to="check"),
        on("text", at="phone", to="check", do="keep_phone", when="is_phone"),
        on("text", at="phone", do="explain_phone"),
        on("no_phone", at="phone", to="check", do="forget_phone"),
        on("send", at="check", to="what", when="lacks_what"),
        on("send", at="check", to="similar", when="has_similar"),
        on("send", at="check", to="filed", do="file_case"),
        on("same", at="similar", to="joined", do="join_case", when="same_is_known"),
        on("text", at="similar", to="joined", do="join_case", when="names_similar"),
        on("different", at="similar", to="filed", do="file_case"),
        on("media_lost", do="lose_photo"),
    ]

    # What happened.

    def keep_words(self, heard: Heard) -> None:
        """A first text is what happened; a later one is more of it."""
        parts = self.data.setdefault("parts", [])
        parts.append([heard.value, heard.text])
        self.data["text"] = "\n".join(words for _, words in parts)
        self._read(heard)
        self._guess_place(heard)

    def _read(self, heard: Heard) -> None:
        read = heard.understood
        if read is None:
            return
        if read.emergency and not self.data.get("emergency"):
            self.data["emergency"] = True
            self.show("emergency", despair=read.despair)
        if not self.data.get("chosen"):
            best = [g.code for g in read.categories[:3]]
            if "category" not in self.data or self.data["category"] == "other" or best[0] != "other":
                self.data["category"], self.data["also"] = best[0], best[1:]
                self.data["guessed"] = best[0]
                self.data["sure"] = 0.0 if best[0] == "other" else read.categories[0].p
        if "urgency_said" not in self.data:
            self.data["urgent"] = bool(self.data.get("urgent") or read.urgent or read.emergency)
            self.data["urgent_unsure"] = not self.data["urgent"] and not read.urgent_sure

    def lacks_what(self, heard: Heard | None) -> bool:
        """Nothing was said yet."""
        return not self.data.get("text", "").strip()

    def forget_words(self, heard: Heard) -> None:
        """The description is to be written anew."""
        self.set_aside(
            "text", "parts", "chosen", "category", "also", "guessed", "sure", "urgent", "urgent_unsure", "urgency_said"
        )

    def lacks_kind(self, heard: Heard | None) -> bool:
        """What kind of matter it is was not to be seen from the words, and nobody has said."""
        least = self.desk.rules.number("category", "ask_below")
        return not self.data.get("chosen") and float(self.data.get("sure", 0.0)) < least

    def buttons_sort(self) -> tuple[Button, ...]:
        """The three best guesses."""
        best = (self.data.get("category", "other"), *self.data.get("also", ()))
        return tuple(Button("category", code) for code in best if code != "other")

    # The card, and what may be changed on it.

    def has_all(self, heard: Heard | None) -> bool:
        """Everything that is asked for is there."""
        return True

    def ask_check(self) -> None:
        """The summary."""
        self.settle_photos()
        self.show("summary", **self.summary())

    def summary(self) -> dict[str, Any]:
        """What the summary card shows."""
        place = self.data["place"]
        return {
            "text": self.data["text"],
            "category": self.data.get("category", "other"),
            "urgent": bool(self.data.get("urgent")),
            "urgent_unsure": bool(self.data.get("urgent_unsure")),
            "district": place.get("district"),
            "subdistrict": place.get("subdistrict"),
            "lat": place.get("lat"),
            "lng": place.get("lng"),
            "place_text": self.data.get("place_text"),
            "photos": list(self.data.get("photos", [])),
            "phone": bool(self.data.get("phone")),
            "agency": responsible(self.data.get("category", "other"), place.get("district"))[0],
        }

    def buttons_check(self) -> tuple[Button, ...]:
        """The two next best categories; and is it urgent, where that is not sure."""
        asked = (Button("urgent"), Button("not_urgent")) if self.data.get("urgent_unsure") else ()
        return (*asked, *(Button("category", code) for code in self.data.get("also", ())))

    def choose_category(self, heard: Heard) -> None:
        """The person knows better."""
        if heard.value in categories():
            others = [self.data.get("category", "other"), *self.data.get("also", ())]
            self.data["category"] = heard.value
            self.data["also"] = [c for c in others if c != heard.value][:2]
            self.data["chosen"] = True

    def ask_kind(self) -> None:
        """All the categories."""
        self.show("categories")

    def buttons_kind(self) -> tuple[Button, ...]:
        """One for each category."""
        return tuple(Button("category", code) for code in categories())

    def say_urgent(self, heard: Heard) -> None:
        """The person says that it is urgent."""
        self.data.update(urgent=True, urgent_unsure=False, urgency_said=True)

    def say_not_urgent(self, heard: Heard) -> None:
        """The person says that it is not."""
        self.data.update(urgent=False, urgent_unsure=False, urgency_said=True)

    def is_phone(self, heard: Heard) -> bool:
        """A Thai telephone number."""
        return phone(heard.text) is not None

    def keep_phone(self, heard: Heard) -> None:
        """The agency may call about this case."""
        self.desk.keep_phone(phone(heard.text))
        self.data["phone"] = True

    def explain_phone(self, heard: Heard) -> None:
        """That was no telephone number."""
        self.say("phone_wrong")

    def forget_phone(self, heard: Heard) -> None:
        """No call, please."""
        if self.data.pop("phone", None):
            self.desk.keep_phone(None)

    def forgot(self) -> None:
        """See Flow."""
        for key in ("guess", "maybe", "elsewhere"):
            self.data.pop(key, None)
        if self.lacks_what(None):
            self.forget_words(Heard("edit_words", self.desk.now))

    def dropped(self) -> None:
        """See Flow."""
        super().dropped()
        if self.data.get("phone"):
            self.desk.keep_phone(None)

    # The end.

    def draft(self) -> Draft:
        """The case as it stands now."""
        place = self.data["place"]
        category = self.data.get("category", "other")
        return Draft(
            text=self.data["text"],
            category=category,
            guessed=self.data.get("guessed"),
            urgent=bool(self.data.get("urgent")),
            lat=place.get("lat"),
            lng=place.get("lng"),
            place_text=self.data.get("place_text"),
            district_code=place.get("district"),
            subdistrict_code=place.get("subdistrict"),
            share_contact=bool(self.data.get("phone")),
            media=tuple(self.data.get("photos", ())),
            parts=(*self.data.get("parts", ()), *([*part, "place"] for part in self.data.get("place_parts", ()))),
        )

    def has_similar(self, heard: Heard) -> bool:
        """There are open cases of the same kind nearby."""
        return bool(self.desk.similar(self.draft()))

    def ask_similar(self) -> None:
        """Is it one of these?"""
        found = self.desk.similar(self.draft())
        self.data["similar"] = [s.case.number for s in found]
        self.say("similar")
        self.show("similar_cases", found=found)

    def buttons_similar(self) -> tuple[Button, ...]:
        """The same as one of them, or none."""
        return (*(Button("same", number) for number in self.data.get("similar", ())), Button("different"))

    def same_is_known(self, heard: Heard) -> bool:
        """The pressed card was one of those shown."""
        return heard.value in self.data.get("similar", ())

    def names_similar(self, heard: Heard) -> bool:
        """The number of one of them was typed."""
        return any(number in heard.text for number in self.data.get("similar", ()))

    def join_case(self, heard: Heard) -> None:
        """Follow that case instead of opening a second one."""
        number = heard.value or next(n for n in self.data["similar"] if n in heard.text)
        case = self.desk.join(number)
        self.number = case.number
        self.show("joined", case=case)

    def file_case(self, heard: Heard) -> None:
        """Number it."""
        draft = self.draft()
        case = self.desk.file(draft)
        self.number = case.number
        self.show("number", case=case, expected=self.desk.expected_days(draft.category, draft.district_code))

    def about(self) -> str:
        """The first words of the description."""
        return str(self.data.get("text", ""))[:60]
