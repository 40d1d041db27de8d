"""The registry's part: a quarter as many requests as cases, and what a turn, a sweep and the officer do among them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from casework.registry import services
from storage import registry, registry_staff
from storage.columns import Base
from tests.scale import town

if TYPE_CHECKING:
    from tests.scale.measure import Measurement

TABLES = ("registry_requests", "registry_events")
COLUMNS = {name: tuple(column.name for column in Base.metadata.tables[name].columns) for name in TABLES}
DAYS, NOBODYS = 730.0, 399.0
WAITING = 0.005
"""Share that has not been approved yet."""


def rows(rng: Random, count: int, people: int, now: datetime, ids: dict[str, int]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """(table, row): requests of two years, nearly all of them over and their numbers erased."""
    from tests.scale.rows import person, stamp

    districts, codes = town.Choice(town.DISTRICTS), sorted(services())
    start = now.timestamp() - DAYS * 86400
    for index in range(count):
        asked = start + DAYS * 86400 * (index + rng.random()) / count
        waits = index >= count * (1 - WAITING)
        approved, wanted = asked + rng.expovariate(1 / 40_000), asked + 86400 * rng.randint(2, 20)
        status = "asked" if waits else rng.choices(["collected", "rejected", "cancelled"], [8, 1, 1])[0]
        which = ids["registry_requests"] = ids["registry_requests"] + 1
        secret = b"x" * 120 if waits else None
        row: dict[str, Any] = dict.fromkeys(COLUMNS["registry_requests"]) | {
            "id": which,
            "person": person(rng.randrange(people)),
            "name": secret,
            "service": rng.choice(codes),
            "office": districts.draw(rng),
            "status": status,
            "copies": rng.randint(1, 3),
            "laser": secret,
            "photo": secret,
            "consent_version": "2569-1",
            "consent_at": stamp(asked),
            "wanted_at": stamp(wanted),
            "asked_at": stamp(asked),
        }
        kinds = [("asked", asked)]
        if not waits:
            row |= {"approved_at": stamp(approved), "ended_at": stamp(wanted), "agreed_at": stamp(wanted)}
            if wanted < now.timestamp() - NOBODYS * 86400:
                row["person"] = ""
            kinds += [("approved", approved), (status, wanted)]
        yield "registry_requests", tuple(row[name] for name in COLUMNS["registry_requests"])
        for kind, at in kinds:
            ids["registry_events"] += 1
            event = {
                "id": ids["registry_events"],
                "request_id": which,
                "kind": kind,
                "reason": None,
                "at": stamp(at),
                "told": True,
            }
            event["actor"] = "citizen" if kind in {"asked", "cancelled"} else "staff:x"
            yield "registry_events", tuple(event[name] for name in COLUMNS["registry_events"])


def measure(found: Measurement) -> None:
    """The typed way; what the officer looks at; what the scheduler looks for."""
    day = found.stage.now + timedelta(days=9)
    while day.weekday() > 3:
        day += timedelta(days=1)
    when = f"{day.day:02d}/{day.month:02d}/{day.year + 543}"
    for n in range(found.rounds):
        actor = found.newcomer()
        wanted = f"ต้องการ 1 ฉบับ รับเอกสารวันที่ {when} {8 + n % 8:02d}:{15 * (n // 8 % 4):02d} น."
        for line in ("1#JC1-1234567-89", "[ยินยอม]", "บางขุนเทียน", wanted, "1040-02-12345678"):
            found.says(actor, "turn: the registry's typed way, each", line)
    now = found.stage.now
    with found.store.read() as session:
        for name, office in (("waiting", None), ("waiting in an office", "1021")):
            looked = partial(registry.listed, session, statuses=["asked"], office=office, limit=50)
            found.times.often(f"registry: list, {name}", found.rounds, looked)
        found.times.often("registry: a month's waits", 3, lambda: registry_staff.waits(session, now - timedelta(30), now))
        found.times.often("registry: untold events", found.rounds, lambda: registry.untold(session, 20))
        found.times.often("registry: reminders due", found.rounds, lambda: registry.due_reminders(session, now, 20))
        found.times.often("registry: names to ask for", found.rounds, lambda: registry.nameless(session, now, 20))
        before = now - timedelta(days=30)
        found.times.often("registry: numbers to erase", found.rounds, lambda: registry.to_erase(session, before, 20))
