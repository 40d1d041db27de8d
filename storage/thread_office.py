"""Threads for one officer's turn in a group (flows.thread_office.ThreadOffice)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from casework.refusals import Refused
from casework.rules import Rules
from casework.seal import Seal
from casework.threads import Answered, LineView, ThreadView, Waiting, must_canned
from storage import media, people, threads, waits
from storage.models import Person
from storage.models_threads import Thread
from storage.threads import Said


class StoredThreadOffice:
    """flows.thread_office.ThreadOffice over one transaction."""

    def __init__(
        self, session: Session, group: str, actor: str, rules: Rules, seal: Seal, box: MultiFernet | None, now: datetime
    ) -> None:
        self._session, self._group, self._actor, self._rules = session, group, actor, rules
        self._seal, self._maybe_box, self._now = seal, box, now
        self.touched: set[int] = set()
        """Threads where something happened in this turn: the other side is to hear of it."""

    @property
    def _box(self) -> MultiFernet:
        if self._maybe_box is None:
            raise LookupError("DATA_KEY is needed for what officers and citizens write")
        return self._maybe_box

    def sealed(self, kind: str, value: str, thread: int, seal: str) -> bool:
        """See flows.thread_office.ThreadOffice, as for all that follows."""
        found = self._session.get(Thread, thread)
        return found is not None and self._seal.holds((kind, value, str(found.round), self._group), seal, self._now)

    def view(self, thread: int, limit: int) -> tuple[ThreadView, Sequence[LineView]]:
        """With what was said last."""
        found = threads.must(self._session, thread)
        name = people.called(self._session, found.person, self._box)
        said = threads.lines(self._session, thread, self._box, limit) if limit else []
        return threads.view(self._session, found, name), said

    def take(self, thread: int) -> tuple[ThreadView, bool]:
        """For this officer."""
        self.touched.add(thread)
        return threads.take(self._session, thread, self._actor, self._now, group=self._group)

    def close(self, thread: int) -> tuple[ThreadView, bool]:
        """By this officer."""
        self.touched.add(thread)
        return threads.close(self._session, thread, "officer", self._actor, self._now, group=self._group)

    def _answer(self, thread: int, said: Said, canned: str | None = None) -> Answered:
        self.touched.add(thread)
        return threads.answer(
            *(self._session, thread, said, self._actor, self._rules, self._box, self._now), group=self._group, canned=canned
        )

    def answer(self, thread: int, words: str, message_id: str) -> Answered:
        """In the officer's words."""
        return self._answer(thread, Said("text", words, message_id or None))

    def answer_canned(self, thread: int, key: str) -> Answered:
        """In prepared words."""
        prepared, found = must_canned(key), threads.must(self._session, thread)
        if found.state != "open":
            raise Refused("refused.thread_closed", thread=thread)
        person = self._session.get(Person, found.person) if found.person is not None else None
        words = prepared.words(person.language if person is not None else "th")
        return self._answer(thread, Said("text", words), canned=prepared.key)

    def answer_picture(self, thread: int, kind: str, message_id: str, set_id: str | None) -> Answered:
        """Fetched first."""
        wanted = "video" if kind == "video" else "image"
        which = media.promise(self._session, message_id, self._group, wanted, set_id, self._now)
        return self._answer(thread, Said(kind, None, message_id, which))

    def waiting(self, limit: int) -> tuple[Sequence[Waiting], int]:
        """Everywhere."""
        found = waits.unanswered(self._session, limit)
        return waits.shown(self._session, found, self._maybe_box), waits.count(self._session)
