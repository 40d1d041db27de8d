"""What executives, citizens' browsers and other systems ask for: reports, the map's data, the case's page, Open311."""

from __future__ import annotations

import json
from functools import partial
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from typer.testing import CliRunner

from admin_cli.cli import app as admin
from bot.case_page import case_page
from bot.map_page import map_page
from bot.open311 import geo_report
from casework import periods, rules
from storage import api_keys
from storage.shelf import Folder
from tests.support.citizen import fresh_spot

if TYPE_CHECKING:
    from tests.scale.measure import Measurement

LIMITS = {"report": 10_000.0, "/map": 2_000.0, "/cases/N": 50.0, "/open311": 2_000.0, "POST /open311": 50.0}
"""What must hold among a million cases, by how the name begins: the median, in milliseconds."""
MAPS = (
    *("/map", "/map/figures.json?days=30", "/map/figures.json?days=365", "/map.geojson?days=30", "/map.geojson?days=365"),
    *("/map.geojson?days=365&category=road&status=open", "/map.geojson?days=365&bbox=100.5,13.7,100.52,13.72"),
    *("/map.geojson?days=90&district=1042", "/map.geojson?days=365&urgent=1&status=closed"),
    *("/open311/v2/requests.json", "/open311/v2/requests.xml?page_size=1000&status=closed"),
    "/open311/v2/requests.json?updated_after=2026-11-20T00:00:00Z",
)
REPORTS = ("quarter", "kpi", "tags", "survey", "usage")


def measure(m: Measurement) -> None:
    """The pages and Open311, each answer worked out anew; each report as it is first given out, and once more."""
    pages(m)
    reports(m)


def pages(m: Measurement) -> None:
    """The case's page, the map's data, Open311 read and posted to."""
    web, shelf, known = Flask("scale"), Folder(m.folder / "media"), rules.load()
    anew = rules.Rules({"map": {**known.table("map"), "fresh_seconds": 0}})
    web.register_blueprint(case_page(m.store, shelf, "https://1555.example"))
    web.register_blueprint(geo_report(m.store, known, lambda: m.stage.now, None))
    web.register_blueprint(map_page(m.store, anew, lambda: m.stage.now, tiles=None, public_url=None))
    client = web.test_client()
    for case in m.some:
        with m.times.one("/cases/N"):
            assert client.get(f"/cases/{case.number}").status_code == 200
    for path in MAPS:
        m.times.often(path, m.few, partial(_found, client, path))
    with m.store.write() as session:
        key, _ = api_keys.issue(session, f"scale {uuid4().hex[:8]}", "mis", ["post"], 100_000, m.stage.now, "scale")
    numbers = count(1)

    def post() -> None:
        lat, long = fresh_spot()
        place = {"lat": f"{lat:.6f}", "long": f"{long:.6f}"}
        words = {"description": f"หลุมกลางถนน {next(numbers)} {uuid4().hex}", "service_code": "road", "api_key": key}
        answer = client.post("/open311/v2/requests.json", data=words | place)
        assert answer.status_code == 201, answer.text

    m.times.often("POST /open311/v2/requests.json", m.rounds, post)


def _found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text[:200])


def reports(m: Measurement) -> None:
    """Every report of the last fiscal year that is over, of all agencies and of one."""
    runner, year = CliRunner(), str(periods.current(m.stage.now) - 1)
    env = {"DATABASE_URL": m.url, "MEDIA_DIR": str(m.folder / "media")}

    def given(verb: str, *words: str) -> object:
        result = runner.invoke(admin, ["report", verb, "--fiscal-year", year, "--json", *words], env=env)
        assert result.exit_code == 0, (verb, result.output[-400:], result.exception)
        return json.loads(result.stdout)

    for verb in REPORTS:
        for words in ((), ("--agency", "1042")):
            if words and verb == "usage":
                continue
            name = " ".join(("report", verb, *words))
            for n, again in enumerate(("", ", frozen")):
                with m.times.one(name + again):
                    found = given(verb, *words)
                assert found, (verb, n)
    with m.times.one("report plots"):
        result = runner.invoke(admin, ["report", "plots", "--fiscal-year", year, "--out", str(m.folder / "plots")], env=env)
        assert result.exit_code == 0, (result.output[-400:], result.exception)


def over(m: Measurement) -> list[str]:
    """What took longer than it may, in words."""
    found = []
    for name in m.times.of:
        most = next((limit for begins, limit in LIMITS.items() if name.startswith(begins)), None)
        if most is not None and m.times.p50(name) > most:
            found.append(f"more than {most:.0f} ms: {name}")
    return found
