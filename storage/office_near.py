"""What a group's office knows of cases that were reported before, nearby (flows.office.Office)."""

from __future__ import annotations

from datetime import datetime

from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from casework.case import CaseView, Draft, Similar
from casework.rules import Rules
from storage import cases, nearby, strangers
from storage.models import Person
from storage.models_groups import Coordinator


class NearOffice:
    """A part of storage.office.StoredOffice, over the same transaction."""

    _session: Session
    _member: Coordinator | None
    _box: MultiFernet | None
    rules: Rules
    now: datetime

    def similar(self, draft: Draft) -> list[Similar]:
        """See flows.office.Office."""
        return strangers.similar(self._session, nearby.near(self._session, draft, self.rules, self.now), self._box)

    def join(self, number: str) -> CaseView:
        """See flows.office.Office."""
        case = cases.must(self._session, number)
        known = self._session.get(Person, self._member.person) if self._member is not None else None
        if known is not None and known.follows:
            cases.follow(self._session, case, known.id, self.now)
        return strangers.shown(self._session, [case], [cases.view(self._session, case)], self._box)[0]
