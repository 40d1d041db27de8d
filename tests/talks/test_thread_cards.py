"""What one citizen writes in a row comes to officers on few cards: the first at once, the rest together, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from sandbox.limits_message import check_messages
from storage.models import OutboxMessage
from storage.models_threads import ThreadEvent
from tests.support.reading import words
from tests.talks.hall import Hall, _message, play
from tests.talks.theatre import Stage


def _hall(url: str) -> Iterator[Hall]:
    made = Hall(Stage(url))
    made.group("เจ้าหน้าที่", "staff")
    yield made
    made.stage.store.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """On SQLite."""
    yield from _hall(f"sqlite:///{tmp_path}/a.db")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hall]:
    """On both: where locks and times of the database matter."""
    yield from _hall(
        f"sqlite:///{tmp_path}/a.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    )


BEGUN = """
    นิด: ติดต่อเจ้าหน้าที่
    → นิด: เล่าเรื่องมาได้เลย
    นิด: บิลค่าน้ำแพงผิดปกติ
    → นิด: (#1)
    → เจ้าหน้าที่: ถึงเจ้าหน้าที่ #1 … บิลค่าน้ำแพงผิดปกติ
    นิด: บ้านเลขที่ 99
    → นิด: ส่งเพิ่มให้แล้ว
    นิด: ซอยวัดม่วง
    → นิด: ส่งเพิ่มให้แล้ว
"""


def pushed(hall: Hall) -> int:
    """Pushes to the staff's group so far."""
    with hall.stage.store.read() as session:
        group = hall.groups["เจ้าหน้าที่"]
        return len(
            session.scalars(select(OutboxMessage).where(OutboxMessage.chat == group, OutboxMessage.reply_token.is_(None))).all()
        )


def test_the_first_at_once_the_rest_on_one_card_that_can_be_quoted(either: Hall) -> None:
    play(
        either,
        BEGUN
        + """
        … 30 seconds …
        → เจ้าหน้าที่: -
        นิด: แพงกว่าเดือนก่อนสามเท่า
        → นิด: ส่งเพิ่มให้แล้ว
        … 40 seconds …
        → เจ้าหน้าที่: ถึงเจ้าหน้าที่ #1 (3 ข้อความ) … บ้านเลขที่ 99 … ซอยวัดม่วง … แพงกว่าเดือนก่อน [รับดูแล] [ปิดเรื่อง]
        … 10 minutes …
        → เจ้าหน้าที่: -
        มาลี@เจ้าหน้าที่: “ซอยวัดม่วง” ขอเลขผู้ใช้น้ำด้วยค่ะ
        → นิด: (#1): … ขอเลขผู้ใช้น้ำ
        → เจ้าหน้าที่: ส่งคำตอบให้ #1 แล้ว
        นิด: 1234
        → นิด: ส่งถึงเจ้าหน้าที่แล้วค่ะ (#1)
        → เจ้าหน้าที่: ถึงเจ้าหน้าที่ #1 … 1234
        """,
    )
    assert pushed(either) == 3, "of five messages"


def test_an_answer_or_the_end_brings_what_was_gathered_at_once(hall: Hall) -> None:
    play(
        hall,
        BEGUN
        + """
        มาลี@เจ้าหน้าที่: “บิลค่าน้ำ” บ้านอยู่ที่ไหนคะ
        → เจ้าหน้าที่: ส่งคำตอบให้ #1 แล้ว
        → เจ้าหน้าที่: #1 (2 ข้อความ) … บ้านเลขที่ 99 … ซอยวัดม่วง
        → นิด: บ้านอยู่ที่ไหนคะ
        นิด: บอกไปแล้วค่ะ
        → นิด: ส่งถึงเจ้าหน้าที่แล้ว
        → เจ้าหน้าที่: #1 … บอกไปแล้วค่ะ
        นิด: แต่บอกอีกทีก็ได้ค่ะ
        → นิด: ส่งเพิ่มให้แล้ว
        นิด: จบการสนทนา
        → นิด: จบการสนทนา #1
        → เจ้าหน้าที่: #1 … แต่บอกอีกทีก็ได้ค่ะ
        → เจ้าหน้าที่: #1 ประชาชนจบการสนทนาแล้ว
        """,
    )


def test_what_is_taken_back_meanwhile_is_never_shown_and_two_people_do_not_mix(hall: Hall) -> None:
    play(hall, BEGUN)
    message = _message("text", text="ลืมไป ไม่ใช่ค่ะ")
    hall.stage.keep(hall.stage.event(hall.person("นิด"), type="message", message=message))
    hall.settle()
    hall.stage.keep(hall.stage.event(hall.person("นิด"), type="unsend", unsend={"messageId": message["id"]}))
    hall.settle()
    hall.heard.clear()
    play(
        hall,
        """
        แดง: ติดต่อเจ้าหน้าที่
        → แดง: เล่าเรื่องมาได้เลย
        แดง: เรื่องของแดง
        → แดง: (#2)
        → เจ้าหน้าที่: #2 … เรื่องของแดง
        แดง: อีกเรื่องของแดง
        → แดง: ส่งเพิ่มให้แล้ว
        … 61 seconds …
        → เจ้าหน้าที่: #1 (2 ข้อความ) … บ้านเลขที่ 99 … ซอยวัดม่วง
        → เจ้าหน้าที่: #2 … อีกเรื่องของแดง
        มาลี@เจ้าหน้าที่: “อีกเรื่อง” ตอบแดงค่ะ
        → เจ้าหน้าที่: ส่งคำตอบให้ #2 แล้ว
        → แดง: ตอบแดงค่ะ
        """,
    )


def test_long_words_and_pictures_are_spread_over_cards_of_one_push_within_lines_limits(hall: Hall) -> None:
    play(hall, BEGUN)
    person, group = hall.person("นิด"), hall.groups["เจ้าหน้าที่"]
    for n in range(3):
        hall.stage.keep(
            hall.stage.event(person, type="message", message=_message("text", text=f"ข้อ {n} " + "ก่อนหน้านี้น้ำไหลอ่อน " * 90))
        )
        hall.act("นิด", "📷")
    hall.fetched()
    before = pushed(hall)
    hall.heard.clear()
    hall.stage.now = hall.stage.now.replace(minute=hall.stage.now.minute + 2)
    hall.sweep()
    cards = hall.heard[group]
    assert pushed(hall) - before == 1 and 3 <= len(cards) <= 5
    for card in cards:
        assert len(json.dumps(card, ensure_ascii=False).encode()) < 30_000
    assert not check_messages(cards)
    said = [words(card) for card in cards]
    for piece in ("บ้านเลขที่ 99", "ซอยวัดม่วง", "ข้อ 0", "ข้อ 1", "ข้อ 2"):
        assert sum(piece in each for each in said) >= 1, piece
    pictures = [card["contents"].get("hero") for card in cards]
    assert len([each for each in pictures if each]) == 3


def test_a_crash_between_the_cards_tells_nothing_twice(either: Hall) -> None:
    play(either, BEGUN)
    either.stage.now = either.stage.now.replace(minute=either.stage.now.minute + 2)

    class Crash(RuntimeError):
        pass

    store, relays = either.stage.store, either.jobs._threads._relays
    with pytest.raises(Crash), store.write() as session:
        assert relays.tell_of(session, [1])
        raise Crash
    either.sweep()
    either.sweep()
    assert sum("ซอยวัดม่วง" in words(m) for m in either.all[either.groups["เจ้าหน้าที่"]]) == 1
    with store.read() as session:
        assert all(event.told for event in session.scalars(select(ThreadEvent)))


def test_a_clock_that_was_set_back_keeps_nobody_waiting(hall: Hall) -> None:
    play(hall, BEGUN)
    hall.stage.now = hall.stage.now.replace(hour=hall.stage.now.hour - 2)
    hall.sweep()
    assert "ซอยวัดม่วง" in words(hall.heard[hall.groups["เจ้าหน้าที่"]][0])
