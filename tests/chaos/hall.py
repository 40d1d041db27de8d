"""The groups of the town: one for each district, and what happens in them to an urgent report."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from storage import groups
from storage.engine import transient
from storage.models import Case, CaseEvent
from storage.models_groups import Quotable
from storage.models_threads import Thread
from tests.chaos.ledger import Expectation, Finding, one_case
from tests.support.citizen import Json, name
from tests.support.coordinator import Group, Member
from tests.support.fake_line import FakeLine
from tests.support.reading import words
from tests.support.service import Household
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.chaos.players import Actor
    from tests.chaos.town import Town

_lock = threading.Lock()
_halls: dict[tuple[str, str], Group] = {}


def group_of(town: Town, agency: str) -> Group:
    """The agency's one group in this town, bound at its first use."""
    with _lock:
        known = _halls.get((town.house.url, agency))
        if known is None:
            known = Group(town.crew[0], town.line)
            while True:
                try:
                    with town.house.store.write() as session:
                        now = datetime.now(UTC)
                        row = groups.meet(session, known.id, now)
                        kind = "staff" if agency == "staff" else "district"
                        row.kind, row.agency, row.bound_at, row.look_at = kind, agency, now, None
                    break
                except OperationalError as problem:
                    if not transient(problem):
                        raise
            _halls[town.house.url, agency] = known
        return known


def asks(town: Town, chat: str) -> None:
    """A member of the group writes something that is answered."""
    group = Group(town.crew[0], town.line)
    group.id = chat
    town.post(group.member().text("ค้าง"))


def alarms(me: Actor) -> None:
    """See players.alarms."""
    from casework import places
    from tests.chaos.players import spot

    town, at = me.town, spot()
    agency = places.locate(*at).district_code
    assert agency is not None
    group = group_of(town, agency)
    text = f"ฝาท่อหาย อันตรายมาก {name(me)}"
    me.writes(text)
    me.does(me.pin(*at), me.photo())
    me.writes("ส่งเรื่อง")
    number = me.case_number()
    first, second = group.member(), group.member()
    for news in ("รับเรื่องแล้วค่ะ", "แจ้งว่าแก้ไขแล้วค่ะ"):
        town.ledger.caused(me.user, news)
    presses = [_shown(member, "รับเรื่อง", number) for member in (first, second)]
    both = [threading.Thread(target=town.post, args=[press]) for press in presses]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    town.post(first.text(f"แก้ไขแล้ว {number}"))
    town.post(first.photo())
    me.does(me.shown_button("แก้ไขแล้วจริง"))
    for expected in (one_case(me.user, text, status="closed"), _one_of_each(me.user), _one_alarm(group, number)):
        town.ledger.expect(expected)


def consults(me: Actor) -> None:
    """See players.consults."""
    town, group = me.town, group_of(me.town, "staff")
    asked, answered = f"ขอถามเรื่องถังขยะ {name(me)}", f"คำตอบของเจ้าหน้าที่ {name(me)}"
    me.writes("ติดต่อเจ้าหน้าที่", asked)
    quoted = until(lambda: _quotable(town, group, asked), seconds=300, why=f"the card of {asked}")
    town.ledger.caused(me.user, answered)
    answer = group.member().text(answered)
    answer["message"]["quotedMessageId"] = quoted
    town.post(answer)
    until(lambda: any(answered in words(m) for m in me.line.messages(me.user)), seconds=300, why=f"{answered} at {me.user}")
    me.writes("จบการสนทนา", "5 ดาว")
    town.ledger.expect(_relayed_once(me.user, group, asked, answered))


def _quotable(town: Town, group: Group, piece: str) -> str:
    """LINE's id of the message in the group that has this piece; empty as long as it is not there, or not in the books."""
    for delivery in group.line.received(group.id):
        for n, message in enumerate(delivery.messages):
            given = group.line.message_id(delivery.number, n)
            if piece in words(message):
                with town.house.read() as session:
                    return given if session.get(Quotable, given) is not None else ""
    return ""


def _relayed_once(person: str, group: Group, asked: str, answered: str) -> Expectation:
    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        for chat, piece in ((group.id, asked), (person, answered)):
            keys = {d.name for d in line.received(chat) if any(piece in words(m) for m in d.messages)}
            if len(keys) != 1:
                yield f"{chat}: {piece!r} came {len(keys)} times"
        with house.read() as session:
            found = session.scalars(select(Thread).where(Thread.person == person)).all()
            if [(t.state, t.rating, t.answered_at is not None) for t in found] != [("closed", 5, True)]:
                yield f"{person}: threads {[(t.state, t.rating) for t in found]}"

    return look


def _shown(member: Member, label: str, number: str) -> Json:
    """A press on the alarm of this case, as soon as it is shown."""
    heard: list[Json] = []

    def seen() -> bool:
        try:
            heard.append(member.button(label, number))
        except AssertionError:
            return False
        return True

    until(seen, seconds=300, why=f"the alarm of {number}")
    return heard[0]


def _one_of_each(person: str) -> Expectation:
    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        with house.read() as session:
            query = select(CaseEvent.kind, CaseEvent.status, func.count()).join(Case, Case.id == CaseEvent.case_id)
            query = query.where(Case.reporter == person, CaseEvent.kind.in_(("move", "alerted")))
            counted = {
                (kind, status): n for kind, status, n in session.execute(query.group_by(CaseEvent.kind, CaseEvent.status))
            }
        wanted = [("alerted", "numbered"), *(("move", s) for s in ("numbered", "accepted", "fixed_reported", "closed"))]
        if counted != dict.fromkeys(wanted, 1):
            yield f"{person}: events {counted}"

    return look


def _one_alarm(group: Group, number: str) -> Expectation:
    def look(house: Household, line: FakeLine) -> Iterable[Finding]:
        said = [" ".join(map(words, d.messages)) for d in line.received(group.id) if d.via == "push"]
        times = sum("เรื่องเร่งด่วน BEST" in each and number in each for each in said)
        if times != 1:
            yield f"{group.id}: {times} alarms of {number}"

    return look
