"""Counts of cases for the reports, from the events alone: what they tell of a moment stays true whatever comes later.

The status of a case at a moment is that of its last event before it; whose it was then, that event says too. One statement
groups the events by case and the cases by agency; docs/reports.md defines each count, and the tests count anew in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select
from sqlalchemy import case as if_else
from sqlalchemy.orm import Session, aliased

from casework.case import OPEN
from casework.contact import mask
from casework.rules import Rules
from casework.wordless import phrases
from storage.models import Case, CaseEvent, Media

COUNTS = (
    *("received", "done", "confirmed", "silent", "without_fix", "in_progress", "awaiting", "disputed", "forwarded"),
    *("not_ours", "withdrawn", "merged", "nuisance", "reopened", "denied", "ever_fixed", "ever_closed", "fixed"),
    *("to_acknowledge", "acknowledged_in_time", "to_finish", "finished_in_time", "explained", "photo"),
    *("stars", "stars_sum", "stars_1", "stars_2", "stars_3", "stars_4", "stars_5"),
)
Tagged = dict[tuple[str, str], int]


class Comment(NamedTuple):
    """Words that came with stars."""

    number: str
    at: datetime
    words: str


ACKNOWLEDGED = ("accepted", "inspecting", "fixed_reported", "closed", "not_ours")
"""Somebody has taken the case, or has answered it."""
ASIDE = ("not_ours", "withdrawn", "merged", "nuisance")
ALL = "all"
HANDED_ON = "handed_on"
FORM = (
    *("received", "done", "confirmed", "silent", "without_fix", "in_progress", "awaiting", "disputed", "forwarded"),
    *("not_ours", "withdrawn", "merged", "nuisance", HANDED_ON),
)
"""What the quarterly form needs."""
_ALWAYS = ("done", "confirmed")
Counts = dict[str, int]


def by_agency(
    session: Session,
    start: datetime,
    end: datetime,
    rules: Rules,
    agency: str | None = None,
    names: Sequence[str] = (*COUNTS, HANDED_ON),
) -> dict[str, Counts]:
    """Of complaints received from `start` until before `end`, as of `end`: the counts of each agency (or of one).

    `names`: which counts are wanted; few are quicker.
    """
    last = _stands(start, end, rules)
    whose = last.c.agency
    conditions = {name: condition for name, condition in _conditions(last, end).items() if name in {*names, *_ALWAYS}}
    sums = [func.sum(if_else((condition, 1), else_=0)).label(name) for name, condition in conditions.items()]
    if "stars_sum" in names:
        sums.append(func.coalesce(func.sum(last.c.n_stars), 0).label("stars_sum"))
    query = select(whose.label("agency"), func.count().label("received"), *sums).group_by(whose)
    if agency is not None:
        query = query.where(whose == agency)
    found = {}
    for row in session.execute(query).mappings():
        counts = {name: int(row[name] or 0) for name in names if name in row}
        found[row["agency"]] = {name: counts.get(name, 0) for name in names}
        if "silent" in names:
            found[row["agency"]]["silent"] = int(row["done"] or 0) - int(row["confirmed"] or 0)
    if HANDED_ON not in names:
        return found
    for code, n in session.execute(_handed_on(start, end, agency)):
        if code is not None:
            found.setdefault(code, dict.fromkeys(names, 0))[HANDED_ON] = int(n)
    return found


def together(found: dict[str, Counts], names: Sequence[str] = (*COUNTS, HANDED_ON)) -> Counts:
    """The sum over agencies."""
    total = dict.fromkeys(names, 0)
    for counts in found.values():
        for name, n in counts.items():
            total[name] += n
    return total


def _events(start: datetime, end: datetime) -> tuple[Any, ColumnElement[bool]]:
    """Complaints of the period joined with what had happened to them before its end."""
    received = and_(Case.kind == "complaint", Case.created_at >= start, Case.created_at < end)
    joined = CaseEvent.__table__.join(Case.__table__, CaseEvent.case_id == Case.id)
    return joined, and_(received, CaseEvent.at < end)


def _newest(condition: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    return func.max(CaseEvent.id if condition is None else if_else((condition, CaseEvent.id)))


def _per_case(start: datetime, end: datetime, rules: Rules) -> Subquery:
    """One row a case: the ids of its last events of each sort, and when it was acknowledged and fixed."""
    joined, wanted = _events(start, end)
    status, moved, agreed = CaseEvent.status, CaseEvent.kind == "move", CaseEvent.kind.in_(("move", "agreed"))
    office = or_(CaseEvent.actor.like("staff:%"), CaseEvent.actor.like("agency:%"))
    over = status.in_(("fixed_reported", "closed"))
    query = (
        select(
            CaseEvent.case_id.label("case_id"),
            _newest().label("last"),
            func.min(if_else((status.in_(ACKNOWLEDGED), CaseEvent.at))).label("acknowledged_at"),
            func.max(if_else((and_(status == "fixed_reported", moved), CaseEvent.at))).label("fixed_at"),
            func.max(if_else((and_(status == "closed", moved), CaseEvent.at))).label("closed_at"),
            func.min(if_else((and_(over, moved), CaseEvent.id))).label("first_fix"),
            func.min(if_else((and_(status == "closed", moved), CaseEvent.id))).label("first_close"),
            _newest(and_(status == "reopened", moved)).label("reopened"),
            _newest(and_(status == "reopened", moved, CaseEvent.actor.not_like("staff:%"))).label("denied"),
            _newest(and_(status == "forwarded", moved)).label("forwarded"),
            _newest(status != "closed").label("unclosed"),
            _newest(and_(status == "closed", CaseEvent.actor == "citizen", agreed)).label("yes"),
            _newest(and_(status == "fixed_reported", moved)).label("fix"),
            func.min(if_else((status.in_(ASIDE), CaseEvent.id))).label("aside"),
            _newest(and_(over, office, _explains(rules))).label("words"),
            _newest(CaseEvent.kind == "stars").label("stars"),
        )
        .select_from(joined)
        .where(wanted)
        .group_by(CaseEvent.case_id)
    )
    return query.subquery("per_case")


def _explains(rules: Rules) -> ColumnElement[bool]:
    """The note says something: without its set phrases enough letters are left."""
    left: ColumnElement[str] = func.coalesce(CaseEvent.note, "")
    for phrase in phrases():
        left = func.replace(left, phrase, "")
    return func.length(left) >= rules.whole("report", "explain_letters")


def _stands(start: datetime, end: datetime, rules: Rules) -> Subquery:
    """The same with how the case stands: its status, its agency, its stars."""
    per, last, stars = _per_case(start, end, rules), aliased(CaseEvent), aliased(CaseEvent)
    given = and_(stars.id == per.c.stars, stars.id > func.coalesce(per.c.reopened, 0))
    query = (
        select(
            *per.c,
            last.status.label("status"),
            func.coalesce(last.agency, Case.agency).label("agency"),
            Case.first_acknowledge_by.label("acknowledge_by"),
            Case.first_due_at.label("due_at"),
            Case.created_at.label("created_at"),
            Case.category.label("category"),
            Case.district_code.label("district"),
            _stars(stars.note).label("n_stars"),
        )
        .select_from(per)
        .join(last, last.id == per.c.last)
        .join(Case, Case.id == per.c.case_id)
        .outerjoin(stars, given)
    )
    return query.subquery("stands")


def _stars(note: Any) -> ColumnElement[int | None]:
    """The stars that a note tells; an emptied one (its person was erased) tells none."""
    return if_else(*((note == str(n), n) for n in range(1, 6)))


def _conditions(of: Subquery, end: datetime) -> dict[str, ColumnElement[bool]]:
    """What each count counts; docs/reports.md has the same in words."""
    c = of.c
    unclosed = func.coalesce(c.unclosed, 0)
    done, fixed = c.status == "closed", c.status.in_(("fixed_reported", "closed"))
    confirmed = and_(done, c.yes > unclosed)
    finished_at = func.coalesce(c.fixed_at, c.closed_at)
    counted = c.status.not_in(ASIDE)
    mine = or_(counted, c.status == "not_ours")
    to_acknowledge = and_(mine, c.acknowledge_by.is_not(None), or_(c.acknowledged_at.is_not(None), c.acknowledge_by < end))
    to_finish = and_(counted, c.due_at.is_not(None), or_(fixed, c.due_at < end))
    photo = exists().where(
        Media.case_id == c.case_id, Media.role == "result", Media.sha256.is_not(None), Media.created_at < end
    )
    disputed = or_(c.reopened > c.first_fix, and_(c.reopened.is_not(None), func.coalesce(c.aside, c.reopened) >= c.reopened))
    return {
        "done": done,
        "confirmed": confirmed,
        "without_fix": and_(done, func.coalesce(c.yes, 0) < unclosed, func.coalesce(c.fix, 0) <= func.coalesce(c.reopened, 0)),
        "in_progress": c.status.in_(OPEN),
        "awaiting": c.status == "fixed_reported",
        "disputed": disputed,
        "forwarded": c.forwarded.is_not(None),
        **{status: c.status == status for status in ASIDE},
        "reopened": c.reopened > c.first_close,
        "denied": and_(disputed, c.denied.is_not(None), or_(~done, c.yes.is_(None), c.yes < unclosed)),
        "ever_fixed": c.first_fix.is_not(None),
        "ever_closed": c.first_close.is_not(None),
        "fixed": fixed,
        "to_acknowledge": to_acknowledge,
        "acknowledged_in_time": and_(to_acknowledge, c.acknowledged_at <= c.acknowledge_by),
        "to_finish": to_finish,
        "finished_in_time": and_(to_finish, fixed, finished_at <= c.due_at),
        "explained": and_(fixed, c.words > func.coalesce(c.reopened, 0)),
        "photo": and_(fixed, photo),
        "stars": c.n_stars.is_not(None),
        **{f"stars_{n}": c.n_stars == n for n in range(1, 6)},
    }


def _handed_on(start: datetime, end: datetime, agency: str | None) -> Select[str | None, int]:
    """How many cases of the period each agency had and gave away before its end."""
    joined, wanted = _events(start, end)
    had = aliased(CaseEvent)
    moved = (
        select(CaseEvent.case_id.label("case_id"), _newest().label("last"))
        .select_from(joined)
        .where(wanted)
        .group_by(CaseEvent.case_id)
        .having(func.max(if_else((CaseEvent.status == "forwarded", 1), else_=0)) == 1)
        .subquery("moved")
    )
    last = aliased(CaseEvent)
    query = (
        select(had.agency, func.count(func.distinct(had.case_id)))
        .select_from(moved)
        .join(last, last.id == moved.c.last)
        .join(had, and_(had.case_id == moved.c.case_id, had.id < last.id, had.agency != last.agency))
        .group_by(had.agency)
    )
    return query if agency is None else query.where(had.agency == agency)


def days_to_fix(session: Session, start: datetime, end: datetime, agency: str | None = None) -> dict[str, list[float]]:
    """Days from receipt to the reported fix, sorted, by agency: of cases that stand as fixed at `end`."""
    joined, wanted = _events(start, end)
    moved, last = CaseEvent.kind == "move", aliased(CaseEvent)
    per = (
        select(
            CaseEvent.case_id.label("case_id"),
            _newest().label("last"),
            func.max(if_else((and_(CaseEvent.status == "fixed_reported", moved), CaseEvent.at))).label("fixed_at"),
            func.max(if_else((and_(CaseEvent.status == "closed", moved), CaseEvent.at))).label("closed_at"),
        )
        .select_from(joined)
        .where(wanted)
        .group_by(CaseEvent.case_id)
        .subquery("per_case")
    )
    whose = func.coalesce(last.agency, Case.agency)
    query = (
        select(whose, Case.created_at, func.coalesce(per.c.fixed_at, per.c.closed_at))
        .select_from(per)
        .join(last, last.id == per.c.last)
        .join(Case, Case.id == per.c.case_id)
        .where(last.status.in_(("fixed_reported", "closed")))
    )
    found: dict[str, list[float]] = {}
    for code, created, done in session.execute(query if agency is None else query.where(whose == agency)):
        found.setdefault(code, []).append((done - created).total_seconds() / 86_400)
    for days in found.values():
        days.sort()
    return found


def tags(session: Session, start: datetime, end: datetime, agency: str | None = None) -> tuple[Tagged, Tagged]:
    """Of all cases received in the period, complaints and others: (kind, status) → how many stood so at its end, and
    how many had ever come to that status by then."""
    joined = CaseEvent.__table__.join(Case.__table__, CaseEvent.case_id == Case.id)
    wanted = and_(Case.created_at >= start, Case.created_at < end, CaseEvent.at < end)
    per = select(CaseEvent.case_id.label("case_id"), _newest().label("last")).select_from(joined).where(wanted)
    stands, last = per.group_by(CaseEvent.case_id).subquery("stands"), aliased(CaseEvent)
    now = (
        select(Case.kind, last.status, func.count())
        .select_from(stands)
        .join(last, last.id == stands.c.last)
        .join(Case, Case.id == stands.c.case_id)
        .group_by(Case.kind, last.status)
    )
    ever = (
        select(Case.kind, CaseEvent.status, func.count(func.distinct(CaseEvent.case_id)))
        .select_from(joined)
        .where(wanted)
        .group_by(Case.kind, CaseEvent.status)
    )
    if agency is not None:
        now = now.where(func.coalesce(last.agency, Case.agency) == agency)
        ever = ever.where(func.coalesce(CaseEvent.agency, Case.agency) == agency)
    made = [{(kind, status): int(n) for kind, status, n in session.execute(query)} for query in (now, ever)]
    return made[0], made[1]


def comments(session: Session, start: datetime, end: datetime, limit: int, agency: str | None = None) -> list[Comment]:
    """Words that came with stars for cases received in the period, the latest first; telephone and card numbers hidden."""
    said = CaseEvent.kind == "rated"
    query = (
        select(Case.number, CaseEvent.at, CaseEvent.note)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.created_at >= start, Case.created_at < end, CaseEvent.at < end, said, CaseEvent.note.is_not(None))
        .order_by((CaseEvent.id + 0).desc())  # an order that no index has: the period bounds the work
        .limit(limit)
    )
    if agency is not None:
        query = query.where(func.coalesce(CaseEvent.agency, Case.agency) == agency)
    return [Comment(number, at, mask(note)) for number, at, note in session.execute(query) if note]
