"""What happened to a case: a walk through the lifecycle table, at a pace that leaves some open and some late."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from casework.case import OPEN, UNFIXED
from tests.scale.town import note

DAY = 86_400.0
CONFIRM = 3 * DAY
"""As `[case] confirm_days` is shipped: silence after a fix closes the case."""


class Step(NamedTuple):
    """One event. `who` is who made the move by the lifecycle table; `at` in seconds since 1970."""

    status: str
    who: str
    actor: str
    at: float
    note: str | None = None
    reason: str | None = None


_STAFF = tuple(f"staff:{name}" for name in ("malee", "anan", "prasit", "wipa", "somsri", "kanda", "niran", "chai"))
_PATHS = ("plain", "forwarded", "not_ours", "merged", "withdrawn", "nuisance", "stuck")
_SHARES = (82, 8, 3, 3, 2, 1, 1)


def story(rng: Random, created: float, now: float, finish_days: float) -> list[Step]:
    """The events of a case received at `created`, the oldest first; what would be later than `now` has not happened."""
    clerk = rng.choice(_STAFF)
    steps = [Step("numbered", "citizen", "citizen", created)]
    at = created

    def on(status: str, days: float, who: str = "staff", words: str | None = None, reason: str | None = None) -> None:
        nonlocal at
        at += days * DAY
        steps.append(Step(status, who, clerk if who == "staff" else who, at, words, reason))

    def fixed() -> None:
        on("fixed_reported", rng.lognormvariate(-0.5, 0.8) * finish_days, words=note(rng))
        if rng.random() < 0.35:
            on("closed" if rng.random() < 0.9 else "reopened", rng.uniform(0.01, 2.9), "citizen")
        else:
            on("closed", (CONFIRM + rng.uniform(0, 5)) / DAY, "system")

    path = rng.choices(_PATHS, _SHARES)[0]
    if path == "withdrawn":
        on("withdrawn", rng.expovariate(2), "citizen")
    elif path == "nuisance":
        on("nuisance", rng.expovariate(1))
    elif path == "not_ours":
        on("not_ours", rng.expovariate(1), words=note(rng))
    elif path == "merged":
        on("merged", rng.expovariate(1))
    else:
        if path == "forwarded":
            on("forwarded", rng.expovariate(1), words=note(rng))
        on("accepted", rng.expovariate(1.3))
        if path != "stuck":
            if rng.random() < 0.4:
                on("inspecting", rng.expovariate(0.8), words=note(rng))
            fixed()
            if steps[-1].status == "reopened":
                on("accepted", rng.expovariate(1.3))
                fixed()
        if rng.random() < 0.08:
            last = steps[-1]
            steps.append(Step(last.status, "staff", clerk, last.at + rng.expovariate(1) * DAY, note(rng)))
    return [step for step in steps if step.at <= now]


def closed_at(steps: list[Step]) -> float | None:
    """When the case was over; None for an open one."""
    last = steps[-1].status
    if last in OPEN:
        return None
    return next(b.at for a, b in zip(reversed(steps[:-1]), reversed(steps), strict=False) if a.status != last)


def apologised(steps: list[Step], due: float, now: float) -> bool:
    """Whether the agency was still to fix it when the date passed, so that the citizen has heard an apology."""
    ends = [*(step.at for step in steps[1:]), now]
    return due < now and any(s.status in UNFIXED and end > due for s, end in zip(steps, ends, strict=True))
