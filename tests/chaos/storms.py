"""Repeated, poisonous and misshapen events between good ones."""

from __future__ import annotations

import random
import threading
from typing import Any

from sqlalchemy import text

from tests.chaos.ledger import one_case
from tests.chaos.players import LIGHT, Actor, spot
from tests.chaos.town import ALONE, CREW, Order, Town, town
from tests.support.citizen import Json, compact, name
from tests.support.service import Process


def redelivery(order: Order) -> None:
    """Each event again and again, by many callers at once, in any order, together with others and alone."""
    callers, rounds = (12, 60) if order.full else (4, 4)
    with town(order, CREW if order.full else ALONE) as place:
        place.play(2, "reports")
        place.warm()
        webs = [p for p in place.crew if p.role in {"all", "web"}]
        known: list[Json] = []
        lock = threading.Lock()
        posted = [0]
        ended = threading.Event()
        failures: list[BaseException] = []

        def storm(seed: int) -> None:
            dice = random.Random(seed)
            try:
                while not ended.is_set():
                    with lock:
                        some = dice.sample(known, min(len(known), dice.randrange(1, 12)))
                    again = [e | {"deliveryContext": {"isRedelivery": True}} for e in some]
                    if again:
                        answer = dice.choice(webs).post(*again)
                        assert answer.status == 200, answer.status
                        posted[0] += len(again)
            except BaseException as problem:
                failures.append(problem)

        threads = [threading.Thread(target=storm, args=[order.seed + n]) for n in range(callers)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(rounds):
                people = [Actor(place) for _ in range(4)]
                steps = [_report(p) for p in people]
                for step in range(4):
                    for person, events in zip(people, steps, strict=True):
                        person.does(events[step])
                        with lock:
                            known.append(events[step])
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        assert not failures, failures[:3]
        # And all of them once more, when everything is over.
        place.until_quiet()
        for start in range(0, len(known), 100):
            place.post(*known[start : start + 100])
        place.settled()
        order.figures |= {"events": str(len(known)), "repetitions": str(posted[0] + len(known))}


def _report(person: Actor) -> list[Json]:
    words = f"{LIGHT} {name(person)}"
    person.town.ledger.expect(one_case(person.user, words))
    return [person.text(words), person.pin(*spot()), person.photo(), person.text("ส่งเรื่อง")]


POISON = "nongpoison"
_TRIGGERS = {
    "sqlite": (
        f"CREATE TRIGGER poison BEFORE {{}} ON talks WHEN NEW.data LIKE '%{POISON}%' "
        "BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION poison() RETURNS trigger AS $$ BEGIN "
        f"IF NEW.data::text LIKE '%{POISON}%' THEN RAISE unique_violation USING MESSAGE = 'poisoned'; END IF; RETURN NEW; END "
        "$$ LANGUAGE plpgsql",
        "CREATE TRIGGER poison BEFORE INSERT OR UPDATE ON talks FOR EACH ROW EXECUTE FUNCTION poison()",
    ),
}


def _poison(place: Town) -> None:
    """From now on the database refuses a talk with a certain word: the turn fails half-way, as with a programming error."""
    with place.house.store.write() as session:
        if place.house.store.sqlite:
            for which in ("INSERT", "UPDATE"):
                made = _TRIGGERS["sqlite"][0].format(which).replace("TRIGGER poison", f"TRIGGER poison_{which}")
                session.execute(text(made))
        else:
            for statement in _TRIGGERS["postgresql"]:
                session.execute(text(statement))


def poison(order: Order) -> None:
    """Every third event fails in its turn, each time; misshapen bodies come in between; the good ones go through."""
    people = 120 if order.full else 6
    with town(order, CREW if order.full else ALONE) as place:
        place.play(2, "reports")
        _poison(place)
        place.warm()
        bad = shapes = 0
        for n in range(people):
            person = Actor(place)
            words = f"{LIGHT} {name(person)}"
            person.writes(words)
            person.does(person.pin(*spot()))
            bad += _poisoned(person)
            person.does(person.photo())
            person.writes("ส่งเรื่อง")
            if order.full:
                bad += _poisoned(person)
            place.ledger.expect(one_case(person.user, words))
            shapes += _misshapen(place.crew[0], person, n)
        place.settled()
        assert len(place.house.events("parked")) == bad
        order.figures |= {"poisoned": str(bad), "misshapen": str(shapes), "people": str(people)}


def _poisoned(person: Actor) -> int:
    worse = person.text(f"{LIGHT} {POISON} {name(person)}")
    person.town.ledger.poisoned.add(worse["webhookEventId"])
    person.does(worse)
    return 1


def _misshapen(web: Process, person: Actor, n: int) -> int:
    """Bodies that are no webhook, and events that are none; answered, and without effect."""
    bodies: list[bytes] = [b"", b"{", b"[]", b'{"events": 7}', b"\xff\xfe\x00", b'{"events":' + b"[" * 5000]
    for body in bodies[n % 3 :: 3]:
        assert web.post_raw(body).status == 400
    source = {"type": "user", "userId": person.user}
    strange: list[Any] = [
        None,
        7,
        [],
        {},
        {"type": "message"},
        {"type": "message", "source": 5, "message": "x", "timestamp": "soon"},
        {"type": "videoPlayComplete", "source": source, "webhookEventId": f"odd{person.user[:20]}", "timestamp": -1},
        {"type": "unsend", "source": source, "unsend": None, "timestamp": 2**60, "webhookEventId": "x" * 500},
        {"type": {"a": 1}, "source": source, "replyToken": ["no"], "mode": 3},
    ]
    assert web.post_raw(compact(strange)).status == 200
    return len(strange) + 2
