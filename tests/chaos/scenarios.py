"""All scenarios by name. A new one is a function that takes an Order and raises AssertionError where it finds something."""

from __future__ import annotations

from collections.abc import Callable

from tests.chaos.announcements import announcements
from tests.chaos.clocks import clock_jumps
from tests.chaos.disk import disk_full
from tests.chaos.kills import kills
from tests.chaos.outages import all_missed_is_shown, backlog, line_down
from tests.chaos.storage import database_busy, slow_media
from tests.chaos.storms import poison, redelivery
from tests.chaos.town import Order

Scenario = Callable[[Order], None]
SCENARIOS: dict[str, Scenario] = {
    f.__name__: f
    for f in (
        kills,
        line_down,
        all_missed_is_shown,
        backlog,
        database_busy,
        disk_full,
        clock_jumps,
        slow_media,
        redelivery,
        poison,
        announcements,
    )
}
