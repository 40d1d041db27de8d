"""The webhook goes first. LINE wants its answer at once; a turn may begin some milliseconds later.

All of a process's threads share one interpreter: a turn that computes slows every request beside it. So turns and the
sender begin their work in the pauses between requests, and after a short wait even if there is no pause, so that
nobody is forgotten in a storm.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE = 0.003
"""Seconds without a request that count as a pause."""
PATIENCE = 0.5
"""Seconds that a turn waits for a pause at the most."""

SHORTEST = 0.004
"""Seconds from one look for a pause to the next; each is twice as long as the one before."""


class Courtesy:
    """Shared by the webhook and those who make way for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._door = threading.Lock()
        self._busy = 0
        self._last = 0.0

    @contextmanager
    def first(self) -> Iterator[None]:
        """For the length of a request."""
        with self._lock:
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1
                self._last = time.monotonic()

    def give_way(self) -> None:
        """Wait for a pause, but not for long."""
        until = time.monotonic() + PATIENCE
        # One looks out for all: every look of a thread takes the interpreter from a request.
        if not self._pause() and self._door.acquire(timeout=PATIENCE):
            try:
                look = SHORTEST
                while not self._pause() and (left := until - time.monotonic()) > 0:
                    time.sleep(min(look, left))
                    look *= 2
            finally:
                self._door.release()

    def _pause(self) -> bool:
        return not self._busy and time.monotonic() - self._last >= PAUSE
