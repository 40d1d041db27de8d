"""What was asked of the service, and what must have come of it. Every scenario ends with `Ledger.check`.

A player (players.py) writes down each event that was answered 200, and what he expects to find in the end. Everything
else follows from the tables and from what the strict fake LINE saw; a new capability adds its `expect` lines, no more.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import and_, func, select

from storage.models import Case, CaseEvent, InboxEvent, OutboxMessage
from storage.models_registry import RegistryRequest
from tests.support.fake_line import Delivered, FakeLine
from tests.support.reading import words
from tests.support.service import Household

Json = dict[str, Any]
Finding = str
Expectation = Callable[[Household, FakeLine], Iterable[Finding]]


class Ledger:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.accepted: dict[str, list[Json]] = defaultdict(list)
        """Per person, in the person's order: events that were answered 200 and want exactly one answer."""
        self.poisoned: set[str] = set()
        """Ids of events whose turn must fail and be parked."""
        self.news: dict[str, list[str]] = defaultdict(list)
        """Per person, in order: words of news that staff caused, each to be told once."""
        self.left: dict[str, str] = {}
        """Who was erased, and what they were called: of what they and officers were told no row is left to compare with."""
        self._expected: list[Expectation] = []

    def took(self, person: str, event: Json) -> None:
        """The service answered 200; the person is owed one answer."""
        with self._lock:
            self.accepted[person].append(event)

    def caused(self, person: str, note: str) -> None:
        """Staff wrote this to the person, by a change of his case."""
        with self._lock:
            self.news[person].append(note)

    def expect(self, what: Expectation) -> None:
        """Something to be looked at in the end; it gives what it finds wrong."""
        with self._lock:
            self._expected.append(what)

    @property
    def events(self) -> int:
        """How many events were accepted."""
        with self._lock:
            return sum(map(len, self.accepted.values()))

    def findings(self, house: Household, line: FakeLine) -> list[Finding]:
        """All that is not as it should be, when nothing is under way any more."""
        found = list(self._states(house))
        rows: dict[str, list[OutboxMessage]] = defaultdict(list)
        for row in house.outbox():
            if row.purpose != "announce":
                rows[row.chat].append(row)
        for person in sorted(set(rows) | set(self.accepted)):
            check = self._group if person.startswith("C") else self._gone if person in self.left else self._person
            found += check(person, rows[person], [d for d in line.received(person) if d.via != "multicast"])
        for expected in self._expected:
            found += expected(house, line)
        return found

    def check(self, house: Household, line: FakeLine) -> None:
        """Raise AssertionError with what is not as it should be."""
        found = self.findings(house, line)
        assert not found, f"{len(found)} findings, the first: {found[:8]}"
        line.check()

    def _states(self, house: Household) -> Iterable[Finding]:
        with house.read() as session:
            events = {str(e): str(s) for e, s in session.execute(select(InboxEvent.event_id, InboxEvent.state))}
        for person, accepted in self.accepted.items():
            for event in accepted:
                name = event["webhookEventId"]
                wanted = "parked" if name in self.poisoned else "done"
                if events.get(name) != wanted:
                    yield f"event {name} of {person} is {events.get(name, 'lost')}, not {wanted}"
        counted = Counter(events.values())
        if counted["parked"] != len(self.poisoned) or counted["waiting"]:
            yield f"inbox: {dict(counted)}, {len(self.poisoned)} to be parked"
        for row in house.outbox("dead", "waiting", "sending"):
            yield f"outbox row {row.id} is {row.state}: {row.error}"

    def _group(self, group: str, rows: list[OutboxMessage], came: list[Delivered]) -> Iterable[Finding]:
        """In a group not everything is answered: what was owed came once, pushes in the order they were owed."""
        place = {row.retry_key: n for n, row in enumerate(rows)}
        pushed = [d.name for d in came if d.via == "push"]
        erased = {d.name for d in came if any(called in words(m) for m in d.messages for called in self.left.values())}
        if unknown := [name for name in pushed if name not in place and name not in erased]:
            yield f"{group}: pushes that nobody owed: {unknown}"
        order = [place[name] for name in pushed if name in place]
        if order != sorted(order) or len(order) != len(set(order)):
            yield f"{group}: pushed in the order {order}"
        for row in rows:
            if row.state == "sent" and row.via == "push" and row.retry_key not in pushed:
                yield f"{group}: row {row.id} counts as pushed and never came"
            if row.state in {"unsure", "shown"} and row.retry_key in pushed:
                yield f"{group}: row {row.id} is {row.state} and was pushed"

    def _gone(self, person: str, rows: list[OutboxMessage], came: list[Delivered]) -> Iterable[Finding]:
        """Of somebody erased there is no row; every answer came once at most."""
        if rows:
            yield f"{person}: erased, and {len(rows)} messages are still there"
        names = [d.name for d in came]
        if len(set(names)) != len(names) or len(names) > len(self.accepted.get(person, [])):
            yield f"{person}: {len(names)} deliveries, {len(set(names))} of them different"

    def _person(self, person: str, rows: list[OutboxMessage], came: list[Delivered]) -> Iterable[Finding]:
        """One answer an event, one delivery an answer, in order."""
        place = {row.retry_key: n for n, row in enumerate(rows)}
        notes = self.news.get(person, [])
        told = {}
        for delivery in came:
            if notes and delivery.via == "push":
                said = " ".join(map(words, delivery.messages))
                told.update({note: delivery.name for note in notes if note in said})
        if [note for note in notes if note not in told]:
            yield f"{person}: news not told: {[note for note in notes if note not in told]}"
        of_news = set(told.values())
        answers = [n for n, row in enumerate(rows) if row.retry_key not in of_news]
        events = self.accepted.get(person, [])
        if len(answers) != len(events):
            yield f"{person}: {len(events)} events, {len(answers)} answers"
            return
        place |= {event["replyToken"]: n for event, n in zip(events, answers, strict=True)}
        unknown = [d.name for d in came if d.name not in place]
        if unknown:
            yield f"{person}: deliveries that nobody owed: {unknown}"
            return
        order = [place[d.name] for d in came]
        if order != sorted(order) or len(order) != len(set(order)):
            yield f"{person}: delivered in the order {order}"
        if (heard := [n for n in notes if n in told]) and [place[told[n]] for n in heard] != sorted(
            place[told[n]] for n in heard
        ):
            yield f"{person}: news out of order"
        by_reply = {place[d.name] for d in came if d.via == "reply"}
        by_push = {place[d.name] for d in came if d.via == "push"}
        for n, row in enumerate(rows):
            if row.state == "sent" and n not in (by_push if row.via == "push" else by_reply):
                yield f"{person}: row {row.id} counts as sent by {row.via} and never came"
            if row.state in {"unsure", "shown"} and n in by_push:
                yield f"{person}: row {row.id} is {row.state} and was pushed"


# What players expect, ready to use.


def one_case(person: str, text: str, *, status: str | None = None) -> Expectation:
    """Exactly one case of this person's, with these words, its number shown to him (and in this status)."""

    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        cases = house.cases(person)
        if [case.text for case in cases] != [text]:
            yield f"{person}: cases {[case.text for case in cases]} instead of {[text]}"
            return
        if status is not None and cases[0].status != status:
            yield f"{person}: case is {cases[0].status}, not {status}"
        if cases[0].number not in " ".join(map(words, line.messages(person))):
            yield f"{person}: was never shown {cases[0].number}"

    return look


def one_request(person: str) -> Expectation:
    """Exactly one request to the registry, holding one place of its slot; the card's number is in no file in clear."""

    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        with house.read() as session:
            rows = session.scalars(select(RegistryRequest).where(RegistryRequest.person == person)).all()
            if len(rows) != 1 or rows[0].slot is None:
                yield f"{person}: {len(rows)} requests instead of one with a place"
        for file in house.folder.glob("service.db*"):
            if b"1234567" in (data := file.read_bytes()) and (b"JC1" in data or b"JC11234567" in data):
                yield f"{file.name} holds the number of a card"

    return look


def told(people: Iterable[str], text: str, among: Iterable[str], without: str = "-") -> Expectation:
    """Each of these people heard this announcement exactly once, by a wave; nobody else of those `among` whom they are.

    What has `without` in it is another message, which repeats the text.
    """
    wanted, everybody = set(people), list(among)

    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        for person in everybody:
            said = [" ".join(map(words, d.messages)) for d in line.received(person) if d.via == "multicast"]
            times = sum(text in each and without not in each for each in said)
            if times != (person in wanted):
                yield f"{person}: heard {text!r} {times} times"

    return look


def no_case(person: str) -> Expectation:
    """No case of this person's."""

    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        if found := house.cases(person):
            yield f"{person}: cases {[case.text for case in found]} instead of none"

    return look


def once(person: str, *, status: str | None = None, note: str | None = None) -> Expectation:
    """His case came into this status, or got these words, exactly once."""
    moved = and_(CaseEvent.status == status, CaseEvent.kind == "move")  # stars leave an event in the same status
    wanted = moved if status is not None else CaseEvent.note == note

    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        with house.read() as session:
            query = select(func.count()).select_from(CaseEvent).join(Case, Case.id == CaseEvent.case_id)
            times = session.scalar(query.where(Case.reporter == person, wanted))
        if times != 1:
            yield f"{person}: {status or note} {times} times"

    return look
