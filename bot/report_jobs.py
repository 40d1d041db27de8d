"""What reports need by themselves: each day counted once it is over, and the week's summary in groups. Jobs never send."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.alerts import Alerts
from bot.cards.dress import dress
from casework.digest import weekly
from casework.groups import STAFF, WORKING, Week
from flows.kit import Say
from storage import facts, groups, ledger, outbox, usage
from storage.engine import Store
from storage.models import Fact
from storage.models_groups import Group
from storage.office import StoredOffice

log = logging.getLogger("reports")
TOLD = "week_told "
"""With the group's id: when its last summary was due."""


class ReportJobs:
    """The sweeps of reports. Each piece returns True where there may be more."""

    def __init__(self, store: Store, alerts: Alerts) -> None:
        self._store, self._alerts = store, alerts
        self.works: tuple[Callable[[], bool], ...] = (self.count_day, self.tell_week)

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

    def tell_week(self) -> bool:
        """At the day and hour of `[report] weekly` each working group gets a card of its seven days, once; the centre's of all.

        It waits for no budget: where so much of the month is spent that staff are warned, it is left out.
        """
        now, rules = self._alerts.clock(), self._alerts.rules
        at = weekly(now, rules.text("report", "weekly"))
        if at is None:
            return False
        with self._store.read() as session:
            group = self._next(session, at)
            if group is None:
                return False
            told = None if self._spent(session, group, now) else self._week(session, group, now)
        with self._store.write() as session:
            if facts.claim(session, _mark(group), at, now) and told is not None:
                values = {"week": told, "agency": group.agency, "all": _central(group)}
                messages = dress([Say("week", values, card=True)], self._alerts.look(group.id), quick_replies=False)
                outbox.owe(session, group.id, messages, now, purpose="weekly")
        return True

    def _next(self, session: Session, at: datetime) -> Group | None:
        """A working group that has not been told since."""
        for group in groups.listed(session):
            if group.kind in WORKING and group.left_at is None and group.bound_at is not None and group.bound_at < at:
                fact = session.get(Fact, _mark(group))
                if fact is None or fact.at < at:
                    return group
        return None

    def _spent(self, session: Session, group: Group, now: datetime) -> bool:
        rules = self._alerts.rules
        most = ledger.budget(session, rules)
        if most is None or ledger.used(session, now) + group.members <= most * rules.number("push", "warn_share"):
            return False
        log.warning("the week's summary is left out: too much of the month's messages is spent")
        return True

    def _week(self, session: Session, group: Group, now: datetime) -> Week | None:
        """Seven days of the group's agency, of all agencies for the centre; None of a week in which nothing was or is."""
        central = _central(group)
        whose = Group(id=group.id, kind=STAFF if central else group.kind, agency=STAFF if central else group.agency)
        found = StoredOffice(session, whose, None, self._alerts.rules, self._alerts.seal, now).week()
        return found if any(getattr(found, name) for name in found.__dataclass_fields__) else None


def _central(group: Group) -> bool:
    return group.kind in {"centre", STAFF}


def _mark(group: Group) -> str:
    return f"{TOLD}{group.id}"[:64]
