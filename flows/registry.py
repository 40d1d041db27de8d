"""งานทะเบียน: a copy from one's own records, or an appointment, at a district office. Typed as in `1#JC1-1234567-89`, or guided.

What a service needs is its declaration (casework/data/registry). Things come in any order; the number under the photo, asked
for last, confirms the request. Kept in `data`: service, consent, office, copies, date, time; encrypted: laser, photo, topic.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from casework import idcard
from casework.digits import ascii_digits
from casework.registry import Order, RequestView, named_in, services
from flows.card_numbers import EXPECTS
from flows.kit import ONWARD, Button, Heard, asks, ends, on, onward
from flows.which_office import WhichOffice

GATHERING = ("service", "consent", "office", "laser", "copies", "topic", "when", "full", "photo_number")
GIVES = ("text", "service", "consent", "no_consent", "district", "copies", "slot", "pick_when")
MOST_TOPIC = 1000


class Registry(WhichOffice):
    """Which service → consent → the card's number → which office → how many → when → the number that confirms it."""

    name = "registry"
    confirm_cancel = True
    states = [
        asks("service"),
        asks("consent", "consent", "no_consent"),
        asks("office", "location"),
        asks("laser", "back", "cancel"),
        asks("copies"),
        asks("topic", "back", "cancel"),
        asks("when"),
        asks("full"),
        asks("photo_number", "back", "cancel"),
        ends("filed"),
        ends("declined"),
        ends("limited"),
        ends("paused"),
        ends("dropped"),
    ]
    turns = [
        *(on(kind, at=GATHERING, do="say_paused", when="is_paused") for kind in GIVES),
        on("text", at=GATHERING, do="take_words"),
        on("photo", at=GATHERING, do="refuse_photo"),
        on("video", at=GATHERING, do="refuse_photo"),
        on("file", at=GATHERING, do="refuse_photo"),
        on("service", at=GATHERING, do="choose_service", when="is_service"),
        on("consent", at=GATHERING, do="agree"),
        on("no_consent", at=GATHERING, to="declined", do="decline"),
        on("district", at=GATHERING, do="choose_office", when="takes_part"),
        on("pin", at=GATHERING, do="find_office"),
        on("more", at="office", do="more_offices"),
        on("copies", at=GATHERING, do="choose_copies", when="is_count"),
        on("slot", at=GATHERING, do="choose_time"),
        on("pick_when", at=GATHERING, do="choose_time"),
        *onward(
            GATHERING,
            service="lacks_service",
            consent="lacks_consent",
            laser="lacks_laser",
            office="lacks_office",
            copies="lacks_copies",
            topic="lacks_topic",
            when="lacks_time",
            full="lacks_room",
            photo_number="lacks_photo",
        ),
        on(ONWARD, at=GATHERING, to="limited", do="say_limited", when="is_over_limit"),
        on(ONWARD, at=GATHERING, to="filed", do="say_same", when="is_same"),
        on(ONWARD, at=GATHERING, to="filed", do="file", when="gets_place"),
        on(ONWARD, at=GATHERING, to="full"),
    ]

    def enter(self) -> None:
        """What the person has asked for already comes first."""
        minutes = self.desk.registry.paused()
        if minutes:
            self.say("paused_for", minutes=minutes)
            self._machine.set_state("paused", model=self)
            return
        mine = self.desk.registry.mine()
        if mine:
            self.show("registry_mine", requests=mine)

    # Words.

    def take_words(self, heard: Heard) -> None:
        """Whatever of all that is needed the words hold."""
        read = idcard.read(heard.text, EXPECTS.get(self.state))
        got = self._take_service(read.service or self._named(heard))
        got = self._take_numbers(read) or got
        if read.wrong:
            if heard.understood is None or heard.understood.when is None or idcard.mentions(heard.text):
                self._slip(read)
                return
        elif self.state == "topic" and not got:
            self._take_topic(heard)
            return
        got = self._take_rest(heard) or got
        if not got:
            self.say("unclear")

    def _named(self, heard: Heard) -> str | None:
        if self.state != "service" or self.data.get("service"):
            return None
        typed = ascii_digits(heard.text).strip()
        return typed if typed in services() else named_in(heard.text)

    def _take_service(self, code: str | None) -> bool:
        if code is None:
            return False
        if code not in services():
            self.say("no_such_service", most=max(services(), key=int))
            return True
        self._choose(code)
        return True

    def _take_topic(self, heard: Heard) -> None:
        """What it is about, in the person's words; encrypted: it often tells of somebody's illness."""
        self.data["topic"] = self.desk.registry.seal(heard.text.strip()[:MOST_TOPIC])

    def _take_rest(self, heard: Heard) -> bool:
        """Office, number of copies, day and time."""
        got = False
        office = self._office_in(heard)
        if office is not None:
            self._set_office(office)
            got = True
        count = self._copies_in(heard)
        if count is not None:
            self._set_copies(count)
            got = True
        return self.take_time(heard) or got

    def _copies_in(self, heard: Heard) -> str | None:
        codes = heard.understood.codes if heard.understood is not None else ()
        for code in codes:
            if code.kind == "copies" and code.value is not None:
                return str(code.value)
        typed = ascii_digits(heard.text).strip()
        return typed if self.state == "copies" and typed.isascii() and typed.isdigit() and len(typed) < 5 else None

    # Service and consent.

    def is_service(self, heard: Heard) -> bool:
        """There is such a service."""
        return heard.value in services()

    def choose_service(self, heard: Heard) -> None:
        """Pressed."""
        self._choose(heard.value)

    def _choose(self, code: str) -> None:
        self.data["service"] = code
        if not services()[code].secret:
            self.data.pop("laser", None)
            self.data.pop("photo", None)
        if self.data.get("office") not in self._taking_part():
            self.data.pop("office", None)

    def lacks_service(self, heard: Heard | None) -> bool:
        """None is chosen yet."""
        return self.service is None

    def ask_service(self) -> None:
        """All of them."""
        self.show("registry_services")

    def buttons_service(self) -> tuple[Button, ...]:
        """One a service."""
        return tuple(Button("service", code) for code in services())

    # Copies, topic, time.

    def lacks_copies(self, heard: Heard | None) -> bool:
        """How many."""
        return self.needs("copies")

    def buttons_copies(self) -> tuple[Button, ...]:
        """The usual."""
        return tuple(Button("copies", str(n)) for n in (1, 2, 3))

    def is_count(self, heard: Heard) -> bool:
        """A number."""
        return heard.value.isascii() and heard.value.isdigit() and len(heard.value) < 5

    def choose_copies(self, heard: Heard) -> None:
        """Pressed."""
        self._set_copies(heard.value)

    def _set_copies(self, said: str) -> None:
        service = self.service
        most = service.most_copies if service is not None else max(s.most_copies for s in services().values())
        if not 1 <= int(said) <= most:
            self.say("copies_out_of_range", most=most)
            return
        self.data["copies"] = int(said)

    def lacks_topic(self, heard: Heard | None) -> bool:
        """What it is about."""
        return self.needs("topic")

    def lacks_time(self, heard: Heard | None) -> bool:
        """No day yet, or it has passed meanwhile."""
        if self.data.get("date") and self.stale():
            self.data.pop("date"), self.data.pop("time", None)
        return not self.data.get("date")

    def choose_time(self, heard: Heard) -> None:
        """Pressed or picked."""
        self.take_time(heard)

    def buttons_when(self) -> tuple[Button, ...]:
        """Some that are free."""
        return self.free_times(self.data["office"]) if self.data.get("office") else ()

    def lacks_room(self, heard: Heard | None) -> bool:
        """The wanted time is full already: said at once, not at the end."""
        at = self.wanted()
        return at is None or not self.desk.registry.has_room(self.data["office"], at)

    def buttons_full(self) -> tuple[Button, ...]:
        """Others near it."""
        return self.free_times(self.data["office"])

    # The end.

    def order(self) -> Order:
        """The request as it stands."""
        at, service, consent = self.wanted(), self.service, self.data.get("consent")
        assert at is not None and service is not None
        secret: dict[str, Any] = {k: self.data.get(k) for k in ("laser", "photo", "topic") if service.asks_for(k)}
        return Order(
            service=service.code,
            office=self.data["office"],
            copies=int(self.data.get("copies", 1)) if service.asks_for("copies") else 1,
            slot=at,
            consent_version=consent[0] if consent and service.secret else None,
            consent_at=datetime.fromisoformat(consent[1]) if consent and service.secret else None,
            **secret,
        )

    def is_over_limit(self, heard: Heard | None) -> bool:
        """Enough requests for one day."""
        return self.desk.registry.full_day() and not self.is_same(heard)

    def say_limited(self, heard: Heard | None) -> None:
        """Tomorrow again."""
        self.say("limited_body", most=self.desk.rules.whole("registry", "person_day"))

    def is_same(self, heard: Heard | None) -> bool:
        """The very same request is under way."""
        return self.desk.registry.same(self.order()) is not None

    def say_same(self, heard: Heard | None) -> None:
        """It is one."""
        found = self.desk.registry.same(self.order())
        assert found is not None
        self._show(found, "same")

    def gets_place(self, heard: Heard | None) -> bool:
        """Takes the place in the slot: of any number of people at once, only as many get one as there are."""
        return self.desk.registry.book(self.data["office"], self.order().slot)

    def file(self, heard: Heard | None) -> None:
        """Written down; the office is told."""
        self._show(self.desk.registry.ask(self.order()), "asked")

    def _show(self, request: RequestView, key: str) -> None:
        self.show("registry_request", request=request, key=key)

    def about(self) -> str:
        """The service's name."""
        service = self.service
        return "" if service is None else service.short_th if self.desk.language == "th" else service.short_en
