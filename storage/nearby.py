"""What earlier cases tell of a new one: those near it, and how long such cases take here. Plain functions, a Session first."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import Float, bindparam, select
from sqlalchemy.orm import Session

from casework.case import OPEN, Draft
from casework.catalog import categories
from casework.places import bounding_box, distance_m
from casework.rules import Rules
from storage.columns import CLOSED
from storage.models import Case

MOST_NEAR = 200
HISTORY = 500
# Statements of every report are built once: building them costs more than running them.
_UP = Case.lat - bindparam("lat", type_=Float)
_ALONG = (Case.lng - bindparam("lng", type_=Float)) * bindparam("narrower", type_=Float)
_NEAR = (
    select(Case)
    .where(
        Case.category == bindparam("category"),
        Case.lat.between(bindparam("south"), bindparam("north")),
        Case.lng.between(bindparam("west"), bindparam("east")),
        Case.status.in_(OPEN),
        Case.created_at > bindparam("since"),
        Case.kind == "complaint",
        Case.closed_at.is_(None),
    )
    .order_by(_UP * _UP + _ALONG * _ALONG)
    .limit(MOST_NEAR)
)


def near(session: Session, draft: Draft, rules: Rules, now: datetime) -> list[tuple[Case, float]]:
    """Open cases of the draft's category within the rules' radius and days, nearest first, with metres."""
    if draft.lat is None or draft.lng is None or draft.kind != "complaint":
        return []
    own = categories()[draft.category].duplicate_radius_m / 60
    radius = rules.number("case", "duplicate_radius_m") * own
    area = bounding_box(draft.lat, draft.lng, radius)
    where = {
        "category": draft.category,
        "lat": draft.lat,
        "lng": draft.lng,
        "narrower": math.cos(math.radians(draft.lat)),
        "since": now - rules.span("case", "duplicate_days"),
    }
    box = {"south": area.south, "north": area.north, "west": area.west, "east": area.east}
    measured = [
        (case, distance_m(draft.lat, draft.lng, case.lat, case.lng))
        for case in session.scalars(_NEAR, where | box)
        if case.lat is not None and case.lng is not None
    ]
    fitting = sorted((pair for pair in measured if pair[1] <= radius), key=lambda pair: pair[1])
    return fitting[: rules.whole("case", "duplicate_cards")]


_LATELY_CLOSED = (
    select(Case.created_at, Case.closed_at)
    .where(
        Case.category == bindparam("category"),
        Case.district_code == bindparam("district"),
        Case.closed_at.is_not(None),
        Case.status == CLOSED,
    )
    .order_by(Case.closed_at.desc())
    .limit(HISTORY)
)


def expected_days(session: Session, category: str, district: str | None, rules: Rules) -> tuple[float, float] | None:
    """p50 and p80 of the days from report to closing of the latest cases here; None with too little history."""
    if district is None:
        return None
    rows = session.execute(_LATELY_CLOSED, {"category": category, "district": district}).all()
    if len(rows) < max(1, rules.whole("case", "history_cases")):
        return None
    days = sorted((closed - created) / timedelta(days=1) for created, closed in rows if closed is not None)
    return days[len(days) // 2], days[min(len(days) - 1, len(days) * 4 // 5)]
