"""Backups that are proven: made while somebody writes, restored, read whole, compared with what was written down."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet

import app
from bot.settings import load
from casework import rules
from casework.case import Draft
from casework.refusals import Refused
from storage import backup, cases, pg_tools, restoring, schema
from storage.engine import Store
from storage.models import Person

NOW = datetime(2026, 11, 21, tzinfo=UTC)
RULES = rules.load()
KEY = Fernet.generate_key().decode()
BOX = MultiFernet([Fernet(KEY)])


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{tmp_path / 'a.db'}"
    made = Store(url)
    schema.upgrade(made)
    yield made
    made.close()


def filed(store: Store, count: int) -> None:
    with store.write() as session:
        for _ in range(count):
            cases.file(session, Draft("ไฟดับ"), RULES, NOW, reporter="U1")


def backed_up(store: Store, file: Path) -> None:
    if store.sqlite:
        backup.copy(store, file)
        rows = backup.check_file(file).rows
    else:
        rows = restoring.dump(store, file)
    restoring.describe(file, rows, backup.head(), NOW)


def test_a_backup_made_under_load_restores(store: Store, tmp_path: Path) -> None:
    """A case and its event are in it together or not at all, whatever is written meanwhile."""
    filed(store, 20)
    with store.write() as session:
        session.add(Person(id="U1", phone=BOX.encrypt(b"0812345678"), created_at=NOW))
    ended = threading.Event()

    def writing() -> None:
        while not ended.is_set():
            filed(store, 3)

    writer = threading.Thread(target=writing)
    writer.start()
    try:
        backed_up(store, tmp_path / "b.backup")
    finally:
        ended.set()
        writer.join()
    proof = restoring.prove(tmp_path / "b.backup", store.url, BOX)
    assert (proof.problems, proof.hints, proof.restored) == ([], [], True)
    assert proof.rows["cases"] == proof.rows["case_events"] >= 20 and proof.schema == backup.head()
    assert (
        (tmp_path / "b.backup").stat().st_mode & 0o077
        == 0
        == restoring.manifest_of(tmp_path / "b.backup").stat().st_mode & 0o077
    )
    other_key = MultiFernet([Fernet(Fernet.generate_key())])
    assert restoring.prove(tmp_path / "b.backup", store.url, other_key).problems == [
        "people.phone: encrypted with a key that is not in DATA_KEY"
    ]
    with pytest.raises(Refused):
        backed_up(store, tmp_path / "b.backup")


def test_what_is_missing_or_changed_is_found(store: Store, tmp_path: Path) -> None:
    filed(store, 3)
    file = tmp_path / "b.backup"
    backed_up(store, file)
    beside = restoring.manifest_of(file)
    known = json.loads(beside.read_text())
    beside.write_text(json.dumps(known | {"rows": known["rows"] | {"cases": 4}}))
    assert "cases: 3 rows, 4 were written down" in restoring.prove(file, store.url).problems[0]
    beside.write_text("{}")
    assert "cannot be read" in restoring.prove(file, store.url).problems[0]
    beside.unlink()
    assert "counts cannot be compared" in restoring.prove(file, store.url).hints[0]
    restoring.describe(file, known["rows"], known["schema"], NOW)
    half = file.read_bytes()[: file.stat().st_size // 2]
    file.write_bytes(half)
    try:
        assert "bytes are not those" in restoring.prove(file, store.url).problems[0]
    except Refused as why:  # pg_restore or SQLite find nothing in it at all
        assert why.why in {"refused.pg_tool_failed", "refused.not_a_database"}
    with pytest.raises(Refused):
        restoring.prove(tmp_path / "nowhere", store.url)


def test_an_older_backup_is_migrated_in_a_copy(tmp_path: Path) -> None:
    from alembic import command

    file = tmp_path / "old.db"
    old = Store(f"sqlite:///{file}")
    with old.write() as session:
        command.upgrade(schema.config(session.connection()), "0006")
    old.close()
    proof = restoring.prove(file)
    assert (proof.schema, proof.restored) == ("0006", True)
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == ("0006",)


def test_a_dump_without_a_server_or_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import make_url

    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(Path, "is_file", lambda _: False)
    with pytest.raises(Refused) as no:
        pg_tools.tool("pg_dump", make_url("postgresql+psycopg://u:secret@h/d"))
    assert "secret" not in str(no.value.values) and no.value.why == "refused.no_pg_tool"


def test_the_drill(tmp_path: Path) -> None:
    """docs/operation/backup.md, step by step: backup, a new folder, start, the same cases and photos."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    store = Store(f"sqlite:///{old}/service.db")
    schema.upgrade(store)
    filed(store, 2)
    backed_up(store, new / "service.db")
    with store.read() as session:
        before = sorted(case.number for case in cases.of_person(session, "U1", 10))
    store.close()
    shutil.rmtree(old)
    env = {"DATABASE_URL": f"sqlite:///{new}/service.db", "DATA_KEY": KEY, "MEDIA_DIR": str(new / "media"), "PORT": "1"}
    service = app.build(load(env))
    try:
        client = service.web.test_client()
        assert [client.get(f"/cases/{number}").status_code for number in before] == [200, 200]
        with service.store.read() as session:
            assert sorted(case.number for case in cases.of_person(session, "U1", 10)) == before
    finally:
        service.store.close()
