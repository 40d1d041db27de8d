"""How fast an announcement goes out: gathered, written in waves, sent."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import insert

from storage import announcements
from storage.announcements import Draft
from storage.models import Person
from storage.models_news import Announcement, Subscription
from tests.bench.house import NO_LIMITS, Row, running
from tests.bench.sink import Sink
from tests.support.service import Household
from tests.support.waiting import until

READERS = 5000
QUICK = "[news]\nwaves_minute = 1e6\n[jobs]\nsweep_seconds = 0.1\n"


def news(runs: int, seconds: float) -> Iterator[Row]:
    """From `announce send` to the last of so many readers, one process, a pace that is no limit."""
    readers = int(READERS * seconds)
    rates, waves = [], 0
    for _ in range(runs):
        with Sink() as sink, running(sink, rules_text=NO_LIMITS + QUICK) as process:
            which = _announce(process.household, readers)
            began = time.monotonic()
            waves = until(lambda house=process.household, row=which: _sent(house, row), seconds=300)  # type: ignore[misc]
            rates.append(readers / (time.monotonic() - began))
    rate = statistics.median(rates)
    yield f"news to {readers:,} readers", f"{waves} waves, {rate / 500:.1f} a second", f"{rate:.0f} people/s"


def _announce(house: Household, readers: int) -> int:
    now = datetime.now(UTC)
    people = [f"U{n:032x}" for n in range(1_000_000, 1_000_000 + readers)]
    with house.store.write() as session:
        session.execute(insert(Person), [{"id": p, "language": "th", "follows": True, "created_at": now} for p in people])
        followed = [{"person": p, "kind": "district", "code": "1040", "at": now} for p in people]
        session.execute(insert(Subscription), followed)
    draft = Draft("ข่าว", districts=["1040"]).checked(house.rules, now)
    with house.store.write() as session:
        planned = announcements.plan(session, draft, house.rules, now)
        return announcements.make(session, draft, planned, now, "x", None).id


def _sent(house: Household, which: int) -> int:
    """How many waves, once all are sent."""
    with house.read() as session:
        row = session.get_one(Announcement, which)
    return row.waves if row.state == "sent" else 0
