"""The service under measurement, and what all measures share."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import load
from tests.bench.sink import Sink
from tests.support.service import Household, Process
from tests.support.waiting import until

Row = tuple[str, str, str]
_prefixes = itertools.count(1)

NO_LIMITS = "[limits]\nperson_messages = 1e8\npage_requests = 1e8\n"
"""Here one person writes thousands of messages."""


def fresh() -> str:
    """A prefix for ids that no other load uses."""
    return f"B{next(_prefixes)}x"


def rss_mb(pid: int) -> float:
    """Resident memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


@contextmanager
def running(sink: Sink, role: str = "all", rules_text: str = NO_LIMITS) -> Iterator[Process]:
    """The service, on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="rt-bench-") as folder:
        household = Household(Path(folder), sink.url, rules_text=rules_text)
        process = Process(household, role).start()
        try:
            _warm(process)
            yield process
        finally:
            process.stop()
            household.close()


def _warm(process: Process) -> None:
    """The first words read build the dictionaries; that is start-up, not load."""
    caller = load.Caller(process.port)
    prefix = fresh()
    for n in range(8):
        caller.post(load.body(load.text(f"U{n:032x}", n, "ไฟทางดับทั้งซอยเลยค่ะ", prefix)))
        if process.role == "all":
            until(process.household.quiet, seconds=60)
    caller.close()
    time.sleep(1)
