"""The real classroom: flows.classroom.Classroom over one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session as Database

from casework.quiz import Session, draw
from casework.rules import Rules
from storage import quiz
from storage.models_training import QuizSession


class StoredClassroom:
    """For one person, now."""

    def __init__(self, session: Database, person: str, rules: Rules, now: datetime) -> None:
        self._session, self._person, self._rules, self._now = session, person, rules, now
        self._known: dict[str, QuizSession | None] = {}

    def _row(self, code: str) -> QuizSession | None:
        if code not in self._known:
            self._known[code] = quiz.by_code(self._session, code)
        return self._known[code]

    def session(self, code: str) -> Session | None:
        """See flows.classroom.Classroom, as for all that follows."""
        row = self._row(code)
        return None if row is None else Session(row.code, row.name, tuple(row.asked), row.closes_at)

    def done(self, code: str) -> dict[str, int]:
        """What was finished."""
        row = self._row(code)
        return {} if row is None else quiz.done_parts(self._session, row, self._person)

    def finish(self, code: str, part: str, right: Sequence[str]) -> None:
        """Once."""
        row = self._row(code)
        if row is not None:
            quiz.finish(self._session, row, self._person, part, right, self._now)

    def draw(self) -> tuple[str, ...]:
        """By the clock."""
        return draw(self.seed(), self._rules.whole("quiz", "questions"))

    def seed(self) -> int:
        """The moment in milliseconds: nobody minds if two people get the same order."""
        return int(self._now.timestamp() * 1000)
