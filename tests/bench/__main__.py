"""Measure all, or what is named: `python -m tests.bench [--runs 3] [--seconds 4] [webhook storm alarm turns …]`."""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from rich.console import Console
from rich.table import Table

from bot import hearing
from bot.turn import Turns
from casework import rules
from casework.catalog import agencies
from casework.seal import Seal
from casework.thai_time import is_working_day
from storage import inbox, schema
from storage.engine import Store
from tests.bench import load
from tests.bench.house import NO_LIMITS, Row, fresh, rss_mb, running
from tests.bench.news import news
from tests.bench.people import people as measured_people
from tests.bench.public import public
from tests.bench.scaling import scaling
from tests.bench.sink import Sink
from tests.bench.whole import alarm, storm
from tests.support.citizen import fresh_spot
from tests.support.service import ROOT, Household, Process, free_port
from tests.support.waiting import until

Step = Callable[[str, int], load.Json]
"""A person and a number → an event."""


@contextmanager
def bare() -> Iterator[int]:
    """The bare endpoint's port."""
    with tempfile.TemporaryDirectory(prefix="rt-bare-") as folder:
        port = free_port()
        command = [sys.executable, "-m", "tests.bench.bare", str(port), str(Path(folder) / "bare.db")]
        process = subprocess.Popen(command, cwd=ROOT)
        try:
            until(lambda: _open(port), why="the bare endpoint")
            yield port
        finally:
            process.terminate()
            process.wait()


def _open(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    else:
        return True
    finally:
        connection.close()


def webhook(runs: int, seconds: float) -> Iterator[Row]:
    """Acknowledgements a second against the bare endpoint: both are up, short storms turn about, the median of their ratios.

    Between storms the turns of the last one are waited for. A machine shared with others is slow and quick by the second, so
    long storms one after the other would tell more of the machine than of the service.
    """
    for role in ("web", "all"):
        for connections in (1, 8, 32):
            ours: list[load.Timed] = []
            theirs: list[load.Timed] = []
            with bare() as port, Sink() as sink, running(sink, role) as process:
                for _ in range(3 * runs):
                    theirs.append(load.storm(port, connections, seconds / 4, fresh()))
                    ours.append(load.storm(process.port, connections, seconds / 4, fresh()))
                    if role == "all":
                        until(process.household.quiet, seconds=300)
            mine, other = (statistics.median(t.per_second for t in found) for found in (ours, theirs))
            ratios = [a.per_second / b.per_second for a, b in zip(ours, theirs, strict=True)]
            low, middle, high = statistics.quantiles(ratios, n=4)
            p99 = statistics.median(t.p99_ms for t in ours)
            wrong = sum(t.wrong for t in ours)
            shown = f"{mine:.0f}/s, bare {other:.0f}/s, p99 {p99:.1f} ms, not 200: {wrong}"
            what = "turns in another process" if role == "web" else "turns in the same process"
            yield f"webhook, {connections} connections, {what}", shown, f"{middle:.2f} of bare ({low:.2f} to {high:.2f}; 0.80)"


def paced(runs: int, seconds: float) -> Iterator[Row]:
    """200 events a second while turns and sender run."""
    found, memory, drained = [], [], []
    for _ in range(runs):
        with Sink() as sink, running(sink) as process:
            found.append(load.paced(process.port, 200, seconds * 5, 2000, fresh()))
            began = time.monotonic()
            until(process.household.quiet, seconds=300)
            drained.append(time.monotonic() - began)
            memory.append(rss_mb(process.pid))
    p50, p99 = (statistics.median(getattr(t, name) for t in found) for name in ("p50_ms", "p99_ms"))
    rate, wrong = statistics.median(t.per_second for t in found), sum(t.wrong for t in found)
    shown = f"{rate:.0f}/s, p50 {p50:.1f} ms, not 200: {wrong}, backlog gone {statistics.median(drained):.1f} s later"
    yield f"200 events/s for {seconds * 5:.0f} s", shown, f"p99 {p99:.1f} ms (100)"
    yield "memory after that", "", f"{statistics.median(memory):.0f} MB (400)"


def turns(runs: int, seconds: float) -> Iterator[Row]:
    """Turns in process, one thread: whole reports, a menu and a handbook page between them."""
    rates = []
    people = int(20 * seconds)
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="rt-turns-") as folder:
            store = Store(f"sqlite:///{folder}/turns.db")
            schema.upgrade(store)
            rates.append(_turns(store, people, _reports(fresh())))
            store.close()
    yield "turns on SQLite, in process", f"{people} people, 7 turns each", f"{statistics.median(rates):.0f}/s (150, later 300)"


def registry(runs: int, seconds: float) -> Iterator[Row]:
    """Requests to the registry in process, one thread: the typed way, four people a slot."""
    rates = []
    people = int(20 * seconds)
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="rt-registry-") as folder:
            store = Store(f"sqlite:///{folder}/turns.db")
            schema.upgrade(store)
            rates.append(_turns(store, people, _orders(fresh())))
            store.close()
    yield "registry by 1#, in process", f"{people} people, 5 turns each", f"{statistics.median(rates):.0f} turns/s"


def people(runs: int, seconds: float) -> Iterator[Row]:
    """Finding a person; turns of one's own data; words to officers."""
    yield from measured_people(runs, seconds, _turns)


def _orders(prefix: str) -> list[Step]:
    districts = [agency.short_th for agency in agencies().values() if agency.kind == "district"]
    days = (datetime.now(UTC).date() + timedelta(days=n) for n in range(7, 50))
    day = next(d for d in days if is_working_day(d))
    when = f"{day.day:02d}/{day.month:02d}/{day.year + 543}"
    return [
        lambda p, n: load.text(p, n, "1#JC1-1234567-89", prefix),
        lambda p, n: load.text(p, n, "ยินยอม", prefix),
        lambda p, n: load.text(p, n, districts[n % len(districts)], prefix),
        lambda p, n: load.text(p, n, f"ต้องการ 2 ฉบับ รับเอกสารวันที่ {when} {8 + n // 200 % 8:02d}:00 น.", prefix),
        lambda p, n: load.text(p, n, "1040-02-12345678", prefix),
    ]


def _reports(prefix: str) -> list[Step]:
    return [
        lambda p, n: load.text(p, n, "เมนู", prefix),
        lambda p, n: load.text(p, n, "ไฟทางดับทั้งซอย มืดมากค่ะ กลัวอันตราย", prefix),
        lambda p, n: load.event(p, n, _pin(n), prefix),
        lambda p, n: load.event(p, n, {"type": "message", "message": {"type": "image", "id": f"{prefix}{n}"}}, prefix),
        lambda p, n: load.text(p, n, "ส่งเรื่อง", prefix),
        lambda p, n: load.text(p, n, "คู่มือ", prefix),
        lambda p, n: load.text(p, n, "ขอบคุณค่ะ", prefix),
    ]


def _turns(store: Store, people: int, steps: list[Step]) -> float:
    box = MultiFernet([Fernet(Fernet.generate_key())])
    taker = Turns(store, rules.load(), box, lambda: datetime.now(UTC), seal=Seal("a key"), public_url="https://1555.example")
    spent, taken, number = 0.0, 0, itertools.count(1)
    for step in steps:
        events = [step(f"U{p:032x}", next(number)) for p in range(people)]
        with store.write() as session:
            inbox.keep(session.connection(), hearing.split(load.body(*events)), datetime.now(UTC))
        began = time.perf_counter()
        while waiting := taker.due(64):
            for one in waiting:
                taker.take(one)
                taken += 1
        spent += time.perf_counter() - began
    return taken / spent


def _pin(number: int) -> load.Json:
    lat, lng = fresh_spot()
    return {"type": "message", "message": {"type": "location", "id": f"pin{number}", "latitude": lat, "longitude": lng}}


def reply(runs: int, seconds: float) -> Iterator[Row]:
    """From the webhook's moment to LINE's having the reply, at 50 turns a second."""
    halves, ninety_nines = [], []
    for _ in range(runs):
        with Sink() as sink, running(sink) as process:
            prefix, took = fresh(), {}
            caller = load.Caller(process.port)
            start = time.monotonic()
            for n in range(int(50 * seconds * 2)):
                due = start + n / 50
                while (wait := due - time.monotonic()) > 0:
                    time.sleep(wait)
                took[f"{prefix}{n:024d}"] = time.monotonic()
                caller.post(load.body(load.text(f"U{n:032x}", n, "ไฟทางดับทั้งซอยเลยค่ะ", prefix)))
            caller.close()
            until(process.household.quiet, seconds=120)
            connection = http.client.HTTPConnection("127.0.0.1", sink.port, timeout=30)
            connection.request("GET", "/came")
            came = json.loads(connection.getresponse().read())
            connection.close()
            p50, p99 = load.percentiles(came[t] - at for t, at in took.items() if t in came)
            halves.append(p50)
            ninety_nines.append(p99)
    yield (
        "reply at 50 turns/s, webhook to LINE",
        f"p50 {statistics.median(halves):.0f} ms",
        f"p99 {statistics.median(ninety_nines):.0f} ms",
    )


def start(runs: int, seconds: float) -> Iterator[Row]:
    """From the start to /readyz, on an empty database and on the same one again."""
    first: list[float] = []
    again: list[float] = []
    memory: list[float] = []
    for _ in range(runs):
        with Sink() as sink, tempfile.TemporaryDirectory(prefix="rt-start-") as folder:
            household = Household(Path(folder), sink.url, rules_text=NO_LIMITS)
            for found in (first, again):
                began = time.monotonic()
                process = Process(household).start()
                found.append(time.monotonic() - began)
                memory.append(rss_mb(process.pid))
                process.stop()
            household.close()
    shown = f"again {statistics.median(again):.1f} s, {statistics.median(memory):.0f} MB at rest"
    yield "start to /readyz", shown, f"{statistics.median(first):.1f} s (5)"


MEASURES = {f.__name__: f for f in (start, turns, registry, people, news, public, scaling, reply, alarm, storm, paced, webhook)}


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[[], *MEASURES], help="by default all")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    wanted = parser.parse_args()
    table = Table("measured (medians)", "figures", "result (wanted)", title=f"{wanted.runs} runs")
    for name in wanted.what or MEASURES:
        for row in MEASURES[name](wanted.runs, wanted.seconds):
            table.add_row(*row)
            print("·", *row, sep=" | ", file=sys.stderr, flush=True)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
