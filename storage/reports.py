"""Counts of cases for the reports, from the events alone: what they tell of a moment stays true whatever comes later.

The status of a case at a moment is that of its last event before it; whose it was then, that event says too. One statement
groups the events by case and the cases by agency; docs/reports.md defines each count, and the tests count anew in Python.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, DateTime, Row, and_, func, literal, select, type_coerce
from sqlalchemy import case as if_else
from sqlalchemy.orm import Session, aliased

from casework.case import STATUSES
from casework.contact import mask
from casework.rules import Rules
from storage import report_cases
from storage.models import Case, CaseEvent
from storage.report_cases import Span

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


ALL = "all"
MOST_PARTS = 4
"""Parts of a period that are counted side by side, where the machine has so many cores."""
HANDED_ON = "handed_on"
FORM = (
    *("received", "done", "confirmed", "silent", "without_fix", "in_progress", "awaiting", "disputed", "forwarded"),
    *("not_ours", "withdrawn", "merged", "nuisance", HANDED_ON),
)
"""What the quarterly form needs."""
_ALWAYS = ("done", "confirmed")
_STARS = tuple(f"stars_{n}" for n in range(1, 6))
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
    (found,) = at_ends(session, start, [end], rules, agency, names)
    return found


def at_ends(
    session: Session, start: datetime, ends: Sequence[datetime], rules: Rules, agency: str | None, names: Sequence[str]
) -> list[dict[str, Counts]]:
    """The same as of each of the `ends` (rising), in one walk over the events: all quarters for little more than the last.

    Raises ValueError for counts that several ends cannot share (report_cases.AS_OF_ITS_END).
    """
    found: list[dict[str, Counts]] = [{} for _ in ends]
    wanted = {*names, *_ALWAYS, *(_STARS if "stars_sum" in names else ())}

    def counted(part: Span, own: Session) -> tuple[list[str], list[Row[Any]]]:
        asked, queries = report_cases.counts(part, ends, rules, wanted, agency)
        return asked, [row for query in queries for row in own.execute(query)]

    def moved_on(own: Session) -> list[Counter[str]]:
        return _handed_on(own, start, ends) if HANDED_ON in names else []

    counts = [partial(counted, part) for part in _parts((start, ends[-1]))]
    *parts, handed_on = side_by_side(session, *counts, moved_on)
    for asked, row in ((asked, row) for asked, rows in parts for row in rows):
        fits = {"received", *(name for nth, name in enumerate(asked) if row.fits >> nth & 1)}
        if "done" in fits and "confirmed" not in fits:
            fits.add("silent")
        stars = sum(n for n, name in enumerate(_STARS, start=1) if name in fits)
        for n in range(row.since, row.until):
            total = found[n].setdefault(row.agency, dict.fromkeys(names, 0))
            for name in total.keys() & fits:
                total[name] += row.n
            if "stars_sum" in total:
                total["stars_sum"] += stars * row.n
    for each, away in zip(found, handed_on, strict=False):  # none where nobody asked
        for code in away if agency is None else away.keys() & {agency}:
            each.setdefault(code, dict.fromkeys(names, 0))[HANDED_ON] = away[code]
    return found


def _handed_on(session: Session, start: datetime, ends: Sequence[datetime]) -> list[Counter[str]]:
    """As of each end: how many cases of the period each agency had had and no longer has."""
    joined, wanted = report_cases.received((start, ends[-1]), ends[-1])
    moved = select(CaseEvent.case_id).select_from(joined).where(wanted, CaseEvent.status == "forwarded")
    event = aliased(CaseEvent)
    since = report_cases.passed(ends, event.at, Case.created_at)
    query = select(event.case_id, since, func.coalesce(event.agency, Case.agency)).join(Case, Case.id == event.case_id)
    query = query.where(event.case_id.in_(moved), event.at < ends[-1]).order_by(event.case_id, event.id)
    found: list[Counter[str]] = [Counter() for _ in ends]
    rows = session.execute(query.execution_options(yield_per=10_000))
    for _, events in groupby(rows, key=lambda row: row[0]):
        had = list(events)
        for n, away in enumerate(found):
            agencies = [agency for _, since, agency in had if since <= n]
            away.update({*agencies} - {*agencies[-1:]})
    return found


def side_by_side(session: Session, *counts: Callable[[Session], Any]) -> list[Any]:
    """What each of these counts, each in a reading of its own at the same time as the others."""
    bind = session.get_bind()

    def one(count: Callable[[Session], Any]) -> Any:
        with Session(bind, autoflush=False) as own:
            return count(own)

    with ThreadPoolExecutor(len(counts)) as pool:
        return list(pool.map(one, counts))


def _parts(span: Span) -> list[Span]:
    """The span in parts. A case is received in one, and all of it is counted there, so what is counted in parts adds up."""
    many = min(MOST_PARTS, os.cpu_count() or 1)
    edges = [span[0] + (span[1] - span[0]) * n / many for n in range(many)] + [span[1]]
    return list(pairwise(edges))


def together(found: dict[str, Counts], names: Sequence[str] = (*COUNTS, HANDED_ON)) -> Counts:
    """The sum over agencies."""
    total = dict.fromkeys(names, 0)
    for counts in found.values():
        for name, n in counts.items():
            total[name] += n
    return total


def days_to_fix(session: Session, start: datetime, end: datetime, agency: str | None = None) -> dict[str, list[float]]:
    """Days from receipt to the reported fix, sorted, by agency: of cases that stand as fixed at `end`."""

    last = aliased(CaseEvent)
    per = report_cases.per_case((start, end), [end], {"last", "created_at", "fixed_at", "closed_at"})
    whose = report_cases.owner(last, per.c.case_id)

    def plain(at: ColumnElement[datetime]) -> ColumnElement[datetime]:
        return type_coerce(at, DateTime())  # for a difference no zone is needed

    query = (
        select(whose, plain(per.c.created_at), plain(func.coalesce(per.c.fixed_at, per.c.closed_at)))
        .select_from(per)
        .join(last, last.id == per.c.last)
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
    bit = if_else(*((CaseEvent.status == status, 1 << n) for n, status in enumerate(STATUSES)))
    if agency is not None:
        bit = if_else((func.coalesce(CaseEvent.agency, Case.agency) == agency, bit))
    # A bit for each status that a case has ever had: its events are walked through once, and few sorts of cases are left.
    had = func.coalesce(func.sum(func.distinct(bit)), 0).label("had")
    per = (
        select(CaseEvent.case_id.label("case_id"), Case.kind.label("kind"), func.max(CaseEvent.id).label("last"), had)
        .select_from(joined)
        .where(wanted)
        .group_by(CaseEvent.case_id, Case.kind)
        .subquery("per_case")
    )
    last = aliased(CaseEvent)
    theirs: ColumnElement[int] = literal(1)
    if agency is not None:
        theirs = if_else((report_cases.owner(last, per.c.case_id) == agency, 1), else_=0)
    query = select(per.c.kind, last.status, per.c.had, theirs.label("theirs"), func.count())
    query = query.select_from(per).join(last, last.id == per.c.last)
    stood, ever = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for kind, status, bits, mine, n in session.execute(query.group_by(per.c.kind, last.status, per.c.had, "theirs")):
        if mine:
            stood[kind, status] += n
        for nth, each in enumerate(STATUSES):
            if bits >> nth & 1:
                ever[kind, each] += n
    return dict(stood), dict(ever)


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
