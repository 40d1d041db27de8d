"""Staff hear that the month's messages run out: when ordinary alerts begin to wait, when it is nearly over, when it is."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.alerts import Alerts
from bot.cards.dress import dress
from casework.catalog import CENTRE
from casework.groups import STAFF
from flows.kit import Say
from storage import facts, groups, ledger, outbox
from storage.models import Fact

TOLD = "push_told_"
"""With the threshold's name: when staff heard of it last."""


class Standing(NamedTuple):
    """Where the month stands: the highest threshold that was passed, and all below it."""

    passed: tuple[str, ...]
    used: int
    most: int | None


class Budget:
    """The thresholds of a month: `digest` and `warn` by the rules' shares, `over` where LINE has refused a push."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts, self._rules = alerts, alerts.rules

    def standing(self, session: Session) -> Standing:
        """Which thresholds this month has passed, the highest first."""
        now, rules = self._alerts.clock(), self._rules
        most, used = ledger.budget(session, rules), ledger.used(session, now)
        passed = []
        if ledger.used_up(session, now) is not None:
            passed.append("over")
        if most is not None and used >= most * rules.number("push", "warn_share"):
            passed.append("warn")
        if most is not None and used >= most * rules.number("push", "digest_share"):
            passed.append("digest")
        return Standing(tuple(passed), used, most)

    def to_tell(self, session: Session) -> bool:
        """Whether there is something that staff have not heard this month, and a group to tell it in."""
        begun = ledger.month(self._alerts.clock())
        passed = self.standing(session).passed
        known = [session.get(Fact, TOLD + each) for each in passed[:1]]
        return any(fact is None or fact.at < begun for fact in known) and bool(self._whom(session))

    def tell(self, session: Session) -> None:
        """Tell them of the highest threshold that was passed; the lower ones are told with it."""
        now, stands = self._alerts.clock(), self.standing(session)
        begun = ledger.month(now)
        new = [each for each in stands.passed if facts.claim(session, TOLD + each, begun, now)]
        if not new or new[0] != stands.passed[0]:
            return
        most = f"{stands.most:,}" if stands.most is not None else "?"
        for group in self._whom(session):
            look = self._alerts.look(group)
            values = {"used": f"{stands.used:,}", "most": most, "at": look.date(now)}
            said = [Say(f"group.budget_{new[0]}", values)]
            outbox.owe(session, group, dress(said, look, quick_replies=False), now, purpose="staff")

    def _whom(self, session: Session) -> list[str]:
        """The staff group, else the centre's."""
        found = groups.bound(session, (STAFF, CENTRE))
        return found.get(STAFF) or found.get(CENTRE) or []
