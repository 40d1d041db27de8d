"""The public map: what it shows as GeoJSON and JSON, its page, and the page as one file that opens from a disk."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from sqlalchemy.orm import Session

from bot.cards.kit import Look
from bot.cards.parts import STATUS_COLOUR
from bot.words import words
from casework.case import OPEN
from casework.catalog import categories
from casework.data_files import DATA
from casework.place_data import tables
from casework.public import MAPPED, hidden
from casework.refusals import Refused
from casework.rules import Rules
from casework.thai_time import bangkok
from casework.thai_time import words as date_words
from casework.tiles import Tiles
from storage import map_data
from storage.map_data import Box, Wanted

FOLDER = Path(__file__).with_name("map")
PERIODS = (7, 30, 90, 365)
"""Days to choose from on the page."""
SHAPES = {"numbered": "ring", "reopened": "ring", "fixed_reported": "diamond", "closed": "square", "not_ours": "square"}
"""The form of a status's sign, beside its colour; others are discs."""
EDGE = 100
"""Boxes are widened to hundredths of a degree, so that neighbouring views ask for the same."""
JS = "map.js."
"""The chapter of words that the page's script fills itself."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """What was chosen: the filters of page, download and command line."""

    days: int
    category: str | None = None
    status: str | None = None
    urgent: bool | None = None
    district: str | None = None
    box: Box | None = None

    def wanted(self, now: datetime) -> Wanted:
        """From the first moment of Bangkok's day so many days ago."""
        today = bangkok(now).replace(hour=0, minute=0, second=0, microsecond=0)
        statuses = MAPPED if self.status is None else OPEN if self.status == "open" else (self.status,)
        since = today - timedelta(days=self.days - 1)
        return Wanted(
            since, category=self.category, statuses=statuses, urgent=self.urgent, district=self.district, box=self.box
        )


def choice(given: dict[str, str], rules: Rules) -> Choice:
    """The filters as they were typed into an address or a command. Raises Refused for what is none."""
    days = given.get("days") or str(rules.whole("map", "days"))
    if not (days.isascii() and days.isdigit() and len(days) < 5 and 1 <= int(days) <= rules.whole("map", "most_days")):
        raise Refused("refused.map_days", most=rules.whole("map", "most_days"))
    category, status = given.get("category") or None, given.get("status") or None
    if category is not None and (category not in categories() or category in hidden()):
        raise Refused("refused.map_category", category=category)
    if status is not None and status not in (*MAPPED, "open"):
        raise Refused("refused.map_status", status=status, known=", ".join(("open", *MAPPED)))
    district = given.get("district") or None
    if district is not None and district not in tables().districts:
        raise Refused("refused.map_district", district=district)
    urgent = {"": None, "1": True, "0": False}.get(given.get("urgent") or "")
    if given.get("urgent") not in {None, "", "0", "1"}:
        raise Refused("refused.map_urgent")
    return Choice(int(days), category, status, urgent, district, _box(given.get("bbox") or ""))


def _box(text: str) -> Box | None:
    if not text:
        return None
    try:
        west, south, east, north = map(float, text[:100].split(","))
    except ValueError:
        raise Refused("refused.map_box") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Refused("refused.map_box")
    return Box(*(side / EDGE for side in (west * EDGE // 1, south * EDGE // 1, -(-east * EDGE // 1), -(-north * EDGE // 1))))


def geojson(session: Session, chosen: Choice, limit: int, now: datetime) -> Json:
    """A FeatureCollection (RFC 7946) of the cases, or of cells with counts where they are more than `limit`.

    Foreign members: `generated_at`, `counted` (true: cells), `total`, `days`.
    """
    wanted = chosen.wanted(now)
    found = map_data.points(session, wanted, limit)
    features = [_point(point) for point in found] if found is not None else [_cell(c) for c in map_data.cells(session, wanted)]
    made: Json = {
        "type": "FeatureCollection",
        "generated_at": bangkok(now).isoformat(timespec="seconds"),
        "days": chosen.days,
        "counted": found is None,
        "total": len(features) if found is not None else sum(f["properties"]["count"] for f in features),
        "features": features,
    }
    if features:
        lngs, lats = zip(*(f["geometry"]["coordinates"] for f in features), strict=True)
        made["bbox"] = [min(lngs), min(lats), max(lngs), max(lats)]
    return made


def _point(point: map_data.Point) -> Json:
    return {
        "type": "Feature",
        "id": point.number,
        "geometry": {"type": "Point", "coordinates": [point.spot.lng, point.spot.lat]},
        "properties": {
            "number": point.number,
            "category": point.category,
            "status": point.status,
            "urgent": point.urgent,
            "district": point.district,
            "received": bangkok(point.received).date().isoformat(),
            "approximate": point.spot.approximate,
        },
    }


def _cell(cell: map_data.Cell) -> Json:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [cell.lng, cell.lat]},
        "properties": {"count": cell.count, "open": cell.open},
    }


def figures(session: Session, days: int, rules: Rules, now: datetime) -> Json:
    """Figures of the districts: `districts` → code → category (or `all`) → open, received, fixes, median_hours.

    Cases received in `days`, fixes reported in `fix_days`: no more than the rule, a median is of what is done lately.
    """
    fix_days = min(days, rules.whole("map", "fix_days"))
    found = map_data.figures(session, Choice(days).wanted(now).since, Choice(fix_days).wanted(now).since)
    districts = {
        code: {category or "all": asdict(numbers) for category, numbers in sorted(of.items())}
        for code, of in sorted(found.items())
    }
    return {
        "generated_at": bangkok(now).isoformat(timespec="seconds"),
        "days": days,
        "fix_days": fix_days,
        "districts": districts,
    }


@cache
def outlines() -> bytes:
    """The districts' outlines as GeoJSON, with codes."""
    return (DATA / "districts_outline.geojson").read_bytes()


@cache
def asset(name: str) -> bytes:
    """A file of the page."""
    return (FOLDER / name).read_bytes()


def style() -> bytes:
    """The library's style and ours."""
    return asset("leaflet.css") + b"\n" + asset("map.css")


def page(language: str, chosen: Choice, numbers: Json, now: datetime, *, tiles: Tiles | None, public_url: str | None) -> str:
    """The page as it is served: scripts and data come from addresses of their own."""
    settings = _settings(language, chosen, now, tiles=tiles, cases="/cases/")
    return _render(language, numbers, now, settings=settings, public_url=public_url)


def one_file(
    language: str, chosen: Choice, numbers: Json, points: Json, now: datetime, *, tiles: Tiles | None, public_url: str | None
) -> str:
    """The page with all it needs in one file; links to cases only where the service has a public address."""
    cases = f"{public_url}/cases/" if public_url else None
    settings = _settings(language, chosen, now, tiles=tiles, cases=cases)
    settings["kept"] = {"figures": numbers, "points": points, "outlines": json.loads(outlines())}
    scripts = [asset("leaflet.js").decode(), asset("map.js").decode()]
    allowed = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    pictures = f" {tiles.origin}" if tiles else ""
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:{pictures}; base-uri 'none'"
    return _render(
        language, numbers, now, settings=settings, public_url=None, scripts=scripts, style=style().decode(), policy=policy
    )


def _render(language: str, numbers: Json, now: datetime, *, settings: Json, **more: Any) -> str:
    look = Look(words(language))
    kept = json.dumps(settings, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    rows = [
        (code, row.name_th if look.thai else row.name_en, numbers["districts"].get(code, {}).get("all"))
        for code, row in tables().districts.items()
    ]
    with Flask("map", root_path=str(Path(__file__).parent), static_folder=None).app_context():
        return render_template("map.html", look=look, language=language, settings=kept, rows=rows, now=now, **more)


def _settings(language: str, chosen: Choice, now: datetime, *, tiles: Tiles | None, cases: str | None) -> Json:
    look = Look(words(language))
    spoken = words(language)
    return {
        "language": language,
        "words": {
            key.removeprefix("map.js."): spoken.template(key) for key in sorted(spoken.keys()) if key.startswith("map.js.")
        },
        "months": date_words()[language]["short"],
        "categories": [
            {"code": c.code, "name": c.th if look.thai else c.en, "icon": c.icon, "blurred": c.public == "blurred"}
            for c in categories().values()
            if c.code not in hidden()
        ],
        "statuses": [
            {
                "code": status,
                "name": look.line(f"status.{status}"),
                "colour": STATUS_COLOUR[status],
                "shape": SHAPES.get(status, "disc"),
                "open": status in OPEN,
            }
            for status in MAPPED
        ],
        "districts": {code: row.name_th if look.thai else row.name_en for code, row in tables().districts.items()},
        "periods": sorted({*PERIODS, chosen.days}),
        "chosen": {
            "days": chosen.days,
            "category": chosen.category or "",
            "status": chosen.status or "",
            "urgent": chosen.urgent is True,
            "district": chosen.district or "",
        },
        "tiles": asdict(tiles) if tiles else None,
        "cases": cases,
        "made": look.moment(now),
        "kept": None,
    }
