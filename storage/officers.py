"""The centre's officers, for one person's turn (flows.officers.Officers)."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from casework.rules import Rules
from casework.threads import Reach, ThreadView
from storage import nuisance, threads
from storage.threads import Said

RATE_WITHIN = timedelta(hours=12)
"""So long a bare `5 stars` is taken for the thread that was closed."""


class StoredOfficers:
    """flows.officers.Officers over one transaction."""

    def __init__(self, session: Session, person: str, rules: Rules, box: MultiFernet, now: datetime) -> None:
        self._session, self._person, self._rules, self._box, self._now = session, person, rules, box, now
        self.touched: set[int] = set()
        """Threads where something happened in this turn: the officers are to hear of it."""
        self.kept = False
        """What the person said is in the history already."""

    def reach(self) -> Reach:
        """See flows.officers.Officers, as for all that follows."""
        return threads.reach(self._session, self._rules, self._now)

    def open(self) -> ThreadView | None:
        """As it stands."""
        found = threads.open_of(self._session, self._person)
        return None if found is None else threads.view(self._session, found)

    def lately(self) -> ThreadView | None:
        """As it stands."""
        found = threads.lately_of(self._session, self._person, self._rules, self._now)
        return None if found is None else threads.view(self._session, found)

    def say(
        self, kind: str, words: str | None, message_id: str | None = None, media: int | None = None
    ) -> tuple[ThreadView, bool]:
        """On to the officers, unless a flagged person has had as many passed on today as the rule allows."""
        nuisance.may_relay(self._session, self._person, self._rules, self._now)
        said = Said(kind, words, message_id, media)
        view, begins = threads.say(self._session, self._person, said, self._rules, self._box, self._now)
        self.touched.add(view.id)
        self.kept = True
        return view, begins

    def close(self) -> ThreadView | None:
        """By the citizen."""
        found = threads.open_of(self._session, self._person)
        if found is None:
            return None
        view, _ = threads.close(self._session, found.id, "citizen", "citizen", self._now)
        self.touched.add(view.id)
        return view

    def to_rate(self) -> int | None:
        """The latest."""
        return threads.to_rate(self._session, self._person, self._now - RATE_WITHIN)

    def rate(self, thread: int, stars: int) -> bool:
        """Once."""
        return threads.rate(self._session, self._person, thread, stars, self._now)
