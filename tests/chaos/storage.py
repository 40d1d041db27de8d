"""The database is busy, the disk is full, LINE's content is slow."""

from __future__ import annotations

import sqlite3
import time

from sqlalchemy import text

from storage.models import Media
from tests.chaos.ledger import one_case
from tests.chaos.players import LIGHT, Actor, spot
from tests.chaos.town import ALONE, CREW, Order, town
from tests.support.citizen import name
from tests.support.waiting import until


def database_busy(order: Order) -> None:
    """Somebody else holds the write lock, again and again, once beyond the service's own patience of 30 seconds."""
    holds = (0.5, 2.0, 35.0, 1.0) if order.full else (0.3, 0.9)
    with town(order, CREW if order.full else ALONE) as place:
        place.play(3, "reports")
        place.warm()
        end = place.crowd(6 if order.full else 3)
        for seconds in holds:
            if order.database_url is None:
                holder = sqlite3.connect(place.house.folder / "service.db", isolation_level=None, timeout=60)
                holder.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                holder.execute("ROLLBACK")
                holder.close()
            else:
                with place.house.store.write() as session:
                    session.execute(text("LOCK TABLE inbox, outbox, talks, cases IN EXCLUSIVE MODE"))
                    time.sleep(seconds)
            time.sleep(1.0 if order.full else 0.2)
        people = end()
        place.settled()
        order.figures |= {"locked for": " s, ".join(map(str, holds)) + " s", "people": str(people)}


def slow_media(order: Order) -> None:
    """Photos come late, some after 202 and 500; nobody's talk waits for them."""
    seconds = 8.0 if order.full else 0.4
    with town(order) as place:
        people = [Actor(place) for _ in range(24 if order.full else 6)]
        slow: dict[str, str] = {}
        began = time.monotonic()
        for n, person in enumerate(people):
            words = f"{LIGHT} {name(person)}"
            person.writes(words)
            person.does(person.pin(*spot()))
            photo = person.photo(statuses=([200], [500, 200], [202, 200], [202, 500, 202, 200])[n % (4 if order.full else 3)])
            place.line.contents[photo["message"]["id"]].seconds = seconds
            slow[photo["message"]["id"]] = person.user
            person.does(photo)
            person.writes("ส่งเรื่อง")
            place.ledger.expect(one_case(person.user, words))
        until(lambda: place.open_rows()[:2] == (0, 0), seconds=300, why="the talks")
        talked = time.monotonic() - began
        waiting = place.open_rows()[2]
        place.settled()
        fetched = time.monotonic() - began
        with place.house.read() as session:
            states = [(m.state, m.case_id is not None) for m in session.query(Media).where(Media.message_id.in_(slow))]
        assert states == [("ready", True)] * len(people), states
        order.figures |= {
            "all talks over after": f"{talked:.1f} s, {waiting} photos still to come",
            "all photos after": f"{fetched:.1f} s",
        }
