"""The clock is set forwards and backwards under load."""

from __future__ import annotations

import time
from pathlib import Path

from tests.chaos.town import ALONE, CREW, Order, Town, town
from tests.support.hatch import CLOCK

HOUR = 3600.0


def clock_jumps(order: Order) -> None:
    """An hour on, two hours back, half a minute on: while people write, with messages owed and photos under way."""
    file = order.folder / "clock"
    file.write_text("0")
    jumps = (HOUR, -HOUR, 0.0, 40.0, -40.0, 3 * HOUR, -HOUR) if order.full else (HOUR, -HOUR)
    with town(order, CREW if order.full else ALONE, env={CLOCK: str(file)}) as place:
        place.play(3)
        place.warm()
        slowest = 0.0
        for wrong in jumps:
            slowest = max(slowest, _jump(place, file, wrong))
        place.settled()
        order.figures |= {
            "wrong by": ", ".join(f"{wrong:+.0f} s" for wrong in jumps),
            "longest until all was done again": f"{slowest:.1f} s",
        }


def _jump(place: Town, file: Path, wrong: float) -> float:
    """LINE is away when it happens, so that messages wait; seconds until all is done after the jump and LINE's return."""
    end = place.crowd(6 if place.order.full else 3, "reports", "cancels", "reads")
    with place.line.outage("429"):
        time.sleep(4.0 if place.order.full else 0.4)
        replaced = file.with_suffix(".new")
        replaced.write_text(str(wrong))
        replaced.rename(file)
        time.sleep(4.0 if place.order.full else 0.4)
    back = time.monotonic()
    end()
    place.until_quiet()
    took = time.monotonic() - back
    place.order.say(f"  {wrong:+.0f} s: all done {took:.1f} s later")
    return took
