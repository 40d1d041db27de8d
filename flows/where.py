"""The part of a report that finds the place: a pin, words that are asked back, a choice at a border."""

from __future__ import annotations

from casework import places
from casework.case import place_of
from casework.catalog import agencies
from casework.contact import mask
from casework.place_data import tables
from casework.places import BadPosition
from flows.kit import Button, Flow, Heard, Say


class Where(Flow):
    """A talk that needs a place. Kept in `data`: place, place_text, guess (a district read from words), maybe, elsewhere,
    lacks_district (a place was named, but none that tells its district)."""

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
        if names and "looked_up" not in self.data:
            self.data["looked_up"] = True
            self.desk.look_up(" ".join(names[:3]))
        if not codes and not maybe and any(p.kind == "province" for p in firm):
            self.data["elsewhere"] = next(p.name for p in firm if p.kind == "province")

    def keep_place_words(self, heard: Heard) -> None:
        """Words for the place: they are kept as written, and read for a district to be confirmed."""
        named = _district_named(heard.text)
        if named is None:
            self._add_place_words(heard.text, heard.value)
        self.data.pop("guess", None)
        self.data.pop("maybe", None)
        self._guess_place(heard)
        if named is None and "looked_up" not in self.data:
            self.data["looked_up"] = True
            self.desk.look_up(mask(heard.text))
        if named is not None:
            self.data["guess"] = {"district": named, "names": []}
        if "guess" not in self.data and "maybe" not in self.data:
            elsewhere = self.data.pop("elsewhere", None)
            self.say("outside_words", place=elsewhere) if elsewhere else self.say("where_unknown")
            self.data["lacks_district"] = not elsewhere

    def help_where(self, heard: Heard) -> None:
        """The person does not know the place by name."""
        self.say("where_help")

    def is_emergency(self, heard: Heard) -> bool:
        """The words tell of a danger to life: what happened, not where."""
        return heard.understood is not None and bool(heard.understood.emergency)

    def _add_place_words(self, words: str, message_id: str = "") -> None:
        parts = self.data.setdefault("place_parts", [["", self.data["place_text"]]] if self.data.get("place_text") else [])
        if any(words in had for _, had in parts):
            return
        parts.append([message_id, words[:500]])
        self.data["place_text"] = place_of(parts)

    def has_guess(self, heard: Heard) -> bool:
        """A district was read from the words and waits for a yes."""
        return "guess" in self.data

    def suggest_pin(self, heard: Heard) -> None:
        """A place that was named in words has been found on the map: a suggestion, never a silent pin."""
        district = places.locate(heard.lat, heard.lng).district_code
        self.data["guess"] = {"district": district, "names": [heard.place], "lat": heard.lat, "lng": heard.lng}

    def accept_guess(self, heard: Heard) -> None:
        """Yes, it is there."""
        guess = self.data.pop("guess")
        if guess["names"]:
            self.data.setdefault("place_text", " ".join(guess["names"]))
        if "lat" in guess:
            self.keep_pin(Heard("pin", heard.at, lat=guess["lat"], lng=guess["lng"]))
            return
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
        spot = places.locate(heard.lat, heard.lng, self.desk.rules.number("case", "border_m"))
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
        thai = self.desk.language == "th"
        district, sub = agencies().get(spot.district_code or ""), tables().subdistricts.get(spot.subdistrict_code or "")
        self.got = Say(
            "report.got_pin",
            {
                "district": (district.short_th if thai else district.en) if district else "",
                "subdistrict": (sub.name_th if thai else sub.name_en) if sub else "",
            },
        )

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

    def names_near(self, heard: Heard) -> bool:
        """The words name one of the districts on this border."""
        return self._named(heard) is not None

    def choose_district_by_words(self, heard: Heard) -> None:
        """The district's name typed instead of pressed."""
        self.choose_district(Heard("district", heard.at, value=self._named(heard) or ""))

    def _named(self, heard: Heard) -> str | None:
        near = self.data["place"]["near"]
        words = heard.text.casefold()
        named = [c for c in near if agencies()[c].short_th in words or agencies()[c].en.casefold() in words]
        if not named and heard.understood is not None:
            named = [p.district_code for p in heard.understood.places if p.district_code in near]
        return named[0] if len(set(named)) == 1 else None

    def forget_place(self, heard: Heard) -> None:
        """The place is to be given anew."""
        self.set_aside("place", "place_text", "place_parts", "guess", "maybe")

    def ask_where(self) -> None:
        """Where was it: a guess to confirm where the words held one."""
        guess = self.data.get("guess")
        if guess:
            at = {key: guess[key] for key in ("lat", "lng") if key in guess}
            self.show("place_guess", district=guess["district"], names=guess["names"], **at)
        elif self.data.get("maybe"):
            self.say("where_which")
        else:
            elsewhere = self.data.pop("elsewhere", None)
            if elsewhere:
                self.say("outside_words", place=elsewhere)
            self.say("where_district" if self.data.get("lacks_district") and self.data.get("place_text") else "where")

    def buttons_where(self) -> tuple[Button, ...]:
        """Yes and no for a guess; districts where the words fit several."""
        if self.data.get("guess"):
            return (Button("yes"), Button("no"))
        return tuple(Button("district", code) for code in self.data.get("maybe", ()))

    def buttons_border(self) -> tuple[Button, ...]:
        """The districts on this border."""
        return tuple(Button("district", code) for code in self.data.get("place", {}).get("near", ()))


def _district_named(words: str) -> str | None:
    """The district whose name, Thai or English, these words are and nothing else."""
    bare = "".join(words.casefold().split())
    for code, agency in agencies().items():
        if agency.kind == "district":
            thai = bare.endswith(agency.short_th) and agency.th.endswith(bare)
            if thai or bare.removesuffix("district") == "".join(agency.en.casefold().split()):
                return code
    return None
