"""A newsroom for tests: readers by the hundred, a clock set by hand, a sender's work done step by step."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.news_jobs import NewsJobs
from casework import rules
from casework.rules import Rules
from storage import announcements, outbox
from storage.announcements import Draft, Plan
from storage.engine import Store
from storage.models import OutboxMessage, Person
from storage.models_news import Announcement, Recipient, Subscription
from storage.outbox import Outcome, Owed
from tests.support.ready import ready

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def reader(number: int) -> str:
    """An id in LINE's form."""
    return f"U{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}"


class Newsroom:
    """Staff, the scheduler and the sender of one database, without threads."""

    def __init__(self, url: str) -> None:
        self.store = Store(url)
        ready(self.store)
        self.now = START
        self.rules = rules.load()
        self.heard: Counter[tuple[str, int, str]] = Counter()
        """(person, announcement, kind of wave) → how often LINE delivered it."""
        self._keys: set[str] = set()

    def laid(self, **tables: dict[str, Any]) -> None:
        """Other rules."""
        names = set(self.rules._tables) | set(tables)
        self.rules = Rules({name: {**self.rules._tables.get(name, {}), **tables.get(name, {})} for name in names})

    def readers(self, numbers: range, *codes: str, language: str = "th", follows: bool = True) -> list[str]:
        """People who follow these districts (1004) and topics (flood)."""
        people = [reader(n) for n in numbers]
        with self.store.write() as session:
            rows = [{"id": p, "language": language, "follows": follows, "created_at": self.now} for p in people]
            session.execute(insert(Person), rows)
            chosen = [
                {"person": p, "kind": "district" if code.isdigit() else "topic", "code": code, "at": self.now}
                for p in people
                for code in codes
            ]
            if chosen:
                session.execute(insert(Subscription), chosen)
        return people

    def plan(self, text: str = "ข่าว", **fields: Any) -> Plan:
        """What it would come to."""
        with self.store.read() as session:
            return announcements.plan(session, self.draft(text, **fields), self.rules, self.now)

    def draft(self, text: str = "ข่าว", **fields: Any) -> Draft:
        """Checked."""
        return Draft(text, **fields).checked(self.rules, self.now)

    def announce(self, text: str = "ข่าว", *, over_budget: bool = False, **fields: Any) -> int:
        """What `announce send` does; its number."""
        draft = self.draft(text, **fields)
        planned = self.plan(text, **fields)
        with self.store.write() as session:
            return announcements.make(session, draft, planned, self.now, "malee", None, over_budget=over_budget).id

    def cancel(self, which: int, *, tell: bool = False) -> None:
        """What `announce cancel` does."""
        with self.store.write() as session:
            announcements.cancel(session, which, "malee", None, self.now, tell=tell)

    def row(self, which: int) -> Announcement:
        """As it stands."""
        with self.store.read() as session:
            return announcements.must(session, which)

    def sweep(self, times: int = 10_000) -> None:
        """The scheduler's steps that are due now."""
        jobs = NewsJobs(self.store, self.rules, lambda: self.now, None)
        while times and jobs.announce():
            times -= 1

    def claim(self, room: int = 12) -> list[Owed]:
        """What the sender takes next."""
        with self.store.write() as session:
            return outbox.claim(session, outbox.heads(session, self.now, room), self.now)

    def deliver(self, row: Owed) -> None:
        """LINE accepts a wave: everybody in it hears it, once a retry key."""
        if row.retry_key in self._keys:
            return
        self._keys.add(row.retry_key)
        which = int(row.chat.partition(":")[2])
        kind = self.kind_of(row)
        for person in json.loads(row.recipients or "[]"):
            self.heard[person, which, kind] += 1

    def kind_of(self, row: Owed) -> str:
        """Which kind of wave this is."""
        from storage.models_news import Wave

        with self.store.read() as session:
            return session.scalars(select(Wave.kind).where(Wave.outbox_id == row.id)).one()

    def settle(self, rows: list[Owed], state: str = "sent", **fields: Any) -> None:
        """Write down how the calls ended."""
        with self.store.write() as session:
            outbox.settle(session, [Outcome(row, state, "push", **fields) for row in rows], self.now)

    def pay(self) -> int:
        """The sender pays all that is due; how many waves."""
        count = 0
        while rows := self.claim():
            for row in rows:
                self.deliver(row)
            self.settle(rows)
            count += len(rows)
        return count

    def run(self, minutes: float = 60) -> None:
        """Scheduler and sender take turns while time passes, until nothing is left to do; an empty while is leapt over."""
        end = self.now + timedelta(minutes=minutes)
        while self.now < end:
            self.sweep()
            self.pay()
            with self.store.read() as session:
                left = session.scalars(select(Announcement.due_at).where(Announcement.due_at.is_not(None))).all()
                open_ = session.scalars(
                    select(OutboxMessage.id).where(OutboxMessage.state.in_(("waiting", "sending"))).limit(1)
                ).all()
            if not left and not open_:
                return
            soon = self.now + timedelta(seconds=2)
            self.now = soon if open_ else max(soon, min(filter(None, left)))

    def told(self, which: int, kind: str = "news") -> set[str]:
        """Who has heard it; AssertionError where somebody heard it twice."""
        found = {person: n for (person, number, of), n in self.heard.items() if number == which and of == kind}
        assert all(n == 1 for n in found.values()), [p for p, n in found.items() if n > 1][:5]
        return set(found)

    def recipients(self, which: int) -> list[Recipient]:
        """Those it was fixed for."""
        with self.store.read() as session:
            return list(session.scalars(select(Recipient).where(Recipient.announcement_id == which)))
