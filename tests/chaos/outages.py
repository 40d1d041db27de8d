"""LINE is not there: refuses, limits, hangs, takes calls and loses its answer, or cannot be reached at all."""

from __future__ import annotations

import time

from tests.chaos.players import LIGHT, Actor
from tests.chaos.town import Order, Town, rss_mb, town
from tests.support.citizen import name
from tests.support.reading import words
from tests.support.waiting import until

FAULTS = ("500", "429", "quota", "hang", "drop", "drop_after", "500_after", "hang_after")
SOME_FAULTS = ("500", "quota", "hang", "drop_after")


def line_down(order: Order) -> None:
    """One kind of trouble after the other, for every call, while people go on writing."""
    least = 100 if order.full else 3
    with town(order) as place:
        place.play(4 if order.full else 2, "reports", "confirms")
        place.warm()
        for fault in FAULTS if order.full else SOME_FAULTS:
            before = len(place.line.calls)
            wanted = min(6, least) if fault == "quota" else least  # of pushes there are few
            end = place.crowd(6, "reports", "cancels", "reads", pause=0.3 if order.full else 0.02)
            with place.line.outage(fault):
                _news(place)
                until(lambda: _struck(place, before) >= wanted, seconds=300, why=f"calls that end in {fault}")  # noqa: B023
            back, struck = time.monotonic(), _struck(place, before)
            end()
            place.until_quiet()
            took = time.monotonic() - back
            order.say(f"  {fault}: {struck} replies and pushes, all quiet {took:.1f} s after LINE's return")
        place.line.per_second = 40 if order.full else 25
        began = time.monotonic()
        place.play(40 if order.full else 6)
        place.until_quiet()
        order.say(f"  {place.line.per_second} calls a second allowed: done in {time.monotonic() - began:.1f} s")
        place.line.per_second = None
        place.settled()
        order.figures |= {
            "events": str(place.ledger.events),
            "unknown fate, shown later": str(len(place.house.outbox("shown"))),
        }


def _struck(place: Town, since: int) -> int:
    with place.line.lock:
        return sum(call.fault is not None and call.kind in {"reply", "push"} for call in place.line.calls[since:])


def _news(place: Town) -> None:
    """Staff go on working during the outage."""
    with place.house.read() as session:
        from sqlalchemy import select

        from storage.models import Case

        found = session.execute(select(Case.number, Case.reporter).where(Case.status == "numbered").limit(2)).all()
    for number, reporter in found:
        person = Actor(place)
        person.user = str(reporter)
        note = f"ระหว่างนั้น {name(person)}"
        place.staff_moves(number, "accepted", note)
        place.ledger.caused(person.user, note)


def backlog(order: Order) -> None:
    """LINE cannot be reached while 12,000 turns are taken (ten minutes at 20 a second); then all leaves in time and order."""
    people, rounds = (600, 20) if order.full else (30, 4)
    with town(order) as place:
        place.play(4, "reports", "reads")
        place.until_quiet()
        place.warm()
        crowd = [Actor(place) for _ in range(people)]
        (process,) = place.crew
        began = time.monotonic()
        with place.line.unreachable():
            for turn in range(rounds):
                for start in range(0, people, 50):
                    some = crowd[start : start + 50]
                    events = [p.text(f"{LIGHT} {name(p)}" if turn % 2 == 0 else "ยกเลิก") for p in some]
                    place.post(*events)
                    for person, event in zip(some, events, strict=True):
                        place.ledger.took(person.user, event)
            until(lambda: place.open_rows()[0] == 0, seconds=900, why="the turns to be taken")
            gathered = time.monotonic() - began
            owed = place.open_rows()[1]
            assert owed == people * rounds, f"{owed} owed, not {people * rounds}"
            peak = rss_mb(process.pid)
            order.say(f"  {owed} messages are owed after {gathered:.0f} s; {peak:.0f} MB")
        returned = time.monotonic()
        place.until_quiet(seconds=600)
        drained = time.monotonic() - returned
        order.say(f"  all delivered {drained:.1f} s after LINE's return")
        place.settled()
        vias = [d.via for p in crowd for d in place.line.received(p.user)]
        assert len(vias) == people * rounds
        order.figures |= {
            "owed at LINE's return": str(owed),
            "gathered in": f"{gathered:.0f} s",
            "delivered within": f"{drained:.1f} s (wanted 120)",
            "a second": f"{owed / drained:.0f}",
            "as replies": str(vias.count("reply")),
            "memory at the peak": f"{peak:.0f} MB",
        }


def all_missed_is_shown(order: Order) -> None:
    """A person writes seven times while LINE answers 500: every answer is shown once he writes again, nobody pushes it."""
    with town(order) as place:
        anna = Actor(place)
        with place.line.outage("500"):
            anna.files()
            anna.writes("เมนู", "ติดตามเรื่อง", "คู่มือ")
            number = anna.case_number()
            until(lambda: place.open_rows()[:2] == (0, 0), why="the turns")
        assert place.house.outbox("unsure") and not place.line.received(anna.user)
        place.settled()
        said = [" ".join(map(words, d.messages)) for d in place.line.received(anna.user)]
        everything = " ".join(said)
        wanted = ("เกิดที่ไหนคะ", "มีรูปไหมคะ", "ตรวจก่อนส่ง", f"ออกเลขแล้ว เลขเรื่อง {number}", "เรื่องของคุณ", "คู่มือใช้งาน")
        assert not [piece for piece in wanted if piece not in everything], everything
        assert {d.via for d in place.line.received(anna.user)} == {"reply"}
        order.figures["answers in which all was shown"] = str(len(said))
