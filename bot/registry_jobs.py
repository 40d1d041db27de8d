"""What falls due at the registry: news for citizens and offices, the evening before. Jobs never send."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.alerts import Alerts
from bot.cards.dress import dress
from bot.cards.kit import Look
from bot.remembering import answer
from bot.words import words
from casework.registry import RequestView
from flows.kit import Say
from storage import groups, history, outbox, people, registry
from storage.engine import Store
from storage.models import Person
from storage.models_registry import RegistryEvent, RegistryRequest

BATCH = 100
TO_OFFICE = {"asked", "moved", "cancelled"}
"""What the citizen does, the office hears; what staff do, the citizen hears."""


class RegistryJobs:
    """The sweeps of the registry. Each piece returns True where there may be more."""

    def __init__(self, store: Store, alerts: Alerts) -> None:
        self._store, self._alerts = store, alerts
        self.works: tuple[Callable[[], bool], ...] = (self.tell_registry, self.remind)

    def tell_registry(self) -> bool:
        """Pass on what happened to requests."""
        with self._store.read() as session:
            if not registry.untold(session, 1):
                return False
        with self._store.write() as session:
            events = registry.untold(session, BATCH)
            for event in events:
                row = session.get_one(RegistryRequest, event.request_id)
                if event.kind in TO_OFFICE and event.actor == "citizen":
                    self._tell_office(session, event, registry.view(row))
                else:
                    self._tell_citizen(session, row, event.kind)
                event.told = True
        return bool(events)

    def _tell_citizen(self, session: Session, row: RegistryRequest, key: str) -> None:
        if not people.still(session, [row.person]):
            return  # erased, or so long ago that it is nobody's any more
        person = session.get(Person, row.person)
        look = Look(words(person.language if person is not None else "th"))
        said = [Say("registry_request", {"request": registry.view(row), "key": key}, card=True)]
        messages, now = dress(said, look), self._alerts.clock()
        outbox.owe(session, row.person, messages, now, purpose="registry")
        if self._alerts.box is not None:
            history.keep(session, row.person, [answer(messages, "news")], self._alerts.box, now)

    def _tell_office(self, session: Session, event: RegistryEvent, request: RequestView) -> None:
        """Number, service and time; no name, no card number."""
        for found in groups.bound(session, (request.office,)).values():
            for group in found:
                look = self._alerts.look(group)
                service = registry.service_name(request.service)
                values = {"id": request.id, "service": service, "at": look.moment(request.at)}
                messages = dress([Say(f"registry_card.office_{event.kind}", values)], look, quick_replies=False)
                outbox.owe(session, group, messages, self._alerts.clock(), purpose="registry")

    def remind(self) -> bool:
        """The evening before."""
        now = self._alerts.clock()
        with self._store.read() as session:
            if not registry.due_reminders(session, now, 1):
                return False
        with self._store.write() as session:
            found = registry.due_reminders(session, now, BATCH)
            for row in found:
                row.remind_at = None
                if row.agreed_at is not None and row.agreed_at > now:
                    row.reminded_at = now
                    self._tell_citizen(session, row, "reminder")
        return bool(found)
