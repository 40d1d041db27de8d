"""How cases stand at the end of a period, in SQL: what was last of each sort, and the conditions that the reports count.

The status of a case at a moment is that of its last event before it; whose it was then, that event says too. One statement
groups the events by case; of several ends it does so once, by case and the period in which something happened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnClause,
    ColumnElement,
    FromClause,
    Select,
    String,
    Subquery,
    and_,
    exists,
    func,
    inspect,
    literal,
    or_,
    select,
)
from sqlalchemy import case as if_else
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from casework.case import OPEN
from casework.rules import Rules
from casework.wordless import phrases
from storage.columns import Utc
from storage.models import Case, CaseEvent, Media

ACKNOWLEDGED = ("accepted", "inspecting", "fixed_reported", "closed", "not_ours")
"""Somebody has taken the case, or has answered it."""
ASIDE = ("not_ours", "withdrawn", "merged", "nuisance")
Condition = ColumnElement[bool]
Span = tuple[datetime, datetime]
"""From the first moment until before the second."""


class Seen(NamedTuple):
    """The first or last event of one sort: `of` is min or max of `value` (its id, its time) where `when` holds."""

    of: Callable[..., ColumnElement[Any]]
    value: Any
    when: Condition | None = None


def received(span: Span, end: datetime) -> tuple[FromClause, Condition]:
    """Complaints received in the span joined with what had happened to them before `end`."""
    these = and_(Case.kind == "complaint", Case.created_at >= span[0], Case.created_at < span[1])
    return CaseEvent.__table__.join(Case.__table__, CaseEvent.case_id == Case.id), and_(these, CaseEvent.at < end)


def passed(ends: Sequence[datetime], at: Any, created: Any) -> ColumnElement[int]:
    """The first of the ends (rising) at which something was known, and its case received: how many came before."""
    steps = [if_else((or_(at >= end, created >= end), 1), else_=0) for end in ends[:-1]]
    first: ColumnElement[int] = literal(0)
    return sum(steps, first) if steps else first


def owner(event: Any, case_id: Any) -> ColumnElement[str]:
    """Whose a case is after an event; events from before that was kept: the case's own."""
    theirs = select(Case.agency).where(Case.id == case_id).correlate_except(Case).scalar_subquery()
    return func.coalesce(event.agency, theirs)


def _sought(letters: int) -> dict[str, Seen]:
    """What can be known of a case's events."""
    status, moved, agreed = CaseEvent.status, CaseEvent.kind == "move", CaseEvent.kind.in_(("move", "agreed"))
    office = or_(CaseEvent.actor.like("staff:%"), CaseEvent.actor.like("agency:%"))
    over, again = status.in_(("fixed_reported", "closed")), and_(status == "reopened", moved)
    number, at = CaseEvent.id, CaseEvent.at
    return {
        "last": Seen(func.max, number),
        "acknowledged_at": Seen(func.min, at, status.in_(ACKNOWLEDGED)),
        "fixed_at": Seen(func.max, at, and_(status == "fixed_reported", moved)),
        "closed_at": Seen(func.max, at, and_(status == "closed", moved)),
        "first_fix": Seen(func.min, number, and_(over, moved)),
        "first_close": Seen(func.min, number, and_(status == "closed", moved)),
        "reopened": Seen(func.max, number, again),
        "denied": Seen(func.max, number, and_(again, CaseEvent.actor.not_like("staff:%"))),
        "forwarded": Seen(func.max, number, and_(status == "forwarded", moved)),
        "unclosed": Seen(func.max, number, status != "closed"),
        "yes": Seen(func.max, number, and_(status == "closed", CaseEvent.actor == "citizen", agreed)),
        "fix": Seen(func.max, number, and_(status == "fixed_reported", moved)),
        "aside": Seen(func.min, number, status.in_(ASIDE)),
        "words": Seen(func.max, number, and_(over, office, _explains(letters))),
        "stars": Seen(func.max, number, CaseEvent.kind == "stars"),
        "created_at": Seen(func.max, Case.created_at),
    }


def _explains(letters: int) -> Condition:
    """The note says something: without its set phrases enough letters are left."""
    long_enough = func.length(CaseEvent.note) >= letters  # most notes are not, and nothing need be taken out of them
    return and_(long_enough, _Explains(CaseEvent.note, literal(letters)))


class _Explains(FunctionElement[bool]):
    """casework.wordless.explains(note, letters) within a statement.

    SQLite calls that very function (storage.engine): sixteen nested replace() a note, each with memory of its own, had counting
    threads wait for one another.
    """

    inherit_cache = True
    type = Boolean()


@compiles(_Explains)
def _in_sql(element: _Explains, compiler: SQLCompiler, **more: Any) -> str:
    note, letters = (compiler.process(each, **more) for each in element.clauses)
    for phrase in phrases():
        note = f"replace({note}, {compiler.render_literal_value(phrase, String())}, '')"
    return f"length({note}) >= {letters}"


@compiles(_Explains, "sqlite")
def _in_python(element: _Explains, compiler: SQLCompiler, **more: Any) -> str:
    note, letters = (compiler.process(each, **more) for each in element.clauses)
    return f"explains({note}, {letters})"


def per_case(span: Span, ends: Sequence[datetime], names: Collection[str], letters: int = 0) -> Subquery:
    """A row a case: `names` of what is known of it by the last of the ends. `letters`: how many make a note explain something.

    `since`: the first of the ends at which as much was known; `until`: how many ends there are.
    """
    joined, wanted = received(span, ends[-1])
    since = passed(ends, func.max(CaseEvent.at), func.max(Case.created_at)).label("since")
    known = [_first_or_last(seen).label(name) for name, seen in _sought(letters).items() if name in names]
    query = select(CaseEvent.case_id.label("case_id"), since, literal(len(ends)).label("until"), *known)
    return query.select_from(joined).where(wanted).group_by(CaseEvent.case_id).subquery("per_case")


def per_case_before(span: Span, ends: Sequence[datetime], names: Collection[str], letters: int = 0) -> Subquery:
    """The same at the earlier ends, of cases about which more came to be known later: a row for each end that brought news.

    `since`: that end; `until`: the first one at which more was known.
    """
    # Few cases live on over the end of a quarter: they are found first, and only theirs is added up piece by piece.
    next_end = if_else(*((Case.created_at < end, literal(end, Utc)) for end in ends[:-1]))
    later = exists().where(CaseEvent.case_id == Case.id, CaseEvent.at >= next_end, CaseEvent.at < ends[-1])
    lasting = select(Case.id).where(
        Case.kind == "complaint", Case.created_at >= span[0], Case.created_at < span[1], later.correlate(Case)
    )
    since = passed(ends, CaseEvent.at, Case.created_at).label("since")
    sought = {name: seen for name, seen in _sought(letters).items() if name in names}
    found = [_first_or_last(seen).label(name) for name, seen in sought.items()]
    pieces = select(CaseEvent.case_id.label("case_id"), since, *found).join(Case, Case.id == CaseEvent.case_id)
    pieces = pieces.where(CaseEvent.case_id.in_(lasting), CaseEvent.at < ends[-1]).group_by(CaseEvent.case_id, since)
    piece = pieces.subquery("pieces")
    over: dict[str, Any] = {"partition_by": piece.c.case_id, "order_by": piece.c.since}
    known = [seen.of(piece.c[name]).over(**over, rows=(None, 0)).label(name) for name, seen in sought.items()]
    until = func.lead(piece.c.since).over(**over).label("until")
    told = select(piece.c.case_id, piece.c.since, until, *known).subquery("told")
    return select(told).where(told.c.until.is_not(None)).subquery("per_case_before")


def _first_or_last(seen: Seen) -> ColumnElement[Any]:
    return seen.of(seen.value if seen.when is None else if_else((seen.when, seen.value)))


def counts(
    span: Span, ends: Sequence[datetime], rules: Rules, names: Collection[str], agency: str | None = None
) -> tuple[list[str], list[Select[Any]]]:
    """Complaints received in the span as they stood at the `ends` (rising): which counts (of `names`), and statements.

    Their rows, of all statements together, are (agency, since, until, fits, n): so many cases an agency had at the ends from
    `since` on, before `until`, with the nth bit of `fits` set where the nth count counts them. Of few sorts of cases are many:
    each condition is looked at once a case, and nothing but the bits is sorted. Raises ValueError for a count that depends on
    its end where there are several.
    """
    if len(ends) > 1 and AS_OF_ITS_END & {*names}:
        raise ValueError(f"counted at one end only: {sorted(AS_OF_ITS_END & {*names})}")
    last, stars, letters = aliased(CaseEvent), aliased(CaseEvent), rules.whole("report", "explain_letters")
    given = if_else(*((stars.note == str(n), n) for n in range(1, 6)))  # an emptied note (its person was erased) tells none

    def asked(per: Subquery) -> dict[str, Condition]:
        every = _conditions(per, last.status, given, ends[-1])
        return {name: condition for name, condition in every.items() if name in names}

    # Each thing that is known of a case costs a look at each of its events: only what these counts ask for is.
    whole = per_case(span, ends, _sought(letters), letters)
    wanted = asked(whole).values()
    used = {"last", *_used(wanted, whole)}
    starred = bool(_used(wanted, stars))
    used |= {"stars", "reopened"} if starred else set()

    def summed(per: Subquery) -> Select[Any]:
        whose = owner(last, per.c.case_id)
        bits = [if_else((condition, 1 << n), else_=0) for n, condition in enumerate(asked(per).values())]
        fits = sum(bits[1:], bits[0]).label("fits")
        query = select(whose.label("agency"), per.c.since, per.c.until, fits, func.count().label("n"))
        query = query.select_from(per).join(last, last.id == per.c.last)
        if _used(wanted, Case):
            query = query.join(Case, Case.id == per.c.case_id)
        if starred:
            query = query.outerjoin(stars, and_(stars.id == per.c.stars, stars.id > func.coalesce(per.c.reopened, 0)))
        if agency is not None:
            query = query.where(whose == agency)
        return query.group_by(whose, per.c.since, per.c.until, "fits")

    makers = [per_case, per_case_before] if len(ends) > 1 else [per_case]
    return list(asked(whole)), [summed(make(span, ends, used, letters)) for make in makers]


def _used(conditions: Iterable[Condition], of: Any) -> set[str]:
    """The names of this table's columns that the conditions look at."""
    table = inspect(of).selectable
    every = (each for condition in conditions for each in visitors.iterate(condition))
    return {each.name for each in every if isinstance(each, ColumnClause) and each.table is table}


AS_OF_ITS_END = frozenset(("to_acknowledge", "acknowledged_in_time", "to_finish", "finished_in_time", "photo"))
"""Counts for which it matters when the period ends, besides what had happened by then."""


def _conditions(per: Subquery, status: Any, stars: ColumnElement[int | None], end: datetime) -> dict[str, Condition]:
    """What each count counts; docs/reports.md has the same in words."""
    # What was not asked for is in no condition that was.
    c = SimpleNamespace(**{**dict.fromkeys(_sought(0), literal(0)), **dict(per.c.items())})
    unclosed = func.coalesce(c.unclosed, 0)
    done, fixed = status == "closed", status.in_(("fixed_reported", "closed"))
    finished_at = func.coalesce(c.fixed_at, c.closed_at)
    counted = status.not_in(ASIDE)
    mine = or_(counted, status == "not_ours")
    acknowledge_by, due_at = Case.first_acknowledge_by, Case.first_due_at
    to_acknowledge = and_(mine, acknowledge_by.is_not(None), or_(c.acknowledged_at.is_not(None), acknowledge_by < end))
    to_finish = and_(counted, due_at.is_not(None), or_(fixed, due_at < end))
    photo = exists().where(
        Media.case_id == c.case_id, Media.role == "result", Media.sha256.is_not(None), Media.created_at < end
    )
    disputed = or_(c.reopened > c.first_fix, and_(c.reopened.is_not(None), func.coalesce(c.aside, c.reopened) >= c.reopened))
    return {
        "done": done,
        "confirmed": and_(done, c.yes > unclosed),
        "without_fix": and_(done, func.coalesce(c.yes, 0) < unclosed, func.coalesce(c.fix, 0) <= func.coalesce(c.reopened, 0)),
        "in_progress": status.in_(OPEN),
        "awaiting": status == "fixed_reported",
        "disputed": disputed,
        "forwarded": c.forwarded.is_not(None),
        **{each: status == each for each in ASIDE},
        "reopened": c.reopened > c.first_close,
        "denied": and_(disputed, c.denied.is_not(None), or_(~done, c.yes.is_(None), c.yes < unclosed)),
        "ever_fixed": c.first_fix.is_not(None),
        "ever_closed": c.first_close.is_not(None),
        "fixed": fixed,
        "to_acknowledge": to_acknowledge,
        "acknowledged_in_time": and_(to_acknowledge, c.acknowledged_at <= acknowledge_by),
        "to_finish": to_finish,
        "finished_in_time": and_(to_finish, fixed, finished_at <= due_at),
        "explained": and_(fixed, c.words > func.coalesce(c.reopened, 0)),
        "photo": and_(fixed, photo),
        "stars": stars.is_not(None),
        **{f"stars_{n}": stars == n for n in range(1, 6)},
    }
