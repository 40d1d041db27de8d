"""Waiting by looking again and again, with generous deadlines: a slow machine is not a failure."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(what: Callable[[], T], *, seconds: float = 30.0, why: str = "") -> T:
    """What `what()` gives, as soon as that is true. AssertionError with `why` after the deadline."""
    end = time.monotonic() + seconds
    pause = 0.005
    while True:
        found = what()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {why or what}")
        time.sleep(pause)
        pause = min(0.05, pause * 1.3)
