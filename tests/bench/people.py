"""People under measurement: finding one of many, one's own data in the chat, a message to officers and its answer."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from storage import groups, people_find, schema
from storage.engine import Store
from storage.models_groups import Group
from tests.bench import load
from tests.bench.house import Row, fresh
from tests.scale.crowd import BOX, KEY, asked, fill

CROWD = 5_000
"""People among whom one is looked for; `python -m tests.scale.crowd` does it with a million."""
Taken = Callable[[Store, int, list[Callable[[str, int], load.Json]]], float]


def people(runs: int, seconds: float, turns: Taken) -> Iterator[Row]:
    """In process, one thread, on SQLite."""
    finds: list[float] = []
    mine: list[float] = []
    relayed: list[float] = []
    count = int(20 * seconds)
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="rt-people-") as folder:
            store = Store(f"sqlite:///{folder}/people.db")
            schema.upgrade(store)
            some = fill(store, CROWD)
            finds += list(_finds(store, some))
            prefix = fresh()
            mine.append(turns(store, count, _own_data(prefix)))
            _staff(store)
            relayed.append(turns(store, count, _to_officers(fresh())))
            store.close()
    p50, p99 = load.percentiles(finds)
    yield f"finding a person among {CROWD}", f"p50 {p50:.1f} ms, {len(finds)} searches", f"p99 {p99:.0f} ms (300 of a million)"
    yield "my data, in process", f"{count} people, 4 turns each", f"{statistics.median(mine):.0f} turns/s"
    yield "words to officers, in process", f"{count} people, 4 turns each", f"{statistics.median(relayed):.0f} turns/s"


def _finds(store: Store, some: list[tuple[str, str, str]]) -> Iterator[float]:
    for _, words in asked(some):
        began = time.perf_counter()
        with store.read() as session:
            people_find.find(session, words, BOX, [KEY], 20)
        yield time.perf_counter() - began


def _staff(store: Store) -> None:
    """A group that hears of threads."""
    with store.write() as session:
        group: Group = groups.meet(session, "C" + "5" * 32, datetime.now(UTC))
        group.kind, group.agency, group.bound_at = "staff", "staff", datetime.now(UTC)


def _said(prefix: str, *lines: str) -> list[Callable[[str, int], load.Json]]:
    return [lambda p, n, line=line: load.text(p, n, line, prefix) for line in lines]  # type: ignore[misc]


def _own_data(prefix: str) -> list[Callable[[str, int], load.Json]]:
    return _said(prefix, "ข้อมูลของฉัน", "แก้ไขชื่อ", "ป้าจุ๊บ ตลาดพลู", "เมนู")


def _to_officers(prefix: str) -> list[Callable[[str, int], load.Json]]:
    return _said(prefix, "ติดต่อเจ้าหน้าที่", "บิลค่าน้ำแพงผิดปกติค่ะ", "บ้านอยู่ซอยวัดม่วง", "ขอบคุณค่ะ")
