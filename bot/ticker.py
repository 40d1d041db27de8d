"""Something to be done every so many seconds, by a clock that nobody can set."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from bot.trouble import where

log = logging.getLogger("ticker")


class Ticker:
    """A thread that calls `work` every `seconds`, counted from the end of the last call.

    The pauses are counted by the monotonic clock: schedulers that keep the next moment as a time of day stand still for
    an hour when the clock is set back by one.
    """

    def __init__(self, name: str, seconds: float, work: Callable[[], None]) -> None:
        self._seconds, self._work = seconds, work
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; the first call comes after the first pause."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the call under way."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=30)

    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                self._work()
            except Exception as problem:
                log.error("%s failed: %s", self._thread.name, where(problem))
