"""Workers on one PostgreSQL: turns a second and CPU a turn for 1, 2, 4 workers, beside one worker on SQLite.

The inbox is filled first, the workers are warm; then all start at once and the clock stops when the inbox is empty. The
machine's cores are shared by the workers and PostgreSQL, so turns a CPU second tell what more cores would give.
"""

from __future__ import annotations

import importlib
import itertools
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import text as sql

from app import pump_of
from bot import hearing
from bot.turn import Turns
from casework import places, rules
from casework.seal import Seal
from storage import inbox, schema
from storage.engine import Store
from tests.bench import load
from tests.support.citizen import fresh_spot
from tests.support.waiting import until

Row = tuple[str, str, str]
WORKERS = (1, 2, 4)
PUBLIC = "https://1555.example"
TICKS = os.sysconf("SC_CLK_TCK")


class Run(NamedTuple):
    """One run: turns, seconds on the clock, CPU seconds of the workers and of the database."""

    turns: int
    clock_s: float
    workers_s: float
    database_s: float

    @property
    def rate(self) -> float:
        """Turns a second."""
        return self.turns / self.clock_s

    @property
    def per_core(self) -> float:
        """Turns a CPU second of the workers."""
        return self.turns / self.workers_s

    @property
    def whole(self) -> float:
        """Turns a CPU second of workers and database together."""
        return self.turns / (self.workers_s + self.database_s)


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used (its ended children are not counted)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


@contextmanager
def postgres() -> Iterator[tuple[int, Callable[[str], str]]]:
    """A PostgreSQL from the wheel: its process id, and a maker of empty databases."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="rt-pg-") as folder:
        warnings.simplefilter("ignore")
        server = importlib.import_module("pgserver").get_server(folder, cleanup_mode="stop")

        def make(name: str) -> str:
            server.psql(f"CREATE DATABASE {name};")
            return str(server.get_uri(name))

        try:
            yield int((Path(folder) / "postmaster.pid").read_text().split()[0]), make
        finally:
            server.cleanup()


def fill(store: Store, people: int, prefix: str) -> int:
    """A whole report of every person, with a menu, a handbook page and thanks; returns the number of events."""
    steps: list[Callable[[str, int], load.Json]] = [
        lambda p, n: load.text(p, n, "เมนู", prefix),
        lambda p, n: load.text(p, n, "ไฟทางดับทั้งซอย มืดมากค่ะ กลัวอันตราย", prefix),
        lambda p, n: load.event(p, n, _pin(n), prefix),
        lambda p, n: load.event(p, n, {"type": "message", "message": {"type": "image", "id": f"{prefix}{n}"}}, prefix),
        lambda p, n: load.text(p, n, "ส่งเรื่อง", prefix),
        lambda p, n: load.text(p, n, "คู่มือ", prefix),
        lambda p, n: load.text(p, n, "ขอบคุณค่ะ", prefix),
    ]
    number = itertools.count(1)
    for step in steps:
        events = [step(f"U{p:032x}", next(number)) for p in range(people)]
        with store.write() as session:
            inbox.keep(session.connection(), hearing.split(load.body(*events)), _now())
    return people * len(steps)


def _pin(number: int) -> load.Json:
    lat, lng = fresh_spot()
    return {"type": "message", "message": {"type": "location", "id": f"pin{number}", "latitude": lat, "longitude": lng}}


def _now() -> datetime:
    return datetime.now(UTC)


def _warm(store: Store, box: MultiFernet) -> None:
    """Some whole reports, so that what is read and built once is not counted."""
    schema.upgrade(store)
    fill(store, 3, "W")
    taker = Turns(store, rules.load(), box, _now, seal=Seal("a key"), public_url=PUBLIC)
    while waiting := taker.due(64):
        for one in waiting:
            taker.take(one)
    store.close()


def _worker(url: str, key: str, ready: Any, go: Any, ended: Any) -> None:
    """What `app.py worker` does with events; nothing is sent, as in the turns of the table beside this one."""
    sys.setswitchinterval(0.0005)
    box = MultiFernet([Fernet(key)])
    places.warm()
    with tempfile.TemporaryDirectory(prefix="rt-warm-") as folder:
        _warm(Store(f"sqlite:///{folder}/warm.db"), box)
    store = Store(url)
    taker = Turns(store, rules.load(), box, _now, seal=Seal("a key"), public_url=PUBLIC)
    pump = pump_of(taker, store, idle=0.05, before=lambda: None)
    ready.release()
    go.wait()
    pump.start()
    ended.wait()
    pump.stop()
    store.close()


def run(url: str, workers: int, people: int, database: int | None = None) -> Run:
    """One measured run on an empty database. `database`: process id of its server, None for SQLite."""
    store = Store(url, pool=2)
    schema.upgrade(store)
    context = multiprocessing.get_context("spawn")
    ready, go, ended = context.Semaphore(0), context.Event(), context.Event()
    key = Fernet.generate_key().decode()
    crew = [context.Process(target=_worker, args=(url, key, ready, go, ended), daemon=True) for _ in range(workers)]
    for process in crew:
        process.start()
    events = fill(store, people, "S")
    if database is not None:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sql("ANALYZE"))
    for _ in crew:
        assert ready.acquire(timeout=60)
    pids = [process.pid or 0 for process in crew]

    def spent() -> tuple[float, float]:
        return sum(map(cpu_s, pids)), sum(map(cpu_s, family(database))) if database else 0.0

    def empty() -> bool:
        with store.read() as session:
            return inbox.oldest_waiting(session) is None

    before, began = spent(), time.monotonic()
    go.set()
    until(empty, seconds=600, why="the inbox to be empty")
    clock, after = time.monotonic() - began, spent()
    ended.set()
    for process in crew:
        process.join()
    with store.read() as session:
        left = session.execute(sql("SELECT state, error FROM inbox WHERE state <> 'done'")).all()
        filed = session.scalar(sql("SELECT count(*) FROM cases"))
    assert not left and filed == people, (left, filed)
    store.close()
    return Run(events, clock, after[0] - before[0], after[1] - before[1])


def scaling(runs: int, seconds: float) -> Iterator[Row]:
    """Turns a second and CPU a turn, SQLite once, PostgreSQL with 1, 2 and 4 workers; turn about, medians."""
    people = int(60 * seconds)
    found: dict[int, list[Run]] = {n: [] for n in (0, *WORKERS)}
    names = (f"s{n}" for n in itertools.count())
    with postgres() as (server, make):
        for _ in range(runs):
            with tempfile.TemporaryDirectory(prefix="rt-scaling-") as folder:
                found[0].append(run(f"sqlite:///{folder}/turns.db", 1, people))
            for workers in WORKERS:
                found[workers].append(run(make(next(names)), workers, people, server))
    first = statistics.median(r.rate for r in found[0])
    core = statistics.median(r.per_core for r in found[1])
    for workers, mine in found.items():
        rate, per_core, whole = (statistics.median(getattr(r, name) for r in mine) for name in ("rate", "per_core", "whole"))
        name = f"turns on PostgreSQL, {workers} workers" if workers else "turns on SQLite, 1 worker"
        shown = f"{rate:.0f}/s, {per_core:.0f} a CPU s of workers, {whole:.0f} with the database's"
        yield name, shown, f"{rate / first:.2f} of SQLite, {per_core / core:.2f} a core of one worker"
