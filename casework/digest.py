"""When a group's digest is due, and what it tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from casework.case import CaseView
from casework.thai_time import bangkok

LATE = timedelta(hours=2)
"""A digest that could not go out in time goes out so late at the most: nobody is woken for it."""


WEEK_LATE = timedelta(hours=12)
"""The same of a week's summary."""


class Slot(NamedTuple):
    """An hour of the day at which digests go out; `first`: the day's first."""

    at: datetime
    first: bool


@dataclass(frozen=True)
class Digest:
    """What a group needs to know: the cases most in need first, and how many there are of each sort.

    `new`: ordinary cases that nobody was alerted of singly. `late`: not acknowledged in time. `overdue`: not fixed in time.
    A case can be of several sorts. `fresh`: some of it became so since the last digest.
    """

    cases: Sequence[CaseView]
    total: int
    new: int
    late: int
    overdue: int
    fresh: bool


def hours(text: str) -> list[int]:
    """The hours in a rule such as `8 13 16`, sorted; what is no hour is left out."""
    return sorted({int(each) for each in text.replace(",", " ").split() if each.isdecimal() and int(each) < 24})


def weekly(now: datetime, text: str) -> datetime | None:
    """The moment of the week's summary that is to go out now, by a rule such as `1 8` (Monday, 8 o'clock, Bangkok).

    None between them, after a day's delay, and where the rule says never or nothing that makes sense.
    """
    given = text.split()
    if len(given) != 2 or not all(each.isdecimal() for each in given):
        return None
    day, hour = map(int, given)
    if not (1 <= day <= 7 and hour < 24):
        return None
    here = bangkok(now)
    at = (here - timedelta(days=(here.isoweekday() - day) % 7)).replace(hour=hour, minute=0, second=0, microsecond=0)
    if at > here:
        at -= timedelta(days=7)
    return at if here - at < WEEK_LATE else None


def slot(now: datetime, text: str) -> Slot | None:
    """The hour (Bangkok) whose digests are to go out now; None between them."""
    here = bangkok(now)
    todays = hours(text)
    for hour in reversed(todays):
        at = here.replace(hour=hour, minute=0, second=0, microsecond=0)
        if at <= here:
            return Slot(at, hour == todays[0]) if here - at < LATE else None
    return None
