"""The map's data: every figure counted again in the simplest way, and nothing that strangers may not see."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.map_page import policy
from casework.case import OPEN
from casework.catalog import categories
from casework.public import OFF_THE_MAP, centre
from casework.thai_time import bangkok
from casework.tiles import Tiles
from storage import map_data
from storage.map_data import Box, Wanted
from storage.models import Case, CaseEvent
from tests.public.conftest import NOW, Public
from tests.scale.load import generate
from tests.scale.rows import City

SINCE = bangkok(NOW).replace(hour=0, minute=0) - timedelta(days=364)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Public]:
    """700 cases with their stories, on either database; only looked at."""
    folder = tmp_path_factory.mktemp("city")
    url = f"sqlite:///{folder}/city.db"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        server.psql("CREATE DATABASE public_map;")
        url = server.get_uri("public_map")
    generate(url, City(700, 10, seed=11))
    made = Public(url, folder)
    yield made
    made.store.close()


def rows(city: Public) -> list[Case]:
    with city.store.read() as session:
        return list(session.scalars(select(Case)))


def mapped(case: Case) -> bool:
    rule = categories()[case.category].public
    return case.kind == "complaint" and case.status not in OFF_THE_MAP and rule != "hidden" and case.created_at >= SINCE


def test_every_figure_is_counted_again_from_the_events(city: Public) -> None:
    found = city.json("/map/figures.json?days=365")["districts"]
    with city.store.read() as session:
        all_cases = {case.id: case for case in session.scalars(select(Case))}
        fixes: dict[int, Any] = {}
        for event in session.scalars(select(CaseEvent).order_by(CaseEvent.id)):
            if event.status == "fixed_reported" and event.kind == "move" and event.at >= SINCE + timedelta(days=275):
                fixes[event.case_id] = event.at
    shown = [c for c in all_cases.values() if c.kind == "complaint" and c.category != "conduct" and c.district_code]
    hours: dict[tuple[str, str], list[int]] = {}
    for case_id, at in fixes.items():
        case = all_cases[case_id]
        if case in shown and case.status not in OFF_THE_MAP:
            took = round((at - case.created_at) / timedelta(minutes=1)) // 60
            for category in (case.category, "all"):
                hours.setdefault((str(case.district_code), category), []).append(took)
    for district in {str(c.district_code) for c in shown}:
        for category in ("all", *categories()):
            mine = [c for c in shown if c.district_code == district and category in (c.category, "all")]
            took = sorted(hours.get((district, category), []))
            told = found.get(district, {}).get(category, {"open": 0, "received": 0, "fixes": 0, "median_hours": None})
            assert told == {
                "open": sum(c.status in OPEN for c in mine),
                "received": sum(c.created_at >= SINCE and c.status not in OFF_THE_MAP for c in mine),
                "fixes": len(took),
                "median_hours": took[(len(took) - 1) // 2] if took else None,
            }, (district, category)
    assert sum(len(h) for h in hours.values()) > 50
    assert not any("conduct" in of for of in found.values())


def test_points_are_the_cases_and_cells_count_the_same(city: Public) -> None:
    wanted = Wanted(SINCE)
    expected = {c.number: c for c in rows(city) if mapped(c)}
    with city.store.read() as session:
        points = map_data.points(session, wanted, 10_000)
        assert points is not None and {p.number for p in points} == expected.keys() and len(points) == len(expected) > 200
        assert map_data.points(session, wanted, len(expected) - 1) is None
        cells = map_data.cells(session, wanted)
    assert sum(cell.count for cell in cells) == len(expected)
    assert sum(cell.open for cell in cells) == sum(c.status in OPEN for c in expected.values())
    assert [p.received for p in points] == sorted((c.created_at for c in expected.values()), reverse=True)
    for point in points:
        case = expected[point.number]
        rule = categories()[case.category].public
        exact = (round(case.lat or 0, 4), round(case.lng or 0, 4))
        assert point.spot.approximate == (rule == "blurred")
        assert (point.spot.lat, point.spot.lng) == (exact if rule == "exact" else centre(case.subdistrict_code, None))


def test_each_filter_lets_through_what_it_says(city: Public) -> None:
    all_of = [c for c in rows(city) if mapped(c)]
    box = Box(100.45, 13.7, 100.6, 13.8)

    def inside(case: Case) -> bool:
        here = centre(case.subdistrict_code, None) if categories()[case.category].public == "blurred" else (case.lat, case.lng)
        assert here is not None and here[0] is not None and here[1] is not None
        return bool(box.south <= here[0] <= box.north and box.west <= here[1] <= box.east)

    filters: list[tuple[dict[str, Any], Any]] = [
        ({"category": "road"}, lambda c: c.category == "road"),
        ({"category": "noise"}, lambda c: c.category == "noise"),
        ({"statuses": ("closed",)}, lambda c: c.status == "closed"),
        ({"urgent": True}, lambda c: c.urgent),
        ({"urgent": False, "district": "1042"}, lambda c: not c.urgent and c.district_code == "1042"),
        ({"box": box}, inside),
        ({"until": NOW - timedelta(days=30)}, lambda c: c.created_at < NOW - timedelta(days=30)),
    ]
    with city.store.read() as session:
        for fields, fits in filters:
            found = map_data.points(session, Wanted(SINCE, **fields), 10_000)
            assert found and {p.number for p in found} == {c.number for c in all_of if fits(c)}, fields
            assert sum(c.count for c in map_data.cells(session, Wanted(SINCE, **fields))) == len(found), fields


def test_the_median_of_counted_values() -> None:
    assert map_data.median([]) is None
    for values in ([3], [1, 2], [5, 1, 9], [1, 1, 1, 9], [2, 4, 6, 8, 10, 12]):
        counted = Counter(values).items()
        assert map_data.median(counted) == sorted(values)[(len(values) - 1) // 2]


def test_geojson_is_as_rfc_7946_wants_it(public: Public) -> None:
    number = public.file("หลุมใหญ่ โทร 081-234-5678", lat=13.756389, lng=100.501812, urgent=True)
    public.file(category="noise", lat=13.7, lng=100.6)
    public.file(category="conduct")
    public.file(kind="suggestion")
    gone = public.file()
    public.move(gone, "nuisance")
    answer = public.client.get("/map.geojson")
    assert answer.mimetype == "application/geo+json"
    found = json.loads(answer.text)
    assert found["type"] == "FeatureCollection" and "crs" not in found and not found["counted"] and found["total"] == 2
    by_category = {f["properties"]["category"]: f for f in found["features"]}
    assert by_category["road"] == {
        "type": "Feature",
        "id": number,
        "geometry": {"type": "Point", "coordinates": [100.5018, 13.7564]},
        "properties": {
            **{"number": number, "category": "road", "status": "numbered", "urgent": True, "district": "1001"},
            **{"received": "2026-11-21", "approximate": False},
        },
    }
    lat, lng = centre("100101", None) or (0, 0)
    assert by_category["noise"]["geometry"]["coordinates"] == [lng, lat] and by_category["noise"]["properties"]["approximate"]
    west, south, east, north = found["bbox"]
    assert west <= east and south <= north
    assert "หลุม" not in answer.text and "U" + "a" * 32 not in answer.text


def test_many_points_are_counted(public: Public, tmp_path: Path) -> None:
    laid = tmp_path / "rules.toml"
    laid.write_text("[map]\npoints = 3\n")
    few = Public(str(public.settings.database_url), tmp_path, RULES_FILE=str(laid))
    for n in range(5):
        few.file(lat=13.75 + n / 10_000)
    found = few.json("/map.geojson")
    few.store.close()
    assert found["counted"] and found["total"] == 5
    assert sum(f["properties"]["count"] for f in found["features"]) == 5
    assert all(set(f["properties"]) == {"count", "open"} for f in found["features"])


NO_FILTERS = (
    *("days=0", "days=367", "days=-1", "days=abc", "days=๓", "category=conduct", "category=roads", "status=merged"),
    *("status=x", "district=9999", "urgent=yes", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=101,13,100,14", "bbox=nan,1,2,3"),
    "bbox=1e999,1,2,3",
)


def test_what_is_no_filter_is_said_so(public: Public) -> None:
    for query in NO_FILTERS:
        answer = public.client.get(f"/map.geojson?{query}&lang=en")
        assert answer.status_code == 400 and len(answer.text) > 10, query


def test_the_answer_is_kept_named_and_compressed(public: Public) -> None:
    public.file()
    plain = public.client.get("/map.geojson")
    packed = public.client.get("/map.geojson", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == plain.data
    assert {"Accept-Encoding", "Accept-Language"} <= set(plain.vary.as_set(preserve_casing=True))
    again = public.client.get("/map.geojson", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    head = public.client.head("/map.geojson")
    assert head.status_code == 200 and not head.data and head.headers["ETag"] == plain.headers["ETag"]
    public.file()
    assert json.loads(public.client.get("/map.geojson").text)["total"] == 1, "kept for a minute"
    public.now += timedelta(minutes=2)
    assert json.loads(public.client.get("/map.geojson").text)["total"] == 2


def test_the_page_in_both_languages(public: Public) -> None:
    public.file()
    thai, english = public.client.get("/map"), public.client.get("/map", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert 'lang="th"' in thai.text and "แผนที่เรื่องร้องทุกข์" in thai.text and "พระนคร" in thai.text
    assert 'lang="en"' in english.text and "Phra Nakhon" in english.text
    assert 'lang="th"' in public.client.get("/map?lang=th", headers={"Accept-Language": "en"}).text
    settings = json.loads(thai.text.partition('id="settings">')[2].partition("</script>")[0])
    assert {c["code"] for c in settings["categories"]} == categories().keys() - {"conduct"}
    csp = thai.headers["Content-Security-Policy"]
    assert "script-src 'self';" in csp and "connect-src 'self'" in csp and "http" not in csp
    assert "http://" not in thai.text and "https://" not in thai.text.replace("https://1555.example", "")


def test_tiles_only_where_a_setting_names_them(public: Public, tmp_path: Path) -> None:
    tiles = Tiles("https://{s}.tiles.example/{z}/{x}/{y}.png", "© <b>Example</b>")
    assert "img-src 'self' data: https://*.tiles.example;" in policy(tiles)
    assert "frame-ancestors 'none'" in policy(tiles) and "frame-ancestors 'none'" in policy(None)
    more = {"TILES_URL": "https://t.example/{z}/{x}/{y}.png", "TILES_CREDIT": "</script><b>&copy;"}
    tiled = Public(str(public.settings.database_url), tmp_path, **more)
    page = tiled.client.get("/map")
    tiled.store.close()
    assert "https://t.example;" in page.headers["Content-Security-Policy"]
    assert "t.example/{z}" in page.text and "</script><b>" not in page.text


def test_the_colours_of_the_legend_can_be_told_apart() -> None:
    """One hue from light to dark, in steps that are seen without it; words on the bands have contrast."""
    import re

    from bot.cards.parts import STATUS_COLOUR
    from bot.drawing import contrast

    script = (Path(__file__).parents[2] / "bot" / "map" / "map.js").read_text("utf-8")
    listed = re.search(r"COLOURS = \[(.*?)\]", script)
    assert listed is not None
    blues = re.findall("#[0-9a-f]{6}", listed[1])
    assert len(blues) == 5
    assert all(contrast(dark, light) >= 1.3 for light, dark in pairwise(blues))
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in STATUS_COLOUR.values())
