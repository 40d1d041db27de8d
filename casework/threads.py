"""Officers' threads: when the centre answers, how long it takes, prepared answers, and a thread as it is shown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from casework.data_files import DATA
from casework.refusals import Refused
from casework.rules import Rules
from casework.thai_time import BANGKOK, bangkok, holiday_name

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"
_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?")
LOOK_AHEAD = 14
"""Days within which the next opening is looked for."""
ENOUGH = 5
"""So many answers there must have been lately for a wait to be told."""
ABOUT = "thread:"
"""How a message says that it is about a thread (outbox.about)."""
_ID = re.compile(r"#?\s*([0-9]{1,12})")
Actor = str
"""citizen, system, `agency:CODE NAME`, or `staff:NAME`."""


def hours_on(rules: Rules, day: date) -> tuple[datetime, datetime] | None:
    """From when to when officers answer on a day (rules `[officer_hours]`); None: not at all. Raises ValueError for hours that
    cannot be read."""
    table, key = rules.table("officer_hours"), DAYS[day.weekday()]
    if str(table[HOLIDAY]).strip() and holiday_name(day) is not None:
        key = HOLIDAY
    said = str(table[key]).strip()
    if said in {"", "-", "closed"}:
        return None
    found = _HOURS.fullmatch(said)
    if found is None:
        raise ValueError(f"[officer_hours] {key} = {said!r}: 0-24, 8:00-16:30 or closed")
    midnight = datetime.combine(day, time(), tzinfo=BANGKOK)
    begin, end = (timedelta(hours=int(found[n]), minutes=int(found[n + 1] or 0)) for n in (1, 3))
    if not timedelta() <= begin < end <= timedelta(hours=24):
        raise ValueError(f"[officer_hours] {key} = {said!r}: from an earlier to a later time of the day")
    return midnight + begin, midnight + end


def is_open(rules: Rules, now: datetime) -> bool:
    """Whether officers answer now."""
    today = hours_on(rules, bangkok(now).date())
    return today is not None and today[0] <= now < today[1]


def open_until(rules: Rules, now: datetime) -> datetime | None:
    """When officers stop answering today; None where they answer till midnight."""
    today = hours_on(rules, bangkok(now).date())
    return None if today is None or today[1] - today[0] >= timedelta(hours=24) else today[1]


def opens_next(rules: Rules, now: datetime) -> datetime | None:
    """When officers answer again; None where that is not within two weeks."""
    for n in range(LOOK_AHEAD):
        found = hours_on(rules, bangkok(now).date() + timedelta(days=n))
        if found is not None and found[1] > now:
            return max(found[0], now)
    return None


def expected_minutes(waits: Sequence[timedelta]) -> int | None:
    """The median of these waits in whole minutes, at least 1; None where there are too few to tell."""
    if len(waits) < ENOUGH:
        return None
    return max(1, round(median(wait.total_seconds() for wait in waits) / 60))


def read_id(text: str) -> int | None:
    """The thread's number that `text` is (`12`, `#12`), or None."""
    found = _ID.fullmatch(text.strip())
    return int(found[1]) if found else None


def about(thread: int) -> str:
    """How a message about this thread is marked."""
    return f"{ABOUT}{thread}"


def of_about(marked: str | None) -> int | None:
    """The thread that a message so marked is about."""
    return read_id(marked.removeprefix(ABOUT)) if marked is not None and marked.startswith(ABOUT) else None


# Prepared answers.


@dataclass(frozen=True)
class Canned:
    """A prepared answer: a short title for staff, the words for the citizen."""

    key: str
    title: str
    th: str
    en: str

    def words(self, language: str) -> str:
        """In the citizen's language."""
        return self.en if language == "en" else self.th


@lru_cache(maxsize=1)
def canned() -> Mapping[str, Canned]:
    """Prepared answers by key, in the order of the file."""
    rows = tomllib.loads((DATA / "canned.toml").read_text("utf-8"))
    return MappingProxyType({key: Canned(key, **row) for key, row in rows.items()})


def must_canned(key: str) -> Canned:
    """The prepared answer. Raises Refused for an unknown key."""
    found = canned().get(key)
    if found is None:
        raise Refused("refused.unknown_canned", key=key, known=", ".join(canned()))
    return found


# As they are shown.


class Reach(NamedTuple):
    """What a person who would like to talk to an officer is told."""

    open: bool
    until: datetime | None
    """When officers stop answering today; None: they answer day and night."""
    opens_at: datetime | None
    minutes: int | None
    """How long the first answer took lately; None: too few answers to tell."""
    staffed: bool
    """There is a group that the words reach; else they wait in a list."""


@dataclass(frozen=True)
class LineView:
    """One thing that was said in a thread."""

    who: str
    kind: str
    words: str | None
    at: datetime
    photo: str | None = None
    """Public name of the picture that it was."""
    film: str | None = None


@dataclass(frozen=True)
class ThreadView:
    """A thread as officers see it."""

    id: int
    state: str
    round: int
    name: str | None
    """How the person calls themself in LINE, where that is known."""
    owner: str | None
    opened_at: datetime
    waits_since: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    rating: int | None


@dataclass(frozen=True)
class Answered:
    """How an answer went."""

    thread: ThreadView
    words: str | None = None
    reopened: bool = False
    colleague: str | None = None
    """Another officer who answered a moment before."""
    repeated: bool = False
    """The same prepared answer a moment ago: not sent again."""


class Waiting(NamedTuple):
    """Somebody who waits for an answer: in a thread, or with a case's number."""

    since: datetime
    thread: int | None
    round: int
    case_number: str | None
    name: str | None
    words: str | None
    owner: str | None
    reminded_at: datetime | None


def called(actor: str) -> str:
    """Who an actor is, as colleagues call them."""
    return actor.partition(":")[2].partition(" ")[2] or actor.partition(":")[2] or actor
