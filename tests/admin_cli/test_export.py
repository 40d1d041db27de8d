"""`cases export`: what leaves, what does not, and that it comes back as it was."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, MultiFernet

from casework.interchange import COLUMNS
from storage import audit
from storage.models import Person
from tests.admin_cli.desk import NOW, StaffDesk

PHONE = "081-234-5678"


def read(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def exported(desk: StaffDesk, folder: Path, *options: str, **env: str) -> list[dict[str, Any]]:
    desk.run("cases", "export", str(folder / "out.csv"), *options, code=0, **env)
    return read(folder / "out.csv")


def test_columns_and_filters(desk: StaffDesk, tmp_path: Path) -> None:
    number = desk.case("ไฟดับ", category="light", district_code="1004", lat=13.7262, lng=100.527)
    desk.case("ถนนเป็นหลุม", category="road")
    desk.run("cases", "status", number, "accepted")
    desk.run("cases", "status", number, "fixed_reported")
    rows = exported(desk, tmp_path)
    assert [list(row) for row in rows] == [list(COLUMNS)] * 2
    light = rows[1]
    assert (light["external_no"], light["status"], light["channel"], light["lat"]) == (
        number,
        "fixed_reported",
        "line",
        "13.7262",
    )
    assert light["accepted_at"] and light["fixed_at"] and not light["closed_at"]
    assert [row["external_no"] for row in exported(desk, tmp_path, "--status", "open", "--category", "light")] == [number]
    assert exported(desk, tmp_path, "--since", "2569-01-01", "--district", "บางรัก", "--number")[0]["number"] == number
    assert (tmp_path / "out.csv").stat().st_mode & 0o077 == 0
    made = desk.json("cases", "export", str(tmp_path / "out.csv"), "--limit", "1", "--excel")
    assert made["rows"] == 1 and (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfexternal_no")


def test_a_fix_that_was_undone_is_none(desk: StaffDesk, tmp_path: Path) -> None:
    number = desk.case()
    for status in ("accepted", "fixed_reported", "reopened", "accepted"):
        desk.run("cases", "status", number, status)
    (row,) = exported(desk, tmp_path)
    assert row["status"] == "accepted" and row["accepted_at"] and not row["fixed_at"]


def test_nothing_personal_unless_it_is_asked_for(desk: StaffDesk, tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    with desk.store.write() as session:
        phone = MultiFernet([Fernet(key)]).encrypt(b"0898765432")
        for who in ("U1", "U2"):
            session.add(Person(id=who, phone=phone, created_at=NOW))
    desk.case(f"ไฟดับ โทร {PHONE}", reporter="U1", share_contact=True)
    desk.case("ไฟดับ", reporter="U2")
    assert PHONE not in (exported(desk, tmp_path), (tmp_path / "out.csv").read_text())[1]
    assert "0898765432" not in (tmp_path / "out.csv").read_text() and "U1" not in (tmp_path / "out.csv").read_text()
    assert "--reason" in desk.no("cases", "export", str(tmp_path / "out.csv"), "--with-contact")
    rows = exported(desk, tmp_path, "--with-contact", "--reason", "the utility calls back", "--by", "malee", DATA_KEY=key)
    assert PHONE in rows[1]["text"] and [row["contact"] for row in rows] == ["", "0898765432"]
    with desk.store.read() as session:
        (deed,) = audit.latest(session, 5)
    assert (deed.who, deed.what, deed.reason) == ("malee", "cases export --with-contact", "the utility calls back")


FORMULAS = ["=1+1", "+66 2 123", "-5", "@SUM(A1)", "'=x", "'quoted", '"a",b\nc', " spaces ", "\tx"]


def test_formulas_are_no_formulas_and_come_back(desk: StaffDesk, tmp_path: Path) -> None:
    for words in FORMULAS:
        desk.case(words)
    rows = exported(desk, tmp_path)
    assert not [row for row in rows if row["text"].startswith(("=", "+", "-", "@", "\t"))]
    other = {"DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    first = (tmp_path / "out.csv").read_bytes()
    assert desk.json("cases", "import", str(tmp_path / "out.csv"), code=0, **other)["entered"] == len(FORMULAS)
    assert sorted(case["text"] for case in desk.json("cases", "list", code=0, **other)) == sorted(FORMULAS)
    exported(desk, tmp_path, **other)
    assert sorted((tmp_path / "out.csv").read_bytes().split(b"\r\n")) == sorted(first.split(b"\r\n"))


def test_our_own_cases_are_known_when_they_come_back(desk: StaffDesk, tmp_path: Path) -> None:
    desk.case("one")
    desk.run("cases", "add", "--text", "two", "--external-no", "MIS-7")
    exported(desk, tmp_path)
    back = desk.json("cases", "import", str(tmp_path / "out.csv"))
    assert (back["entered"], back["known"]) == (0, 2)


def test_every_status_comes_back(desk: StaffDesk, tmp_path: Path) -> None:
    ways = {
        "numbered": (),
        "accepted": ("accepted",),
        "inspecting": ("inspecting",),
        "fixed_reported": ("accepted", "fixed_reported"),
        "closed": ("accepted", "fixed_reported", "closed"),
        "reopened": ("accepted", "fixed_reported", "closed", "reopened"),
        "not_ours": ("accepted", "not_ours"),
        "withdrawn": ("fixed_reported", "withdrawn"),
        "nuisance": ("nuisance",),
    }
    for way in ways.values():
        number = desk.case("-" if not way else "words")
        for status in way:
            desk.run("cases", "status", number, status, "--note", "n", "--reason", "r")
    target = desk.case("target")
    desk.run("cases", "merge", desk.case("merged"), target)
    desk.run("cases", "assign", desk.case("forwarded"), "works")
    first = exported(desk, tmp_path)
    other = {"DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    assert desk.json("cases", "import", str(tmp_path / "out.csv"), code=0, **other)["entered"] == len(first)
    again = exported(desk, tmp_path, **other)
    by = {row["external_no"]: row for row in again}
    assert all(by[row["external_no"]] == row for row in first)


def test_it_is_written_whole_or_not_at_all(desk: StaffDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from admin_cli import exporting

    desk.case()
    (tmp_path / "out.csv").write_text("of yesterday")

    def broken(*_: object) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "leaving", broken)
    assert "No space left" in desk.no("cases", "export", str(tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").read_text() == "of yesterday"
    assert sorted(each.name for each in tmp_path.glob(".out*")) == []
    assert "no folder" in desk.no("cases", "export", str(tmp_path / "no" / "out.csv"))
