"""Appointments at the district offices' registry: office hours on working days, cut into slots; who takes part.

Times are aware datetimes; a slot is named by its beginning. How many people a slot takes is the rule `slot_capacity`; that no
more get in is held by the database (storage.registry.book).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from casework.catalog import agencies
from casework.refusals import Refused
from casework.rules import Rules
from casework.thai_time import BANGKOK, CLOSES, OPENS, bangkok, holiday_name, is_working_day

ALL = "all"
LOOK_AHEAD = 21
"""Days within which alternatives are looked for."""


def offices(rules: Rules) -> tuple[str, ...]:
    """Codes of the district offices that take part (rule `registry.offices`: `all`, or codes), in the order of their names."""
    return _offices(rules.text("registry", "offices"))


@lru_cache(maxsize=8)
def _offices(said: str) -> tuple[str, ...]:
    districts = {code: agency for code, agency in agencies().items() if agency.kind == "district"}
    wanted = (
        list(districts) if said.strip().casefold() == ALL else [c for c in said.replace(",", " ").split() if c in districts]
    )
    return tuple(sorted(wanted, key=lambda code: districts[code].short_th))


def step(rules: Rules) -> timedelta:
    """The length of a slot."""
    return max(timedelta(minutes=1), rules.span("registry", "slot_minutes"))


def slot_of(rules: Rules, at: datetime) -> datetime:
    """The slot that a moment within office hours falls into."""
    there = bangkok(at)
    opening = datetime.combine(there.date(), OPENS, tzinfo=BANGKOK)
    return opening + (there - opening) // step(rules) * step(rules)


def slots(rules: Rules, day: date, now: datetime) -> list[datetime]:
    """The slots of a day that have not begun yet; none on a day the offices are closed."""
    if not is_working_day(day):
        return []
    at, end = datetime.combine(day, OPENS, tzinfo=BANGKOK), datetime.combine(day, CLOSES, tzinfo=BANGKOK)
    found = []
    while at + step(rules) <= end:
        if at > now:
            found.append(at)
        at += step(rules)
    return found


def trouble(rules: Rules, day: date, now: datetime, at: datetime | None = None) -> tuple[str, dict[str, object]] | None:
    """Why nobody can come on that day, or at that moment of it: the name of a line and its values; None where one can.

    `past`, `far` (rule `ahead_days`), `weekend`, `holiday` (with its `name`), `hours`, `today_over`.
    """
    today = bangkok(now).date()
    if day < today or (at is not None and at <= now):
        return "past", {}
    if day > today + timedelta(days=rules.number("registry", "ahead_days")):
        return "far", {"days": rules.whole("registry", "ahead_days")}
    if day.weekday() >= 5:
        return "weekend", {}
    if not is_working_day(day):
        return "holiday", {"name": holiday_name(day) or ""}
    if at is not None:
        last = datetime.combine(day, CLOSES, tzinfo=BANGKOK) - step(rules)
        if not datetime.combine(day, OPENS, tzinfo=BANGKOK) <= slot_of(rules, at) <= last:
            return "hours", {}
    elif not slots(rules, day, now):
        return "today_over", {}
    return None


def must_suit(rules: Rules, at: datetime, now: datetime) -> None:
    """Raises Refused where nobody can come then."""
    why = trouble(rules, bangkok(at).date(), now, at)
    if why is not None:
        raise Refused(f"refused.registry_{why[0]}", **why[1])


def reminder(rules: Rules, agreed: datetime, now: datetime) -> datetime | None:
    """The evening before the appointment (rule `remind_hour`, Bangkok); None where that is over already."""
    there = bangkok(agreed)
    midnight = datetime(there.year, there.month, there.day, tzinfo=BANGKOK)
    due = midnight - timedelta(days=1) + timedelta(hours=rules.number("registry", "remind_hour"))
    return due if due > now else None
