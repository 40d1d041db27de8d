"""Who writes: the display name is asked of LINE, so that staff find people and officers need not tell them by numbers.

It needs LINE and so belongs to no turn. It is kept encrypted, with the person and with a registry request.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.fernet import MultiFernet

from bot.line import Declined, FateUnknown, Gone, Line
from bot.ticker import Ticker
from casework.refusals import TryLater
from casework.rules import Rules
from storage import people, registry
from storage.engine import Store

log = logging.getLogger("names")
BATCH = 20
LEASE, AGAIN = timedelta(minutes=5), timedelta(minutes=1)
LONGEST = 100


class Names:
    """The errand; every worker runs it, whoever claims a request does it."""

    def __init__(self, store: Store, line: Line, rules: Rules, box: MultiFernet, clock: Callable[[], datetime]) -> None:
        self._store, self._line, self._box, self._clock = store, line, box, clock
        self._ticker = Ticker({self.look: max(0.05, rules.number("jobs", "sweep_seconds"))})

    def start(self) -> None:
        """Begin, every `[jobs] sweep_seconds`."""
        self._ticker.start()

    def stop(self) -> None:
        """Finish what is under way."""
        self._ticker.stop()

    def alive(self) -> bool:
        """Whether the errand goes on."""
        return self._ticker.alive()

    def look(self) -> None:
        """Requests and people whose name is to be asked for."""
        self._of_requests()
        self._of_people()

    def _of_people(self) -> None:
        now = self._clock()
        with self._store.read() as session:
            due = people.nameless(session, now, BATCH)
        for person in due:
            with self._store.write() as session:
                if not people.claim_name(session, person, now, now + LEASE):
                    continue
            name, again = self._ask(person, now)
            with self._store.write() as session:
                people.named(session, person, name, again, now)

    def _of_requests(self) -> None:
        now = self._clock()
        with self._store.read() as session:
            due = registry.nameless(session, now, BATCH)
        for which, person in due:
            with self._store.write() as session:
                if not registry.claim_name(session, which, now, now + LEASE):
                    continue
            name, again = self._ask(person, now)
            with self._store.write() as session:
                registry.named(session, which, name, again)
                people.named(session, person, name, again, now)

    def _ask(self, person: str, now: datetime) -> tuple[bytes | None, datetime | None]:
        """The name, encrypted, or None where LINE tells none; and when to ask again, where LINE could not be asked."""
        try:
            name = self._line.person_name(person)[:LONGEST]
        except (Gone, Declined):
            log.info("LINE tells no name")
            return None, None
        except (TryLater, FateUnknown):
            return None, now + AGAIN
        return self._box.encrypt(name.encode()) if name else None, None
