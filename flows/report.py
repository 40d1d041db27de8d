"""แจ้งปัญหา: what happened, where, a photo, in any order; one card to check; a case number."""

from __future__ import annotations

from typing import Any

from casework import places
from casework.case import Draft
from casework.catalog import agencies, categories, responsible
from casework.contact import phone
from casework.places import BadPosition
from flows.kit import Button, Flow, Heard, asks, ends, on, onward

GATHERING = ("what", "where", "border", "photo", "check")


class Report(Flow):
    """What happened → where → a photo → "is this right?" → (the same as one of these?) → a case number."""

    name = "report"
    confirm_cancel = True
    states = [
        asks("what"),
        asks("where", "location"),
        asks("border"),
        asks("photo", "camera", "album", "no_photo"),
        asks("check", "send", "edit", "cancel"),
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
        on("text", at=("what", "photo", "check"), do="keep_words"),
        on("text", at="edit", to="check", do="keep_words"),
        on("text", at="where", do="keep_place_words"),
        on("text", at="border", do="choose_district_by_words"),
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
        on("district", at=("where", "border"), do="choose_district"),
        *onward(
            GATHERING,
            what="lacks_what",
            where="lacks_where",
            border="near_border",
            photo="lacks_photo",
            check="has_all",
        ),
        on("category", at=("check", "kind"), to="check", do="choose_category"),
        on("urgent", at=("check", "urgency"), to="check", do="say_urgent"),
        on("not_urgent", at=("check", "urgency"), to="check", do="say_not_urgent"),
        on("edit", at="check", to="edit"),
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
            self.show("emergency")
        if not self.data.get("chosen"):
            best = [g.code for g in read.categories[:3]]
            if "category" not in self.data or self.data["category"] == "other" or best[0] != "other":
                self.data["category"], self.data["also"] = best[0], best[1:]
                self.data["guessed"] = best[0]
        if "urgency_said" not in self.data:
            self.data["urgent"] = bool(self.data.get("urgent") or read.urgent or read.emergency)
            self.data["urgent_unsure"] = not self.data["urgent"] and not read.urgent_sure

    def lacks_what(self, heard: Heard | None) -> bool:
        """Nothing was said yet."""
        return not self.data.get("text", "").strip()

    def forget_words(self, heard: Heard) -> None:
        """The description is to be written anew."""
        self._set_aside("text", "parts", "chosen", "category", "also", "guessed", "urgent", "urgent_unsure", "urgency_said")

    # Where.

    def _guess_place(self, heard: Heard) -> None:
        read = heard.understood
        if read is None or "place" in self.data:
            return
        firm = [p for p in read.places if p.p >= 0.5]
        codes = list(dict.fromkeys(p.district_code for p in firm if p.district_code))
        maybe = list(dict.fromkeys(p.district_code for p in read.places if p.district_code))
        names = [p.name for p in read.places if p.kind in ("road", "soi", "landmark", "subdistrict") and p.p >= 0.5]
        if len(codes) == 1:
            self.data["guess"] = {"district": codes[0], "names": names[:3]}
        elif len(maybe) > 1:
            self.data["maybe"] = maybe[:8]
        elif len(maybe) == 1:
            self.data["guess"] = {"district": maybe[0], "names": names[:3]}
        if not codes and not maybe and any(p.kind == "province" for p in firm):
            self.data["elsewhere"] = next(p.name for p in firm if p.kind == "province")

    def keep_place_words(self, heard: Heard) -> None:
        """Words for the place: they are kept as written, and read for a district to be confirmed."""
        self._add_place_words(heard.text)
        self.data.pop("guess", None)
        self.data.pop("maybe", None)
        self._guess_place(heard)
        if heard.understood is not None and heard.understood.emergency and not self.data.get("emergency"):
            self.data["emergency"] = True
            self.show("emergency")
        if "guess" not in self.data and "maybe" not in self.data:
            elsewhere = self.data.pop("elsewhere", None)
            self.say("outside_words", place=elsewhere) if elsewhere else self.say("where_unknown")

    def _add_place_words(self, words: str) -> None:
        had = self.data.get("place_text")
        self.data["place_text"] = f"{had} {words}"[:500] if had and words not in had else words[:500]

    def has_guess(self, heard: Heard) -> bool:
        """A district was read from the words and waits for a yes."""
        return "guess" in self.data

    def accept_guess(self, heard: Heard) -> None:
        """Yes, it is there."""
        guess = self.data.pop("guess")
        if guess["names"]:
            self.data.setdefault("place_text", " ".join(guess["names"]))
        self._place_by_district(guess["district"])

    def refuse_guess(self, heard: Heard) -> None:
        """No, it is not there."""
        self.data.pop("guess", None)
        self.data["guess_refused"] = True

    def _place_by_district(self, code: str) -> None:
        self.data["place"] = {"district": code}
        self.data.pop("maybe", None)

    def pin_is_bad(self, heard: Heard) -> bool:
        """Not a position on this earth."""
        try:
            places.locate(heard.lat, heard.lng)
        except BadPosition:
            return True
        return False

    def pin_is_outside(self, heard: Heard) -> bool:
        """Not in Bangkok."""
        return not places.locate(heard.lat, heard.lng).in_bangkok

    def explain_bad_pin(self, heard: Heard) -> None:
        """The pin cannot be read; nothing of it is kept."""
        self.say("bad_pin")

    def explain_outside(self, heard: Heard) -> None:
        """The pin is outside Bangkok: who can help there; nothing of it is kept."""
        self.show("outside")

    def keep_pin(self, heard: Heard) -> None:
        """The place, with its district; near a border the district is still to be chosen."""
        spot = places.locate(heard.lat, heard.lng)
        near = [code for code, _name in spot.near]
        self.data["place"] = {
            "lat": heard.lat,
            "lng": heard.lng,
            "district": spot.district_code,
            "subdistrict": spot.subdistrict_code,
            "near": near if len(near) > 1 else [],
        }
        if heard.place:
            self._add_place_words(heard.place)
        for key in ("guess", "maybe", "elsewhere"):
            self.data.pop(key, None)

    def lacks_where(self, heard: Heard | None) -> bool:
        """No place yet."""
        return "place" not in self.data

    def near_border(self, heard: Heard | None) -> bool:
        """The pin lies so near another district that the person is asked which one it is."""
        return bool(self.data.get("place", {}).get("near"))

    def choose_district(self, heard: Heard) -> None:
        """A district's button."""
        place = self.data.get("place")
        if heard.value not in agencies():
            return
        if place is None:
            self._place_by_district(heard.value)
        else:
            if place["district"] != heard.value:
                place["subdistrict"] = None
            place["district"], place["near"] = heard.value, []

    def choose_district_by_words(self, heard: Heard) -> None:
        """The district's name typed instead of pressed; anything else is more of the description."""
        near = self.data["place"]["near"]
        read = heard.understood
        named = [
            c for c in near if agencies()[c].short_th in heard.text or agencies()[c].en.casefold() in heard.text.casefold()
        ]
        if not named and read is not None:
            named = [p.district_code for p in read.places if p.district_code in near]
        if len(set(named)) == 1:
            self.choose_district(Heard("district", heard.at, value=named[0]))
        else:
            self.keep_words(heard)

    def forget_place(self, heard: Heard) -> None:
        """The place is to be given anew."""
        self._set_aside("place", "place_text", "guess", "maybe")

    def ask_where(self) -> None:
        """Where was it: a guess to confirm where the words held one."""
        guess = self.data.get("guess")
        if guess:
            self.show("place_guess", district=guess["district"], names=guess["names"])
        elif self.data.get("maybe"):
            self.say("where_which")
        else:
            elsewhere = self.data.pop("elsewhere", None)
            if elsewhere:
                self.say("outside_words", place=elsewhere)
            self.say("where")

    def buttons_where(self) -> tuple[Button, ...]:
        """Yes and no for a guess; districts where the words fit several."""
        if self.data.get("guess"):
            return (Button("yes"), Button("no"))
        return tuple(Button("district", code) for code in self.data.get("maybe", ()))

    def buttons_border(self) -> tuple[Button, ...]:
        """The districts on this border."""
        return tuple(Button("district", code) for code in self.data.get("place", {}).get("near", ()))

    # Photos.

    def keep_photo(self, heard: Heard) -> None:
        """A photo, film or file; several sent together are answered once."""
        sets = self.data.setdefault("sets", [])
        self.quiet = heard.set_id is not None and heard.set_id in sets
        if heard.set_id is not None and not self.quiet:
            sets.append(heard.set_id)
        photos = self.data.setdefault("photos", [])
        if len(photos) >= self.desk.rules.whole("case", "max_photos"):
            if heard.media is not None:
                self.desk.drop_media(heard.media)
            if not self.quiet:
                self.say("photos_full", most=self.desk.rules.whole("case", "max_photos"))
            return
        if heard.media is not None:
            photos.append(heard.media)
        self.data.pop("no_photo", None)

    def skip_photo(self, heard: Heard) -> None:
        """There is no photo."""
        self.data["no_photo"] = True

    def lacks_photo(self, heard: Heard | None) -> bool:
        """No photo yet, and none refused."""
        return not self.data.get("photos") and not self.data.get("no_photo")

    def has_all(self, heard: Heard | None) -> bool:
        """Everything that is asked for is there."""
        return True

    def forget_photos(self, heard: Heard) -> None:
        """The photos are to be sent anew."""
        self._set_aside("photos", "no_photo")

    def lose_photo(self, heard: Heard) -> None:
        """A photo could not be kept (not a picture, too large, taken back): say so, and ask on."""
        photos = self.data.get("photos", [])
        if heard.media in photos:
            photos.remove(heard.media)
        if not photos and self.state == "check":
            self.data["no_photo"] = True
        if heard.value == "unsent":
            self.quiet = True
        else:
            self.say("photo_lost")

    # The card, and what may be changed on it.

    def ask_check(self) -> None:
        """The summary."""
        self._settle()
        self.data["undo"] = {}
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
        self.data.pop("phone", None)

    def _set_aside(self, *keys: str) -> None:
        self.data["undo"] = {key: self.data.pop(key) for key in keys if key in self.data}

    def _settle(self) -> None:
        for media in self.data.get("undo", {}).get("photos", []):
            if media not in self.data.get("photos", []):
                self.desk.drop_media(media)

    def went_back(self, left: str) -> None:
        """What an edit had set aside is as it was."""
        self.data.update(self.data.pop("undo", {}))

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
            parts=tuple(self.data.get("parts", ())),
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
