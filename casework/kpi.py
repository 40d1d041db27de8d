"""Formulas of the reports: percentages as the city rounds them, percentiles, the score of 100 points. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from casework.rules import Rules

PARTS = {
    "response": ("acknowledged", "finished"),
    "quality": ("explained", "photo", "confirmed", "undisputed", "held", "stars"),
}
"""The two parts of the score (seed 004: quantity and response; quality of fix and report) and their criteria."""
CRITERIA = tuple(name for names in PARTS.values() for name in names)
_HUNDREDTH = Decimal("0.01")


def half_up(value: Decimal) -> Decimal:
    """Two decimals, halves rounded up, as the city's forms do (Python's own rounding goes to the even digit)."""
    return value.quantize(_HUNDREDTH, ROUND_HALF_UP)


def percent(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in per cent with two decimals; None where there is nothing to be a part of."""
    return half_up(Decimal(100 * part) / Decimal(whole)) if whole else None


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of all values does not exceed (nearest rank); None of no values."""
    if not ordered:
        return None
    return ordered[min(len(ordered), max(1, math.ceil(share * len(ordered) - 1e-9))) - 1]


@dataclass(frozen=True)
class Criterion:
    """One line of the score: `part` of `whole` fulfil it; `points` of at most `weight`. No points where nothing is known."""

    name: str
    part: int
    whole: int
    weight: Decimal
    points: Decimal | None
    small: bool

    @property
    def share(self) -> Decimal | None:
        """Per cent that fulfil it."""
        return percent(self.part, self.whole)


@dataclass(frozen=True)
class Score:
    """The points of one agency; None where not one criterion can be measured."""

    criteria: tuple[Criterion, ...]
    total: Decimal | None
    response: Decimal | None
    quality: Decimal | None
    reached: bool | None
    """Whether the target is reached."""
    small: bool
    """So few cases that chance decides."""


def fractions(counts: Mapping[str, int], rules: Rules) -> dict[str, tuple[int, int]]:
    """Of each criterion how many fulfil it, and out of how many (docs/reports.md defines the counts).

    A closing without an answer counts with `[kpi] silent_weight` in the base of `confirmed`. Stars are parts of the most
    there can be: one star is nothing, five stars are all.
    """
    silent = rules.number("kpi", "silent_weight")
    fixed, stars = counts["fixed"], counts["stars"]
    answered = counts["confirmed"] + counts["denied"] + math.floor(silent * counts["silent"] + 0.5)
    return {
        "acknowledged": (counts["acknowledged_in_time"], counts["to_acknowledge"]),
        "finished": (counts["finished_in_time"], counts["to_finish"]),
        "explained": (counts["explained"], fixed),
        "photo": (counts["photo"], fixed),
        "confirmed": (counts["confirmed"], answered),
        "undisputed": (counts["ever_fixed"] - counts["disputed"], counts["ever_fixed"]),
        "held": (counts["ever_closed"] - counts["reopened"], counts["ever_closed"]),
        "stars": (counts["stars_sum"] - stars, 4 * stars),
    }


def score(counts: Mapping[str, int], rules: Rules) -> Score:
    """The score out of 100. A criterion without a single case gives no points and takes none: the others are scaled up.

    Seed 004: 20 points for quantity and response, 80 for quality of fix and report; the target is a rule.
    """
    small, weights = rules.whole("report", "small"), rules.table("kpi")
    criteria = []
    for name, (part, of) in fractions(counts, rules).items():
        weight = Decimal(str(weights[name]))
        points = weight * part / of if of else None
        few = counts["stars"] if name == "stars" else of
        criteria.append(Criterion(name, part, of, weight, points, few < small))
    total = _scaled(criteria, Decimal(100))
    parts = {
        part: _scaled([c for c in criteria if c.name in names], sum((c.weight for c in criteria if c.name in names), Decimal()))
        for part, names in PARTS.items()
    }
    reached = None if total is None else total >= Decimal(str(rules.number("kpi", "target")))
    return Score(tuple(criteria), total, parts["response"], parts["quality"], reached, counts["received"] < small)


def _scaled(criteria: Sequence[Criterion], most: Decimal) -> Decimal | None:
    known = [(c.weight, c.points) for c in criteria if c.points is not None]
    possible = sum((weight for weight, _ in known), Decimal())
    if not possible:
        return None
    return half_up(sum((points for _, points in known), Decimal()) / possible * most)


def change(now: Decimal | int | None, earlier: Decimal | int | None) -> Decimal | None:
    """By how many per cent `now` differs from `earlier`; None where that says nothing."""
    if now is None or not earlier:
        return None
    return half_up((Decimal(now) - Decimal(earlier)) * 100 / Decimal(earlier))
