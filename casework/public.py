"""What strangers may see of a case: one rule for its page, the map and Open311 (docs/decisions, "what strangers may see").

Never the person and never their words. A category is `exact`, `blurred` (only its sub-district, no notes, no photo that was
not released by hand) or `hidden` (its status alone): `public` in data/categories.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from casework.case import INTERNAL, OPEN, STATUSES, CaseView, EventView
from casework.catalog import categories
from casework.contact import hide
from casework.place_data import METRES_LAT, METRES_LNG, layers

OFF_THE_MAP = ("withdrawn", "nuisance", "merged")
"""Statuses that the map and Open311's list leave out: taken back, no case, or counted elsewhere."""
MAPPED = tuple(status for status in STATUSES if status not in OFF_THE_MAP)
BARE = ("withdrawn", "nuisance")
"""Of such a case the page tells its number and status, and nothing else."""
_SPOKEN = ("move", "note", "arrived")
DECIMALS = 4
"""Of a degree: about 11 m."""


@lru_cache(maxsize=1)
def _by_rule() -> Mapping[str, tuple[str, ...]]:
    found = categories().values()
    return {rule: tuple(c.code for c in found if c.public == rule) for rule in ("exact", "blurred", "hidden")}


def blurred() -> tuple[str, ...]:
    """Categories of which only the sub-district is told."""
    return _by_rule()["blurred"]


def hidden() -> tuple[str, ...]:
    """Categories of which nothing but the status is told, to those who know the number."""
    return _by_rule()["hidden"]


@lru_cache(maxsize=1)
def _centres() -> Mapping[str, tuple[float, float]]:
    """A point inside each sub-district and district: (latitude, longitude)."""
    known = layers()
    found = {}
    areas = [(sub.code, area) for sub, area in zip(known.subdistricts, known.areas, strict=True)]
    areas += list(zip(known.district_codes, known.district_areas, strict=True))
    for code, area in areas:
        point = area.representative_point()
        found[code] = (round(point.y / METRES_LAT, DECIMALS), round(point.x / METRES_LNG, DECIMALS))
    return found


def centre(subdistrict: str | None, district: str | None) -> tuple[float, float] | None:
    """A point inside the sub-district, else inside the district; None where neither is known."""
    found = _centres()
    return found.get(subdistrict or "") or found.get(district or "")


@dataclass(frozen=True)
class Spot:
    """Where a case is shown. `approximate`: a point of the sub-district or district, not of the case."""

    lat: float
    lng: float
    approximate: bool


def spot(category: str, lat: float | None, lng: float | None, subdistrict: str | None, district: str | None) -> Spot | None:
    """Where strangers see the case, in degrees; None where it is not to be shown or nobody knows."""
    if category in hidden():
        return None
    if lat is None or lng is None or category in blurred():
        found = centre(subdistrict, district)
        return None if found is None else Spot(*found, approximate=True)
    return Spot(round(lat, DECIMALS), round(lng, DECIMALS), approximate=False)


@dataclass(frozen=True)
class Step:
    """One line of the public story. `told` is the status it led to, or `arrived` or `note` where that stayed."""

    told: str
    at: datetime
    note: str | None = None


@dataclass(frozen=True)
class PublicCase:
    """A case as strangers may see it. What is not to be seen is None or empty."""

    number: str
    kind: str
    status: str
    urgent: bool
    category: str | None
    district_code: str | None
    subdistrict_code: str | None
    agency: str | None
    spot: Spot | None
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    merged_into: str | None
    steps: tuple[Step, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    """Public names of photos (Media.path) that were released."""

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.status in OPEN


def public(case: CaseView, released: Mapping[str, bool]) -> PublicCase:
    """The case as strangers may see it. `released`: what was decided by hand about a photo, by its name.

    A photo of the result is shown because the agency published it with its word that it is fixed; one of the report only
    where somebody released it (it was sent to the office, not to the public).
    """
    rule = categories()[case.category].public if case.category in categories() else "hidden"
    bare = rule == "hidden" or case.status in BARE
    exact = rule == "exact" and not bare

    def shown(names: tuple[str, ...], unless_asked: bool) -> tuple[str, ...]:
        return tuple(name for name in names if not bare and released.get(name, unless_asked))

    return PublicCase(
        number=case.number,
        kind=case.kind,
        status=case.status,
        urgent=case.urgent and not bare,
        category=None if bare else case.category,
        district_code=None if bare else case.district_code,
        subdistrict_code=None if bare else case.subdistrict_code,
        agency=None if bare else case.agency,
        spot=None if bare else spot(case.category, case.lat, case.lng, case.subdistrict_code, case.district_code),
        created_at=case.created_at,
        updated_at=max((event.at for event in case.events if event.kind not in INTERNAL), default=case.created_at),
        due_at=case.due_at if case.open and case.kind == "complaint" and not bare else None,
        merged_into=case.merged_into if case.status == "merged" else None,
        steps=_steps(case, notes=exact),
        before=shown(case.photos, unless_asked=False),
        after=shown(case.results, unless_asked=exact),
    )


def _steps(case: CaseView, *, notes: bool) -> tuple[Step, ...]:
    made: list[Step] = []
    status = None
    for event in case.events:
        if event.kind in INTERNAL:
            continue
        note = _note(event) if notes else None
        if event.status != status:
            made.append(Step(event.status, event.at, note))
        elif event.kind == "arrived" and notes:
            made.append(Step("arrived", event.at, note))
        elif note:
            made.append(Step("note", event.at, note))
        status = event.status
    return tuple(made)


def _note(event: EventView) -> str | None:
    """What the agency or the centre said, numbers hidden; what citizens wrote and what they were asked stays with them."""
    if not event.note or event.kind not in _SPOKEN or not event.actor.startswith(("agency:", "staff:")):
        return None
    return hide(event.note)
