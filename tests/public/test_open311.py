"""Open311 GeoReport v2 as another system meets it: what it reads, what it posts, what it is told when it errs.

Field names and shapes are checked against lists written down here from the specification (wiki.open311.org/GeoReport_v2).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bot.jobs import Jobs
from casework import open311
from storage import api_keys, requests
from storage.models import Case, CaseEvent
from storage.models_public import ApiPost
from tests.public.conftest import NOW, Public

V2 = "/open311/v2"
SERVICE = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
ATTRIBUTE = {"variable", "code", "datatype", "required", "datatype_description", "order", "description", "values"}
REQUEST = {
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible"),
    *("service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode"),
    *("lat", "long", "media_url"),
}
HOLE = {"service_code": "road", "lat": "13.7563", "long": "100.5018", "description": "หลุมกลางถนน"}


@pytest.fixture
def key(public: Public) -> str:
    with public.store.write() as session:
        return api_keys.issue(session, "MIS", "mis", ["post"], 1000, NOW, "malee")[0]


def post(public: Public, key: str | None, *, form: str = "json", headers: Any = None, **fields: str) -> TestResponse:
    data = HOLE | fields | ({"api_key": key} if key is not None else {})
    data = {name: value for name, value in data.items() if value != "-"}
    return public.client.post(f"{V2}/requests.{form}", data=data, headers=headers)


def number(answer: TestResponse) -> str:
    assert answer.status_code == 201, answer.text
    return str(json.loads(answer.text)[0]["service_request_id"])


def failed(answer: TestResponse, code: int, words: str = "") -> None:
    """An error in the specification's form, with the status that it names."""
    assert answer.status_code == code, answer.text
    (told,) = json.loads(answer.text)
    assert told["code"] == code and set(told) == {"code", "description"} and words in told["description"], told


def xml(answer: TestResponse) -> ElementTree.Element:
    assert answer.mimetype == "text/xml" and answer.data.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ElementTree.fromstring(answer.data)


def count(public: Public) -> int:
    with public.store.read() as session:
        return int(session.scalar(select(func.count()).select_from(Case)) or 0)


def jobs_of(public: Public) -> Jobs:
    """The scheduler's part."""
    known = public.settings
    return Jobs(public.store, known.rules, lambda: public.now, known.shelf, seal=known.seal, public_url=None)


# Services and discovery.


def test_discovery(public: Public) -> None:
    found = public.json(f"{V2}/discovery.json")
    assert set(found) == {"changeset", "contact", "key_service", "endpoints"}
    (endpoint,) = found["endpoints"]
    assert set(endpoint) == {"specification", "url", "changeset", "type", "formats"}
    assert endpoint["url"] == "https://1555.example/open311/v2" and endpoint["type"] == "production"
    root = xml(public.client.get(f"{V2}/discovery"))
    assert root.tag == "discovery" and [f.text for f in root.iter("format")] == ["text/xml", "application/json"]
    assert public.client.get(f"{V2}/discovery", headers={"Accept": "application/json"}).is_json


def test_services_and_their_definitions(public: Public) -> None:
    found = public.json(f"{V2}/services.json")
    assert len(found) == 24 and all(set(one) == SERVICE for one in found)
    assert found[0]["service_code"] == "road" and found[0]["service_name"] == "ถนน"
    assert public.json(f"{V2}/services.json?lang=en")[0]["service_name"] == "Road"
    root = xml(public.client.get(f"{V2}/services.xml"))
    assert root.tag == "services" and {child.tag for child in root} == {"service"}
    assert all({c.tag for c in child} == SERVICE for child in root)
    definition = public.json(f"{V2}/services/road.json")
    assert definition["service_code"] == "road" and all(set(a) == ATTRIBUTE for a in definition["attributes"])
    tree = xml(public.client.get(f"{V2}/services/road.xml"))
    assert tree.tag == "service_definition" and [v.text for v in tree.iter("key")] == ["yes", "no"]
    assert {c.tag for c in tree.find("attributes") or ()} == {"attribute"}
    failed(public.client.get(f"{V2}/services/roads.json"), 404, "service_code")


def test_the_jurisdiction(public: Public, key: str) -> None:
    assert public.client.get(f"{V2}/services.json?jurisdiction_id=bangkok.go.th").status_code == 200
    for path in ("services", "services/road", "requests", "discovery"):
        failed(public.client.get(f"{V2}/{path}.json?jurisdiction_id=sf.gov"), 404, "jurisdiction_id")
    failed(post(public, key, jurisdiction_id="sf.gov"), 404, "jurisdiction_id")
    assert number(post(public, key, jurisdiction_id="bangkok.go.th"))


# Posting.


def test_a_posted_request_is_a_case_like_any_other(public: Public, key: str) -> None:
    made = post(public, key, external="-", address_string="หน้าตลาด", **{"attribute[external_no]": "MIS-77"})
    case = public.row(number(made))
    assert (case.category, case.district_code, case.channel, case.external_no) == ("road", "1001", "mis", "MIS-77")
    assert (case.text, case.place_text, case.reporter, case.agency) == ("หลุมกลางถนน", "หน้าตลาด", None, "1001")
    assert case.due_at is not None and case.acknowledge_by is not None and not case.urgent
    with public.store.read() as session:
        (event,) = session.scalars(select(CaseEvent))
        assert (event.actor, event.spread) == ("staff:MIS", False)
    (told,) = json.loads(made.text)
    assert set(told) == {"service_request_id", "service_notice", "account_id"} and told["account_id"] is None
    assert "28 พ.ย. 2569" in told["service_notice"]
    token = public.json(f"{V2}/tokens/{case.number}.json")
    assert token == [{"service_request_id": case.number, "token": case.number}]


def test_xml_comes_back_where_xml_is_asked_for(public: Public, key: str) -> None:
    root = xml(post(public, key, form="xml", description='a & b < c > "d" \']]>'))
    assert root.tag == "service_requests" and [c.tag for c in root[0]] == ["service_request_id", "service_notice", "account_id"]
    wrong = public.client.post(f"{V2}/requests.xml", data=HOLE)
    assert wrong.status_code == 403
    tree = xml(wrong)
    assert tree.tag == "errors" and [(c.tag, [f.tag for f in c]) for c in tree] == [("error", ["code", "description"])]


def test_json_is_taken_as_well(public: Public, key: str) -> None:
    body = {"api_key": key, "service_code": "flood", "lat": 13.7563, "long": 100.5018, "description": "น้ำท่วม"}
    case = public.row(number(public.client.post(f"{V2}/requests.json", json=body | {"attribute": {"urgent": True}})))
    assert case.category == "flood" and case.urgent
    wrongs: tuple[Any, ...] = ([], "x", {**body, "attribute": []}, {**body, "lat": {}}, {**body, "description": "\ud800"})
    for wrong in wrongs:
        failed(public.client.post(f"{V2}/requests.json", json=wrong), 400)
    deep = "[" * 50_000 + "]" * 50_000
    failed(public.client.post(f"{V2}/requests.json", data=deep[:60_000], content_type="application/json"), 400)


def test_urgent_ones_are_announced(public: Public, key: str) -> None:
    shock = {"description": "ไฟฟ้ารั่ว มีคนถูกไฟดูด"}
    for fields, urgent in (({"attribute[urgent]": "yes"}, True), (shock, True), ({"attribute[urgent]": "no"}, False)):
        case = public.row(number(post(public, key, **fields)))
        assert case.urgent is urgent
        jobs_of(public).sweep()
        assert (public.row(case.number).clock_at is not None) is urgent, fields


REFUSED: tuple[tuple[dict[str, str], int, str], ...] = (
    ({"service_code": "-"}, 400, "service_code was not provided"),
    ({"service_code": "roads"}, 404, "service_code was not found"),
    ({"lat": "-", "long": "-"}, 400, "a place was not provided"),
    ({"lat": "-"}, 400, "go together"),
    ({"lat": "x"}, 400, "decimal degrees"),
    ({"lat": "nan"}, 400, "decimal degrees"),
    ({"lat": "inf"}, 400, "decimal degrees"),
    ({"long": "-Infinity"}, 400, "decimal degrees"),
    ({"lat": "1e1"}, 400, "decimal degrees"),
    ({"lat": "100.5018", "long": "13.7563"}, 400, "swapped"),
    ({"lat": "18.7883", "long": "98.9853"}, 400, "outside Bangkok"),
    ({"lat": "-", "long": "-", "address_id": "7"}, 400, "address_id"),
    ({"description": "-"}, 400, "description was not provided"),
    ({"description": "ก" * 4001}, 400, "longer than 4000"),
    ({"address_string": "ก" * 501}, 400, "longer than 500"),
    ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
    ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
    ({"attribute[urgent]": "maybe"}, 400, "yes or no"),
    ({"attribute[x]": "1"}, 400, "no such attribute"),
    ({"attribute[external_no]": "9" * 65}, 400, "longer than 64"),
)


def test_what_is_refused(public: Public, key: str) -> None:
    for fields, code, words in REFUSED:
        failed(post(public, key, **fields), code, words)
    assert count(public) == 0


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_figures_that_are_none_are_refused(public: Public, key: str, figure: str) -> None:
    """Python's JSON reader takes them for numbers."""
    for name in ("lat", "long"):
        body = json.dumps(HOLE | {name: 0, "api_key": key}).replace(f'"{name}": 0', f'"{name}": {figure}')
        answer = public.client.post(f"{V2}/requests.json", data=body, content_type="application/json")
        failed(answer, 400, "decimal degrees")
        failed(public.client.get(f"{V2}/requests.json?{name}={figure}"), 400, "by place")
        assert public.client.get(f"/map.geojson?bbox={figure},13,101,14").status_code == 400
    assert count(public) == 0


def test_too_large(public: Public, key: str) -> None:
    failed(post(public, key, x="y" * 70_000), 413)


def test_a_place_in_words_finds_its_district(public: Public, key: str) -> None:
    case = public.row(number(post(public, key, lat="-", long="-", address_string="หน้าตลาด เขตบางรัก กรุงเทพฯ")))
    assert (case.district_code, case.lat, case.agency) == ("1004", None, "1004")
    nowhere = public.row(number(post(public, key, lat="-", long="-", address_string="หน้าตลาด")))
    assert (nowhere.district_code, nowhere.agency) == (None, "1555")


def test_nothing_about_a_person_is_kept(public: Public, key: str, tmp_path: Path) -> None:
    person = {"first_name": "Somchai-X", "last_name": "Jaidee-X", "email": "x@example.com", "phone": "0812345678"}
    made = post(public, key, device_id="D-7-X", account_id="A-7-X", **person)
    assert "ไม่ได้เก็บไว้" in made.text
    with public.store.read() as session:
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = b"".join(f.read_bytes() for f in tmp_path.glob("public.db*"))
    for secret in (*person.values(), "D-7-X", "A-7-X", key):
        assert secret.encode() not in whole, secret
    laid = tmp_path / "rules.toml"
    laid.write_text('[open311]\ncontact = "refuse"\n')
    strict = Public(public.settings.database_url, tmp_path, RULES_FILE=str(laid))
    failed(post(strict, key, phone="0812345678", description="อีกหลุม"), 400, "phone")
    strict.store.close()


def test_a_picture_elsewhere_is_noted_and_never_fetched(public: Public, key: str) -> None:
    made = number(post(public, key, media_url="http://169.254.169.254/latest/meta-data"))
    with public.store.read() as session:
        events = session.scalars(select(CaseEvent).order_by(CaseEvent.id)).all()
    assert [(e.note, e.reason) for e in events] == [(None, None), (None, "media_url: http://169.254.169.254/latest/meta-data")]
    assert "169.254" not in public.client.get(f"/cases/{made}").text + public.client.get(f"{V2}/requests/{made}.json").text


# Once and only once.


def test_the_same_again_makes_no_second_case(public: Public, key: str) -> None:
    first = number(post(public, key))
    assert number(post(public, key, description="หลุมกลางถนน ", lat="13.75631")) == first
    public.now += timedelta(seconds=61)
    assert number(post(public, key)) != first
    assert count(public) == 2


def test_an_idempotency_key_holds_for_long(public: Public, key: str) -> None:
    first = number(post(public, key, headers={"Idempotency-Key": "a"}))
    assert number(post(public, key, headers={"Idempotency-Key": "b"})) != first, "said to be two"
    public.now += timedelta(days=20)
    assert number(post(public, key, headers={"Idempotency-Key": "a"})) == first
    failed(post(public, key, headers={"Idempotency-Key": "a"}, description="อื่น"), 409, "another request")
    assert count(public) == 2


def test_an_external_number_holds_for_good(public: Public, key: str) -> None:
    first = number(post(public, key, **{"attribute[external_no]": "77"}))
    with public.store.write() as session:
        other, _ = api_keys.issue(session, "Park", "letter", ["post"], 60, NOW, "malee")
    public.now += timedelta(days=400)
    assert number(post(public, key, description="ใหม่", **{"attribute[external_no]": "77"})) == first
    theirs = public.row(number(post(public, other, **{"attribute[external_no]": "77"})))
    assert (theirs.external_no, theirs.channel) == ("Park: 77", "letter") and theirs.number != first


def test_posts_are_forgotten_and_cases_are_not(public: Public, key: str) -> None:
    number(post(public, key))
    public.now += timedelta(days=31)
    jobs = Jobs(
        public.store,
        public.settings.rules,
        lambda: public.now,
        public.settings.shelf,
        seal=public.settings.seal,
        public_url=None,
    )
    jobs.tidy()
    with public.store.read() as session:
        assert session.scalar(select(func.count()).select_from(ApiPost)) == 0
    assert count(public) == 1


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Public]:
    sqlite = request.param == "sqlite"
    made = Public(f"sqlite:///{tmp_path}/e.db" if sqlite else str(request.getfixturevalue("postgres_url")), tmp_path)
    yield made
    made.store.close()


def test_eight_at_once_make_one_case(either: Public) -> None:
    with either.store.write() as session:
        key = api_keys.issue(session, "MIS", "mis", ["post"], 1000, NOW, "malee")[0]
    found: list[str] = []

    def one() -> None:
        answer = either.web.test_client().post(f"{V2}/requests.json", data=HOLE | {"api_key": key})
        found.append(number(answer))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1 and count(either) == 1


# Keys.


def test_keys(public: Public, key: str) -> None:
    for wrong in (None, "", "rt_x", key + "x", key[:-1], "\ud800"):
        failed(post(public, wrong if wrong != "\ud800" else "?"), 403, "api_key")
    assert number(post(public, None, headers={"X-Api-Key": key}))
    failed(public.client.post(f"{V2}/requests.json?api_key={key}", data=HOLE), 403)
    with public.store.write() as session:
        row = api_keys.known(session, key)
        assert row is not None and row.used_at == public.now and key not in (row.hash, row.begins)
        row.scopes = "other"
    failed(post(public, key), 403, "may not")
    with public.store.write() as session:
        api_keys.revoke(session, "MIS", NOW, "malee")
    failed(post(public, key), 403)


def test_a_key_has_its_limit(public: Public) -> None:
    with public.store.write() as session:
        few, _ = api_keys.issue(session, "Few", "mis", ["post"], 2, NOW, "malee")
    answers = [post(public, few, description=f"หลุมที่ {n}") for n in range(3)]
    assert [a.status_code for a in answers] == [201, 201, 429] and answers[2].headers["Retry-After"] == "60"
    failed(answers[2], 429)


# Reading.


def test_a_request_as_the_specification_lays_it_out(public: Public) -> None:
    made = public.file("ความลับ 081-234-5678", category="light")
    public.move(made, "accepted")
    public.move(made, "fixed_reported", note="เปลี่ยนหลอดแล้ว โทร 081-234-5678")
    (found,) = public.json(f"{V2}/requests/{made}.json")
    assert set(found) == REQUEST
    assert found | {"updated_datetime": ""} == found | {
        **{"service_request_id": made, "status": "open", "service_code": "light", "description": None, "lat": 13.7563},
        **{"long": 100.5018, "zipcode": "10200", "requested_datetime": "2026-11-21T09:00:00+07:00", "updated_datetime": ""},
    }
    assert "เปลี่ยนหลอดแล้ว" in found["status_notes"] and "081" not in json.dumps(found) and "ความลับ" not in json.dumps(found)
    root = xml(public.client.get(f"{V2}/requests/{made}.xml"))
    assert root.tag == "service_requests" and {c.tag for c in root[0]} == REQUEST
    assert root[0].findtext("lat") == "13.7563" and root[0].findtext("description") == ""
    public.move(made, "closed")
    assert public.json(f"{V2}/requests/{made}.json")[0]["status"] == "closed"


def test_sensitive_and_void_cases(public: Public) -> None:
    secret, noisy, void = public.file(category="conduct"), public.file(category="noise"), public.file()
    public.move(void, "nuisance")
    listed = {r["service_request_id"] for r in public.json(f"{V2}/requests.json")}
    assert listed == {noisy}
    (found,) = public.json(f"{V2}/requests/{secret}.json")
    assert found["status"] == "open" and found["service_code"] is found["lat"] is found["address"] is None
    (blurred,) = public.json(f"{V2}/requests/{noisy}.json")
    assert (blurred["lat"], blurred["long"]) != (13.7563, 100.5018) and blurred["lat"]
    assert public.json(f"{V2}/requests/{void}.json")[0]["status"] == "closed"
    for wrong in ("70-0000001", "x", "-1", void[:-1] + str((int(void[-1]) + 1) % 10)):
        failed(public.client.get(f"{V2}/requests/{wrong}.json"), 404)
        failed(public.client.get(f"{V2}/tokens/{wrong}.json"), 404, "token")


def test_filters(public: Public) -> None:
    road, flood = public.file(), public.file(category="flood", ago=timedelta(days=40))
    old, done = public.file(ago=timedelta(days=100)), public.file(category="waste")
    public.move(done, "accepted", "fixed_reported", "closed", ago=timedelta(minutes=30))

    def ids(query: str) -> set[str]:
        return {r["service_request_id"] for r in public.json(f"{V2}/requests.json?{query}")}

    day = "%Y-%m-%dT%H:%M:%SZ"
    assert ids("") == {road, flood, done}
    assert (
        ids("status=open") == {road, flood}
        and ids("status=closed") == {done}
        and ids("status=open,closed") == {road, flood, done}
    )
    assert ids("service_code=road,waste") == {road, done}
    assert ids(f"service_request_id={old},{road},zzz&status=closed") == {old, road}
    assert ids(f"start_date={(NOW - timedelta(days=110)):{day}}") == {old, flood}
    assert ids(f"end_date={(NOW - timedelta(days=30)):{day}}") == {old, flood}
    assert ids(f"start_date={(NOW - timedelta(days=50)):{day}}&end_date={(NOW - timedelta(days=30)):{day}}") == {flood}
    assert ids(f"updated_after={(NOW - timedelta(minutes=45)):{day}}") == {done}
    public.move(old, "accepted")
    assert ids(f"updated_after={(NOW - timedelta(minutes=10)):{day}}") == {old}, "also what was received long ago"
    both = [ids(f"page_size=2&page={n}") for n in (1, 2, 3)]
    assert [len(b) for b in both] == [2, 1, 0] and both[0] | both[1] == {road, flood, done}


WRONG = (
    *("status=x", "service_code=x", "start_date=yesterday", "start_date=2026-13-01", "page=0", "page=x", "page_size=1001"),
    *("start_date=2026-01-01&end_date=2026-06-01", "start_date=2026-02-01&end_date=2026-01-01", "end_date=9999-01-01"),
    *("updated_after=0001-01-01", "service_request_id=" + ",".join(map(str, range(200))), "page_size=-1"),
)


def test_wrong_filters(public: Public) -> None:
    for query in WRONG:
        failed(public.client.get(f"{V2}/requests.json?{query}"), 404 if query == "service_code=x" else 400)


def test_a_time_without_a_zone_is_bangkoks() -> None:
    found = open311.asked({"start_date": "2026-11-01"}, NOW, 10, 10)
    assert found.start == datetime.fromisoformat("2026-11-01T00:00:00+07:00")
    plus = open311.asked({"start_date": "2026-11-01T00:00:00 07:00"}, NOW, 10, 10)
    assert plus.start == found.start, "a plus that came as a space"


def test_a_merged_request_names_the_one_it_lives_on_in(public: Public) -> None:
    from storage import desk_staff

    one, other = public.file(), public.file()
    with public.store.write() as session:
        desk_staff.merge(session, one, other, NOW, by="malee", note=None, reason=None)
    (found,) = public.json(f"{V2}/requests/{one}.json")
    assert found["status"] == "closed" and other in found["status_notes"]
    with public.store.read() as session:
        assert [c.number for c in requests.listed(session, open311.asked({}, NOW, 10, 10))] == [other]
