"""What falls due by itself in groups: events that no turn passed on, the alarm's clock, digests. Jobs never send."""

from __future__ import annotations

from collections.abc import Callable

from bot.alerts import Alerts
from storage import cases
from storage.engine import Store

BATCH = 100


class GroupJobs:
    """The sweeps of groups. Each piece returns True where there may be more."""

    def __init__(self, store: Store, alerts: Alerts) -> None:
        self._store, self._alerts = store, alerts
        self.works: tuple[Callable[[], bool], ...] = (self.tell_groups, self.ring)

    def tell_groups(self) -> bool:
        """Events that came from the command line or another sweep."""
        now = self._alerts.clock()
        with self._store.read() as session:
            if not cases.unspread(session, now, 1):
                return False
        with self._store.write() as session:
            events = cases.unspread(session, now, BATCH)
            for event in events:
                self._alerts.spread(session, event)
        return bool(events)

    def ring(self) -> bool:
        """Urgent cases that nobody has acknowledged: remind, escalate, staff."""
        now = self._alerts.clock()
        with self._store.read() as session:
            if not cases.ringing(session, now, 1):
                return False
        with self._store.write() as session:
            found = cases.ringing(session, now, BATCH)
            for case in found:
                self._alerts.ring(session, case)
        return bool(found)
