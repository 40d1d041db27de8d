"""`cases import`: what is taken, what is told, what is kept; broken off and gone on with."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from admin_cli.csv_file import LONGEST_LINE
from bot.cards.case_cards import worth_telling
from bot.jobs import Jobs
from casework.interchange import COLUMNS
from casework.seal import Seal
from storage import cases, interchange
from storage.models import OutboxMessage
from storage.shelf import Folder
from tests.admin_cli.desk import NOW, StaffDesk

ROOT = Path(__file__).parents[2]
GOOD = {"external_no": "MIS-1", "received_at": "2026-01-31T09:00:00+07:00", "text": "ถนนเป็นหลุม"}


def table(*rows: dict[str, str], columns: Sequence[str] = COLUMNS) -> str:
    """A CSV text."""
    made = io.StringIO()
    writer = csv.DictWriter(made, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


def saved(folder: Path, words: str | bytes, name: str = "mis.csv") -> str:
    file = folder / name
    file.write_bytes(words.encode() if isinstance(words, str) else words)
    return str(file)


def taken(desk: StaffDesk, folder: Path, *rows: dict[str, str], code: int = 0) -> Any:
    return desk.json("cases", "import", saved(folder, table(*rows)), "--by", "malee", code=code)


def test_what_has_no_end_is_no_table(desk: StaffDesk, tmp_path: Path) -> None:
    assert "/dev/zero is no plain file" in desk.no("cases", "import", "/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    assert "no plain file" in desk.no("cases", "import", str(tmp_path / "pipe"))
    with (tmp_path / "endless.csv").open("wb") as file:
        file.truncate(1 << 36)
    assert "line 1 is longer than 1000000 bytes" in desk.no("cases", "import", str(tmp_path / "endless.csv"))


def test_a_whole_life(desk: StaffDesk, tmp_path: Path) -> None:
    row = GOOD | {
        "channel": "phone_1555",
        "category": "light",
        "lat": "13.7563",
        "lng": "100.5018",
        "status": "closed",
        "accepted_at": "2026-02-01T10:00",
        "fixed_at": "3 ก.พ. 2569 15:30 น.",
        "closed_at": "06/02/2569 08:00",
        "rating": "๕",
    }
    done = taken(desk, tmp_path, row)
    assert (done["rows"], done["entered"], done["known"], done["bad"]) == (1, 1, 0, 0)
    (case,) = desk.json("cases", "list")
    assert (case["channel"], case["category"], case["district_code"], case["agency"]) == ("phone_1555", "light", "1001", "1001")
    assert (case["status"], case["rating"], case["confirmed"], case["subdistrict"]) == ("closed", 5, None, "บวรนิเวศ")
    assert case["number"].startswith("69-") and case["created_at"] == GOOD["received_at"]
    assert [(e["status"], e["at"]) for e in case["events"]] == [
        ("numbered", "2026-01-31T09:00:00+07:00"),
        ("accepted", "2026-02-01T10:00:00+07:00"),
        ("fixed_reported", "2026-02-03T15:30:00+07:00"),
        ("closed", "2026-02-06T08:00:00+07:00"),
    ]
    assert all(e["actor"] == "staff:malee" for e in case["events"])
    assert desk.events(case["number"])[0].reason == "mis.csv"
    assert desk.stored(case["number"]).closed_at is not None


def test_numbers_are_of_the_year_in_which_it_was_received(desk: StaffDesk, tmp_path: Path) -> None:
    days = {"A": "2025-09-30T23:59:59+07:00", "B": "2025-10-01T00:00:00+07:00", "C": "2020-01-01"}
    taken(desk, tmp_path, *(GOOD | {"external_no": no, "received_at": day} for no, day in days.items()))
    assert [case["number"][:2] for case in desk.json("cases", "list")] == ["63", "69", "68"]


def test_nobody_is_told_and_no_alarm_rings(desk: StaffDesk, tmp_path: Path) -> None:
    rows = [GOOD | {"external_no": f"M{n}", "district_code": "1001", "category": "road"} for n in range(3)]
    rows[1] |= {"status": "accepted", "accepted_at": "2026-02-01"}
    taken(desk, tmp_path, *rows)
    Jobs(desk.store, desk.rules, lambda: NOW, Folder(tmp_path), seal=Seal("a key"), public_url=None).sweep()
    with desk.store.read() as session:
        assert session.query(OutboxMessage).count() == 0
        assert session.scalar(text("SELECT count(*) FROM cases WHERE clock_at IS NOT NULL")) == 0
        assert session.scalar(text("SELECT count(*) FROM case_events WHERE NOT told OR NOT spread")) == 0
    assert len(desk.json("cases", "list", "--overdue")) == 3


def test_the_same_number_twice_changes_nothing(desk: StaffDesk, tmp_path: Path) -> None:
    changed = GOOD | {"text": "something else", "status": "accepted", "accepted_at": "2026-02-01"}
    assert taken(desk, tmp_path, GOOD, changed)["known"] == 1
    before = desk.json("cases", "list")
    again = taken(desk, tmp_path, changed, GOOD | {"external_no": "MIS-2"})
    assert (again["entered"], again["known"]) == (1, 1)
    assert desk.json("cases", "list")[1:] == before


BAD = {
    "no number": ({"external_no": " "}, "external_no"),
    "a long number": ({"external_no": "x" * 65}, "external_no"),
    "no words": ({"text": " \n "}, "no words"),
    "a long text": ({"text": "ก" * 100_001}, "longer than"),
    "no time": ({"received_at": ""}, "received_at is empty"),
    "American dates": ({"received_at": "12/31/2025"}, "is no time"),
    "a number of Excel's": ({"received_at": "45992"}, "is no time"),
    "the future": ({"received_at": "2099-01-01"}, "in the future"),
    "long ago": ({"received_at": "1999-01-01"}, "too long ago"),
    "a channel": ({"channel": "fax"}, "fax"),
    "a kind": ({"kind": "wish"}, "wish"),
    "a category": ({"category": "roads"}, "roads"),
    "a district": ({"district_code": "Chiang Mai"}, "no district"),
    "an agency": ({"agency": "9999"}, "no agency"),
    "half a pin": ({"lat": "13.7"}, "not a position"),
    "a swapped pin": ({"lat": "100.5", "lng": "13.7"}, "swapped"),
    "another province": ({"lat": "18.7883", "lng": "98.9853"}, "outside Bangkok"),
    "a status": ({"status": "done"}, "done"),
    "stars": ({"rating": "6"}, "1 to 5"),
    "fixed before it came": ({"fixed_at": "2026-01-01"}, "earlier"),
    "closed without a time": ({"status": "closed"}, "closed_at"),
    "fixed without a time": ({"status": "fixed_reported"}, "fixed_at"),
    "times and status apart": ({"status": "numbered", "closed_at": "2026-02-01"}, "does not go with"),
    "NUL": ({"text": "a\x00b"}, "control"),
}


def test_bad_rows_are_told_and_stop_nothing(desk: StaffDesk, tmp_path: Path) -> None:
    rows = [GOOD | {"external_no": f"B{n}"} | wrong for n, (wrong, _) in enumerate(BAD.values())]
    mixed = [row for n, bad in enumerate(rows) for row in (bad, GOOD | {"external_no": f"G{n}"})]
    file, errors = saved(tmp_path, table(*mixed)), tmp_path / "bad.csv"
    done = desk.run("cases", "import", file, "--errors", str(errors), "--by", "malee", code=1)
    with errors.open(encoding="utf-8", newline="") as opened:
        told = list(csv.DictReader(opened))
    assert len(told) == len(BAD)
    lines = [line for line in done.stderr.splitlines() if line.startswith("line ")]
    assert len(lines) == len(BAD)
    for name, (_, why), found in zip(BAD, BAD.values(), told, strict=True):
        assert why[1] in found["reason"], f"{name}: {found['reason']}"
    assert f"{len(BAD)} bad" in done.stdout and len(desk.json("cases", "list")) == len(BAD)
    assert errors.stat().st_mode & 0o077 == 0


def test_lines_are_those_of_the_file(desk: StaffDesk, tmp_path: Path) -> None:
    rows = (GOOD | {"text": "two\nlines"}, GOOD | {"external_no": "X", "rating": "9"})
    words = table(*rows) + "\r\n" + "cut,off\r\n" + table(GOOD | {"external_no": "Y", "text": "last"}).splitlines()[1]
    done = desk.json("cases", "import", saved(tmp_path, words), code=1)
    assert [(bad["line"], bad["external_no"]) for bad in done["errors"]] == [(4, "X"), (6, "")]
    assert done["entered"] == 2 and "2 cells" in done["errors"][1]["reason"]


def test_broken_quotes_and_endless_lines(desk: StaffDesk, tmp_path: Path) -> None:
    head, row, *_ = table(GOOD).splitlines()
    long = "L,2026-01-01,mis,,," + "x" * (2 * LONGEST_LINE)
    words = "\n".join([head, f'Q,"a"b,{row}', long, row, 'O,2026-01-01,,,,"never closed', row.replace("MIS-1", "MIS-2")])
    done = desk.json("cases", "import", saved(tmp_path, words), code=1)
    assert done["entered"] == 1 and [bad["line"] for bad in done["errors"]] == [2, 3, 5]
    assert "quotation" in done["errors"][0]["reason"] and "longer" in done["errors"][1]["reason"]


def test_encodings(desk: StaffDesk, tmp_path: Path) -> None:
    words = table(GOOD)
    assert desk.json("cases", "import", saved(tmp_path, words.encode("utf-8-sig")))["entered"] == 1
    thai = desk.run("cases", "import", saved(tmp_path, words.replace("MIS-1", "MIS-2").encode("cp874")))
    assert "TIS-620" in thai.stderr and desk.json("cases", "list")[0]["text"] == "ถนนเป็นหลุม"
    assert "UTF-16" in desk.no("cases", "import", saved(tmp_path, words.encode("utf-16")))
    stray = words.replace("MIS-1", "MIS-3").encode() + b"Z,2026-01-01,,,,\xa1\xa2,,,,,,,,,\r\n"
    done = desk.json("cases", "import", saved(tmp_path, stray), code=1)
    assert done["entered"] == 1 and "UTF-8" in done["errors"][0]["reason"]
    semicolons = words.replace("MIS-1", "MIS-4").replace(",", ";")
    assert desk.json("cases", "import", saved(tmp_path, semicolons))["entered"] == 1


def test_files_that_are_no_such_table(desk: StaffDesk, tmp_path: Path) -> None:
    assert "is empty" in desk.no("cases", "import", saved(tmp_path, ""))
    said = desk.no("cases", "import", saved(tmp_path, "number,words\n1,x\n"))
    assert "missing: external_no, received_at, text" in said
    assert "stands twice" in desk.no("cases", "import", saved(tmp_path, "external_no,received_at,text,Text\n"))
    assert "CR alone" in desk.no("cases", "import", saved(tmp_path, table(GOOD).replace("\r\n", "\r")))
    assert "No such file" in desk.no("cases", "import", str(tmp_path / "nowhere.csv"))
    assert "directory" in desk.no("cases", "import", str(tmp_path))
    file = saved(tmp_path, table(GOOD))
    assert "--errors" in desk.run("cases", "import", file, "--errors", file, code=2).stderr


def test_unknown_columns_are_notes_for_staff(desk: StaffDesk, tmp_path: Path) -> None:
    words = table(GOOD | {"ผู้แจ้ง": "นาย ก", "zone": "5"}, columns=[*COLUMNS, "ผู้แจ้ง", "zone", "number"])
    done = desk.run("cases", "import", saved(tmp_path, words))
    assert "Kept as notes for staff: ผู้แจ้ง, zone." in done.stderr
    (case,) = desk.json("cases", "list")
    assert case["events"][-1]["note"] == "ผู้แจ้ง: นาย ก\nzone: 5"
    with desk.store.read() as session:
        view = cases.view(session, cases.must(session, case["number"]))
    assert [event.note for event in worth_telling(view)] == [None]


def test_a_dry_run_enters_nothing(desk: StaffDesk, tmp_path: Path) -> None:
    file = saved(tmp_path, table(GOOD, GOOD | {"external_no": "X", "rating": "9"}))
    done = desk.json("cases", "import", file, "--dry-run", code=1)
    assert (done["entered"], done["bad"], done["dry_run"]) == (1, 1, True)
    assert "would be entered" in desk.run("cases", "import", file, "--dry-run", code=1).stdout
    assert desk.json("cases", "list") == []
    with desk.store.read() as session:
        assert session.scalar(text("SELECT count(*) FROM counters")) == 0


def test_a_district_that_is_given_stands(desk: StaffDesk, tmp_path: Path) -> None:
    pin = {"lat": "13.7563", "lng": "100.5018"}
    taken(desk, tmp_path, GOOD | pin | {"district_code": "เขตบางรัก"}, GOOD | {"external_no": "2", "agency": "drainage"} | pin)
    second, first = desk.json("cases", "list")
    assert (first["district_code"], first["subdistrict"], second["district_code"]) == ("1004", None, "1001")
    assert second["agency"] == "drainage"


def small_batches(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "rules.toml").write_text("[import]\nbatch_rows = 10\npause_share = 0\n")
    return {"RULES_FILE": str(tmp_path / "rules.toml")}


def test_it_goes_on_where_it_stopped(desk: StaffDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [GOOD | {"external_no": f"M{n}"} | ({"rating": "7"} if n == 3 else {}) for n in range(55)]
    file, errors, env = saved(tmp_path, table(*rows)), tmp_path / "bad.csv", small_batches(tmp_path)
    real, calls = interchange.enter, list[int]()

    def tired(*given: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(*given, **more)

    monkeypatch.setattr(interchange, "enter", tired)
    stopped = desk.run("cases", "import", file, "--errors", str(errors), code=1, **env)
    assert "Stopped after line 31: 29 cases are entered" in stopped.stderr
    assert len(desk.json("cases", "list")) == 29
    done = desk.json("cases", "import", file, "--errors", str(errors), code=1, **env)
    assert (done["resumed_at_line"], done["rows"], done["entered"], done["bad"]) == (32, 55, 54, 1)
    assert len(calls) == 4 + 3 and len(desk.json("cases", "list")) == 54
    assert len(errors.read_text().splitlines()) == 2
    # At its end it is over: once more looks at every row again.
    assert desk.json("cases", "import", file, code=1, **env)["known"] == 54


def test_another_file_of_that_name_is_read_from_its_start(
    desk: StaffDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [GOOD | {"external_no": f"M{n}"} for n in range(25)]
    file, env = saved(tmp_path, table(*rows)), small_batches(tmp_path)
    real = interchange.enter

    def tired(*given: Any, **more: Any) -> Any:
        if given[1][0].external_no == "M20":
            raise KeyboardInterrupt
        return real(*given, **more)

    monkeypatch.setattr(interchange, "enter", tired)
    desk.run("cases", "import", file, code=1, **env)
    monkeypatch.undo()
    rows[0] |= {"external_no": "NEW"}
    saved(tmp_path, table(*rows))
    done = desk.json("cases", "import", file, code=0, **env)
    assert done["resumed_at_line"] is None and (done["entered"], done["known"]) == (6, 19)


def test_killed_in_mid_work(desk: StaffDesk, tmp_path: Path) -> None:
    """kill -9 while it writes: what is there is whole, and the next run brings the rest, each once."""
    rows = [GOOD | {"external_no": f"M{n}"} for n in range(600)]
    file = saved(tmp_path, table(*rows))
    (tmp_path / "rules.toml").write_text("[import]\nbatch_rows = 20\npause_share = 2\n")
    env = dict(os.environ) | desk.env | {"RULES_FILE": str(tmp_path / "rules.toml"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "admin_cli", "cases", "import", file]
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not _count(desk, "cases") and process.poll() is None:
        pass
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    some = _count(desk, "cases")
    assert 0 < some < 600 and some % 20 == 0 and _count(desk, "case_events") == some
    done = desk.json("cases", "import", file)
    assert done["resumed_at_line"] == some + 2 and done["entered"] == 600
    assert _count(desk, "cases") == _count(desk, "case_events") == 600


def _count(desk: StaffDesk, name: str) -> int:
    with desk.store.read() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {name}")) or 0)
