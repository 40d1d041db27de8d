"""kill -9 at random moments under load."""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Sequence

from tests.chaos.town import ALONE, CREW, Order, Town, town
from tests.support.service import Process
from tests.support.waiting import until

CHAPTER = 125
"""Kills between two looks into the ledger, each chapter on a new database."""


def kills(order: Order) -> None:
    """Somebody is always dying: the one process, or two of five on one database at a time."""
    began = time.monotonic()
    chapters = max(1, math.ceil(order.kills / CHAPTER))
    total: Counter[str] = Counter()
    for chapter in range(chapters):
        wanted = order.kills // chapters + (chapter < order.kills % chapters)
        # Every third chapter is the one process that does everything, as `python app.py` starts it.
        roles = ALONE if chapters > 1 and chapter % 3 == 2 else CREW
        _chapter(order, roles, wanted, order.seed + chapter, total)
        took = time.monotonic() - began
        order.say(
            f"  {total['kills']} kills in {took / 60:.1f} min, {total['people']} people, {total['events']} events: all right"
        )
    order.figures |= {
        "kills": str(total["kills"]),
        "of them while starting": str(total["young"]),
        "by role": ", ".join(f"{role} {total[role]}" for role in ("all", "web", "worker", "scheduler") if total[role]),
        "people": str(total["people"]),
        "events": str(total["events"]),
        "shown later": str(total["shown"]),
        "minutes": f"{(time.monotonic() - began) / 60:.1f}",
    }


def _chapter(order: Order, roles: Sequence[str], wanted: int, seed: int, total: Counter[str]) -> None:
    dice = random.Random(seed)
    with town(order, roles) as place:
        end = place.crowd(16 if order.full else 4)
        for _ in range(wanted):
            _some_work(place, dice.randrange(0, 12))
            time.sleep(dice.uniform(0.0, 0.3))
            _kill(place, dice, total)
        total["people"] += end()
        place.settled()
        total["events"] += place.ledger.events
        total["shown"] += len(place.house.outbox("shown"))


def _some_work(place: Town, events: int) -> None:
    """Let so many events in, if they come within three seconds; so there is always something to lose."""
    wanted, end = place.ledger.events + events, time.monotonic() + 3
    while place.ledger.events < wanted and time.monotonic() < end:
        time.sleep(0.02)


def _kill(place: Town, dice: random.Random, total: Counter[str]) -> None:
    """One dies and is started again; mostly one that serves, sometimes one that is still starting."""
    young = dice.random() < 0.1
    victim = dice.choice(place.crew) if young else until(lambda: _serving(place, dice), seconds=120, why="a process")
    assert victim is not None
    total["young"] += not _up(victim)
    victim.kill()
    total["kills"] += 1
    total[victim.role] += 1
    victim.begin()


def _serving(place: Town, dice: random.Random) -> Process | None:
    up = [process for process in place.crew if _up(process)]
    return dice.choice(up) if up else None


def _up(process: Process) -> bool:
    return "ready: " in process.log()
