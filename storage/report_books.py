"""Figures that were given out: kept with a checksum, never changed; a correction is a new version with a name and a reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.periods import Period
from casework.refusals import Refused
from storage import audit
from storage.engine import Store
from storage.models import Case, CaseEvent
from storage.models_reports import ReportSnapshot
from storage.reports import ALL

SYSTEM = "system"
Figures = dict[str, Any]
Compute = Callable[[Session], Figures]
ComputeAll = Callable[[Session, Sequence[Period]], Sequence[Figures]]


@dataclass(frozen=True)
class Book:
    """Which report of what: its name, its period, an agency's code or `all`."""

    report: str
    period: Period
    scope: str = ALL


@dataclass(frozen=True)
class Given:
    """The figures of a report as they are given out.

    `version` 0: they are not frozen, the period is not over. `late`: cases of which something became known after the
    freeze that happened before the period's end. `differs`: what the figures would be with that (path → frozen, now).
    """

    figures: Figures
    version: int = 0
    made_at: datetime | None = None
    corrections: tuple[ReportSnapshot, ...] = ()
    late: int = 0
    differs: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def checksum(figures: Figures) -> str:
    """SHA-256 of the figures in canonical JSON."""
    return hashlib.sha256(json.dumps(figures, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def give(store: Store, book: Book, compute: Compute, now: datetime) -> Given:
    """The figures: of a period that is over as they were first given out (or corrected), else as they are now.

    The first request after the end freezes them. Raises Refused where frozen figures do not fit their checksum.
    """
    (given,) = give_all(store, [book], lambda session, _: [compute(session)], now)
    return given


def give_all(store: Store, books: Sequence[Book], compute: ComputeAll, now: datetime) -> list[Given]:
    """The same for several periods of a report. `compute` is asked once, for those periods that are not known yet."""
    found: dict[Book, Given] = {}
    with store.read() as session:
        known = {book: _versions(session, book) for book in books}
        late = {book: _late(session, book, versions[-1].last_event) for book, versions in known.items() if versions}
        last = _last_event(session)
        unknown = [book for book in books if late.get(book, 1)]
        figures = dict(zip(unknown, compute(session, [book.period for book in unknown]), strict=True)) if unknown else {}
        for book, versions in known.items():
            if versions:
                differs = differences(versions[-1].figures, figures[book]) if book in figures else {}
                found[book] = _given(versions, late[book], differs)
            elif not book.period.over:
                found[book] = Given(figures[book])
    fresh = [book for book in books if book not in found]
    try:
        with store.write(durable=True) as session:
            session.add_all([_snapshot(book, 1, figures[book], last, now, SYSTEM, None) for book in fresh])
    except IntegrityError:  # somebody else was quicker: theirs holds
        return give_all(store, books, compute, now)
    return [found.get(book) or Given(figures[book], 1, now) for book in books]


def correct(store: Store, book: Book, compute: Compute, now: datetime, *, by: str, reason: str) -> Given:
    """Count anew, as a new version with a name and a reason.

    Raises Refused where nothing is frozen yet, and where the figures are what they were, or were corrected just now.
    """
    with store.read() as session:  # nobody waits to write while it is counted
        versions = _versions(session, book)
        last, figures = _last_event(session), compute(session) if versions else {}
    if not versions:
        raise Refused("refused.nothing_frozen", report=book.report, scope=book.scope)
    nothing = Refused("refused.nothing_to_correct", report=book.report, scope=book.scope)
    try:
        with store.write(durable=True) as session:
            newest = _versions(session, book, lock=True)[-1]
            if newest.last_event > last or not differences(newest.figures, figures):
                raise nothing
            session.add(_snapshot(book, newest.version + 1, figures, last, now, by, reason))
            thing = f"{book.report} {book.period.fiscal_year}/{book.period.quarter} {book.scope}"
            audit.note(session, now, by, "report correct", thing, reason)
            session.flush()
            return _given(_versions(session, book), 0, {})
    except IntegrityError as quicker:
        raise nothing from quicker


def frozen(session: Session, fiscal_year: int, quarter: int | None, scope: str | None) -> list[tuple[str, int, str, str]]:
    """What is frozen of a year (of one quarter, of one scope): (report, quarter, last day, scope), sorted."""
    query = select(ReportSnapshot.report, ReportSnapshot.quarter, ReportSnapshot.until, ReportSnapshot.scope).where(
        ReportSnapshot.fiscal_year == fiscal_year, ReportSnapshot.version == 1
    )
    if quarter is not None:
        query = query.where(ReportSnapshot.quarter == quarter)
    if scope is not None:
        query = query.where(ReportSnapshot.scope == scope)
    return sorted((r.report, r.quarter, r.until, r.scope) for r in session.execute(query))


def differences(one: Any, other: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    """Where two sets of figures differ: path → (one, other). Lists are compared as a whole."""
    if isinstance(one, dict) and isinstance(other, dict):
        found: dict[str, tuple[Any, Any]] = {}
        for key in sorted({*one, *other}):
            found |= differences(one.get(key), other.get(key), f"{path}.{key}" if path else str(key))
        return found
    return {} if one == other else {path: (one, other)}


def _given(versions: Sequence[ReportSnapshot], late: int, differs: dict[str, tuple[Any, Any]]) -> Given:
    newest = versions[-1]
    if checksum(newest.figures) != newest.checksum:
        raise Refused("refused.figures_changed", report=newest.report, scope=newest.scope)
    return Given(newest.figures, newest.version, newest.made_at, tuple(versions[1:]), late, differs)


def _snapshot(
    book: Book, version: int, figures: Figures, last: int, now: datetime, by: str, reason: str | None
) -> ReportSnapshot:
    return ReportSnapshot(
        report=book.report,
        fiscal_year=book.period.fiscal_year,
        quarter=book.period.quarter,
        until=book.period.last_day.isoformat(),
        scope=book.scope,
        version=version,
        figures=figures,
        checksum=checksum(figures),
        last_event=last,
        made_at=now,
        made_by=by,
        reason=reason,
    )


def _versions(session: Session, book: Book, *, lock: bool = False) -> Sequence[ReportSnapshot]:
    query: Select[ReportSnapshot] = (
        select(ReportSnapshot)
        .where(
            ReportSnapshot.report == book.report,
            ReportSnapshot.fiscal_year == book.period.fiscal_year,
            ReportSnapshot.quarter == book.period.quarter,
            ReportSnapshot.until == book.period.last_day.isoformat(),
            ReportSnapshot.scope == book.scope,
        )
        .order_by(ReportSnapshot.version)
    )
    return session.scalars(query.with_for_update() if lock else query).all()


def _last_event(session: Session) -> int:
    return int(session.scalar(select(func.max(CaseEvent.id))) or 0)


def _late(session: Session, book: Book, last: int) -> int:
    """Cases of the period of which something from before its end was written down after the freeze."""
    period = book.period
    query = (
        select(func.count(func.distinct(CaseEvent.case_id)))
        .join(Case, Case.id == CaseEvent.case_id)
        .where(
            CaseEvent.id > last,
            CaseEvent.at < period.end,
            Case.kind == "complaint",
            Case.created_at >= period.start,
            Case.created_at < period.end,
        )
    )
    if book.scope != ALL:
        query = query.where(func.coalesce(CaseEvent.agency, Case.agency) == book.scope)
    return int(session.scalar(query) or 0)
