"""The shipped map: districts, sub-districts and borders read from `casework/data`, once, on a flat grid in metres."""

import csv
import json
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from casework.data_files import DATA

METRES_LAT = 110_636.0
"""Metres in a degree of latitude at 13.73° N (WGS 84: 111132.954 - 559.822 cos 2φ + 1.175 cos 4φ)."""
METRES_LNG = 108_157.0
"""Metres in a degree of longitude at 13.73° N (WGS 84: 111412.84 cos φ - 93.5 cos 3φ + 0.118 cos 5φ)."""
BORDER_MAX_M = 100_000.0
"""Further from the city than this the flat grid is no measure."""


@dataclass(frozen=True, slots=True)
class District:
    """One of the 50 districts and its office (`exact` False: `lat, lng` is a point inside the district)."""

    code: str
    name_th: str
    name_en: str
    postcode: str
    lat: float
    lng: float
    phone: str
    phone_checked: bool
    exact: bool
    office_th: str


@dataclass(frozen=True, slots=True)
class Subdistrict:
    """One of the 180 sub-districts."""

    code: str
    name_th: str
    name_en: str
    district_code: str


class Tables:
    """The two lists, by code."""

    def __init__(self) -> None:
        """Read both CSV files."""
        self.districts = {
            row["code"]: District(
                row["code"],
                row["name_th"],
                row["name_en"],
                row["postcode"],
                float(row["lat"]),
                float(row["lng"]),
                row["phone"],
                row["phone_checked"] == "yes",
                row["position"] == "office",
                row["office_th"],
            )
            for row in _rows("districts.csv")
        }
        self.subdistricts = {row["code"]: Subdistrict(**row) for row in _rows("subdistricts.csv")}


class Layers:
    """Everything `locate` asks. Never changed after it is made, so threads may share it."""

    def __init__(self, tables: Tables) -> None:
        """Read the outlines; build the trees and ask each once, so that no lazy part is left to the first caller."""
        topology = json.loads((DATA / "outlines.topo.json").read_text(encoding="utf-8"))
        arcs = _arcs(topology)
        small, large = (topology["objects"][name]["geometries"] for name in ("subdistricts", "districts"))
        self.districts = tables.districts
        self.subdistricts = [tables.subdistricts[each["properties"]["code"]] for each in small]
        self.areas = [_area(each["arcs"], arcs) for each in small]
        self.district_codes = [each["properties"]["code"] for each in large]
        self.district_areas = [_area(each["arcs"], arcs) for each in large]
        self.tree = shapely.STRtree(self.areas)
        self.district_tree = shapely.STRtree(self.district_areas)
        self.borders = shapely.STRtree(_segments(large, arcs))
        west, south, east, north = shapely.total_bounds(self.areas)
        more = BORDER_MAX_M
        self._box = (float(west) - more, float(south) - more, float(east) + more, float(north) + more)
        shapely.prepare(self.areas)
        for area in self.areas:
            area.intersects(area.representative_point())
        for tree in (self.tree, self.district_tree, self.borders):
            tree.query_nearest(shapely.Point(0, 0))

    def reach(self, x: float, y: float) -> bool:
        """Is a point on the grid near enough to the city to measure how far?"""
        west, south, east, north = self._box
        return west <= x <= east and south <= y <= north

    @cached_property
    def holes(self) -> list[Any]:
        """Gaps between the outlines, enclosed by the city (the shipped outlines have none)."""
        city = shapely.coverage_union_all(self.district_areas)
        return [shapely.Polygon(ring) for part in shapely.get_parts(city) for ring in part.interiors]

    def in_hole(self, point: Any) -> bool:
        """Does a point on the grid lie in such a gap?"""
        return any(hole.covers(point) for hole in self.holes)

    def nearest(self, point: Any) -> int:
        """Index of the sub-district nearest to a point on the grid."""
        return int(self.tree.query_nearest(point, all_matches=False)[0])


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _arcs(topology: dict[str, Any]) -> list[Any]:
    """Arcs of a quantised TopoJSON as arrays of shape (n, 2), metres east and north on the grid."""
    scale = np.array(topology["transform"]["scale"])
    start = np.array(topology["transform"]["translate"])
    metres = np.array([METRES_LNG, METRES_LAT])
    return [(np.cumsum(arc, axis=0) * scale + start) * metres for arc in topology["arcs"]]


def _line(numbers: list[int], arcs: list[Any]) -> Any:
    """One closed ring of corners from arc numbers (~n: backwards)."""
    parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _area(polygons: list[list[list[int]]], arcs: list[Any]) -> Any:
    """Shapely geometry of a TopoJSON MultiPolygon (a plain Polygon where it has one part)."""
    made = [shapely.Polygon(_line(outer, arcs), [_line(ring, arcs) for ring in inner]) for outer, *inner in polygons]
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)


def _segments(districts: list[dict[str, Any]], arcs: list[Any]) -> Any:
    """Every district border once, as an array of two-point lines."""
    used = {n if n >= 0 else ~n for each in districts for polygon in each["arcs"] for ring in polygon for n in ring}
    pieces = [np.stack([arcs[n][:-1], arcs[n][1:]], axis=1) for n in sorted(used)]
    return shapely.linestrings(np.concatenate(pieces))


_lock = threading.Lock()
_kept: dict[str, Any] = {}


def tables() -> Tables:
    """The two lists, read at the first call."""
    found: Tables | None = _kept.get("tables")
    if found is None:
        found = _kept["tables"] = Tables()
    return found


def layers() -> Layers:
    """The map, loaded at the first call (one thread loads, the others wait)."""
    found: Layers | None = _kept.get("layers")
    if found is not None:
        return found
    with _lock:
        if "layers" not in _kept:
            _kept["layers"] = Layers(tables())
        made: Layers = _kept["layers"]
        return made


def district(code: str) -> District:
    """The district of a code (1001 to 1050); KeyError for any other."""
    return tables().districts[code]


def districts() -> tuple[District, ...]:
    """The 50 districts in the order of their codes."""
    return tuple(tables().districts.values())


def subdistricts() -> tuple[Subdistrict, ...]:
    """The 180 sub-districts in the order of their codes."""
    return tuple(tables().subdistricts.values())
