"""`db`: upgrade, backup, check."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from admin_cli.refusals import explain
from casework.refusals import Refused
from storage import backup
from storage.engine import Store
from tests.admin_cli.desk import StaffDesk


def test_upgrade_from_nothing(desk: StaffDesk, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/er/new.db"
    first = desk.json("db", "upgrade", "--by", "somchai", DATABASE_URL=url)
    assert (first["before"], first["schema"], first["by"]) == (None, backup.head(), "somchai")
    assert "up to date" in desk.run("db", "upgrade", DATABASE_URL=url).stdout


def test_every_verb_brings_the_schema_up_to_date(desk: StaffDesk, tmp_path: Path) -> None:
    assert desk.json("cases", "list", DATABASE_URL=f"sqlite:///{tmp_path}/fresh.db") == []


def test_the_head_is_alembics(desk: StaffDesk) -> None:
    from storage import schema

    assert schema.versions(desk.store) == (backup.head(), backup.head())
    assert backup.is_current(desk.store)


def test_backup_while_somebody_writes(desk: StaffDesk, tmp_path: Path) -> None:
    number = desk.case()
    file = tmp_path / "copy.db"
    with desk.store.write() as session:
        session.execute(text("UPDATE cases SET text = 'half done'"))
        session.flush()
        made = desk.json("db", "backup", str(file))
    assert made["ok"] and made["rows"]["cases"] == 1 and made["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    copied = desk.json("cases", "show", number, DATABASE_URL=f"sqlite:///{file}")
    assert copied["text"] == "ถนนเป็นหลุม"
    assert sorted(each.name for each in tmp_path.glob(".copy*")) == []


def test_backups_that_are_refused(desk: StaffDesk, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("precious")
    assert "exists already" in desk.no("db", "backup", str(tmp_path / "there"))
    assert (tmp_path / "there").read_text() == "precious"
    assert "no folder" in desk.no("db", "backup", str(tmp_path / "not" / "here.db"))
    assert "FILE" in desk.run("db", "backup", code=2).stderr


def test_postgresql_is_copied_by_its_own_tool(desk: StaffDesk, tmp_path: Path) -> None:
    store = Store("postgresql://u:secret@h/d")
    with pytest.raises(Refused) as no:
        backup.copy(store, tmp_path / "x")
    assert "pg_dump" in explain(no.value) and "postgresql://u:***@h/d" in explain(no.value)


def test_check(desk: StaffDesk, tmp_path: Path) -> None:
    desk.case()
    fine = desk.json("db", "check")
    assert fine["ok"] and fine["rows"]["case_events"] == 1 and fine["schema"] == fine["head"]
    assert "sound" in desk.run("db", "check").stdout
    desk.run("db", "backup", str(tmp_path / "copy.db"))
    assert desk.json("db", "check", str(tmp_path / "copy.db"))["rows"] == fine["rows"]


def test_check_finds_what_is_broken(desk: StaffDesk, tmp_path: Path) -> None:
    file = tmp_path / "broken.db"
    desk.case()
    desk.run("db", "backup", str(file))
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute("DELETE FROM cases")
        database.execute("DROP TABLE talks")
    problems = desk.json("db", "check", str(file), code=1)["problems"]
    assert any("foreign key: case_events" in p for p in problems) and any("talks" in p for p in problems)
    assert "PROBLEM" in desk.run("db", "check", str(file), code=1).stdout
    (tmp_path / "text.db").write_text("this is no database, it is only words and more words" * 100)
    assert "cannot be read as a database" in desk.no("db", "check", str(tmp_path / "text.db"))
    assert "There is no database" in desk.no("db", "check", str(tmp_path / "nowhere.db"))
    assert not (tmp_path / "nowhere.db").exists()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "cannot be used"),
        ("oracle://u:secret@h/d", "cannot be used"),
        ("postgresql://u:secret@127.0.0.1:1/d", "cannot be used"),
        ("sqlite:////proc/nowhere/x.db", "No such file"),
    ],
)
def test_databases_that_are_none(desk: StaffDesk, url: str, why: str) -> None:
    said = desk.run("cases", "list", code=1, DATABASE_URL=url).stderr
    assert why in said and "secret" not in said


def test_a_newer_database_is_left_alone(desk: StaffDesk) -> None:
    with desk.store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer version" in desk.no("cases", "list")


def test_photos_are_copied_once(desk: StaffDesk, tmp_path: Path) -> None:
    for name in ("ab/one.jpg", "cd/two.jpg"):
        (tmp_path / "media" / name).parent.mkdir(parents=True)
        (tmp_path / "media" / name).write_bytes(name.encode())
    there = tmp_path / "copies"
    first = desk.json("db", "backup", str(tmp_path / "1.db"), "--media", str(there))
    assert first["media"] == 2 and (there / "ab" / "one.jpg").read_bytes() == b"ab/one.jpg"
    assert desk.json("db", "backup", str(tmp_path / "2.db"), "--media", str(there))["media"] == 0
    checked = desk.json("db", "check", str(tmp_path / "2.db"))
    assert checked["restored"] and checked["hints"] == []
    assert "restored, migrated and read whole" in desk.run("db", "check", str(tmp_path / "2.db")).stdout
