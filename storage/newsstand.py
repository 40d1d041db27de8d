"""The real newsstand: flows.newsstand.Newsstand over one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.news import Following, News, hears
from casework.refusals import Refused
from casework.rules import Rules
from storage import announcements, news
from storage.models import Person

OWN_DISTRICTS = 2
"""Of one's own cases, offered as buttons."""


class StoredNewsstand:
    """What one person's turn may do with news."""

    def __init__(self, session: Session, person: Person, rules: Rules, now: datetime) -> None:
        self._session, self._person, self._rules, self._now = session, person, rules, now

    def following(self) -> Following:
        """See flows.newsstand.Newsstand, as for all that follows."""
        return news.following(self._session, self._person.id)

    def follow(self, kind: str, code: str) -> bool:
        """News on."""
        return news.follow(self._session, self._person.id, kind, code, self._now)

    def unfollow(self, kind: str, code: str) -> bool:
        """One less."""
        return news.unfollow(self._session, self._person.id, kind, code)

    def switch_off(self) -> None:
        """All of it."""
        news.switch_off(self._session, self._person.id, self._now)

    def latest(self) -> list[News]:
        """By the rule's days and number."""
        mine, most = self.following(), self._rules.whole("news", "shown")
        since = self._now - self._rules.span("news", "shown_days")
        # Who has switched news off and asks for them all the same sees what concerns everybody.
        seen = mine if mine else Following()
        found = announcements.current(self._session, since, self._now)
        return [each for each in found if hears(each.districts, each.topics, seen)][:most]

    def one(self, number: str) -> News | None:
        """Begun."""
        try:
            row = announcements.must(self._session, number)
        except Refused:
            return None
        return announcements.view(row) if row.begun_at is not None and row.cancelled_at is None else None

    def own_districts(self) -> list[str]:
        """The latest ones."""
        return news.districts_of_cases(self._session, self._person.id, OWN_DISTRICTS)
