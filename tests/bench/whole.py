"""The whole service at once: how fast a storm is answered, and how soon an alarm reaches its group."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from storage import groups
from tests.bench import load
from tests.bench.house import Row, fresh, running
from tests.bench.sink import Sink
from tests.support.citizen import fresh_spot
from tests.support.waiting import until

NUMBER = re.compile(r"\d\d-\d{7,}")


def storm(runs: int, seconds: float) -> Iterator[Row]:
    """Everybody writes at once; until the last answer is with LINE: webhook, turn and sender in one process."""
    rates: list[float] = []
    count = int(500 * seconds)
    for _ in range(runs):
        with Sink() as sink, running(sink) as process:
            prefix = fresh()
            texts = [load.text(f"U{n:032x}", n, "ไฟทางดับทั้งซอยเลยค่ะ", prefix) for n in range(count)]
            bodies = [load.body(*texts[at : at + 20]) for at in range(0, count, 20)]
            caller = load.Caller(process.port)
            began = time.monotonic()
            for body in bodies:
                caller.post(body)
            caller.close()
            until(process.household.quiet, seconds=300)
            answered = [at for token, at in sink.seen("came").items() if token.startswith(prefix)]
            assert len(answered) == count, f"{len(answered)} of {count}"
            rates.append(count / (max(answered) - began))
    yield f"a storm of {count} first messages, one process", "webhook, turn, reply at LINE", f"{statistics.median(rates):.0f}/s"


def alarm(runs: int, seconds: float) -> Iterator[Row]:
    """From `ส่งเรื่อง` to the group's alert at LINE; reports come six times as often as 20 a minute."""
    halves: list[float] = []
    slowest: list[float] = []
    for _ in range(runs):
        with Sink() as sink, running(sink) as process:
            with process.household.store.write() as session:
                now = datetime.now(UTC)
                for code in range(1001, 1051):
                    row = groups.meet(session, f"C{code:032x}", now)
                    row.kind, row.agency, row.bound_at, row.look_at = "district", str(code), now, None
            took = _alarms(process.port, sink, int(5 * seconds))
            p50, p99 = load.percentiles(took)
            halves.append(p50)
            slowest.append(p99)
    yield (
        "alarm: ส่งเรื่อง to the group's alert at LINE",
        f"p50 {statistics.median(halves):.0f} ms",
        f"p99 {statistics.median(slowest):.0f} ms (1,000)",
    )


def _alarms(port: int, sink: Sink, count: int) -> list[float]:
    prefix, caller, sent = fresh(), load.Caller(port), []
    for n in range(count):
        person, (lat, lng) = f"U{n + 10**6:032x}", fresh_spot()
        place = {"type": "location", "id": f"{prefix}p{n}", "latitude": lat, "longitude": lng}
        pin = load.event(person, 4 * n + 1, {"type": "message", "message": place}, prefix)
        caller.post(load.body(load.text(person, 4 * n, "ฝาท่อหาย อันตรายมาก", prefix), pin))
        caller.post(load.body(load.text(person, 4 * n + 2, "ไม่มีรูป", prefix)))
        time.sleep(0.25)
        sent.append(time.monotonic())
        caller.post(load.body(load.text(person, 4 * n + 3, "ส่งเรื่อง", prefix)))
        time.sleep(0.25)
    caller.close()
    until(lambda: sum(to.startswith("C") for to, _, _ in sink.seen("pushed")) >= count, seconds=60, why="all alarms")
    alarms = sorted(at for to, at, words in sink.seen("pushed") if to.startswith("C") and NUMBER.search(words))
    return [at - press for press, at in zip(sent, alarms[:count], strict=True)]
