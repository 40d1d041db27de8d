"""`report quarter`: the city's own form, frozen once a quarter is over, corrected only by name and reason."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from casework import periods
from casework.case import Draft
from casework.refusals import Refused
from casework.thai_time import BANGKOK
from storage import audit, cases
from storage.engine import Store
from storage.models import Case
from storage.models_reports import ReportSnapshot
from tests.admin_cli.desk import StaffDesk
from tests.reports.city import FORM, history

QUARTER = ("report", "quarter", "--fiscal-year", "2562", "--agency", "1021")
MARCH = datetime(2019, 3, 5, 9, tzinfo=BANGKOK)


def late_case(desk: StaffDesk, at: datetime = MARCH) -> None:
    """A row that comes years after the quarter was over."""
    with desk.store.write() as session:
        cases.file(session, Draft("late", agency="1021", channel="mis"), desk.rules, at, reporter=None, actor="staff:mis")


@pytest.fixture(scope="module")
def filled(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city's database, to be copied."""
    file = tmp_path_factory.mktemp("city") / "city.db"
    shutil.copy(empty, file)
    store = Store(f"sqlite:///{file}")
    with store.write() as session:
        history(session)
    store.shorten_log(0)
    store.close()
    return file


@pytest.fixture
def city(desk: StaffDesk, filled: Path, tmp_path: Path) -> StaffDesk:
    desk.store.close()
    shutil.copy(filled, tmp_path / "desk.db")
    return desk


@pytest.mark.parametrize("quarter, until, received, done, done_pct, left, left_pct", FORM)
def test_the_citys_own_figures(
    city: StaffDesk, quarter: int, until: date, received: int, done: int, done_pct: str, left: int, left_pct: str
) -> None:
    (found,) = city.json(*QUARTER, "--quarter", str(quarter), "--until", until.isoformat())
    keys = ("quarter", "until", "received", "done", "done_pct", "in_progress", "in_progress_pct")
    assert tuple(found)[:7] == keys
    assert [found[k] for k in keys] == [quarter, until.isoformat(), received, done, float(done_pct), left, float(left_pct)]
    assert found["confirmed"] + found["silent"] == done and found["disputed"] == 0
    thai = city.run(*QUARTER, "--quarter", str(quarter), "--until", until.isoformat(), "--format", "html").stdout
    assert f"มีจำนวนเรื่องร้องเรียนทั้งสิ้น {received:,} เรื่อง" in thai and f"จำนวน {done:,} เรื่อง คิดเป็นร้อยละ {done_pct}" in thai


def test_a_year_is_an_object_a_quarter(city: StaffDesk) -> None:
    found = city.json(*QUARTER)
    assert [(q["quarter"], q["until"]) for q in found] == [
        (1, "2018-12-31"),
        (2, "2019-03-31"),
        (3, "2019-06-30"),
        (4, "2019-09-30"),
    ]
    assert (found[1]["received"], found[1]["done"], found[3]["received"], found[3]["done"]) == (915, 914, 1669, 1637)
    assert city.json("report", "quarter", "--fiscal-year", "2562")[3]["received"] == 1669
    assert city.json("report", "quarter", "--fiscal-year", "2562", "--agency", "1004")[3] == {
        **found[3],
        **dict.fromkeys((k for k, v in found[3].items() if isinstance(v, int) and k not in {"quarter", "version"}), 0),
        **{"done_pct": None, "in_progress_pct": None},
        "frozen_at": city.json("report", "quarter", "--fiscal-year", "2562", "--agency", "1004")[3]["frozen_at"],
    }


def test_a_quarter_that_is_over_does_not_change(city: StaffDesk) -> None:
    before = city.json(*QUARTER)
    late_case(city)
    after = city.json(*QUARTER)
    for one, other in zip(before, after, strict=True):
        figures = {k: v for k, v in one.items() if k not in {"late_rows", "differs"}}
        assert figures == {k: v for k, v in other.items() if k not in {"late_rows", "differs"}}
    assert [q["late_rows"] for q in after] == [0, 1, 1, 1]
    assert after[1]["differs"]["received"] == {"frozen": 915, "now": 916} and not after[0]["differs"]
    shown = city.run(*QUARTER).stdout
    assert "บันทึกเข้ามาภายหลัง 1 เรื่อง" in shown and "ที่ตรึงไว้ 915 ถ้านับรวม 916" in shown


def test_a_correction_is_a_new_version_with_name_and_reason(city: StaffDesk) -> None:
    city.json(*QUARTER)
    late_case(city)
    correct = (
        "report",
        "correct",
        "--fiscal-year",
        "2562",
        "--agency",
        "1021",
        "--by",
        "anan",
        "--reason",
        "MIS rows of March",
    )
    done = city.json(*correct)
    assert [(d["quarter"], d["version"], d["scope"]) for d in done] == [(2, 2, "1021"), (3, 2, "1021"), (4, 2, "1021")]
    first, second, *_ = city.json(*QUARTER)
    assert (first["version"], second["version"], second["received"], second["late_rows"]) == (1, 2, 916, 0)
    (correction,) = second["corrections"]
    assert (correction["by"], correction["reason"], correction["version"]) == ("anan", "MIS rows of March", 2)
    assert "โดย anan: MIS rows of March" in city.run(*QUARTER).stdout
    assert "what they were" in city.no(*correct)
    with city.store.read() as session:
        assert [d.what for d in audit.latest(session, 9)] == ["report correct"] * 3
        kept = session.scalars(select(ReportSnapshot).where(ReportSnapshot.quarter == 2).order_by(ReportSnapshot.version))
        assert [row.figures["received"] for row in kept] == [915, 916], "the first version stays"


def test_events_after_a_quarter_change_nothing_in_it(city: StaffDesk) -> None:
    """Even without a freeze: the figures are as of the end, not as the cases stand now."""
    with city.store.read() as session:
        number = session.scalars(select(Case.number).where(Case.status == "numbered")).first()
    assert number
    city.run("cases", "status", number, "withdrawn", "--by", "malee")
    assert city.json(*QUARTER)[3]["withdrawn"] == 0 and city.json(*QUARTER)[3]["in_progress"] == 32


def test_figures_that_were_tampered_with_are_refused(city: StaffDesk) -> None:
    city.json(*QUARTER)
    with city.store.write() as session:
        session.execute(update(ReportSnapshot).where(ReportSnapshot.quarter == 3).values(figures={"received": 1}))
    assert "checksum" in city.no(*QUARTER)


def test_the_running_quarter_is_as_of_today_and_never_frozen(desk: StaffDesk) -> None:
    now = datetime.now(UTC)
    year, before = periods.current(now), len(periods.cumulative(periods.current(now), now))
    desk.case(agency="1021", ago=timedelta(seconds=1))
    found = desk.json("report", "quarter", "--agency", "1021")
    assert len(found) == before and found[-1]["received"] == 1 and found[-1]["version"] == 0
    assert found[-1]["until"] == (now + timedelta(hours=7)).date().isoformat()
    desk.case(agency="1021", ago=timedelta(seconds=1))
    assert desk.json("report", "quarter", "--agency", "1021", "--fiscal-year", str(year))[-1]["received"] == 2


def test_as_workbook_a_sheet_a_quarter(city: StaffDesk, tmp_path: Path) -> None:
    city.run(*QUARTER, "--format", "xlsx", "--out", str(tmp_path / "form.xlsx"))
    book = load_workbook(tmp_path / "form.xlsx")
    assert book.sheetnames == [f"ไตรมาสที่ {n}" for n in (1, 2, 3, 4)]
    cells: dict[Any, Any] = {row[0].value: row[1].value for row in book["ไตรมาสที่ 2"].iter_rows(max_col=2)}
    assert (cells["ได้รับแจ้ง"], cells["แล้วเสร็จ"], cells["ถึงวันที่"]) == (915, 914, "31 มี.ค. 2562")
    percents = [row[1].value for row in book["ไตรมาสที่ 2"].iter_rows(max_col=2) if row[0].value == "ร้อยละ"]
    assert percents == [99.89, 0.11]


def test_as_csv_a_line_a_quarter(city: StaffDesk, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(city.run(*QUARTER, "--format", "csv").stdout)))
    assert [row["until"] for row in rows] == ["2018-12-31", "2019-03-31", "2019-06-30", "2019-09-30"]
    assert (rows[1]["received"], rows[1]["done_pct"]) == ("915", "99.89")
    city.run(*QUARTER, "--format", "csv", "--out", str(tmp_path / "x.csv"))
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "Excel knows that it is UTF-8"


def test_small_numbers_are_marked(desk: StaffDesk) -> None:
    with desk.store.write() as session:
        cases.file(session, Draft("x", agency="1021"), desk.rules, MARCH, reporter=None)
    page = desk.run(*QUARTER, "--format", "html").stdout
    assert "จำนวนน้อยกว่า 30 เรื่อง" in page and "ลงชื่อ" in page and "<script" not in page


WRONG = {
    ("report", "quarter", "--fiscal-year", "2019"): (1, "2562"),
    ("report", "quarter", "--agency", "9999"): (1, "9999"),
    ("report", "quarter", "--fiscal-year", "2699"): (1, "not begun"),
    ("report", "quarter", "--quarter", "5"): (2, "equal to 4"),
    ("report", "quarter", "--until", "soon"): (2, "soon"),
    (*QUARTER, "--until", "2020-03-01"): (1, "not in fiscal year 2562"),
    (*QUARTER, "--quarter", "1", "--until", "2562-06-24"): (1, "quarter 3"),
    (*QUARTER, "--format", "xlsx"): (2, "--out"),
    (*QUARTER, "--format", "csv", "--json"): (2, "json"),
    (*QUARTER, "--out", "/nowhere/at/all.csv"): (2, "no folder"),
    ("report", "correct", "--fiscal-year", "2562"): (2, "why"),
    ("report", "correct", "--fiscal-year", "2562", "--reason", "x"): (1, "frozen"),
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_use_explains_itself(desk: StaffDesk, words: tuple[str, ...]) -> None:
    code, said = WRONG[words]
    done = desk.run(*words, code=code)
    assert said in done.stderr and done.stdout == ""


def test_a_day_that_is_still_to_come_is_refused() -> None:
    now = datetime(2019, 6, 20, tzinfo=UTC)
    with pytest.raises(Refused, match="day_ahead"):
        periods.cumulative(2562, now, until=date(2019, 6, 24))
    assert [p.last_day for p in periods.cumulative(2562, now)] == [date(2018, 12, 31), date(2019, 3, 31), date(2019, 6, 20)]
