"""Things to be done every so many seconds: APScheduler, guarded against a clock that is set back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from bot.trouble import where

log = logging.getLogger("ticker")
LOOK_SECONDS = 1.0
JUMP_SECONDS = 2.0
"""The clock of the day may drift from the monotonic one by so much between two looks; more is a jump."""


class Ticker:
    """Calls each work every so many seconds, never twice at once.

    APScheduler keeps the next moment as a time of day, and would stand still for an hour when the clock is set back by one:
    a look each second compares both clocks, and after a jump makes everything due now.
    """

    def __init__(self, works: dict[Callable[[], None], float], time_of_day: Callable[[], float] = time.time) -> None:
        """`works`: what is called → every how many seconds. `time_of_day`: the clock that can be set, in seconds."""
        self._time_of_day = time_of_day
        self._scheduler = BackgroundScheduler(timezone="UTC")
        often: dict[str, Any] = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        for work, seconds in works.items():
            self._scheduler.add_job(_guarded(work), "interval", seconds=seconds, **often)
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, name="clock", daemon=True)

    def start(self) -> None:
        """Begin; the first calls come after the first pause."""
        self._scheduler.start()
        self._watch.start()

    def stop(self) -> None:
        """Finish the calls under way."""
        self._ended.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def alive(self) -> bool:
        """Whether it goes on."""
        return bool(self._scheduler.running) and self._watch.is_alive()

    def _look(self) -> None:
        apart = self._time_of_day() - time.monotonic()
        while not self._ended.wait(LOOK_SECONDS):
            now = self._time_of_day() - time.monotonic()
            if abs(now - apart) > JUMP_SECONDS:
                log.warning("the clock was set by %.0f s: everything is looked for now", now - apart)
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
            apart = now


def _guarded(work: Callable[[], None]) -> Callable[[], None]:
    def call() -> None:
        try:
            work()
        except Exception as problem:
            log.error("%s failed: %s", work.__name__, where(problem))

    return call
