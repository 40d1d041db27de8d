"""A case and its lifecycle: which statuses there are, and who may make which move. One table, read by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from casework.anonymous import anonymised
from casework.contact import mask
from casework.refusals import Refused
from casework.rules import Rules

KINDS = ("complaint", "inquiry", "suggestion", "compliment")
CHANNELS = ("line", "group", "phone_1555", "mis", "facebook", "letter", "walk_in", "governor_line")

STATUSES = (
    "numbered",
    "accepted",
    "inspecting",
    "fixed_reported",
    "closed",
    "forwarded",
    "not_ours",
    "merged",
    "withdrawn",
    "reopened",
    "nuisance",
)
OPEN = ("numbered", "accepted", "inspecting", "fixed_reported", "forwarded", "reopened")
"""Somebody still has to do something."""
UNFIXED = ("numbered", "accepted", "inspecting", "forwarded", "reopened")
"""The agency still has to do something."""


UNACKNOWLEDGED = ("numbered", "forwarded", "reopened")
"""Nobody has taken it yet."""
EVENT_KINDS = (
    "move",
    "note",
    "arrived",
    "asked",
    "answered",
    "alerted",
    "reminded",
    "escalated",
    "evidence",
    "photo",
    "sorted",
    "agreed",
    "disagreed",
    "rated",
    "imported",
    "stars",
    "replied",
)
"""What an event of a case tells: a move changes the status, the others say what else happened.

alerted, reminded, escalated: the alarm, to whom (note). evidence: what was found about a photo of the result. These are
the office's own business; arrived, asked and answered are told to the citizen. photo: the citizen added one. sorted: staff
put it into another category.
replied: an officer's answer to a question.
imported: what else a row said from which the case was imported.
agreed, disagreed: a follower's vote on the fix (or the reporter's late yes). rated: words that came with the stars; stars:
how many they were, for the reports alone.
"""
INTERNAL = ("alerted", "reminded", "escalated", "evidence", "sorted", "imported", "stars")


class Move(NamedTuple):
    """A row of the table: from any of these statuses to that one, by any of these, with these conditions."""

    source: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    needs_note: bool = False
    needs_reason: bool = False


MOVES = (
    Move(("numbered", "forwarded", "reopened"), "accepted", ("agency", "staff")),
    Move(("numbered", "accepted", "forwarded", "reopened"), "inspecting", ("agency", "staff")),
    Move(UNFIXED, "fixed_reported", ("agency", "staff")),
    Move(("fixed_reported",), "closed", ("citizen", "system", "staff")),
    Move(UNFIXED, "closed", ("staff",), needs_reason=True),
    Move(UNFIXED, "forwarded", ("agency", "staff")),
    Move(OPEN, "not_ours", ("agency", "staff"), needs_note=True),
    Move(OPEN, "merged", ("staff",)),
    Move(OPEN, "withdrawn", ("citizen", "staff")),
    Move(OPEN, "nuisance", ("staff",)),
    Move(("fixed_reported", "closed"), "reopened", ("citizen", "staff")),
    Move(("fixed_reported",), "reopened", ("system",)),
    Move(("fixed_reported",), "inspecting", ("system",)),
    Move(("not_ours", "merged", "withdrawn", "nuisance"), "reopened", ("staff",), needs_reason=True),
)


def check_move(source: str, to: str, who: str, *, note: str | None = None, reason: str | None = None) -> None:
    """Return where `who` (citizen, agency, staff, system) may move a case from `source` to `to`; else raise Refused."""
    if to not in STATUSES:
        raise Refused("refused.unknown_status", status=to, known=", ".join(STATUSES))
    if source == to:
        raise Refused("refused.already", status=to)
    rows = [m for m in MOVES if source in m.source and m.to == to]
    if not rows:
        raise Refused("refused.no_such_move", source=source, to=to, possible=", ".join(next_statuses(source)) or "-")
    allowed = [m for m in rows if who in m.who]
    if not allowed:
        raise Refused("refused.not_yours_to_do", to=to)
    if all(m.needs_note for m in allowed) and not (note or "").strip():
        raise Refused("refused.needs_note", to=to)
    if all(m.needs_reason for m in allowed) and not (reason or "").strip():
        raise Refused("refused.needs_reason", to=to)


def next_statuses(source: str) -> list[str]:
    """Where a case of this status can go, in the order of the table."""
    return list(dict.fromkeys(m.to for m in MOVES if source in m.source))


def may_answer_fix(
    status: str, confirmed: bool | None, closed_at: datetime | None, now: datetime, *, fixed: bool, rules: Rules
) -> bool:
    """Whether the citizen may still say that it is fixed (`fixed`) or is not.

    While the fix waits for an answer, both; once closed, a no for `[case] reopen_days`, a yes as long as there was none.
    """
    if status == "fixed_reported":
        return True
    if status != "closed" or closed_at is None or now - closed_at > rules.span("case", "reopen_days"):
        return False
    return not fixed or confirmed is None


def text_of(parts: Sequence[Sequence[str]]) -> str:
    """The description that these parts make: (message id, words), those of the place (a third element) left out."""
    return "\n".join(part[1] for part in parts if len(part) == 2)


def place_of(parts: Sequence[Sequence[str]]) -> str:
    """The words for the place that these parts make, at most 500."""
    return " ".join(part[1] for part in parts)[:500]


@dataclass
class Draft:
    """A case to be numbered: what the person gave, and what was understood of it."""

    text: str
    category: str = "other"
    kind: str = "complaint"
    guessed: str | None = None
    urgent: bool = False
    lat: float | None = None
    lng: float | None = None
    place_text: str | None = None
    district_code: str | None = None
    subdistrict_code: str | None = None
    agency: str | None = None
    channel: str = "line"
    share_contact: bool = False
    media: Sequence[int] = ()
    parts: Sequence[Sequence[str]] = ()
    """The messages that `text` is made of, as (message id, words); those of `place_text` have a third element, `place`."""
    external_no: str | None = None
    origin: str | None = None
    """The community group in which it was reported."""


@dataclass(frozen=True)
class EventView:
    """One thing that happened to a case."""

    status: str
    actor: str
    note: str | None
    at: datetime
    kind: str = "move"
    photos: tuple[str, ...] = ()
    """Public names of the pictures that came with it."""


@dataclass(frozen=True)
class CaseView:
    """A case as it is shown: to its citizen, to an agency, on its page, as JSON."""

    number: str
    kind: str
    status: str
    category: str
    urgent: bool
    text: str
    lat: float | None
    lng: float | None
    place_text: str | None
    district_code: str | None
    district: str | None
    subdistrict_code: str | None
    subdistrict: str | None
    agency: str
    owner: str | None
    channel: str
    rating: int | None
    confirmed: bool | None
    merged_into: str | None
    created_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    photos: tuple[str, ...] = ()
    """Public names of the photos (see Media.path), the reporter's first."""
    events: tuple[EventView, ...] = field(default=())
    results: tuple[str, ...] = ()
    """Public names of the photos that show the result."""
    acknowledge_by: datetime | None = None
    round: int = 0
    films: tuple[str, ...] = ()
    """Public names of the films the citizens sent."""
    result_films: tuple[str, ...] = ()
    contact: str | None = None
    """How to reach the reporter: only where they agreed, and only for the responsible agency's group."""

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.status in OPEN

    def for_reporter(self) -> CaseView:
        """As its reporter may see it: what followers added has their telephone and ID numbers hidden."""
        events = (replace(e, note=mask(e.note)) if e.actor == "follower" and e.note is not None else e for e in self.events)
        return replace(self, events=tuple(events))

    def for_others(self) -> CaseView:
        """As somebody else than its reporter may see it: numbers of telephones and cards hidden in what was written."""
        events = tuple(replace(event, note=event.note and mask(event.note)) for event in self.events)
        return replace(self, text=mask(self.text), place_text=self.place_text and mask(self.place_text), events=events)

    def for_strangers(self, known: Sequence[str] = ()) -> CaseView:
        """As another citizen may see it: also without what the reporter is called (`known`) or seems to be called."""
        events = tuple(replace(event, note=event.note and anonymised(event.note, known)) for event in self.events)
        place = self.place_text and anonymised(self.place_text, known)
        return replace(self, text=anonymised(self.text, known), place_text=place, events=events)


@dataclass(frozen=True)
class Similar:
    """An open case of the same kind nearby."""

    case: CaseView
    distance_m: float
