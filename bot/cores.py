"""Workers of one machine take turns at its cores.

More workers than cores do less together than as many as there are cores: each pushes what the others work with out of the
cores' caches (docs/scaling.md has figures). So no more processes than cores have turns under way at the same time, for STINT
seconds each. Who waits goes ahead where cores lie idle all the same, because everybody waits for a database far away, and
after PATIENCE in any case, so that a process that stands still holds up nobody.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

log = logging.getLogger("cores")
Row = TypeVar("Row")
STINT = 0.2
"""Seconds after which a process that has turns under way lets another one in."""
PATIENCE = 0.5
LOOK = 0.003
LONG_ENOUGH = 0.1
"""Seconds over which idle cores are looked for."""
IDLE = 0.15
"""Share of all cores' time; less than that is always left over between two statements."""
STAT = Path("/proc/stat")


def ticks() -> tuple[int, int]:
    """Time that this machine's cores were idle, and all of it, since its start (proc(5)). Raises OSError where nobody tells."""
    numbers = [int(number) for number in STAT.read_text().partition("\n")[0].split()[1:]]
    return sum(numbers[3:5]), sum(numbers)


class Cores:
    """As many places as there are cores, as locks on files that all workers know; a lock ends with its process."""

    def __init__(self, folder: Path, places: int, clock: Callable[[], tuple[int, int]] = ticks) -> None:
        """`folder`: this user's own. `clock`: see ticks(). Raises OSError where there can be no files or no ticks."""
        clock()
        self._clock = clock
        how = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._gate, *self._places = (os.open(folder / f"place{n}", how, 0o600) for n in range(places + 1))
        self._changed = threading.Condition()
        self._active = 0
        self._inside = self._coming = False
        self._since = 0.0
        self._held: int | None = None

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """One of this process's turns; others of the same process may run beside it."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def within(self, take: Callable[[Row], None]) -> Callable[[Row], None]:
        """`take`, each time in a place."""

        def taken(row: Row) -> None:
            with self.place():
                take(row)

        return taken

    def close(self) -> None:
        """Give the files back."""
        for file in (self._gate, *self._places):
            os.close(file)

    def _enter(self) -> None:
        with self._changed:
            while self._coming or (self._inside and time.monotonic() - self._since >= STINT):
                self._changed.wait()
            if self._inside:
                self._active += 1
                return
            self._coming = True
        held = None
        try:
            held = self._wait()
        except OSError as problem:
            log.warning("no place to be had: %s", type(problem).__name__)
        with self._changed:
            self._held, self._since = held, time.monotonic()
            self._inside, self._coming = True, False
            self._active += 1
            self._changed.notify_all()

    def _leave(self) -> None:
        with self._changed:
            self._active -= 1
            if self._active:
                return
            if self._held is not None:
                _free(self._held)
            self._inside, self._held = False, None
            self._changed.notify_all()

    def _wait(self) -> int | None:
        """The place that was free first; None where it goes without one. Processes wait in a row, at the gate."""
        _lock(self._gate, wait=True)
        try:
            until, begun, (idle, all_) = time.monotonic() + PATIENCE, time.monotonic(), self._clock()
            while True:
                for place in self._places:
                    if _lock(place):
                        return place
                now = time.monotonic()
                if now >= until:
                    return None
                if now - begun >= LONG_ENOUGH:
                    idle_now, all_now = self._clock()
                    if idle_now - idle > IDLE * (all_now - all_):
                        return None
                    begun, idle, all_ = now, idle_now, all_now
                time.sleep(LOOK)
        finally:
            _free(self._gate)


def _lock(file: int, *, wait: bool = False) -> bool:
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _free(file: int) -> None:
    import fcntl

    fcntl.flock(file, fcntl.LOCK_UN)


@cache
def of_machine() -> Cores | None:
    """This machine's cores, for this user's workers; None where that cannot be (not Linux, a folder of somebody else)."""
    try:
        folder = Path(tempfile.gettempdir()) / f"rongtook1555-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            return None
        return Cores(folder, len(os.sched_getaffinity(0)))
    except (AttributeError, OSError) as problem:
        log.info("workers do not take turns at the cores: %s", type(problem).__name__)
        return None
