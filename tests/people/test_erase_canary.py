"""Somebody marked goes every way there is, is erased, and every byte that was written is searched for them."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from bot.jobs import Jobs
from storage import audit, erasing, groups, outbox, people, people_index, registry
from storage.media import promise
from storage.models import Case, Media, OutboxMessage, Person
from storage.models_groups import Coordinator
from storage.models_history import Message
from storage.outbox import Outcome
from storage.shelf import Folder, name_of
from tests.registry.desk import ASKED
from tests.registry.test_canary import _forms
from tests.talks.theatre import Actor, Stage, _message, fresh, play

NAME, CALLED, PHONE, WORDS = "กานารีนามสกุลลับ", "Zanzibarbara", "0898765432", "ถ้อยคำลับสุดยอด"
CANARIES = (NAME, CALLED, PHONE, "089-876-5432", "898765432", WORDS)


def everywhere(stage: Stage, folder: Path) -> Actor:
    """All ways in."""
    actor = Actor(stage)
    for line in (
        *("ข้อมูลของฉัน", "[แก้ไขชื่อ]", CALLED, "[แก้ไขเบอร์โทร]", PHONE, "เมนู"),
        *(f"ไฟทางดับหน้าตลาด ผมชื่อ {NAME} โทร 089-876-5432 หรือ {CALLED}", "📍 13.7563, 100.5018", "[ไม่มีรูป]", "[ส่งเรื่อง]"),
        *("สอบถาม/เสนอแนะ", "[สอบถาม]", f"{WORDS} {PHONE}", "เมนู"),
        *("ฝาท่อหาย", "📷", f"{WORDS} ใกล้บ้าน {NAME}", "เมนู"),
    ):
        actor.does(line)
    play(stage, ASKED, actor.person)
    person = actor.person
    with stage.store.write() as session:
        row = session.get_one(Person, person)
        people.named(session, person, stage.box.encrypt(NAME.encode()), None, stage.now)
        row.nuisance_why = NAME
        group = groups.meet(session, "C" + "1" * 32, stage.now)
        session.add(Coordinator(group_id=group.id, person=person, name=NAME, running=1, first_at=stage.now))
        registry.consent(session, person, "registry", "x", True, stage.now)
        audit.note(session, stage.now, "malee", "people show", person, f"โทรมาถาม {PHONE} {NAME}")
        promise(session, "m-loose", person, "image", None, stage.now)
        for state in ("dead", "unsure", "waiting"):
            outbox.owe(session, person, [{"type": "text", "text": WORDS}], stage.now)
            session.flush()
            latest = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
            assert latest is not None
            latest.state = state
        outbox.owe(session, "C" + "1" * 32, [{"type": "text", "text": f"โทร {PHONE} {NAME}"}], stage.now, about="case:x")
        people_index.touch(session, person)
    stage.photos_arrive()
    shelf = Folder(folder / "media")
    with stage.store.write() as session:
        for picture in session.scalars(select(Media).where(Media.chat == person)):
            file = folder / "source"
            file.write_bytes(f"{WORDS} {picture.id}".encode())
            picture.sha256 = f"{picture.id:064x}"
            path = folder / "media" / name_of(picture.sha256, "full")
            path.parent.mkdir(parents=True, exist_ok=True)
            file.rename(path)
    broken = stage.event(person, type="message", message=_message("text", text=f"{WORDS} {PHONE}"))
    stage.keep(broken)
    with stage.store.write() as session:
        session.execute(sql("UPDATE inbox SET state = 'parked' WHERE state = 'waiting'"))
    stage.keep(stage.event(person, type="message", message=_message("text", text=f"ยังไม่ถึงคิว {WORDS}")))
    with stage.store.write() as session:
        people_index.refresh(session, 99, stage.box, stage.seal.index_keys()[0])
        assert session.execute(sql("SELECT count(*) FROM people_grams")).scalar_one() > 20
    assert shelf is not None
    return actor


@pytest.mark.parametrize("photos", [False, True])
def test_nothing_of_an_erased_person_is_left(tmp_path: Path, caplog: pytest.LogCaptureFixture, photos: bool) -> None:
    caplog.set_level(logging.DEBUG)
    stage = fresh(tmp_path)
    actor = everywhere(stage, tmp_path)
    wanted = {form for word in (*CANARIES, actor.person) for form in _forms(word)}
    assert any(form in (tmp_path / "stage.db-wal").read_bytes() for form in wanted), "the search finds what is there"
    # One message is in LINE's hands while the person is erased.
    with stage.store.write() as session:
        rows = [r for r in outbox.heads(session, stage.now, 9) if r.chat == actor.person]
        flying = outbox.claim(session, rows, stage.now)
    with stage.store.write() as session:
        numbers = erasing.erase(session, actor.person, stage.box, stage.now, photos=photos)
        assert len(numbers) == 1
    with stage.store.write() as session:
        outbox.settle(session, [Outcome(row, "sent", "push") for row in flying], stage.now)
    jobs = Jobs(
        *(stage.store, stage.rules, lambda: stage.now + timedelta(minutes=9), Folder(tmp_path / "media")),
        seal=stage.seal,
        public_url=None,
        box=stage.box,
    )
    jobs.sweep()
    jobs.tidy()
    assert erasing.clean(stage.store)
    with stage.store.read() as session:
        case = session.scalars(select(Case)).one()
        assert case.text.startswith("ไฟทางดับหน้าตลาด") and case.reporter is None
        assert not session.scalars(select(Message)).all()
        assert session.execute(sql("SELECT count(*) FROM people_grams")).scalar_one() == 0
    (tmp_path / "log").write_text(caplog.text, "utf-8")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            found = [form for form in wanted if form in held]
            assert not found, f"{file.name} holds {[f.decode(errors='replace') for f in found[:4]]}"
    stage.store.close()
