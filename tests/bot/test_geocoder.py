"""Places named in words, looked up in a Nominatim on loopback: found, not found, elsewhere, away."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from bot.geocoder import Geocoder
from bot.settings import SettingsProblem, load
from storage.models import Lookup
from tests.support.reading import words
from tests.talks.theatre import Actor, Stage, fresh


class Nominatim(ThreadingHTTPServer):
    """Answers every search with `hits`, or with `status`."""

    daemon_threads = True

    def __init__(self) -> None:
        self.hits: list[dict[str, Any]] = []
        self.status = 200
        self.asked: list[dict[str, list[str]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Nominatim

    def do_GET(self) -> None:
        self.server.asked.append(parse_qs(urlsplit(self.path).query))
        body = json.dumps(self.server.hits).encode()
        self.send_response(self.server.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


@pytest.fixture
def nominatim() -> Iterator[Nominatim]:
    server = Nominatim()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = fresh(tmp_path)
    made.turns._geocodes = True
    return made


def looks(stage: Stage, nominatim: Nominatim) -> None:
    """The worker does what is due."""
    port = nominatim.server_address[1]
    geocoder = Geocoder(stage.store, f"http://127.0.0.1:{port}", lambda: stage.now)
    for wanted in geocoder.due(4):
        geocoder.take(wanted)


def waiting(stage: Stage) -> int:
    with stage.store.read() as session:
        return session.scalar(select(func.count()).select_from(Lookup)) or 0


HIT = {"lat": "13.88", "lon": "100.60", "display_name": "ตลาดยิ่งเจริญ, เขตบางเขน, กรุงเทพมหานคร"}


def test_a_landmark_becomes_a_pin_to_confirm(stage: Stage, nominatim: Nominatim) -> None:
    nid = Actor(stage)
    nid.does("ไฟทางดับหน้าตลาดยิ่งเจริญ มืดมาก โทร 0812345678")
    assert waiting(stage) == 1
    nominatim.hits = [HIT]
    looks(stage, nominatim)
    (question,) = nid.hears()
    assert "เจอจุดนี้บนแผนที่" in words(question) and "ตลาดยิ่งเจริญ" in words(question)
    (asked,) = nominatim.asked
    assert "0812345678" not in str(asked), "only the name goes there"
    assert asked["countrycodes"] == ["th"] and asked["bounded"] == ["1"]
    assert waiting(stage) == 0
    assert "มีรูปไหมคะ" in words(nid.does("[ใช่]")[-1])
    nid.does("[ไม่มีรูป]")
    nid.does("[ส่งเรื่อง]")
    from storage.models import Case

    with stage.store.read() as session:
        case = session.scalars(select(Case)).one()
        assert (case.lat, case.lng, case.district_code) == (13.88, 100.60, "1005")


def test_the_answer_to_where_is_looked_up_as_well(stage: Stage, nominatim: Nominatim) -> None:
    nid = Actor(stage)
    nid.does("ไฟทางดับทั้งซอย")
    nid.does("หน้าร้านป้าแดง ใกล้ท่าเรือ โทร 0812345678")
    nominatim.hits = [HIT]
    looks(stage, nominatim)
    assert "เจอจุดนี้บนแผนที่" in words(nid.hears()[0])
    (asked,) = nominatim.asked
    assert "ป้าแดง" in str(asked) and "0812345678" not in str(asked)


def test_what_is_elsewhere_or_nowhere_suggests_nothing(stage: Stage, nominatim: Nominatim) -> None:
    nid = Actor(stage)
    nid.does("ไฟทางดับหน้าตลาดยิ่งเจริญ")
    nominatim.hits = [HIT | {"lat": "18.7883", "lon": "98.9853"}]
    looks(stage, nominatim)
    assert nid.hears() == [] and waiting(stage) == 0
    bo = Actor(stage)
    bo.does("ไฟทางดับหน้าตลาดยิ่งเจริญ")
    nominatim.hits = []
    looks(stage, nominatim)
    assert bo.hears() == [] and waiting(stage) == 0


def test_an_answer_that_comes_too_late_is_of_no_use(stage: Stage, nominatim: Nominatim) -> None:
    nid = Actor(stage)
    nid.does("ไฟทางดับหน้าตลาดยิ่งเจริญ")
    nid.does("📍 13.7563, 100.5018")
    nominatim.hits = [HIT]
    looks(stage, nominatim)
    assert nid.hears() == []


def test_a_geocoder_that_is_away_is_asked_again_for_a_while(stage: Stage, nominatim: Nominatim) -> None:
    nid = Actor(stage)
    nid.does("ไฟทางดับหน้าตลาดยิ่งเจริญ")
    nominatim.status, nominatim.hits = 500, [HIT]
    looks(stage, nominatim)
    assert waiting(stage) == 1
    nominatim.status = 200
    stage.now += timedelta(seconds=10)
    looks(stage, nominatim)
    assert "เจอจุดนี้บนแผนที่" in words(nid.hears()[0])
    nominatim.status = 500
    bo = Actor(stage)
    bo.does("ไฟทางดับหน้าตลาดยิ่งเจริญ")
    stage.now += timedelta(minutes=3)
    looks(stage, nominatim)
    assert waiting(stage) == 0, "given up"


def test_only_a_safe_address_is_taken() -> None:
    with pytest.raises(SettingsProblem, match="NOMINATIM_URL"):
        load({"NOMINATIM_URL": "http://nominatim.example.org"}, make_key=False)
    assert load({"NOMINATIM_URL": "https://n.example.org/"}, make_key=False).nominatim == "https://n.example.org"
