"""Somebody marked does all that the service offers, is erased, and every byte that was written is searched for them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.jobs import Jobs
from storage import outbox, people_desk, remains
from storage.models import Case, Person
from storage.outbox import Outcome
from storage.shelf import Folder
from tests.people.life import CANARIES, FRIEND, MARK, SECOND, Life, counted, held, left_lying, lived
from tests.registry.desk import LASER, PHOTO
from tests.registry.test_canary import _forms


def _by_chat(life: Life) -> None:
    """As the person does it; what waits in the inbox goes with it, and the last word leaves no row."""
    life.says(MARK, "ลบข้อมูลของฉัน", "[ยืนยันลบ]")


def _by_staff(life: Life) -> None:
    """As `people erase --photos --accounts` does it, while LINE has a message of theirs in hand."""
    stage = life.stage
    with stage.store.write() as session:
        rows = [row for row in outbox.heads(session, stage.now, 9) if row.chat == life.mark]
        flying = outbox.claim(session, rows, stage.now)
    assert flying
    with stage.store.write() as session:
        by = {"by": "malee", "reason": "ขอลบทางโทรศัพท์"}
        people_desk.erase(session, life.mark, stage.box, stage.now, **by, photos=True, accounts=True)
    with stage.store.write() as session:
        outbox.settle(session, [Outcome(row, "sent", "push") for row in flying], stage.now)


def _tidied(life: Life) -> None:
    """The sweeps that follow by themselves, within ten minutes."""
    stage = life.stage
    stage.now += timedelta(minutes=9)
    shelf = Folder(life.folder / "media")
    jobs = Jobs(
        stage.store, stage.rules, lambda: stage.now, shelf, seal=stage.seal, public_url="https://1555.example", box=stage.box
    )
    jobs.sweep()
    jobs.tidy()
    life.settle()


def _wanted(life: Life, *accounts: str) -> dict[str, list[bytes]]:
    return {word: _forms(word) for word in (*CANARIES, LASER, PHOTO, *(life.person(name) for name in accounts))}


@pytest.mark.parametrize(
    ("base", "way"),
    [("sqlite", _by_chat), ("sqlite", _by_staff), pytest.param("postgresql", _by_chat, marks=pytest.mark.postgres)],
)
def test_nothing_of_an_erased_person_is_left(
    base: str, way: Callable[[Life], None], tmp_path: Path, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "transitions")
    url = f"sqlite:///{tmp_path}/stage.db" if base == "sqlite" else str(request.getfixturevalue("postgres_url"))
    life = Life(url, tmp_path)
    lived(life)
    left_lying(life)
    found = counted(life, life.mark)
    assert not [table for table, rows in found.items() if not rows], (
        "the life touches every table that holds something of people"
    )
    accounts = (MARK,) if way is _by_chat else (MARK, SECOND)
    wanted = _wanted(life, *accounts)
    assert {word for word, forms in wanted.items() for _, said in held(life) if forms[0] in said.encode()} >= set(CANARIES[:3])
    way(life)
    _tidied(life)
    assert not any(counted(life, life.mark).values())
    left = [(where, word, said[:200]) for where, said in held(life) for word in wanted if word in said.replace("\u200b", "")]
    assert not left, "\n".join(map(str, left))
    with life.stage.store.read() as session:
        cases = session.scalars(select(Case).order_by(Case.id)).all()
        assert [case.text[:14] for case in cases[:2]] == ["ไฟทางดับสนิท ผ", "ฝาท่อหายหน้าวั"] and not cases[0].reporter
        assert session.get(Person, life.person(FRIEND)) is not None
        assert remains.since(session) is None
    (tmp_path / "log").write_text(caplog.text, "utf-8")
    if base == "postgresql":
        _searched(_data(request.getfixturevalue("postgres_server"), life), wanted)
    _searched(tmp_path, wanted)
    life.service.store.close()
    life.stage.store.close()


def _data(server: Any, life: Life) -> Path:
    """Where PostgreSQL keeps this database's tables, once all is written there. Its log (WAL) holds what it holds."""
    server.psql("CHECKPOINT;")
    found = server.psql(f"SELECT oid FROM pg_database WHERE datname = '{life.stage.store.url.database}';")
    folder = Path(server.pgdata) / "base" / re.sub(r"\D", "", found.split("\n")[2])
    assert len(list(folder.iterdir())) > 300
    return folder


def _searched(folder: Path, wanted: dict[str, list[bytes]]) -> None:
    """Every file below, byte for byte."""
    for file in folder.rglob("*"):
        if file.is_file():
            kept = file.read_bytes()
            found = [form for forms in wanted.values() for form in forms if form in kept]
            assert not found, f"{file.name} holds {[f.decode(errors='replace') for f in found[:4]]}"
