"""The figures of /metrics: what waits and since when, counters of all processes, books of pushes, cases. Nothing personal.

prometheus_client writes the text; what it says is read from the database at each call, so that the answer of any process
tells of all (docs/decisions/0031-figures-in-the-database.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from bot.meter import BOUNDS, REST, SUM
from casework.rules import Rules
from storage import figures, inbox, ledger, media, outbox, tallies
from storage.engine import Store

COUNTERS = {
    "sends": ("Calls to LINE that were owed, by how they went out and how that ended", ("via", "outcome")),
    "line_calls": ("Answers of LINE's API", ("answer",)),
    "errors": ("Errors in the log, by the part that said them", ("part",)),
    "sweep_failures": ("Sweeps that failed", ("work",)),
    "turns": ("Turns, by how they ended", ("outcome",)),
}
"""Tally → what it counts, and the labels that the words of its label are."""
HISTOGRAMS = {"turn_seconds": "From an event's arrival to its answer being owed"}


class Figures(Collector):
    """Reads everything anew each time."""

    def __init__(self, store: Store, clock: Callable[[], datetime], rules: Rules) -> None:
        self._store, self._clock, self._rules = store, clock, rules

    def describe(self) -> list[Metric]:
        """Nothing is promised beforehand: that would read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        now = self._clock()
        with self._store.read() as session:
            yield from _queues(session, now)
            yield from _pushes(session, self._rules, now)
            yield from _cases(session)
            yield _gauge("sweep_age_seconds", "Since a scheduler last looked for what is due", figures.sweep_age(session, now))
            yield _gauge("backup_age_seconds", "Since the last `db backup`", figures.backup_age(session, now))
            yield _gauge("groups_unbound", "Groups that nobody has bound yet", figures.unbound_groups(session))
            found = tallies.all_of(session)
        yield from _tallies(found)


def text(store: Store, clock: Callable[[], datetime], rules: Rules) -> bytes:
    """Prometheus's text format, this process's own figures included (memory, processor time, open files)."""
    registry = CollectorRegistry()
    PlatformCollector(registry=registry)
    ProcessCollector(registry=registry)
    registry.register(Figures(store, clock, rules))
    return generate_latest(registry)


def _gauge(name: str, about: str, value: float | None) -> Metric:
    """Without a value where there is none yet."""
    made = GaugeMetricFamily(f"rongtook_{name}", about)
    if value is not None:
        made.add_metric([], value)
    return made


def _queues(session: Session, now: datetime) -> Iterator[Metric]:
    for name, about, counted in (
        ("inbox_events", "Events that wait or are parked", inbox.counted(session)),
        ("outbox_messages", "Messages that are not sent yet", outbox.counted(session)),
    ):
        made = GaugeMetricFamily(f"rongtook_{name}", about, labels=["state"])
        for state, count in counted.items():
            made.add_metric([state], count)
        yield made
    yield _gauge("media_waiting", "Photos and files that wait to be fetched", media.count_waiting(session))
    for name, about, since in (
        ("inbox_oldest_seconds", "Age of the oldest event that waits", inbox.oldest_waiting(session)),
        ("outbox_oldest_seconds", "Age of the oldest message that is not sent", outbox.oldest_unsent(session)),
    ):
        yield _gauge(name, about, max(0.0, (now - since).total_seconds()) if since else 0)


def _pushes(session: Session, rules: Rules, now: datetime) -> Iterator[Metric]:
    yield _gauge("pushes_month", "Pushes of this month, a group's counted once for each member", ledger.used(session, now))
    yield _gauge("pushes_budget", "This month's limit", ledger.budget(session, rules))
    yield _gauge(
        "pushes_used_up", "1 while LINE says that the month's messages are used up", ledger.used_up(session, now) is not None
    )


def _cases(session: Session) -> Iterator[Metric]:
    open_ = GaugeMetricFamily("rongtook_cases_open", "Open cases", labels=["status"])
    for status, count in figures.open_cases(session).items():
        open_.add_metric([status], count)
    yield open_
    numbered = CounterMetricFamily("rongtook_cases_numbered", "Case numbers given", labels=["fiscal_year"])
    for year, count in figures.numbered(session).items():
        numbered.add_metric([year], count)
    yield numbered


def _tallies(found: dict[str, dict[str, float]]) -> Iterator[Metric]:
    for name, (about, labels) in COUNTERS.items():
        counter = CounterMetricFamily(f"rongtook_{name}", about, labels=labels)
        for label, value in found.get(name, {}).items():
            words = label.split(" ", len(labels) - 1)
            counter.add_metric([*words, *[""] * (len(labels) - len(words))], value)
        yield counter
    for name, about in HISTOGRAMS.items():
        counts, total = found.get(name, {}), 0.0
        buckets = []
        for bound in (*map(str, BOUNDS), REST):
            total += counts.get(bound, 0)
            buckets.append((bound, total))
        histogram = HistogramMetricFamily(f"rongtook_{name}", about)
        histogram.add_metric([], buckets, counts.get(SUM, 0))
        yield histogram
