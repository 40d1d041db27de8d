"""Card numbers stand nowhere in clear: known ones go every way there is, then every byte that was written is searched."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text as sql

from bot.pages import pages
from casework import rules
from storage import backup
from storage.shelf import Folder
from tests.registry.desk import ASKED, Registrar
from tests.talks.theatre import Actor, Stage, _message, fresh, play

CANARIES = (
    *("JC1-1234567-89", "JC1123456789", "jc1 1234567 89", "JC1-1234567-8", "JCI-1234567-89", "XK7-7654321-09"),
    *("1040-02-12345678", "10400212345678", "1040-02-1234567", "IO40-02-12345678", "๑๐๔๐-๐๒-๑๒๓๔๕๖๗๘"),
)
PIECES = ("1234567", "12345678", "0212345", "7654321", "๑๒๓๔๕๖๗")
"""What of them would give them away, however they are grouped."""
TOPIC = "คุณแม่ป่วยติดเตียงชื่อคานารี"


def everywhere(actor: Actor) -> None:
    """The typed way, the guided way, the wrong place, the wrong format, too early and too late."""
    play(actor.stage, ASKED, actor.person)
    for line in (
        "งานทะเบียน",
        "[1 สำเนาทะเบียนบ้าน]",
        "[ยินยอม]",
        *CANARIES[2:6],
        "บางแค",
        "1 ฉบับ",
        "2 ธ.ค. 9.00 น.",
        *CANARIES[6:],
    ):
        actor.does(line)
    elsewhere = ("ไฟทางดับหน้าตลาด", *CANARIES, "เมนู", *CANARIES, "สอบถาม/เสนอแนะ", *CANARIES)
    for line in (*elsewhere, f"4#{CANARIES[5]}", "ยกเลิก", "ใช่"):
        actor.does(line)
        actor.stage.now = actor.stage.now.replace(minute=(actor.stage.now.minute + 3) % 60)
    actor.does(f"5# บางแค {CANARIES[0]}")
    for line in (TOPIC, "3 ธ.ค. 9.00 น."):
        actor.does(line)


def test_card_numbers_are_nowhere_in_clear(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stage = fresh(tmp_path)
    office = Registrar(stage, tmp_path / "media")
    actor = Actor(stage, None)
    everywhere(actor)
    group = "C" + "0" * 32
    with stage.store.write() as session:
        session.execute(sql("UPDATE registry_callers SET paused_until = NULL"))
    # In a group, taken back, edited there, in the name of a place, and where a turn fails for ever.
    for message in (_message("text", text=f"1#{CANARIES[0]}"), _message("text", text=CANARIES[6])):
        event = stage.event(actor.person, type="message", message=message)
        event["source"] = {"type": "group", "groupId": group, "userId": actor.person}
        stage.keep(event)
        edited = {**event, "type": "messageEdited", "webhookEventId": f"edited{message['id']}"}
        stage.keep(edited, stage.event(actor.person, type="unsend", unsend={"messageId": message["id"]}))
        stage.run()
    broken = stage.event(actor.person, type="message", message=_message("text", text=f"1#{CANARIES[0]} {CANARIES[6]}"))
    stage.keep(broken)
    right, stage.turns._box = stage.turns._box, Stage(f"sqlite:///{tmp_path}/other.db").box
    for _ in range(3):
        with stage.store.write() as session:
            session.execute(sql("UPDATE inbox SET due_at = received_at"))
        stage.run()
    stage.turns._box = right
    # And one whose turn has not come when the lights go out.
    stage.keep(stage.event(actor.person, type="message", message=_message("text", text=f"1#{CANARIES[0]}")))
    requests = office.rows()
    assert len([r for r in requests if r.laser and r.photo]) >= 1 and any(r.topic for r in requests)
    backup.copy(stage.store, tmp_path / "backup.db")
    office.approve(requests[0].id)
    office.sweep()
    web = Flask("canary")
    web.register_blueprint(pages(stage.store, lambda: stage.now, Folder(tmp_path / "media"), rules.load(), dict))
    figures = "".join(web.test_client().get(path).text for path in ("/metrics", "/readyz", "/healthz"))
    with stage.store.read() as session:
        states = session.execute(sql("SELECT state, count(*) FROM inbox GROUP BY state")).all()
    assert dict(tuple(row) for row in states).keys() == {"done", "parked", "waiting"}

    (tmp_path / "log").write_text(caplog.text + figures, "utf-8")
    looked_through(tmp_path)
    names = {file.name for file in tmp_path.rglob("*") if file.is_file()}
    assert names >= {"stage.db", "stage.db-wal", "backup.db", "log"}
    assert (tmp_path / "stage.db-wal").stat().st_size > 100_000
    stage.store.close()


def looked_through(folder: Path) -> None:
    """Every byte of every file, in the encodings that something here could write."""
    wanted = {*CANARIES, *PIECES}
    forms = {form for word in wanted for form in _forms(word)}
    for file in folder.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            found = [form for form in forms if form in held]
            assert not found, f"{file.name} holds {found[:3]}: {held[max(0, held.find(found[0]) - 80) :][:200]!r}"


def _forms(word: str) -> list[bytes]:
    import base64

    escaped = json.dumps(word)[1:-1].encode()
    plain = word.encode()
    coded = [base64.b64encode(b"x" * n + plain)[(4 if n else 0) : -4] for n in range(3)] if len(plain) > 9 else []
    return [plain, word.encode("utf-16-le"), escaped, plain.hex().encode(), *(c for c in coded if len(c) > 7)]


def test_the_search_would_find_them(tmp_path: Path) -> None:
    for n, word in enumerate((CANARIES[0], CANARIES[8], CANARIES[10])):
        (tmp_path / f"{n}").write_bytes(b"\x00" * 9 + word.encode() + b"\xff")
        with pytest.raises(AssertionError):
            looked_through(tmp_path)
        (tmp_path / f"{n}").unlink()


def test_numbers_are_erased_after_pick_up_and_after_so_many_days(stage: Stage) -> None:
    office = Registrar(stage)
    play(stage, ASKED)
    play(stage, ASKED.replace("08:00", "…"))
    assert office.row(1).laser and office.row(2).photo
    office.approve(1)
    office.collected(1)
    assert _secrets(office, 1) == [None] * 5
    stage.now = stage.now.replace(month=12, day=20)
    office.jobs.tidy()
    assert office.row(2).laser is not None, "29 days"
    stage.now = stage.now.replace(day=22)
    office.jobs.tidy()
    assert _secrets(office, 2)[:3] == [None] * 3
    wal = Path(f"{stage.store.url.database}-wal")
    assert wal.stat().st_size < 50_000, "the log of the database is emptied, too"


def _secrets(office: Registrar, which: int) -> list[Any]:
    row = office.row(which)
    return [row.laser, row.photo, row.topic, row.name, row.name_at]


def test_the_same_words_are_sealed_differently_each_time(stage: Stage) -> None:
    """Ten digits have few enough values to be tried: neither hash nor repeatable cipher may stand for them."""
    play(stage, ASKED)
    play(stage, ASKED.replace("08:00", "…"))
    office = Registrar(stage)
    assert office.row(1).laser != office.row(2).laser
