"""The real counter: flows.counter.Counter over one transaction."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy.orm import Session

from casework import appointments
from casework.refusals import Refused
from casework.registry import LIVE, Order, RequestView
from casework.rules import Rules
from casework.thai_time import bangkok
from storage import registry
from storage.models_registry import RegistryCaller, RegistryRequest

CHOICES = 6
RATE_WITHIN = timedelta(days=14)


class StoredCounter:
    """What one person's turn may do at the registry's counter."""

    def __init__(self, session: Session, person: str, rules: Rules, box: MultiFernet, now: datetime) -> None:
        self._session, self._person, self._rules, self._box, self._now = session, person, rules, box, now

    def seal(self, secret: str) -> str:
        """See flows.counter.Counter, as for all that follows."""
        return self._box.encrypt(secret.encode()).decode()

    def paused(self) -> int:
        """Rounded up."""
        row = self._session.get(RegistryCaller, self._person)
        if row is None or row.paused_until is None or row.paused_until <= self._now:
            return 0
        return math.ceil((row.paused_until - self._now).total_seconds() / 60)

    def wrong(self) -> int:
        """Counted in a row."""
        row = registry.caller(self._session, self._person)
        row.wrong += 1
        if row.wrong < self._rules.whole("registry", "attempts"):
            return 0
        row.wrong, row.paused_until = 0, self._now + self._rules.span("registry", "pause_minutes")
        self._session.flush()
        return self.paused()

    def right(self) -> None:
        """From the start again."""
        row = self._session.get(RegistryCaller, self._person)
        if row is not None:
            row.wrong = 0

    def full_day(self) -> bool:
        """Bangkok's day."""
        return registry.asked_on(self._session, self._person, self._now) >= self._rules.whole("registry", "person_day")

    def consent(self, version: str, given: bool) -> None:
        """For the registry."""
        registry.consent(self._session, self._person, "registry", version, given, self._now)

    def last_office(self) -> str | None:
        """Where it still takes part."""
        office = registry.last_office(self._session, self._person)
        return office if office in appointments.offices(self._rules) else None

    def free_on(self, office: str, day: date) -> list[datetime]:
        """Not yet begun."""
        return registry.free_on(self._session, self._rules, office, day, self._now)

    def has_room(self, office: str, slot: datetime) -> bool:
        """Now."""
        return bool(registry.free(self._session, self._rules, office, [slot]))

    def alternatives(self, office: str, near: datetime) -> list[datetime]:
        """A handful."""
        return registry.alternatives(self._session, self._rules, office, near, self._now, CHOICES)

    def soon(self, office: str) -> list[datetime]:
        """Morning and afternoon of the next days."""
        return registry.soon(self._session, self._rules, office, self._now, CHOICES)

    def same(self, order: Order) -> RequestView | None:
        """Service, office, copies, day and all that is secret alike."""
        day = bangkok(order.slot).date()
        for row in registry.live_of(self._session, self._person):
            here = bangkok(row.agreed_at or row.wanted_at).date()
            alike = (row.service, row.office, row.copies, here) == (order.service, order.office, order.copies, day)
            if alike and all(
                self._alike(kept, given)
                for kept, given in ((row.laser, order.laser), (row.photo, order.photo), (row.topic, order.topic))
            ):
                return registry.view(row)
        return None

    def _alike(self, kept: bytes | None, given: str | None) -> bool:
        if kept is None or given is None:
            return (kept is None) == (given is None)
        try:
            return self._box.decrypt(kept) == self._box.decrypt(given)
        except InvalidToken:
            return False

    def book(self, office: str, slot: datetime) -> bool:
        """In one statement."""
        return registry.book(self._session, office, slot, self._rules.whole("registry", "slot_capacity"))

    def ask(self, order: Order) -> RequestView:
        """As asked."""
        return registry.view(registry.make(self._session, self._person, order, self._now))

    def mine(self) -> list[RequestView]:
        """Latest first."""
        return [registry.view(row) for row in registry.live_of(self._session, self._person)]

    def request(self, which: str) -> RequestView | None:
        """Nobody else's."""
        try:
            row = registry.must(self._session, which)
        except Refused:
            return None
        return registry.view(row) if row.person == self._person else None

    def _own(self, which: int) -> RegistryRequest:
        row = registry.must(self._session, which)
        if row.person != self._person:
            raise Refused("refused.unknown_request", id=which)
        return row

    def _live(self, which: int) -> RegistryRequest:
        row = self._own(which)
        if row.status not in LIVE:
            raise Refused("refused.request_over", id=which)
        return row

    def move(self, which: int, at: datetime) -> RequestView | None:
        """The office is told."""
        row = self._live(which)
        if not registry.move(self._session, self._rules, row, at, self._now):
            return None
        registry.happened(self._session, row, "moved", "citizen", self._now)
        return registry.view(row)

    def cancel(self, which: int) -> RequestView:
        """The office is told."""
        row = self._live(which)
        registry.end(self._session, row, "cancelled", self._now)
        registry.happened(self._session, row, "cancelled", "citizen", self._now)
        return registry.view(row)

    def to_rate(self) -> RequestView | None:
        """Of the last two weeks."""
        row = registry.unrated_of(self._session, self._person, self._now - RATE_WITHIN)
        return None if row is None else registry.view(row)

    def rate(self, which: int, stars: int) -> None:
        """Kept with the request."""
        row = self._own(which)
        if row.status != "collected":
            raise Refused("refused.unknown_request", id=which)
        row.stars = stars
