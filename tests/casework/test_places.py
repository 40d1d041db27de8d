"""Where a pin lies, and how far from what."""

import json
import math
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from casework import places
from casework.data_files import DATA
from casework.place_data import METRES_LAT, METRES_LNG, layers

CITY = st.tuples(st.floats(13.45, 14.0), st.floats(100.3, 100.98))


@pytest.mark.parametrize(
    ("lat", "lng", "district", "subdistrict"),
    [
        (13.7515, 100.4927, "พระนคร", "พระบรมมหาราชวัง"),  # Grand Palace
        (13.7437, 100.4889, "บางกอกใหญ่", "วัดอรุณ"),  # Wat Arun, across the river
        (13.8029, 100.5534, "จตุจักร", "จตุจักร"),  # Chatuchak park
        (13.9126, 100.6068, "ดอนเมือง", "สนามบิน"),  # Don Mueang airport
        (13.7305, 100.5418, "ปทุมวัน", "ลุมพินี"),  # Lumphini park
        (13.8554, 100.8626, "หนองจอก", "กระทุ่มราย"),  # the far east
        (13.5300, 100.4300, "บางขุนเทียน", "ท่าข้าม"),  # the sea side
    ],
)
def test_well_known_places(lat: float, lng: float, district: str, subdistrict: str) -> None:
    place = places.locate(lat, lng)
    assert (place.in_bangkok, place.district, place.subdistrict) == (True, district, subdistrict)
    assert place.subdistrict_code is not None
    assert place.district_code is not None
    assert place.subdistrict_code.startswith(place.district_code)
    assert place.office is not None
    assert place.office.name == "สำนักงานเขต" + district
    assert place.office.phone.startswith("02-")
    assert place.near[0] == (place.district_code, district)


def test_outside_the_city() -> None:
    place = places.locate(18.7883, 98.9853)  # Chiang Mai
    assert not place.in_bangkok
    assert (place.district_code, place.subdistrict, place.office, place.border_m) == (None, None, None, None)
    assert place.near == ()
    close = places.locate(13.8622, 100.5135)  # Nonthaburi, next door
    assert not close.in_bangkok
    assert close.border_m is not None
    assert 200 < close.border_m < 20_000
    assert places.locate(-90, -180).border_m is None
    assert places.locate(90, 180).border_m is None


@pytest.mark.parametrize(
    ("lat", "lng", "reason"),
    [
        (math.nan, 100.5, "not_a_number"),
        (13.7, math.inf, "not_a_number"),
        (13.7, -math.inf, "not_a_number"),
        (100.5, 13.75, "swapped"),
        (98.9853, 18.7883, "swapped"),
        (91, 0, "out_of_range"),
        (13.7, 181, "out_of_range"),
        (100.5, 113.75, "out_of_range"),
    ],
)
def test_what_is_no_position_is_refused_with_a_reason(lat: float, lng: float, reason: str) -> None:
    with pytest.raises(places.BadPosition) as refusal:
        places.locate(lat, lng)
    assert refusal.value.reason == reason
    assert isinstance(refusal.value, ValueError)


@given(CITY)
def test_codes_names_and_borders_agree(position: tuple[float, float]) -> None:
    place = places.locate(*position)
    assert place.border_m is not None
    if not place.in_bangkok:
        assert place.district_code is None
        assert place.office is None
        assert bool(place.near) == (place.border_m <= places.NEAR_M)
        return
    assert place.subdistrict_code is not None
    assert place.subdistrict_code[:4] == place.district_code == place.near[0][0]
    assert len(set(place.near)) == len(place.near)
    if place.border_m > places.NEAR_M:
        assert len(place.near) == 1


@given(CITY, st.floats(0, 360))
def test_a_step_shorter_than_the_way_to_the_border_stays_in_the_district(
    position: tuple[float, float], direction: float
) -> None:
    place = places.locate(*position)
    assert place.border_m is not None
    step, angle = place.border_m * 0.995, math.radians(direction)
    there = places.locate(place.lat + step * math.cos(angle) / METRES_LAT, place.lng + step * math.sin(angle) / METRES_LNG)
    assert there.district_code == place.district_code


def test_either_side_of_a_border_names_both_districts() -> None:
    """Ratchadamri Road's end: walk across a border and look at both sides."""
    known = layers()
    a, b = (known.district_areas[known.district_codes.index(code)] for code in ("1007", "1004"))
    point = a.intersection(b).interpolate(0.5, normalized=True)
    inside = [places.locate(point.y / METRES_LAT + d, point.x / METRES_LNG) for d in (-0.0002, 0.0002)]
    assert {place.district_code for place in inside} <= {"1004", "1007"}
    for place in inside:
        assert {code for code, _ in place.near} >= {"1004", "1007"}
        assert place.near[0][0] == place.district_code


def test_the_outlines_have_no_gap_and_no_overlap() -> None:
    known = layers()
    assert (len(known.areas), len(known.district_areas)) == (180, 50)
    assert shapely.coverage_is_valid(known.areas)
    assert shapely.coverage_is_valid(known.district_areas)
    assert known.holes == []
    for code, area in zip(known.district_codes, known.district_areas, strict=True):
        own = [a for a, s in zip(known.areas, known.subdistricts, strict=True) if s.district_code == code]
        assert sum(a.area for a in own) == pytest.approx(area.area)
    assert sum(a.area for a in known.areas) / 1e6 == pytest.approx(1568, rel=0.01)  # the city's area in km²


def test_the_files_stay_small_and_fit_each_other() -> None:
    assert (DATA / "outlines.topo.json").stat().st_size < 200_000
    assert (DATA / "districts_outline.geojson").stat().st_size < 80_000
    overview = json.loads((DATA / "districts_outline.geojson").read_text(encoding="utf-8"))["features"]
    assert [f["properties"]["code"] for f in overview] == [d.code for d in places.districts()]
    assert [f["properties"]["name_th"] for f in overview] == [d.name_th for d in places.districts()]
    for each in places.districts():
        assert places.locate(each.lat, each.lng).district_code == each.code
    assert {s.district_code for s in places.subdistricts()} == {d.code for d in places.districts()}
    with pytest.raises(KeyError):
        places.district("1051")


def test_the_nearest_office_of_several() -> None:
    office = places.nearest_office(13.7515, 100.4927, ["1020", "1001", "1050"])
    assert office is not None
    assert office.code == "1001"
    assert office.distance_m == pytest.approx(places.distance_m(13.7515, 100.4927, office.lat, office.lng))
    assert places.nearest_office(13.7, 100.5, []) is None
    with pytest.raises(KeyError):
        places.nearest_office(13.7, 100.5, ["9999"])


def test_distances_bearings_and_boxes() -> None:
    assert places.distance_m(13.7515, 100.4927, 13.7515, 100.4927) == 0
    assert places.distance_m(13.0, 100.0, 14.0, 100.0) == pytest.approx(110_636, rel=1e-3)
    assert places.bearing(13, 100, 14, 100) == pytest.approx(0)
    assert places.bearing(0, 100, 0, 101) == pytest.approx(90)
    assert places.bearing(14, 100, 13, 100) == pytest.approx(180)
    assert places.bearing(0, 101, 0, 100) == pytest.approx(270)
    assert places.bearing(13, 100, 13, 100) == 0
    assert [places.compass(d) for d in (0, 44, 91, 359, 337.4)] == ["N", "NE", "E", "N", "NW"]
    with pytest.raises(ValueError, match="radius"):
        places.bounding_box(13, 100, -1)


@given(CITY, st.floats(0, 5000), st.floats(0, 360))
def test_a_box_holds_its_circle(position: tuple[float, float], radius: float, direction: float) -> None:
    lat, lng = position
    box, angle = places.bounding_box(lat, lng, radius), math.radians(direction)
    lat2, lng2 = lat + radius * math.cos(angle) / 110_700, lng + radius * math.sin(angle) / 108_400
    if places.distance_m(lat, lng, lat2, lng2) <= radius:
        assert box.south <= lat2 <= box.north
        assert box.west <= lng2 <= box.east


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_a_bearing_is_a_bearing(lat1: float, lng1: float, lat2: float, lng2: float) -> None:
    assert 0 <= places.bearing(lat1, lng1, lat2, lng2) < 360


def test_the_border_agrees_with_the_geodesic_to_a_thousandth() -> None:
    place = places.locate(13.85, 100.80)
    assert place.border_m is not None
    assert place.office is not None
    exact = places.distance_m(place.lat, place.lng, place.office.lat, place.office.lng)
    assert place.office.distance_m == pytest.approx(exact, rel=1e-3)


def test_threads_share_the_map_and_it_is_quick() -> None:
    spots = [(13.5 + i * 0.0004, 100.35 + i * 0.0005) for i in range(1000)]
    alone = [places.locate(*spot) for spot in spots]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda spot: places.locate(*spot), spots)) == alone
    start = time.perf_counter()
    for spot in spots:
        places.locate(*spot)
    assert time.perf_counter() - start < 0.6  # aim: 0.06
