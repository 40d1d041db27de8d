"""Worker threads fed from the database: looks for due rows, hands each to a thread, never the same row twice at once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Protocol, TypeVar

from bot.trouble import where

log = logging.getLogger("pump")
BREATH = 0.01
"""Seconds until the next look where the last one saw all there was: several workers would ask after every row."""


class HasId(Protocol):
    """A row with an id."""

    @property
    def id(self) -> int:
        """Its id."""


Row = TypeVar("Row", bound=HasId)


class Pump(Generic[Row]):
    """Pumps rows from `due` into `take`. `poke` makes it look at once; otherwise it looks every `idle` seconds."""

    def __init__(
        self,
        name: str,
        due: Callable[[int], Sequence[Row]],
        take: Callable[[Row], None],
        *,
        threads: int,
        batch: int = 32,
        idle: float = 0.1,
        before: Callable[[], None] = lambda: None,
        give_back: Callable[[Sequence[Row]], None] | None = None,
    ) -> None:
        """`before` is called before each look and before each row is taken.

        With `give_back`, `due` claims the rows it gives: it is asked for as many as there is room for, and what was not
        begun at a stop is given back.
        """
        self._name, self._due, self._take = name, due, take
        self._threads, self._batch, self._idle, self._before = threads, batch, idle, before
        self._give_back = give_back
        self._few = batch // 2
        """So many rows in hand are too few: it looks for more, and not after every row."""
        self._busy: dict[int, Row] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stop = False
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._thread = threading.Thread(target=self._run, name=f"{name}-pump", daemon=True)
        self.seen = 0.0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def poke(self) -> None:
        """There is something new."""
        self._wake.set()

    def stop(self) -> None:
        """Finish what is under way, take nothing new."""
        self._stop = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=20)
        self._pool.shutdown(wait=True, cancel_futures=True)
        left, self._busy = list(self._busy.values()), {}
        if left and self._give_back is not None:
            try:
                self._give_back(left)
            except Exception as problem:
                # They are found again when their lease ends.
                log.warning("%s cannot give back %d rows: %s", self._name, len(left), type(problem).__name__)

    def alive(self) -> bool:
        """Whether the looking thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop:
            self._before()
            self._wake.clear()
            all_seen = True
            try:
                found, all_seen = self._fresh()
            except Exception as problem:
                # The database is busy or away: what is due stays due.
                log.warning("%s cannot look for work: %s", self._name, type(problem).__name__)
                found = []
                self._wake.wait(1.0)
            for row in found:
                self._pool.submit(self._one, row)
            if all_seen or len(self._busy) > self._few:
                self._wake.wait(self._idle)
            if all_seen and self._give_back and not self._stop:
                time.sleep(BREATH)

    def _fresh(self) -> tuple[list[Row], bool]:
        """Rows to take, and whether there were no more."""
        with self._lock:
            busy = set(self._busy)
        if len(busy) > self._few:
            return [], True
        # More than the batch, so that rows under way do not hide the others; claimed ones are not seen again. What is given
        # may be claimed by that, so every row of it is taken.
        most = self._batch - len(busy) if self._give_back else self._batch + len(busy)
        seen = self._due(most)
        with self._lock:
            rows = [row for row in seen if row.id not in busy and row.id not in self._busy]
            self._busy.update((row.id, row) for row in rows)
        if self._give_back is not None and len(rows) < len(seen):
            # Put back and due again before its thread was quite through: claimed by that, so it must not just be passed over.
            taken = {row.id for row in rows}
            self._give_back([row for row in seen if row.id not in taken])
        return rows, len(seen) < most

    def _one(self, row: Row) -> None:
        if self._stop:
            return  # not begun: stop() gives it back
        try:
            self._before()
            self._take(row)
        except Exception as problem:
            log.error("%s failed on row %d: %s", self._name, row.id, where(problem))
        finally:
            with self._lock:
                self._busy.pop(row.id, None)
                few = len(self._busy) <= self._few
            if few:
                self._wake.set()
