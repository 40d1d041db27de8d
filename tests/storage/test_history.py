"""The history of 1:1 conversations: both sides kept, encrypted, without card numbers, gone when they are to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import func, select

from bot.jobs import Jobs
from storage import cases, history, rekey
from storage.engine import Store
from storage.history import Entry, Line
from storage.models import Case
from storage.models_history import Message
from storage.shelf import Folder
from tests.registry.test_canary import PIECES, everywhere
from tests.support.ready import ready
from tests.talks.hall import Hall
from tests.talks.theatre import Actor, Stage, _message, fresh

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BOX = MultiFernet([Fernet(Fernet.generate_key())])


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    made = Store(f"sqlite:///{tmp_path}/one.db" if sqlite else str(request.getfixturevalue("postgres_url")))
    ready(made)
    yield made
    made.close()


def lines(stage: Stage, person: str, limit: int = 100) -> list[Line]:
    with stage.store.read() as session:
        return history.of_person(session, person, stage.box, limit)


def test_entries_are_kept_read_page_by_page_and_forgotten(store: Store) -> None:
    with store.write() as session:
        for n in range(5):
            entries = [Entry("citizen", "text", f"คำ \x00 {n}", f"m{n}"), Entry("bot", "card", None, thread_id=7)]
            history.keep(session, "U1", entries, BOX, NOW + timedelta(minutes=n))
        history.keep(session, "U2", [Entry("citizen", "sticker")], BOX, NOW)
        history.keep(session, "U2", [], BOX, NOW)
    with store.read() as session:
        last = history.of_person(session, "U1", BOX, 3)
        assert [(line.who, line.words) for line in last] == [("bot", None), ("citizen", "คำ \x00 4"), ("bot", None)]
        earlier = history.of_person(session, "U1", BOX, 100, before=last[0].id)
        assert len(earlier) == 7 and earlier[0].words == "คำ \x00 0" and earlier[0].at == NOW
        assert len(history.of_thread(session, 7, BOX, 100)) == 5
        assert all(row.words is None or b"\xe0" not in row.words for row in session.scalars(select(Message)))
    with store.write() as session:
        assert rekey.rotate(session, BOX)["messages.words"] == 5
        history.forget(session, "U1")
        history.forget(session, "U2")
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_words_that_are_taken_back_go_from_answers_too(store: Store) -> None:
    with store.write() as session:
        history.keep(session, "U1", [Entry("bot", "text", "ก่อนหน้านี้ บ้านสีฟ้าเลขที่ 9")], BOX, NOW)
        history.keep(session, "U1", [Entry("citizen", "text", "บ้านสีฟ้าเลขที่ 9 ค่ะ", "m1"), Entry("bot", "text", "ค่ะ")], BOX, NOW)
        history.keep(session, "U1", [Entry("bot", "card", "แจ้งแล้ว · บ้านสี\u200bฟ้าเลขที่ 9 ค่ะ")], BOX, NOW)
        history.keep(session, "U2", [Entry("citizen", "text", "ของคนอื่น", "m1")], BOX, NOW)
    with store.write() as session:
        history.retract(session, "U1", "m1", "บ้านสีเขียว", BOX)
        said = [line.words for line in history.of_person(session, "U1", BOX, 9)]
        assert said == ["ก่อนหน้านี้ บ้านสีฟ้าเลขที่ 9", "บ้านสีเขียว", "ค่ะ", None]
        history.retract(session, "U1", "m1", None, BOX)
        assert [line.words for line in history.of_person(session, "U1", BOX, 9)][1] is None
        assert history.of_person(session, "U2", BOX, 9)[0].words == "ของคนอื่น"


def test_both_sides_of_a_turn_are_kept(tmp_path: Path) -> None:
    stage = fresh(tmp_path)
    actor = Actor(stage)
    for act in ("ฝาท่อหายหน้าโรงเรียน", "📍 13.7563, 100.5018", "📷", "(sticker)", "เมนู"):
        actor.does(act)
    actor.does("[ติดตามเรื่อง]")
    kept = lines(stage, actor.person)
    assert [line.kind for line in kept if line.who == "citizen"][:5] == ["text", "pin", "photo", "sticker", "text"]
    said = [line.words or "" for line in kept if line.who == "citizen"]
    assert said[0] == "ฝาท่อหายหน้าโรงเรียน" and said[1].startswith("13.756300, 100.501800")
    assert said[-1] == "[ติดตามเรื่อง]" and kept[-2].kind == "button"
    assert all(line.words for line in kept if line.who == "bot") and kept[-1].who == "bot"
    stage.store.close()


def test_unsend_and_edit_reach_the_history_and_groups_are_not_kept(tmp_path: Path) -> None:
    stage = fresh(tmp_path)
    actor = Actor(stage)
    message = _message("text", text="น้ำท่วมหน้าบ้านคุณสมศรี")
    stage.keep(stage.event(actor.person, type="message", message=message))
    actor.hears()
    actor.does("📍 13.7563, 100.5018")
    actor.does("ไม่มีรูป")
    assert lines(stage, actor.person)[0].words == "น้ำท่วมหน้าบ้านคุณสมศรี"
    assert any("สมศรี" in (line.words or "") for line in lines(stage, actor.person) if line.who == "bot")
    stage.keep(stage.event(actor.person, type="unsend", unsend={"messageId": message["id"]}))
    stage.run()
    kept = lines(stage, actor.person)
    assert kept and not any("สมศรี" in (line.words or "") for line in kept)
    assert all(line.kind != "unsend" for line in kept)
    before = len(kept)
    event = stage.event(actor.person, type="message", message=_message("text", text="แจ้ง ไฟทางดับ"))
    event["source"] = {"type": "group", "groupId": "C" + "1" * 32, "userId": actor.person}
    stage.keep(event)
    stage.run()
    assert len(lines(stage, actor.person)) == before
    stage.store.close()


def test_no_card_number_comes_into_the_history(tmp_path: Path) -> None:
    stage = fresh(tmp_path)
    actor = Actor(stage)
    everywhere(actor)
    kept = lines(stage, actor.person, 1000)
    assert len(kept) > 60
    for line in kept:
        bare = "".join(c for c in (line.words or "") if c.isalnum())
        assert not any(piece in bare for piece in PIECES), line.words
    stage.store.close()


def test_old_entries_are_swept_and_news_is_kept(stage_hall: Hall) -> None:
    stage = stage_hall.stage
    actor = Actor(stage)
    for act in ("ฝาท่อหายหน้าโรงเรียน", "📍 13.7563, 100.5018", "ไม่มีรูป", "ส่งเรื่อง"):
        actor.does(act)
    with stage.store.write() as session:
        case = session.scalars(select(Case)).one()
        cases.move(session, case, "accepted", stage.now, who="staff", actor="staff:malee")
    stage_hall.sweep()
    assert lines(stage, actor.person)[-1].kind == "news"
    jobs = Jobs(
        *(stage.store, stage.rules, lambda: stage.now, Folder(Path("unused"))), seal=stage.seal, public_url=None, box=stage.box
    )
    stage.now += timedelta(days=89)
    jobs.tidy()
    assert lines(stage, actor.person)
    stage.now += timedelta(days=2)
    jobs.tidy()
    assert not lines(stage, actor.person)


@pytest.fixture
def stage_hall(tmp_path: Path) -> Iterator[Hall]:
    stage = fresh(tmp_path)
    yield Hall(stage)
    stage.store.close()
