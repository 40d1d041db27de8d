"""The log's lines and the figures of /metrics."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from bot import logs, meter
from bot.jobs import Jobs
from bot.meter import Meter
from bot.pages import pages
from casework import rules
from casework.case import Draft
from casework.seal import Seal
from storage import cases, figures, tallies
from storage.engine import Store
from storage.following import about
from storage.shelf import Folder
from tests.support.ready import ready
from tests.support.waiting import until

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
SECRET = "081-234-5678"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log writes; all loggers as before afterwards."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    meter.taken()
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)
    meter.taken()


def test_a_line_is_an_object(written: io.StringIO) -> None:
    logs.begin("json", written)
    log = logging.getLogger("turn")
    with about(event="01HX"), about(case="69-0001238"):
        log.info("turn over", extra={"about": {"ms": 12}})
    try:
        raise ValueError(f"somebody wrote {SECRET}")
    except ValueError:
        log.exception("it failed")
    first, second = map(json.loads, written.getvalue().splitlines())
    assert first | {"at": ""} == {
        **{"event": "01HX", "case": "69-0001238", "ms": 12, "at": "", "level": "INFO", "logger": "turn", "said": "turn over"}
    }
    assert second["error"].startswith("ValueError at test_logs") and "event" not in second
    assert SECRET not in written.getvalue()
    assert meter.taken() == {("errors", "turn"): 1}


def test_a_line_is_one_line(written: io.StringIO) -> None:
    logs.begin("json", written)
    logs.begin("text", written)
    with about(event="01HX"):
        logging.getLogger("turn").warning("two\nlines")
    (line,) = written.getvalue().splitlines()
    assert line.endswith(r"WARNING turn: two\nlines event=01HX")


def test_lines_are_written_together_and_a_warning_takes_along_what_waits(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LATEST", 60.0)
    logs.begin("text", written)
    log = logging.getLogger("turn")
    log.info("one")
    log.info("two")
    assert written.getvalue() == ""
    log.warning("three")
    assert [line.rpartition(" ")[2] for line in written.getvalue().splitlines()] == ["one", "two", "three"]
    log.info("four")
    logs.end()
    assert written.getvalue().endswith("four\n")


def test_lines_come_by_themselves_and_nothing_happens_where_they_cannot_be_written(written: io.StringIO) -> None:
    logs.begin("text", written)
    log = logging.getLogger("turn")
    log.info("one")
    until(lambda: "one" in written.getvalue(), why="the line")
    written.close()
    log.info("two")
    log.error("three")  # raises nothing


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{tmp_path / 'a.db'}"
    made = Store(url)
    ready(made)
    meter.taken()
    yield made
    made.close()


def test_counts_of_all_processes_meet(store: Store) -> None:
    for _ in range(2):
        meter.count("sends", "reply sent")
        meter.observe("turn_seconds", 0.07)
        meter.observe("turn_seconds", 1000)
        Meter(store).add()
    with store.read() as session:
        found = tallies.all_of(session)
    assert found == {"sends": {"reply sent": 2}, "turn_seconds": {"0.1": 2, "+Inf": 2, "sum": pytest.approx(2000.14)}}


def test_counts_wait_for_the_database(tmp_path: Path) -> None:
    meter.taken()
    meter.count("sends", "push dead")
    closed = Store(f"sqlite:///{tmp_path}/nothing.db")
    Meter(closed).add()
    assert meter.taken() == {("sends", "push dead"): 1}
    closed.close()


def test_every_figure(store: Store, tmp_path: Path) -> None:
    laid = rules.load()
    with store.write() as session:
        number = cases.file(session, Draft(f"โทร {SECRET}", district_code="1001"), laid, NOW, reporter="U1").number
        cases.move(session, cases.must(session, number), "accepted", NOW, who="staff", actor="staff:malee")
        figures.backed_up(session, "b.db", NOW - timedelta(hours=2))
    Jobs(store, laid, lambda: NOW, Folder(tmp_path), seal=Seal("a key"), public_url=None).sweep()
    meter.observe("turn_seconds", 0.3)
    meter.count("sends", "reply sent")
    meter.count("line_calls", "Limited")
    Meter(store).add()
    web = Flask("figures")
    web.register_blueprint(pages(store, lambda: NOW + timedelta(seconds=40), Folder(tmp_path), laid, dict))
    answer = web.test_client().get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert found["rongtook_cases_open", "accepted"] == 1 and found["rongtook_cases_numbered_total", "2570"] == 1
    assert found["rongtook_sweep_age_seconds",] == 40 and found["rongtook_backup_age_seconds",] == 7240
    assert found["rongtook_sends_total", "sent", "reply"] == 1 and found["rongtook_line_calls_total", "Limited"] == 1
    assert found["rongtook_turn_seconds_bucket", "0.25"] == 0 and found["rongtook_turn_seconds_bucket", "0.5"] == 1
    assert found["rongtook_turn_seconds_count",] == 1 and found["rongtook_turn_seconds_sum",] == pytest.approx(0.3)
    assert found["rongtook_inbox_events", "waiting"] == 0 and ("rongtook_outbox_oldest_seconds",) in found
    assert SECRET not in answer.text and number not in answer.text and "malee" not in answer.text
