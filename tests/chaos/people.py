"""People who look after their own data, and who leave: what staff find of them, and what is there afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casework.seal import Seal
from storage import people_desk
from storage.engine import transient
from storage.models import Case, InboxEvent, OutboxMessage, Person
from storage.models_history import Message
from storage.models_people import Tag
from storage.models_threads import Thread
from tests.chaos.ledger import Expectation, Finding
from tests.chaos.players import Actor
from tests.support.citizen import name
from tests.support.fake_line import FakeLine
from tests.support.service import Household
from tests.support.waiting import until

TAG = "โทรบ่อย"
Found = TypeVar("Found")


def tends(me: Actor) -> None:
    """A name, a telephone, the data in parts; staff find and label them."""
    called = f"ป้า{name(me)}"
    me.writes("ข้อมูลของฉัน", "แก้ไขชื่อ", called, "แก้ไขเบอร์โทร", _telephone(me), "ดาวน์โหลดข้อมูล", "เมนู")
    until(lambda: _found(me, called) == [me.user], seconds=300, why=f"{me.user} by name")
    by = {"by": "malee", "reason": "ทดสอบ"}
    _staff(me, lambda session: people_desk.tag(session, me.user, TAG, datetime.now(UTC), **by, remove=False))
    me.town.ledger.expect(_as_they_said(me.user, called))


def leaves(me: Actor) -> None:
    """With a case, a conversation with officers, and a name."""
    words, called = me.files(), f"ลุง{name(me)}"
    me.writes("ข้อมูลของฉัน", "แก้ไขชื่อ", called, "ติดต่อเจ้าหน้าที่", f"ขอถามอีกเรื่อง {called}")
    me.writes("ลบข้อมูลของฉัน", "ยืนยันลบ")
    me.town.ledger.left[me.user] = called
    me.town.ledger.expect(_gone(me.user, words))


def _telephone(me: Actor) -> str:
    return f"08{int(me.user[-8:], 16) % 10**8:08d}"


def _staff(me: Actor, work: Callable[[Session], Found]) -> Found:
    """What the command line does; who is told that the database is busy tries again."""
    while True:
        try:
            with me.town.house.store.write() as session:
                return work(session)
        except OperationalError as problem:
            if not transient(problem):
                raise


def _box(house: Household) -> MultiFernet:
    return MultiFernet([Fernet(house.env["DATA_KEY"])])


def _found(me: Actor, words: str) -> list[str]:
    house = me.town.house
    keys, now = Seal(house.env["DATA_KEY"]).index_keys(), datetime.now(UTC)
    rows, _ = _staff(me, lambda session: people_desk.find(session, words, _box(house), keys, 9, now, by="malee", reason=None))
    return [row.id for row in rows]


def _as_they_said(person: str, called: str) -> Expectation:
    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        with house.read() as session:
            row = session.get(Person, person)
            kept = row is not None and row.called is not None and _box(house).decrypt(row.called).decode()
            tags = session.scalars(select(Tag.tag).where(Tag.person == person)).all()
        if kept != called or tags != [TAG]:
            yield f"{person}: called {kept!r}, labelled {tags}"

    return look


def _gone(person: str, words: str) -> Expectation:
    columns = (Case.reporter, OutboxMessage.chat, InboxEvent.chat, Message.person, Thread.person, Person.id)

    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        with house.read() as session:
            left = [str(column) for column in columns if session.scalar(select(func.count()).where(column == person))]
            cases = session.scalar(select(func.count()).where(Case.text == words, Case.reporter.is_(None)))
        if left or cases != 1:
            yield f"{person}: erased, and still in {left}; {cases} cases without them"

    return look
