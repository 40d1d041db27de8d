"""`แจ้ง …` in a community's group: what, where (a pin of the same member, or the district in words), a number. Nothing personal.

Kept in `data`: text, parts, photos, place, urgent, category, similar (numbers that were shown).
"""

from __future__ import annotations

from typing import cast

from casework import places
from casework.case import Draft
from casework.places import BadPosition
from flows.kit import Button, Flow, Heard, asks, ends, on, onward
from flows.office import Office


class Community(Flow):
    """What → where → (the same as one of these?) → a number."""

    name = "community"
    states = [
        asks("what"),
        asks("where"),
        asks("similar"),
        asks("filed"),
        asks("unfixed"),
        ends("joined"),
        ends("over"),
        ends("dropped"),
    ]
    turns = [
        on("text", at=("what", "where"), do="keep_words"),
        on("photo", at=("what", "where"), do="keep_photo"),
        on("video", at=("what", "where"), do="keep_photo"),
        on("pin", at=("what", "where"), do="keep_pin"),
        *onward(("what", "where"), what="lacks_what", where="lacks_where", similar="has_similar", filed="has_all"),
        on("same", at="similar", to="joined", do="join", when="same_is_known"),
        on("different", at="similar", to="filed", do="file"),
        on("photo", at="similar", do="keep_photo"),
        on("photo", at=("filed", "unfixed"), do="add_photo"),
        on("video", at=("filed", "unfixed"), do="add_photo"),
        on("not_fixed", to="unfixed", do="doubt"),
        on("text", at="unfixed", to="over", do="say_why"),
        on("cancel", at="filed", to="over"),
    ]

    @property
    def office(self) -> Office:
        """The office behind this group."""
        return cast(Office, self.desk)

    def lacks_what(self, heard: Heard | None) -> bool:
        """No words yet."""
        return not self.data.get("text")

    def lacks_where(self, heard: Heard | None) -> bool:
        """No place yet."""
        return "place" not in self.data

    def has_all(self, heard: Heard | None) -> bool:
        """All that is needed: number it."""
        self.file()
        return True

    def keep_words(self, heard: Heard) -> None:
        """What happened; where the place is asked for, a district that the words name."""
        read = heard.understood
        parts = self.data.setdefault("parts", [])
        first = not parts
        parts.append([heard.value, heard.text])
        self.data["text"] = "\n".join(words for _, words in parts)
        if read is None:
            return
        self.data["urgent"] = self.data.get("urgent", False) or bool(read.urgent)
        if first:
            self.data["category"] = read.category
            if read.emergency:
                self.show("emergency", despair=read.despair)
        codes = read.district_codes()
        if len(codes) == 1 and not first:
            self.data["place"] = {"district": codes[0]}

    def keep_photo(self, heard: Heard) -> None:
        """A photo."""
        self.data.setdefault("photos", []).append(
            self.office.promise(heard.value, {"photo": "image"}.get(heard.kind, heard.kind), heard.set_id)
        )
        self.quiet = True

    def add_photo(self, heard: Heard) -> None:
        """A photo that comes after the number."""
        self.office.add_photo(
            self.data["number"], self.office.promise(heard.value, {"photo": "image"}.get(heard.kind, heard.kind), heard.set_id)
        )
        self.quiet = True

    def keep_pin(self, heard: Heard) -> None:
        """The place. Outside Bangkok: says so and keeps nothing."""
        try:
            found = places.locate(heard.lat, heard.lng)
        except BadPosition:
            self.say("report.bad_pin")
            return
        if not found.in_bangkok:
            self.show("outside")
            return
        self.data["place"] = {
            "lat": heard.lat,
            "lng": heard.lng,
            "district": found.district_code,
            "subdistrict": found.subdistrict_code,
        }
        if heard.place:
            self.data["place_text"] = heard.place

    def doubt(self, heard: Heard) -> None:
        """The reporter says that it is not fixed: words and photos may follow."""
        self.data["number"] = self.number = heard.value

    def ask_unfixed(self) -> None:
        """What is still wrong?"""
        self.say("unfixed", number=self.data["number"])

    def say_why(self, heard: Heard) -> None:
        """What is still wrong."""
        self.office.add_words(self.data["number"], heard.text, heard.value)
        self.say("track.disputed", number=self.data["number"])

    def ask_filed(self) -> None:
        """The number has been said."""
        self.quiet = True
        self.show("public_case", case=self._case)

    def _draft(self) -> Draft:
        place = self.data["place"]
        return Draft(
            text=self.data["text"],
            category=self.data.get("category", "other"),
            guessed=self.data.get("category"),
            urgent=bool(self.data.get("urgent")),
            lat=place.get("lat"),
            lng=place.get("lng"),
            place_text=self.data.get("place_text"),
            district_code=place.get("district"),
            subdistrict_code=place.get("subdistrict"),
            media=tuple(self.data.get("photos", ())),
            parts=tuple(self.data.get("parts", ())),
        )

    def file(self, heard: Heard | None = None) -> None:
        """Number it."""
        self._case = self.office.file(self._draft())
        self.number = self._case.number
        self.data = {"number": self._case.number}

    # Is it one of these?

    def has_similar(self, heard: Heard | None) -> bool:
        """There are open cases of the same kind nearby."""
        return bool(self.office.similar(self._draft()))

    def ask_similar(self) -> None:
        """Shown with their buttons."""
        found = self.office.similar(self._draft())
        self.data["similar"] = [each.case.number for each in found]
        self.show("similar_cases", found=found)

    def buttons_similar(self) -> tuple[Button, ...]:
        """The same as one of them, or none."""
        return (*(Button("same", number) for number in self.data.get("similar", ())), Button("different"))

    def same_is_known(self, heard: Heard) -> bool:
        """One of those shown; said in words, the only one."""
        shown = self.data.get("similar", ())
        return heard.value in shown or (heard.kind == "same" and not heard.value and len(shown) == 1)

    def join(self, heard: Heard) -> None:
        """No second case."""
        number = heard.value or self.data["similar"][0]
        case = self.office.join(number)
        self.dropped()
        self.say("joined", number=number)
        self.show("public_case", case=case)

    def dropped(self) -> None:
        """The pictures are not wanted any more."""
        for which in self.data.get("photos", ()):
            self.office.drop_media(which)
