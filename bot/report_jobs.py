"""What reports need by themselves: each day counted once it is over, and the week's summary in groups. Jobs never send."""

from __future__ import annotations

from collections.abc import Callable

from bot.alerts import Alerts
from storage import usage
from storage.engine import Store


class ReportJobs:
    """The sweeps of reports. Each piece returns True where there may be more."""

    def __init__(self, store: Store, alerts: Alerts) -> None:
        self._store, self._alerts = store, alerts
        self.works: tuple[Callable[[], bool], ...] = (self.count_day,)

    def count_day(self) -> bool:
        """The next day that is over, counted from rows that will be forgotten."""
        now, fresh = self._alerts.clock(), self._alerts.rules.span("reply", "fresh_seconds")
        with self._store.read() as session:
            day = usage.due(session, now)
            if day is None:
                return False
            counts = usage.count(session, day, fresh)
        with self._store.write() as session:
            return usage.keep(session, day, counts, now)
