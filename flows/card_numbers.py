"""The part of the registry's talk about the card: consent, its two numbers, slips, pauses.

Kept in `data`: consent; encrypted: laser, photo.
"""

from __future__ import annotations

from casework import idcard, numbers
from casework.registry import Service, services
from flows.kit import Heard
from flows.times import Times

EXPECTS: dict[str, idcard.Kind] = {"laser": "laser", "photo_number": "photo"}
"""States that ask for a card number."""

CARD_CODES = {"laser", "photo"}


def holds_number(heard: Heard, state: str) -> bool:
    """Whether a text holds a card number or a slip of one; `state` of the registry's talk, where that is the open one."""
    if state in EXPECTS and idcard.attempt(heard.text):
        return numbers.parse(heard.text) is None
    if idcard.service(heard.text) is not None or idcard.mentions(heard.text):
        return True
    return heard.understood is not None and any(code.kind in CARD_CODES for code in heard.understood.codes)


class CardNumbers(Times):
    """A talk that asks for card numbers: consent first, kept encrypted, never repeated."""

    @property
    def service(self) -> Service | None:
        """The chosen service."""
        return services().get(self.data.get("service", ""))

    def needs(self, what: str) -> bool:
        """The chosen service asks for this, and it is not there yet."""
        service = self.service
        return service is not None and service.asks_for(what) and not self.data.get(what)

    # Pauses.

    def is_paused(self, heard: Heard) -> bool:
        """Too many wrong numbers a short while ago."""
        return self.desk.registry.paused() > 0

    def say_paused(self, heard: Heard) -> None:
        """For how long."""
        self.say("registry.paused_for", minutes=self.desk.registry.paused())
        self.quiet = True

    # Consent.

    def lacks_consent(self, heard: Heard | None) -> bool:
        """Card numbers are needed, and the person has not agreed."""
        service = self.service
        return service is not None and service.secret and not self.data.get("consent")

    def ask_consent(self) -> None:
        """What is asked for, why, and for how long it is kept."""
        rules = self.desk.rules
        days, version = rules.whole("registry", "keep_days"), rules.text("registry", "consent")
        self.show("registry_consent", service=self.data["service"], days=days, version=version)

    def agree(self, heard: Heard) -> None:
        """Written down with the wording's version and the time."""
        version = self.desk.rules.text("registry", "consent")
        self.desk.registry.consent(version, True)
        self.data["consent"] = [version, self.desk.now.isoformat()]

    def decline(self, heard: Heard) -> None:
        """Nothing is kept."""
        self.desk.registry.consent(self.desk.rules.text("registry", "consent"), False)
        self.data.clear()
        self.say("registry.declined_body")

    # The numbers.

    def lacks_laser(self, heard: Heard | None) -> bool:
        """The number on the back."""
        return self.needs("laser")

    def lacks_photo(self, heard: Heard | None) -> bool:
        """The number under the photo."""
        return self.needs("photo")

    def refuse_photo(self, heard: Heard) -> None:
        """A picture of the card is not wanted, and not kept."""
        if heard.media is not None:
            self.desk.drop_media(heard.media)
        self.say("registry.no_pictures")

    def _take_numbers(self, read: idcard.Reading) -> bool:
        given: dict[str, str] = {k: v for k, v in (("laser", read.laser), ("photo", read.photo)) if v is not None}
        if not given:
            return False
        self.desk.registry.right()
        service = self.service
        if service is not None and not service.secret:
            self.say("registry.no_numbers_needed")
            return True
        for kind, number in given.items():
            self.data[kind] = self.desk.registry.seal(number)
        self.say("registry.got_numbers")
        return True

    def _slip(self, read: idcard.Reading) -> None:
        """A number that is none: asked about where a letter stands for a digit, counted where not."""
        which = EXPECTS.get(self.state, "laser" if read.service else "either")
        if read.lookalike:
            self.say(f"registry.lookalike_{which}")
            return
        minutes = self.desk.registry.wrong()
        self.say(f"registry.wrong_{which}")
        if minutes:
            self.say("registry.paused_for", minutes=minutes)
            self.quiet = True
