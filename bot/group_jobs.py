"""What falls due by itself in groups: events that no turn passed on, the alarm's clock, digests. Jobs never send."""

from __future__ import annotations

from collections.abc import Callable

from bot.alerts import Alerts
from bot.budget import Budget
from casework.digest import slot
from storage import cases, digests, ledger
from storage.engine import Store

BATCH = 100
GROUPS = 20
"""Digests written in one transaction."""


class GroupJobs:
    """The sweeps of groups. Each piece returns True where there may be more."""

    def __init__(self, store: Store, alerts: Alerts) -> None:
        self._store, self._alerts, self._budget = store, alerts, Budget(alerts)
        self.works: tuple[Callable[[], bool], ...] = (self.tell_groups, self.ring, self.add_up, self.warn, self.digest)

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

    def add_up(self) -> bool:
        """The sum of the month's pushes, carried forward."""
        now = self._alerts.clock()
        with self._store.read() as session:
            if not ledger.behind(session, now):
                return False
        with self._store.write() as session:
            ledger.add_up(session, now)
        return False

    def warn(self) -> bool:
        """Staff hear, once a month for each threshold, that the month's messages run out."""
        with self._store.read() as session:
            if not self._budget.to_tell(session):
                return False
        with self._store.write() as session:
            self._budget.tell(session)
        return False

    def digest(self) -> bool:
        """At the hours of `[group] digest_hours` each working group hears what it has to do, once."""
        now = self._alerts.clock()
        hour = slot(now, self._alerts.rules.text("group", "digest_hours"))
        if hour is None:
            return False
        with self._store.read() as session:
            if not digests.due(session, hour.at, now, 1):
                return False
        with self._store.write() as session:
            have_groups = digests.with_groups(session)
            groups = digests.due(session, hour.at, now, GROUPS)
            for group in groups:
                self._alerts.digest(session, group, digests.theirs(group.agency or "", have_groups), first=hour.first)
                group.digest_at = now
        return bool(groups)
