"""Workers on one PostgreSQL: turns a second and CPU a turn for 1, 2, 4 workers, beside one worker on SQLite.

The workers have taken some reports each on that same database: statements are put together and connections opened once in a
worker's life, and four workers would pay four times for it within these few seconds. Then the inbox is filled, all start at
once, and the clock stops when it is empty. The machine's cores are shared by the workers and PostgreSQL, so turns a CPU second
tell what more cores would give.
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
from tests.support.citizen import spot
from tests.support.waiting import until

Row = tuple[str, str, str]
WORKERS = (1, 2, 4)
WARM = 12
"""People by whose reports a worker gets warm."""
MOST = 700
"""People of a run: nobody reports the same thing in the same place as somebody else."""
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


def fill(store: Store, people: int, prefix: str, first: int = 0) -> int:
    """A whole report of every person (numbered from `first`), with a menu, a handbook page and thanks: so many events."""
    steps: list[Callable[[str, int], load.Json]] = [
        lambda p, n: load.text(p, n, "เมนู", prefix),
        lambda p, n: load.text(p, n, "ไฟทางดับทั้งซอย มืดมากค่ะ กลัวอันตราย", prefix),
        lambda p, n: load.event(p, n, _pin(int(p[1:], 16)), prefix),
        lambda p, n: load.event(p, n, {"type": "message", "message": {"type": "image", "id": f"{prefix}{n}"}}, prefix),
        lambda p, n: load.text(p, n, "ส่งเรื่อง", prefix),
        lambda p, n: load.text(p, n, "คู่มือ", prefix),
        lambda p, n: load.text(p, n, "ขอบคุณค่ะ", prefix),
    ]
    number = itertools.count(1)
    for step in steps:
        events = [step(f"U{p:032x}", next(number)) for p in range(first, first + people)]
        with store.write() as session:
            inbox.keep(session.connection(), hearing.split(load.body(*events)), _now())
    return people * len(steps)


def _pin(number: int) -> load.Json:
    lat, lng = spot(number)
    return {"type": "message", "message": {"type": "location", "id": f"pin{number}", "latitude": lat, "longitude": lng}}


def _now() -> datetime:
    return datetime.now(UTC)


def _empty(store: Store) -> bool:
    with store.read() as session:
        return inbox.oldest_waiting(session) is None


def _worker(url: str, key: str, which: int, ready: Any, go: Any, ended: Any) -> None:
    """What `app.py worker` does with events; nothing is sent, as in the turns of the table beside this one."""
    sys.setswitchinterval(0.0005)
    places.warm()
    store = Store(url)
    taker = Turns(store, rules.load(), MultiFernet([Fernet(key)]), _now, seal=Seal("a key"), public_url=PUBLIC)
    fill(store, WARM, f"W{which}x", MOST + which * WARM)

    def pumped(enough: Callable[[], object]) -> None:
        pump = pump_of(taker, store, idle=0.05, before=lambda: None)
        pump.start()
        enough()
        pump.stop()

    pumped(lambda: until(lambda: _empty(store), seconds=60, why="the workers to be warm"))
    ready.release()
    go.wait()
    pumped(ended.wait)
    store.close()


def run(url: str, workers: int, people: int, database: int | None = None) -> Run:
    """One measured run on an empty database. `database`: process id of its server, None for SQLite."""
    store = Store(url, pool=2)
    schema.upgrade(store)
    context = multiprocessing.get_context("spawn")
    ready, go, ended = context.Semaphore(0), context.Event(), context.Event()
    key = Fernet.generate_key().decode()
    crew = [context.Process(target=_worker, args=(url, key, n, ready, go, ended), daemon=True) for n in range(workers)]
    for process in crew:
        process.start()
    for _ in crew:
        assert ready.acquire(timeout=60)
    events = fill(store, people, "S")
    if database is not None:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sql("ANALYZE"))
    pids = [process.pid or 0 for process in crew]

    def spent() -> tuple[float, float]:
        return sum(map(cpu_s, pids)), sum(map(cpu_s, family(database))) if database else 0.0

    before, began = spent(), time.monotonic()
    go.set()
    until(lambda: _empty(store), seconds=600, why="the inbox to be empty")
    clock, after = time.monotonic() - began, spent()
    ended.set()
    for process in crew:
        process.join()
    with store.read() as session:
        left = session.execute(sql("SELECT state, error FROM inbox WHERE state <> 'done'")).all()
        filed = session.scalar(sql("SELECT count(*) FROM cases"))
    assert not left and filed == people + WARM * workers, (left, filed)
    store.close()
    return Run(events, clock, after[0] - before[0], after[1] - before[1])


def scaling(runs: int, seconds: float) -> Iterator[Row]:
    """Turns a second and CPU a turn, SQLite once, PostgreSQL with 1, 2 and 4 workers; turn about, medians."""
    people = min(MOST, int(60 * seconds))
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
