"""The same figures a second time: every row is read, every case walked through event by event. Slow and plain on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.rules import Rules
from casework.wordless import explains
from storage.models import Case, CaseEvent, Media

GONE = {"not_ours", "withdrawn", "merged", "nuisance"}
OPEN = {"numbered", "accepted", "inspecting", "fixed_reported", "forwarded", "reopened"}


@dataclass
class Walk:
    """What is known of a case after its events up to a moment."""

    case: Case
    status: str = ""
    agency: str = ""
    had: list[str] = field(default_factory=list)
    taken_at: datetime | None = None
    reported_at: datetime | None = None
    closed_at: datetime | None = None
    yes: bool = False
    reported: bool = False
    aside: bool = False
    fixes: int = 0
    closings: int = 0
    disputed: bool = False
    denied: bool = False
    reopened: bool = False
    handed: bool = False
    explained: bool = False
    stars: int | None = None
    photo: bool = False

    @property
    def fixed(self) -> bool:
        return self.status in {"fixed_reported", "closed"}

    @property
    def confirmed(self) -> bool:
        return self.status == "closed" and self.yes


def walk(case: Case, events: list[CaseEvent], end: datetime, rules: Rules) -> Walk:
    """Through the events before `end`, in the order in which they were written down."""
    w = Walk(case)
    for e in sorted(events, key=lambda e: e.id):
        if e.at >= end:
            continue
        if e.kind == "move":
            if e.status == "reopened":
                w.reported = False
                if w.fixes or not w.aside:
                    w.disputed = True
                    if not e.actor.startswith("staff:"):
                        w.denied = True
                if w.closings:
                    w.reopened = True
                w.stars, w.explained = None, False
            if e.status == "forwarded":
                w.handed = True
            if e.status in {"fixed_reported", "closed"}:
                w.fixes += 1
            if e.status == "fixed_reported":
                w.reported = True
                w.reported_at = max(e.at, w.reported_at or e.at)
            if e.status == "closed":
                w.closings += 1
                w.closed_at = max(e.at, w.closed_at or e.at)
        if e.status != "closed":
            w.yes = False
        elif e.actor == "citizen" and e.kind in {"move", "agreed"}:
            w.yes = True
        w.aside = w.aside or e.status in GONE
        if e.status in {"accepted", "inspecting", "fixed_reported", "closed", "not_ours"}:
            w.taken_at = min(e.at, w.taken_at or e.at)
        office = e.actor.startswith(("staff:", "agency:"))
        if e.status in {"fixed_reported", "closed"} and office and explains(e.note, rules.whole("report", "explain_letters")):
            w.explained = True
        if e.kind == "stars":
            w.stars = int(e.note or 0)
        w.status, w.agency = e.status, e.agency or case.agency
        w.had.append(w.agency)
    return w


def walks(session: Session, start: datetime, end: datetime, rules: Rules) -> list[Walk]:
    """All complaints received in the period, as of its end."""
    events: dict[int, list[CaseEvent]] = {}
    for e in session.scalars(select(CaseEvent)):
        events.setdefault(e.case_id, []).append(e)
    photos = {
        m.case_id for m in session.scalars(select(Media)) if m.role == "result" and m.sha256 is not None and m.created_at < end
    }
    found = []
    for case in session.scalars(select(Case)):
        if case.kind == "complaint" and start <= case.created_at < end:
            w = walk(case, events[case.id], end, rules)
            w.photo = case.id in photos
            found.append(w)
    return found


def counts(found: list[Walk], end: datetime) -> dict[str, int]:
    """Every count of docs/reports.md over these cases."""

    def n(which: Any) -> int:
        return sum(1 for w in found if which(w))

    def taken_due(w: Walk) -> bool:
        by = w.case.first_acknowledge_by
        return w.status not in GONE - {"not_ours"} and by is not None and (w.taken_at is not None or by < end)

    def finish_due(w: Walk) -> bool:
        due = w.case.first_due_at
        return w.status not in GONE and due is not None and (w.fixed or due < end)

    def in_time(w: Walk) -> bool:
        done = w.reported_at or w.closed_at
        return finish_due(w) and w.fixed and done is not None and done <= (w.case.first_due_at or end)

    stars = [w.stars for w in found if w.stars is not None]
    return {
        "received": len(found),
        "done": n(lambda w: w.status == "closed"),
        "confirmed": n(lambda w: w.confirmed),
        "silent": n(lambda w: w.status == "closed" and not w.yes),
        "without_fix": n(lambda w: w.status == "closed" and not w.reported and not w.yes),
        "in_progress": n(lambda w: w.status in OPEN),
        "awaiting": n(lambda w: w.status == "fixed_reported"),
        "disputed": n(lambda w: w.disputed),
        "forwarded": n(lambda w: w.handed),
        **{s: n(lambda w, s=s: w.status == s) for s in ("not_ours", "withdrawn", "merged", "nuisance")},
        "reopened": n(lambda w: w.reopened),
        "denied": n(lambda w: w.denied and not w.confirmed),
        "ever_fixed": n(lambda w: w.fixes),
        "ever_closed": n(lambda w: w.closings),
        "fixed": n(lambda w: w.fixed),
        "to_acknowledge": n(taken_due),
        "acknowledged_in_time": n(lambda w: taken_due(w) and w.taken_at and w.taken_at <= w.case.first_acknowledge_by),
        "to_finish": n(finish_due),
        "finished_in_time": n(in_time),
        "explained": n(lambda w: w.fixed and w.explained),
        "photo": n(lambda w: w.fixed and w.photo),
        "stars": len(stars),
        "stars_sum": sum(stars),
        **{f"stars_{k}": stars.count(k) for k in range(1, 6)},
    }


def by_agency(session: Session, start: datetime, end: datetime, rules: Rules) -> dict[str, dict[str, int]]:
    """The counts of every agency, with what it handed on."""
    every = walks(session, start, end, rules)
    found = {}
    for agency in {a for w in every for a in w.had}:
        away = {id(w) for w in every if agency in w.had and w.agency != agency}
        found[agency] = counts([w for w in every if w.agency == agency], end) | {"handed_on": len(away)}
    return found
