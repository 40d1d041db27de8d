"""Who asks at the registry: the display name is asked of LINE, so that officers need not tell people by numbers.

It needs LINE and so belongs to no turn. It is kept encrypted with the request, and erased with the card numbers.
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
from storage import registry
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
        """Requests whose name is to be asked for."""
        now = self._clock()
        with self._store.read() as session:
            due = registry.nameless(session, now, BATCH)
        for which, person in due:
            with self._store.write() as session:
                if not registry.claim_name(session, which, now, now + LEASE):
                    continue
            name, again = None, None
            try:
                name = self._line.person_name(person)[:LONGEST]
            except (Gone, Declined):
                log.info("LINE tells no name for request %d", which)
            except (TryLater, FateUnknown):
                again = now + AGAIN
            with self._store.write() as session:
                registry.named(session, which, self._box.encrypt(name.encode()) if name else None, again)
