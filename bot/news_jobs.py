"""What falls due by itself in news: announcements begin, gather whom they are for, go out wave by wave, and end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.cards.dress import dress
from bot.cards.kit import Look
from bot.words import words
from casework.rules import Rules
from flows.kit import Say
from storage import announcements, waves
from storage.engine import Store
from storage.models_news import Announcement


class NewsJobs:
    """The sweeps of news. Each piece is one step of one announcement, in a transaction that nobody waits for long."""

    def __init__(self, store: Store, rules: Rules, clock: Callable[[], datetime], public_url: str | None) -> None:
        self._store, self._rules, self._clock, self._public_url = store, rules, clock, public_url
        self.works: tuple[Callable[[], bool], ...] = (self.announce,)

    def announce(self) -> bool:
        """The next step of the announcement that waits longest; True where there may be another."""
        now, pace = self._clock(), waves.tempo(self._rules)
        with self._store.read() as session:
            if not waves.due(session, now, pace):
                return False
        with self._store.write() as session:
            row = waves.take(session, now, pace)
            if row is not None:
                waves.step(session, row, self._rules, self._render, now)
        return row is not None

    def _render(self, row: Announcement, kind: str, language: str) -> list[dict[str, Any]]:
        """The messages of a wave: the same for all its people, whoever they are."""
        said = Say("announcement", {"news": announcements.view(row), "kind": kind}, card=True)
        return dress([said], Look(words(language), None, self._public_url))
