"""What the public map shows: points or, where they are too many, counts of cells; figures of the districts.

Everything here is public by casework.public: hidden categories are counted nowhere, blurred ones stand at their sub-district.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Float, Integer, String, and_, func, literal_column, not_, or_, select
from sqlalchemy import case as if_else
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from casework.case import OPEN
from casework.place_data import tables
from casework.public import MAPPED, OFF_THE_MAP, Spot, blurred, centre, hidden, spot
from storage.columns import COMPLAINT
from storage.models import Case, CaseEvent

ZERO = literal_column("0", Integer)
SIXTY = literal_column("60", Integer)
FIXED, MOVE = literal_column("'fixed_reported'", String), literal_column("'move'", String)
CELLS = (0.02, 0.01, 0.005, 0.002, 0.001)
"""Sides of a cell in degrees, the largest for the whole city."""
ACROSS = 40
"""At most about so many cells along one side of what is looked at."""


class Box(NamedTuple):
    """Edges in degrees, in GeoJSON's order."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Wanted:
    """Which cases the map shows. `statuses` are of casework.public.MAPPED; `box` None: the whole city."""

    since: datetime
    until: datetime | None = None
    category: str | None = None
    statuses: tuple[str, ...] = MAPPED
    urgent: bool | None = None
    district: str | None = None
    box: Box | None = None


@dataclass(frozen=True)
class Point:
    """One case on the map."""

    number: str
    category: str
    status: str
    urgent: bool
    district: str | None
    received: datetime
    spot: Spot


@dataclass(frozen=True)
class Cell:
    """So many cases around one point (a cell's centre, or a sub-district's)."""

    lat: float
    lng: float
    count: int
    open: int


def points(session: Session, wanted: Wanted, limit: int) -> list[Point] | None:
    """The cases, latest first; None where they are more than `limit`."""
    columns = (
        *(Case.number, Case.category, Case.status, Case.urgent, Case.district_code, Case.subdistrict_code),
        *(Case.lat, Case.lng, Case.created_at),
    )
    query = select(*columns).where(*_sieve(wanted)).order_by(Case.created_at.desc(), Case.id.desc()).limit(limit + 1)
    rows = session.execute(query).all()
    if len(rows) > limit:
        return None
    found = []
    for number, category, status, urgent, district, sub, lat, lng, at in rows:
        here = spot(category, lat, lng, sub, district)
        if here is not None:
            found.append(Point(number, category, status, urgent, district, at, here))
    return found


def cells(session: Session, wanted: Wanted) -> list[Cell]:
    """The same cases counted: exact ones by cell, others by sub-district."""
    side = _side(wanted.box)
    still = func.sum(if_else((Case.status.in_(OPEN), 1), else_=0))
    step = literal_column(str(side), Float)  # as a parameter, PostgreSQL would take it for another one in GROUP BY
    up, along = func.round(Case.lat / step), func.round(Case.lng / step)
    placed = select(up, along, func.count(), still).where(*_sieve(wanted), _exact()).group_by(up, along)
    made = [Cell(round(y * side, 4), round(x * side, 4), n, opened) for y, x, n, opened in session.execute(placed)]
    vague = select(Case.subdistrict_code, Case.district_code, func.count(), still).where(*_sieve(wanted), not_(_exact()))
    for sub, district, n, opened in session.execute(vague.group_by(Case.subdistrict_code, Case.district_code)):
        here = centre(sub, district)
        if here is not None:
            made.append(Cell(*here, n, opened))
    return sorted(made, key=lambda cell: (-cell.count, cell.lat, cell.lng))


def _side(box: Box | None) -> float:
    if box is None:
        return CELLS[0]
    wide = max(box.east - box.west, box.north - box.south)
    return next((side for side in reversed(CELLS) if wide / side <= ACROSS), CELLS[0])


def _exact() -> ColumnElement[bool]:
    """The case is shown where it is."""
    return and_(Case.lat.is_not(None), Case.lng.is_not(None), Case.category.not_in(blurred()))


def _sieve(wanted: Wanted) -> list[ColumnElement[bool]]:
    # Of all: said by what is left out, so that no planner goes by the statuses and reads the rows of all cases of a year.
    shown = Case.status.not_in(OFF_THE_MAP) if wanted.statuses == MAPPED else Case.status.in_(wanted.statuses)
    found = [Case.created_at >= wanted.since, Case.kind == COMPLAINT, shown]
    found.append(Case.category.not_in(hidden()))
    if wanted.until is not None:
        found.append(Case.created_at < wanted.until)
    if wanted.category is not None:
        found.append(Case.category == wanted.category)
    if wanted.urgent is not None:
        found.append(Case.urgent.is_(wanted.urgent))
    if wanted.district is not None:
        found.append(Case.district_code == wanted.district)
    if wanted.box is not None:
        west, south, east, north = wanted.box
        inside = and_(_exact(), Case.lat.between(south, north), Case.lng.between(west, east))
        found.append(or_(inside, and_(not_(_exact()), Case.subdistrict_code.in_(_within(wanted.box)))))
    return found


def _within(box: Box) -> list[str]:
    """Sub-districts whose point lies in the box."""
    found = []
    for code in tables().subdistricts:
        here = centre(code, None)
        if here is not None and box.south <= here[0] <= box.north and box.west <= here[1] <= box.east:
            found.append(code)
    return found


# Figures of districts.


@dataclass
class Figures:
    """Of one district and category: open now, received in the time asked for, fixes reported in it and their median."""

    open: int = 0
    received: int = 0
    fixes: int = 0
    median_hours: int | None = None


ALL = "all"
"""Stands for all categories together."""


def figures(session: Session, since: datetime, fixed_since: datetime) -> dict[str, dict[str, Figures]]:
    """District → category (`ALL`: together) → figures. Districts and categories without any are left out.

    The median is of the whole hours from the report to the last word that it is fixed, of cases of which that came after
    `fixed_since`.
    """
    made: dict[str, dict[str, Figures]] = defaultdict(lambda: defaultdict(Figures))
    shown = (Case.kind == COMPLAINT, Case.category.not_in(hidden()), Case.district_code.is_not(None))
    by = (Case.district_code, Case.category)
    still = select(*by, func.count()).where(Case.status.in_(OPEN), *shown).group_by(*by)
    for district, category, n in session.execute(still):
        for name in (category, ALL):
            made[str(district)][name].open += n
    came = select(*by, func.count()).where(Case.created_at >= since, Case.status.in_(MAPPED), *shown).group_by(*by)
    for district, category, n in session.execute(came):
        for name in (category, ALL):
            made[str(district)][name].received += n
    for (district, category), hours in _fixes(session, fixed_since, shown).items():
        kept = made[district][category]
        kept.fixes, kept.median_hours = sum(n for _, n in hours), median(hours)
    return {district: dict(found) for district, found in made.items()}


def _fixes(
    session: Session, since: datetime, shown: Sequence[ColumnElement[bool]]
) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """(District, category) → (hours, how many took so long), in any order; `ALL` as well."""
    fix = (CaseEvent.status == FIXED, CaseEvent.kind == MOVE, CaseEvent.at >= since)
    # By an expression: ordered by the column, SQLite would walk over all events by their cases.
    whose = (CaseEvent.case_id + ZERO).label("case_id")
    last = select(whose, func.max(CaseEvent.at).label("at")).where(*fix).group_by(whose).subquery()
    hours = _hours(session, last.c.at, Case.created_at)
    query = select(Case.district_code, Case.category, hours, func.count()).join(last, last.c.case_id == Case.id)
    query = query.where(Case.status.in_(MAPPED), *shown).group_by(Case.district_code, Case.category, hours)
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for district, category, took, n in session.execute(query):
        for name in (category, ALL):
            found[str(district), name].append((max(0, int(took)), n))
    return found


def _hours(session: Session, late: Any, early: Any) -> ColumnElement[int]:
    """Whole hours between two columns, of the minutes rounded (SQLite knows days as fractions only)."""
    if session.get_bind().dialect.name == "sqlite":
        minutes = func.round((func.julianday(late) - func.julianday(early)) * literal_column("1440", Integer))
    else:
        minutes = func.round(func.extract("epoch", late - early) / SIXTY)
    return sql_cast(minutes, Integer).op("/")(SIXTY)


def median(counted: Iterable[tuple[int, int]]) -> int | None:
    """The (lower) middle of values given as (value, how often); None of none."""
    rows = sorted(counted)
    left = (sum(n for _, n in rows) + 1) // 2
    for value, n in rows:
        left -= n
        if left <= 0:
            return value
    return None
