"""Counting what happens, cheaply and without waiting; what was counted is added to the database every few seconds.

Web, workers and schedulers are processes of their own, also on several machines, and only web answers /metrics: so the counts
meet in the database (docs/decisions/0031-figures-in-the-database.md). What was counted since the last time is lost by a kill:
these are figures for graphs, the books are elsewhere (inbox, outbox, ledger).
"""

from __future__ import annotations

import logging
import threading
from bisect import bisect_left

from bot.ticker import Ticker
from bot.trouble import where
from storage import tallies
from storage.engine import Store

log = logging.getLogger("meter")
OFTEN_SECONDS = 10.0
BOUNDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Upper bounds of a histogram's buckets in seconds; the last bucket has none."""
SUM, REST = "sum", "+Inf"

_lock = threading.Lock()
_counts: dict[tuple[str, str], float] = {}


def count(name: str, label: str = "", more: float = 1) -> None:
    """Count it. `label`: one short word or two that tell kinds apart; never anything of a person."""
    with _lock:
        _counts[name, label] = _counts.get((name, label), 0) + more


def observe(name: str, seconds: float) -> None:
    """Count a duration into its bucket."""
    at = bisect_left(BOUNDS, seconds)
    count(name, str(BOUNDS[at]) if at < len(BOUNDS) else REST)
    count(name, SUM, max(0.0, seconds))


def taken() -> dict[tuple[str, str], float]:
    """What was counted since this was called last."""
    with _lock:
        found = dict(_counts)
        _counts.clear()
    return found


class Meter:
    """Adds what this process counted to the database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ticker = Ticker({self.add: OFTEN_SECONDS})

    def start(self) -> None:
        """Begin."""
        self._ticker.start()

    def stop(self) -> None:
        """Add the rest."""
        self._ticker.stop()
        self.add()

    def add(self) -> None:
        """Now; what the database does not take is kept for the next time."""
        found = taken()
        if not found:
            return
        try:
            with self._store.write() as session:
                tallies.add(session, found)
        except Exception as problem:
            for (name, label), more in found.items():
                count(name, label, more)
            log.warning("figures wait for the database: %s", where(problem))
