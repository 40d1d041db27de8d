"""The threads that look for work: they take all they are given, and go on after a failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.pump import Pump
from bot.ticker import Ticker
from tests.support.waiting import until


@dataclass(frozen=True)
class Row:
    id: int


def test_every_row_that_was_claimed_is_taken() -> None:
    """Looking for rows may claim them; one that is then left lying waits until its lease ends."""
    unclaimed = [Row(n) for n in range(60)]
    taken: set[int] = set()
    busy = threading.Semaphore(0)

    def due(limit: int) -> list[Row]:
        claimed, unclaimed[:] = unclaimed[:limit], unclaimed[limit:]
        return claimed

    def take(row: Row) -> None:
        if row.id < 3:
            busy.acquire()
        taken.add(row.id)

    pump = Pump("rows", due, take, threads=3, batch=6, idle=0.01)
    pump.start()
    for _ in range(3):
        busy.release()
        pump.poke()
    until(lambda: taken == set(range(60)), why="all rows")
    pump.stop()


def test_a_row_that_is_due_again_before_its_thread_is_through_is_not_lost() -> None:
    """Put back for later, and later came before the thread that did so had ended: claimed then, it is given back."""
    lock = threading.Lock()
    free = [Row(1)]
    seen_again = threading.Event()
    tries: list[Row] = []

    def due(limit: int) -> list[Row]:
        with lock:
            claimed, free[:] = free[:limit], free[limit:]
        if claimed and tries:
            seen_again.set()
        return claimed

    def give_back(rows: Sequence[Row]) -> None:
        with lock:
            free.extend(rows)

    def take(row: Row) -> None:
        tries.append(row)
        if len(tries) == 1:
            give_back([row])
            assert seen_again.wait(30)

    pump = Pump("rows", due, take, threads=2, batch=6, idle=0.01, give_back=give_back)
    pump.start()
    until(lambda: len(tries) == 2, why="the second try")
    pump.stop()
    assert free == []


def test_a_ticker_goes_on_after_a_failure() -> None:
    calls: list[int] = []

    def work() -> None:
        calls.append(len(calls))
        if len(calls) == 2:
            raise ValueError("once")

    ticker = Ticker({work: 0.001})
    ticker.start()
    until(lambda: len(calls) > 4, why="five calls")
    assert ticker.alive()
    ticker.stop()
    assert not ticker.alive()


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    """The next call was an hour away; after the jump it is made at once, and those after it go on."""
    called, back = threading.Event(), threading.Event()
    ticker = Ticker({called.set: 3600}, lambda: time.time() - (7200 if back.is_set() else 0))
    ticker.start()
    assert not called.is_set()
    back.set()
    until(called.is_set, why="the call after the jump")
    ticker.stop()
