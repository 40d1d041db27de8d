"""Work out the shipped outlines and lists of places from the city's full GIS layers (run by hand, never at run time).

    python casework/data/make_outlines.py \\
        SUBDISTRICTS.geojson DISTRICTS.csv SUBDISTRICTS.csv OUT_FOLDER --office สำนักงานเขต

Inputs: the 180 sub-districts in full detail (properties code, name_th, name_en, district_code), the table of the
50 district offices and the table of the sub-districts. Outputs, in OUT_FOLDER: `outlines.topo.json`,
`districts_outline.geojson`, `districts.csv`, `subdistricts.csv`. SOURCES.md beside this file says what each one is.

All the work is done on a grid of 0.00001 degree (about 1.1 m), so that no later rounding can part two neighbours:
gaps and overlaps are cleaned, the corners put on the grid, and simplifying only leaves corners out. Every border is
then stored once (TopoJSON arcs), and a district is the list of arcs around its sub-districts.
"""

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

GRID = 100_000  # steps in a degree
GAP = 60  # grid steps: gaps between sub-districts narrower than this are closed
TOLERANCE = 6  # grid steps: side of the triangle that simplifying may cut off the sub-districts
TOLERANCE_MAP = 45  # the same for the overview of the districts

Point = tuple[int, int]


def valid(geometry: Any) -> Any:
    """The geometry with crossings of its own line mended; threads without area are dropped."""
    return shapely.make_valid(geometry, method="structure", keep_collapsed=False)


def on_grid(geometries: Sequence[Any]) -> list[Any]:
    """Clean a coverage in degrees and put its corners on the grid.

    Raises RuntimeError when it does not come to rest (a bad layer).
    """
    found = [shapely.transform(g, lambda a: (a * GRID).round()) for g in geometries]
    for _ in range(20):
        found = list(shapely.coverage_clean([valid(g) for g in found], gap_width=GAP))
        found = [shapely.transform(g, lambda a: a.round()) for g in found]
        if shapely.coverage_is_valid(found) and all(g.is_valid for g in found):
            return found
    raise RuntimeError("the outlines do not form a coverage, even after cleaning")


def rings(geometry: Any) -> list[list[list[Point]]]:
    """Polygons of a geometry as lists of rings of whole-numbered points; the outer ring first, each closed."""
    polygons = [geometry] if geometry.geom_type == "Polygon" else list(geometry.geoms)
    return [
        [[(int(x), int(y)) for x, y in ring.coords] for ring in (polygon.exterior, *polygon.interiors)] for polygon in polygons
    ]


class Borders:
    """Every border once: cuts rings at the points where more than two lines meet, and numbers the pieces."""

    def __init__(self, geometries: Iterable[Any]) -> None:
        """Find the meeting points among all the rings of these geometries."""
        beside: dict[Point, set[Point]] = defaultdict(set)
        for geometry in geometries:
            for polygon in rings(geometry):
                for ring in polygon:
                    for a, b in pairwise(ring):
                        beside[a].add(b)
                        beside[b].add(a)
        self.meeting = {point for point, others in beside.items() if len(others) > 2}
        self.arcs: list[list[Point]] = []
        self._number: dict[tuple[Point, ...], int] = {}

    def ring(self, points: list[Point]) -> list[int]:
        """Arc numbers around one closed ring; ~n is arc n walked backwards (as TopoJSON has it)."""
        cuts = [i for i, point in enumerate(points[:-1]) if point in self.meeting]
        if not cuts:
            start = min(range(len(points) - 1), key=lambda i: points[i])
            return [self._arc(points[start:-1] + points[: start + 1])]
        turned = points[cuts[0] : -1] + points[: cuts[0] + 1]
        cuts = [i for i, point in enumerate(turned) if point in self.meeting]
        return [self._arc(turned[a : b + 1]) for a, b in pairwise(cuts)]

    def _arc(self, points: list[Point]) -> int:
        """Number of this piece, added when new."""
        there, back = tuple(points), tuple(reversed(points))
        if there in self._number:
            return self._number[there]
        if back in self._number:
            return ~self._number[back]
        self._number[there] = len(self.arcs)
        self.arcs.append(points)
        return self._number[there]

    def shape(self, geometry: Any, properties: dict[str, str]) -> dict[str, Any]:
        """TopoJSON geometry object (always a MultiPolygon)."""
        arcs = [[self.ring(ring) for ring in polygon] for polygon in rings(geometry)]
        return {"type": "MultiPolygon", "properties": properties, "arcs": arcs}


def topology(objects: dict[str, list[tuple[Any, dict[str, str]]]]) -> dict[str, Any]:
    """TopoJSON of named collections of (geometry on the grid, properties); borders shared among all of them."""
    borders = Borders(geometry for members in objects.values() for geometry, _ in members)
    made = {
        name: {"type": "GeometryCollection", "geometries": [borders.shape(g, p) for g, p in members]}
        for name, members in objects.items()
    }
    left = min(x for arc in borders.arcs for x, _ in arc)
    low = min(y for arc in borders.arcs for _, y in arc)
    arcs = []
    for arc in borders.arcs:
        before, steps = (left, low), []
        for x, y in arc:
            steps.append([x - before[0], y - before[1]])
            before = (x, y)
        arcs.append(steps)
    transform = {"scale": [1 / GRID, 1 / GRID], "translate": [left / GRID, low / GRID]}
    return {"type": "Topology", "transform": transform, "objects": made, "arcs": arcs}


def write(path: Path, content: dict[str, Any]) -> None:
    """Write compact JSON and say how large it came out."""
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1000:.0f} KB\n")


def table(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file (UTF-8, first row is the header)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def read(path: Path, key: str) -> list[dict[str, str]]:
    """Rows of a CSV file, in the order of one column."""
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: row[key])


def main() -> None:
    """Read the arguments, write the four files."""
    parser = argparse.ArgumentParser(description="Outlines and lists of places from the city's GIS layers.")
    for name in ("subdistricts", "districts_csv", "subdistricts_csv", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--office", required=True, help="what stands before a district's name in its office's name")
    args = parser.parse_args()

    features = json.loads(args.subdistricts.read_text(encoding="utf-8"))["features"]
    features.sort(key=lambda feature: feature["properties"]["code"])
    clean = on_grid([shape(feature["geometry"]) for feature in features])
    fine = list(shapely.coverage_simplify(clean, TOLERANCE))
    owners = [feature["properties"]["district_code"] for feature in features]
    offices = read(args.districts_csv, "code")

    def district(parts: list[Any], code: str) -> Any:
        return shapely.coverage_union_all([p for p, owner in zip(parts, owners, strict=True) if owner == code])

    large = [district(fine, row["code"]) for row in offices]
    small = [(g, {"code": f["properties"]["code"]}) for g, f in zip(fine, features, strict=True)]
    named = [(g, {"code": row["code"]}) for g, row in zip(large, offices, strict=True)]
    write(args.out / "outlines.topo.json", topology({"subdistricts": small, "districts": named}))

    coarse = shapely.coverage_simplify(large, TOLERANCE_MAP)
    overview = [
        {
            "type": "Feature",
            "properties": {"code": row["code"], "name_th": row["name_th"]},
            "geometry": mapping(shapely.transform(g, lambda a: (a / GRID).round(5))),
        }
        for g, row in zip(coarse, offices, strict=True)
    ]
    write(args.out / "districts_outline.geojson", {"type": "FeatureCollection", "features": overview})

    columns = ("code", "name_th", "name_en", "postal_code", "rep_lat", "rep_lon", "phone_main")
    head = ("code", "name_th", "name_en", "postcode", "lat", "lng", "phone", "phone_checked", "position", "office_th")
    more = ("no", "representative")
    table(
        args.out / "districts.csv",
        [head, *([*(row[c] for c in columns), *more, args.office + row["name_th"]] for row in offices)],
    )
    kept = ("code", "name_th", "name_en", "district_code")
    rows = read(args.subdistricts_csv, "code")
    table(args.out / "subdistricts.csv", [kept, *([row[c] for c in kept] for row in rows)])


if __name__ == "__main__":
    main()
