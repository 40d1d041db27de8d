"""Anything at all to Open311 and the map: an answer in form, never a 5xx, never two cases of one post, nothing personal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bot.open311_shapes import write
from storage import api_keys
from storage.models import Case
from tests.fuzz.shapes import TEXT
from tests.public.conftest import NOW, Public

V2 = "/open311/v2"
NAMES = st.sampled_from(
    ["service_code", "lat", "long", "address_string", "address_id", "description", "media_url", "email", "phone", "first_name",
     "attribute[urgent]", "attribute[external_no]", "attribute[x]", "attribute[", "jurisdiction_id", "idempotency_key", "page",
     "page_size", "status", "start_date", "end_date", "updated_after", "service_request_id", "api_key", "lang", "", "days",
     "category", "district", "urgent", "bbox"]
)  # fmt: skip
LIKELY = st.sampled_from(
    ["road", "flood", "conduct", "13.7563", "100.5018", "18.78", "-0", "1e5", "nan", "yes", "open,closed",
     "2026-11-01T00:00:00Z", "2026-11-21T00:00:00+07:00", "0000-00-00", "9999-12-31T23:59:59-12:00", "1", "1000", "99999999", "http://x.example/a.jpg",
     "70-0000013", "bangkok.go.th", "1,2,3,4", "100.4,13.6,100.6,13.8", "1042", "365", "th"]
)  # fmt: skip
FIELDS = st.dictionaries(NAMES, st.one_of(LIKELY, TEXT), max_size=8)


class Caller:
    """The web part with a key."""

    def __init__(self, folder: Path) -> None:
        laid = folder / "rules.toml"
        laid.write_text("[limits]\npage_requests = 1e8\n[map]\npoints = 5\n", "utf-8")
        self.public = Public(f"sqlite:///{folder}/fuzz.db", folder, RULES_FILE=str(laid))
        with self.public.store.write() as session:
            self.key = api_keys.issue(session, "Fuzz", "mis", ["post"], 100_000, NOW, "malee")[0]
        self.public.web.testing = False
        self.number = self.public.file()

    def count(self) -> int:
        with self.public.store.read() as session:
            return int(session.scalar(select(func.count()).select_from(Case)) or 0)


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    made = Caller(tmp_path_factory.mktemp("open311"))
    yield made
    made.public.store.close()


def in_form(answer: TestResponse) -> Any:
    """What was answered, read in the form it claims; never a 5xx."""
    assert answer.status_code < 500, answer.text[:300]
    if answer.mimetype == "text/xml":
        return ElementTree.fromstring(answer.data)
    return json.loads(answer.text) if answer.is_json or answer.mimetype == "application/geo+json" else answer.text


@given(FIELDS, st.sampled_from(["json", "xml"]))
@example({"service_code": "road", "lat": "13.7563", "long": "100.5018", "description": "\x00\x0b\ufffe"}, "xml")
@example({"service_code": "road", "address_string": "เขตบางรัก", "description": "x", "attribute[external_no]": "\x00"}, "json")
def test_any_form_posted_twice_makes_one_case_at_most(caller: Caller, fields: dict[str, str], form: str) -> None:
    before = caller.count()
    fields = {name: text.encode("utf-8", "replace").decode() for name, text in fields.items() if name != "api_key"}
    client = caller.public.client
    first, again = (client.post(f"{V2}/requests.{form}", data=fields | {"api_key": caller.key}) for _ in range(2))
    told, repeated = in_form(first), in_form(again)
    assert first.status_code == again.status_code in {201, 400, 404, 409}
    if form == "json":
        assert told == repeated
    assert caller.count() - before <= (first.status_code == 201)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), LIKELY, st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(NAMES, st.text(max_size=5)), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(JSON)
@example({"service_code": "road", "lat": 13.7563, "long": 100.5018, "description": "\ud800"})
def test_any_json(caller: Caller, body: Any) -> None:
    if isinstance(body, dict):
        body = body | {"api_key": caller.key}
    in_form(caller.public.client.post(f"{V2}/requests.json", data=json.dumps(body), content_type="application/json"))


@given(
    st.binary(max_size=300),
    st.sampled_from(["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "x"]),
)
def test_any_bytes_and_nothing_is_filed_without_a_key(caller: Caller, body: bytes, kind: str) -> None:
    before = caller.count()
    answer = caller.public.client.post(f"{V2}/requests.xml", data=body, content_type=kind)
    in_form(answer)
    assert answer.status_code in {400, 403, 404, 413} and caller.count() == before


PATHS = st.sampled_from(
    ["requests.json", "requests.xml", "services.json", "discovery.xml", "services/road.xml", "/map.geojson", "/map"]
)


@given(PATHS, FIELDS)
@example("requests.json", {"start_date": "9999-12-31T23:59:59-12:00"})
def test_any_query(caller: Caller, path: str, fields: dict[str, str]) -> None:
    fields = {name: text.encode("utf-8", "replace").decode() for name, text in fields.items()}
    where = path if path.startswith("/") else f"{V2}/{path}"
    answer = caller.public.client.get(where, query_string=fields)
    in_form(answer)
    assert answer.status_code in {200, 400, 404}
    assert "U" + "a" * 32 not in answer.text and "ถนนเป็นหลุม" not in answer.text


@given(TEXT)
def test_any_number(caller: Caller, text: str) -> None:
    from urllib.parse import quote

    part = quote(text.encode("utf-8", "surrogatepass"), safe="")
    for path in (f"{V2}/requests/{part}.json", f"{V2}/tokens/{part}.xml", f"/cases/{part}", f"/cases/{part}/photos/1.jpg"):
        assert caller.public.client.get(path).status_code in {200, 301, 308, 404}


@given(st.dictionaries(st.sampled_from(["description", "status"]), st.text(), max_size=2))
def test_any_words_are_whole_xml(thing: dict[str, str]) -> None:
    root = ElementTree.fromstring(write("xml", "errors", [thing]))
    assert [child.tag for child in root[0]] == list(thing)
