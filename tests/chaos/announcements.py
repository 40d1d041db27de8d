"""kill -9 in the middle of an announcement, with a LINE that falters: everybody is told once."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from storage import announcements as kept
from storage.announcements import Draft
from storage.engine import transient
from storage.models import Person
from storage.models_news import Announcement, Subscription
from tests.chaos.ledger import told
from tests.chaos.town import ALONE, CREW, ROOMY_RULES, Order, Town, town
from tests.support.waiting import until

READERS = 1200
FAULTS = ("500", "500_after", "429", "drop", "drop_after")
RULES = ROOMY_RULES + "[news]\nwaves_minute = 3000\nwave_people = {people}\n[push]\nmonthly_budget = 1e6\n"
END, TEXT = "ประกาศนี้สิ้นสุดแล้ว", "น้ำประปาไม่ไหล ฉบับที่"


def announcements(order: Order) -> None:
    """Readers of one district among others; the service dies at random points of each announcement, and of its end notice."""
    rounds, deaths = (max(1, order.kills // 80), 12) if order.full else (1, 3)
    dice = order.dice
    kills = calls = 0
    for chapter in range(rounds):
        rules = RULES.format(people=dice.choice((60, 100, 500)) if order.full else 100)
        with town(order, CREW if order.full and chapter % 2 else ALONE, rules_text=rules) as place:
            readers, others = _subscribe(place, READERS), _subscribe(place, 50, "1004")
            with_end = order.full and chapter % 3 == 0
            text = f"{TEXT} {chapter}"
            end = place.crowd(2) if order.full else None
            until_at = datetime.now(UTC) + timedelta(seconds=dice.uniform(3, 20)) if with_end else None
            _announce(place, Draft(text, districts=["1040"], until=until_at))
            kills += _die(place, dice, deaths)
            if end is not None:
                end()
            _until_done(place)
            heard = [p for p in readers if text in str(place.line.messages(p))] if with_end else readers
            place.ledger.expect(told(heard, text, [*readers, *others], without=END))
            place.ledger.expect(told(heard if with_end else [], END, [*readers, *others]))
            place.settled()
            assert len(heard) == READERS or with_end, f"{len(heard)} of {READERS} were told"
            calls += sum(call.kind == "multicast" for call in place.line.calls)
    order.figures |= {"readers": str(READERS), "rounds": str(rounds), "kills": str(kills), "calls": str(calls)}


def _subscribe(place: Town, count: int, district: str = "1040") -> list[str]:
    """So many people who follow the district."""
    people = [f"U{random.Random(f'{district}{n}').getrandbits(128):032x}" for n in range(count)]
    now = datetime.now(UTC)
    with place.house.store.write() as session:
        session.execute(insert(Person), [{"id": p, "language": "th", "follows": True, "created_at": now} for p in people])
        session.execute(insert(Subscription), [{"person": p, "kind": "district", "code": district, "at": now} for p in people])
    place.line.chats.update(people)
    return people


def _announce(place: Town, given: Draft) -> None:
    """What `announce send` does; who is told that the database is busy tries again."""
    now, rules = datetime.now(UTC), place.house.rules
    draft = given.checked(rules, now)
    while True:
        try:
            with place.house.store.write(durable=True) as session:
                kept.make(session, draft, kept.plan(session, draft, rules, now), now, "malee", None)
        except OperationalError as problem:
            if not transient(problem):
                raise
        else:
            return


def _die(place: Town, dice: random.Random, deaths: int) -> int:
    """Somebody dies so often, at any moment of it; how often it was before all was over. In between LINE falters."""
    for death in range(deaths):
        place.line.fail("multicast", dice.choice(FAULTS))
        before = _calls(place)
        end = time.monotonic() + 10
        while _calls(place) <= before + dice.randrange(3) and time.monotonic() < end:
            if _done(place):
                return death
            time.sleep(0.005)
        time.sleep(dice.choice((0.0, 0.0, dice.uniform(0, 0.05))))
        victim = dice.choice(place.crew)
        victim.kill()
        victim.begin()
    return deaths


def _until_done(place: Town) -> None:
    until(lambda: _done(place), seconds=300, why="the announcement to be over")


def _calls(place: Town) -> int:
    with place.line.lock:
        return sum(call.kind == "multicast" for call in place.line.calls)


def _done(place: Town) -> bool:
    with place.house.read() as session:
        rows = session.scalars(select(Announcement)).all()
    return bool(rows) and all(row.state == ("sent" if row.until_at is None else "ended") for row in rows)
