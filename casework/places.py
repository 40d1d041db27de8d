"""Where a pin lies: district and sub-district, metres to the nearest district border, the office that answers.

Positions are WGS 84 degrees, latitude first; distances are metres. Borders are measured on a flat grid laid at the
city's middle latitude, good to 0.1 % inside Bangkok. The outlines are loaded at the first call and kept.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import shapely
from geographiclib.geodesic import Geodesic

from casework.place_data import (
    BORDER_MAX_M,
    METRES_LAT,
    METRES_LNG,
    District,
    Subdistrict,
    district,
    districts,
    layers,
    subdistricts,
)

__all__ = ["BadPosition", "Box", "District", "Office", "Place", "Subdistrict"]
__all__ += ["bearing", "bounding_box", "check", "compass", "distance_m", "district", "districts"]
__all__ += ["locate", "nearest_office", "subdistricts", "warm"]

NEAR_M = 50.0
"""A pin this near to a border might belong to either side (the citizen is asked)."""
EDGE_M = 200.0
"""A hole between outlines inside the city belongs to the nearest district up to here."""
_THAILAND = (5.6, 20.5, 97.3, 105.7)  # lat from, lat to, lng from, lng to


class BadPosition(ValueError):
    """Not a position on Earth. Ask for the pin again; `reason` is `not_a_number`, `out_of_range` or `swapped`."""

    def __init__(self, reason: str, lat: float, lng: float) -> None:
        """Keep why; the message carries no more than the two numbers."""
        super().__init__(f"{reason}: {lat}, {lng}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Office:
    """A district office; `exact` is False while `lat, lng` is only a point inside the district, not the building."""

    code: str
    name: str
    phone: str
    lat: float
    lng: float
    distance_m: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Place:
    """What is known about a position. Outside Bangkok the codes, names and office are None.

    `border_m`: metres to the nearest district border (the city's edge is one), None more than 100 km away.
    `near`: (code, name) of the districts within 50 m, the own one first, then the nearest first.
    """

    lat: float
    lng: float
    in_bangkok: bool
    district_code: str | None
    district: str | None
    subdistrict_code: str | None
    subdistrict: str | None
    border_m: float | None
    office: Office | None
    near: tuple[tuple[str, str], ...]


class Box(NamedTuple):
    """Edges of a rectangle in degrees."""

    south: float
    west: float
    north: float
    east: float


def check(lat: float, lng: float) -> tuple[float, float]:
    """Both numbers as floats.

    Raises BadPosition: not finite, beyond ±90 and ±180, or latitude and longitude of a place in Thailand swapped.
    """
    try:
        lat, lng = float(lat), float(lng)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadPosition("not_a_number", lat, lng) from error
    if not (math.isfinite(lat) and math.isfinite(lng)):
        raise BadPosition("not_a_number", lat, lng)
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        south, north, west, east = _THAILAND
        swapped = south <= lng <= north and west <= lat <= east
        raise BadPosition("swapped" if swapped else "out_of_range", lat, lng)
    return lat, lng


def locate(lat: float, lng: float, near_m: float = NEAR_M) -> Place:
    """The place of a position in degrees, with the districts within `near_m` metres; raises BadPosition (see `check`)."""
    lat, lng = check(lat, lng)
    known = layers()
    x, y = lng * METRES_LNG, lat * METRES_LAT
    point = shapely.Point(x, y)
    found = next((i for i in known.tree.query(point).tolist() if known.areas[i].intersects(point)), None)
    border_m = None
    if found is not None or known.reach(x, y):
        _, apart = known.borders.query_nearest(point, return_distance=True, all_matches=False)
        border_m = float(apart[0])
        if found is None and border_m <= EDGE_M and known.in_hole(point):
            found = known.nearest(point)
    if found is None:
        edge = border_m if border_m is not None and border_m <= BORDER_MAX_M else None
        near = _near(point, None, near_m) if edge is not None and edge <= near_m else ()
        return Place(lat, lng, False, None, None, None, None, edge, None, near)
    area = known.subdistricts[found]
    own = known.districts[area.district_code]
    near = _near(point, own, near_m) if border_m is not None and border_m <= near_m else ((own.code, own.name_th),)
    office = _office(own, math.hypot(own.lng * METRES_LNG - x, own.lat * METRES_LAT - y))
    return Place(lat, lng, True, own.code, own.name_th, area.code, area.name_th, border_m, office, near)


def _near(point: Any, own: District | None, near_m: float) -> tuple[tuple[str, str], ...]:
    """Districts within `near_m` metres of a point on the grid, the own one first."""
    known = layers()
    codes = known.district_codes
    others = sorted(
        (known.district_areas[i].distance(point), codes[i])
        for i in known.district_tree.query(point, predicate="dwithin", distance=near_m).tolist()
        if own is None or codes[i] != own.code
    )
    first = () if own is None else ((own.code, own.name_th),)
    return (*first, *((code, known.districts[code].name_th) for _, code in others))


def _office(of: District, metres: float) -> Office:
    return Office(of.code, of.office_th, of.phone, of.lat, of.lng, metres, of.exact)


def nearest_office(lat: float, lng: float, codes: Iterable[str]) -> Office | None:
    """The nearest of these districts' offices (geodesic on WGS 84), None for no codes.

    Raises BadPosition, and KeyError for a code that is no district.
    """
    here = check(lat, lng)
    offices = [_office(d, distance_m(*here, d.lat, d.lng)) for d in map(district, codes)]
    return min(offices, key=lambda office: (office.distance_m, office.code), default=None)


def distance_m(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """Metres between two positions (geodesic on WGS 84, Karney 2013, by geographiclib)."""
    found = Geodesic.WGS84.Inverse(*check(lat1, lng1), *check(lat2, lng2), Geodesic.DISTANCE)
    return float(found["s12"])


def bearing(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """Direction from the first position to the second, degrees clockwise from north, 0 <= b < 360.

    Initial great-circle bearing: atan2(sin Δλ cos φ2, cos φ1 sin φ2 - sin φ1 cos φ2 cos Δλ). 0 for the same position.
    """
    (lat1, lng1), (lat2, lng2) = check(lat1, lng1), check(lat2, lng2)
    phi1, phi2, across = math.radians(lat1), math.radians(lat2), math.radians(lng2 - lng1)
    east = math.sin(across) * math.cos(phi2)
    north = math.cos(phi1) * math.sin(phi2) - math.sin(phi1) * math.cos(phi2) * math.cos(across)
    return math.degrees(math.atan2(east, north)) % 360 % 360  # twice: a tiny negative rounds up to 360


def compass(degrees: float) -> str:
    """Bearing as one of N NE E SE S SW W NW (a code; the word for it is in the wording files)."""
    return ("N", "NE", "E", "SE", "S", "SW", "W", "NW")[round(degrees % 360 / 45) % 8]


def bounding_box(lat: float, lng: float, radius_m: float) -> Box:
    """A rectangle that holds every position within `radius_m`: a first, cheap sieve before `distance_m`.

    One part in a hundred wider than the circle on a sphere of 6,371 km, so that the ellipsoid never cuts anything off.
    At the poles and the date line it is cut to ±90 and ±180. Raises ValueError for a negative radius.
    """
    lat, lng = check(lat, lng)
    if not radius_m >= 0:
        raise ValueError(f"a radius of {radius_m} m")
    high = math.degrees(radius_m * 1.01 / 6_371_000)
    furthest = min(abs(lat) + high, 89.9)
    wide = high / math.cos(math.radians(furthest))
    return Box(max(lat - high, -90.0), max(lng - wide, -180.0), min(lat + high, 90.0), min(lng + wide, 180.0))


def warm() -> None:
    """Load the outlines now instead of at the first pin (about 0.1 s)."""
    layers()
