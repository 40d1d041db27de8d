"""Talking with an officer: the citizen's chat and the staff's group side by side."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import rules
from casework import threads as rules_of_threads
from storage import history, threads, waits
from storage.models import Case, Person
from storage.models_threads import Thread
from tests.support.reading import words
from tests.talks.hall import Hall, _message, play
from tests.talks.theatre import START, Stage, fresh

shipped = rules.load()._tables


def plain(stage: Stage) -> Hall:
    """Without gathering: what goes onto one card is in test_thread_cards.py."""
    laid = rules.Rules({**shipped, "officer": {**shipped["officer"], "bundle_seconds": 0}})
    return Hall(Stage(str(stage.store.url), laid, stage.store))


@pytest.fixture
def hall(stage: Stage) -> Hall:
    made = plain(stage)
    made.group("เจ้าหน้าที่", "staff")
    return made


BEGUN = """
    นิด: ติดต่อเจ้าหน้าที่
    → นิด: ตลอด 24 ชั่วโมง … ยังบอกเวลารอไม่ได้ … เล่าเรื่องมาได้เลย
    นิด: บิลค่าน้ำแพงผิดปกติ โทรกลับ 081-234-5678 ได้ไหมคะ
    → นิด: ส่งถึงเจ้าหน้าที่แล้วค่ะ (#1) [จบการสนทนา]
    → เจ้าหน้าที่: ถึงเจ้าหน้าที่ #1 … บิลค่าน้ำแพงผิดปกติ โทรกลับ 081-234-5678 [รับดูแล] [คำตอบสำเร็จรูป] [ส่งรูป] [ปิดเรื่อง]
"""


def test_words_go_there_and_a_quote_comes_back(hall: Hall) -> None:
    play(
        hall,
        BEGUN
        + """
        มาลี@เจ้าหน้าที่: ใครว่างบ้าง
        → เจ้าหน้าที่: -
        มาลี@เจ้าหน้าที่: [รับดูแล]
        → เจ้าหน้าที่: #1 #1 ดูแลค่ะ
        มาลี@เจ้าหน้าที่: “บิลค่าน้ำ” ติดต่อการประปา 1125 ได้เลยค่ะ
        → เจ้าหน้าที่: ส่งคำตอบให้ #1 แล้ว
        → นิด: เจ้าหน้าที่ 1555 (#1): … ติดต่อการประปา 1125 [จบการสนทนา]
        นิด: ใช่
        → นิด: ส่งถึงเจ้าหน้าที่แล้วค่ะ (#1)
        → เจ้าหน้าที่: ถึงเจ้าหน้าที่ #1 … ใช่
        นิด: ขอบคุณค่ะ
        → นิด: ส่งเพิ่มให้แล้วค่ะ
        → เจ้าหน้าที่: ขอบคุณค่ะ
        นิด: [จบการสนทนา]
        → นิด: จบการสนทนา #1 … กี่ดาว [5 ดาว] [1 ดาว]
        → เจ้าหน้าที่: #1 ประชาชนจบการสนทนาแล้ว
        นิด: [5 ดาว]
        → นิด: ขอบคุณสำหรับ 5 ดาว
        นิด: [4 ดาว]
        → นิด: ให้ดาวไว้แล้ว
        """,
    )


def test_several_officers_and_several_people_do_not_cross(hall: Hall) -> None:
    play(
        hall,
        """
        นิด: ติดต่อเจ้าหน้าที่
        → นิด: เล่าเรื่องมาได้เลย
        แดง: ติดต่อเจ้าหน้าที่
        → แดง: เล่าเรื่องมาได้เลย
        นิด: เรื่องของนิด
        → นิด: (#1)
        → เจ้าหน้าที่: #1 … เรื่องของนิด
        แดง: เรื่องของแดง
        → แดง: (#2)
        → เจ้าหน้าที่: #2 … เรื่องของแดง
        มาลี@เจ้าหน้าที่: “เรื่องของนิด” ตอบนิดค่ะ
        → เจ้าหน้าที่: ส่งคำตอบให้ #1 แล้ว
        → นิด: (#1): … ตอบนิดค่ะ
        วิชัย@เจ้าหน้าที่: “เรื่องของแดง” ตอบแดงครับ
        → เจ้าหน้าที่: ส่งคำตอบให้ #2 แล้ว
        → แดง: (#2): … ตอบแดงครับ
        วิชัย@เจ้าหน้าที่: “เรื่องของนิด” ตอบนิดอีกคนครับ
        → นิด: (#1): … ตอบนิดอีกคนครับ
        → เจ้าหน้าที่: ส่งให้ #1 แล้ว … #1 ตอบไปแล้วเช่นกัน
        """,
    )


def test_other_talks_go_on_beside_it(hall: Hall) -> None:
    play(
        hall,
        BEGUN
        + """
        นิด: เมนู
        → นิด: เลือกได้เลย
        → นิด: เก็บเรื่องที่ทำค้างไว้ให้แล้วค่ะ “#1” [ทำต่อ]
        นิด: แจ้งปัญหา
        → นิด: เกิดอะไรขึ้นคะ
        นิด: ไฟทางดับหน้าตลาด
        → นิด: เกิดที่ไหน
        มาลี@เจ้าหน้าที่: “บิลค่าน้ำ” โทรกลับแล้วนะคะ
        → เจ้าหน้าที่: ส่งคำตอบให้ #1 แล้ว
        → นิด: (#1): … โทรกลับแล้วนะคะ
        นิด: “โทรกลับแล้ว” ได้รับสายแล้วค่ะ ขอบคุณ
        → นิด: ส่งเพิ่มให้แล้วค่ะ … เกิดที่ไหน
        → เจ้าหน้าที่: #1 … ได้รับสายแล้วค่ะ
        นิด: 📍 13.7262, 100.5270
        → นิด: มีรูปไหม
        นิด: ไม่มีรูป
        → นิด: ตรวจก่อนส่ง
        นิด: ส่งเรื่อง
        → นิด: ออกเลขแล้ว
        นิด: ยังมีเรื่องบิลเดือนก่อนด้วยค่ะ
        → นิด: ส่งเพิ่มให้แล้ว
        → เจ้าหน้าที่: #1 … ยังมีเรื่องบิล
        นิด: ไฟไหม้บ้าน มีคนติดอยู่ข้างใน
        → นิด: 199
        → นิด: ส่งเพิ่มให้แล้ว
        → เจ้าหน้าที่: ไฟไหม้บ้าน
        """,
    )


def test_words_that_went_to_another_talk_can_be_sent_to_the_officer(hall: Hall) -> None:
    play(
        hall,
        BEGUN
        + """
        นิด: แจ้งปัญหา
        → นิด: เกิดอะไรขึ้นคะ
        นิด: ไฟทางดับหน้าตลาด
        → นิด: เกิดที่ไหน
        มาลี@เจ้าหน้าที่: “บิลค่าน้ำ” บ้านเลขที่เท่าไหร่คะ
        → เจ้าหน้าที่: ส่งคำตอบให้ #1 แล้ว
        → นิด: (#1): … บ้านเลขที่เท่าไหร่คะ … กดค้างที่ข้อความนี้ แล้วเลือก ตอบกลับ
        นิด: 99/5 ซอยสุขใจ
        → นิด: ยังไม่ได้ส่งถึงเจ้าหน้าที่ … อยู่เขตไหน [ส่งให้เจ้าหน้าที่] [ส่งตำแหน่ง]
        → เจ้าหน้าที่: -
        นิด: [ส่งให้เจ้าหน้าที่]
        → นิด: ส่งให้เจ้าหน้าที่แล้วค่ะ … เกิดที่ไหน
        → เจ้าหน้าที่: #1 … 99/5 ซอยสุขใจ
        นิด: [ส่งให้เจ้าหน้าที่]
        → นิด: ส่งต่อไม่ได้แล้ว … เกิดที่ไหน
        → เจ้าหน้าที่: -
        นิด: ตรงข้ามตลาดสด
        → นิด: จดสถานที่ไว้แล้ว … อยู่เขตไหน
        นิด: 📍 13.7262, 100.5270
        → นิด: มีรูปไหม
        นิด: ไม่มีรูป
        → นิด: ตรวจก่อนส่ง … ไฟทางดับหน้าตลาด
        นิด: [ส่งเรื่อง]
        → นิด: ออกเลขแล้ว
        """,
    )
    with hall.stage.store.read() as session:
        case = session.query(Case).one()
    assert (case.text, case.place_text) == ("ไฟทางดับหน้าตลาด", "ตรงข้ามตลาดสด")


def test_a_description_that_was_an_answer_is_asked_for_anew_and_the_offer_is_made_three_times(hall: Hall) -> None:
    play(
        hall,
        BEGUN
        + """
        นิด: แจ้งปัญหา
        → นิด: เกิดอะไรขึ้นคะ
        มาลี@เจ้าหน้าที่: “บิลค่าน้ำ” เดือนไหนคะ
        → เจ้าหน้าที่: ส่งคำตอบให้ #1 แล้ว
        → นิด: (#1): … เดือนไหนคะ
        นิด: เดือนกันยายน น้ำไม่ไหลด้วย
        → นิด: ยังไม่ได้ส่งถึงเจ้าหน้าที่ … เกิดที่ไหน [ส่งให้เจ้าหน้าที่]
        นิด: [ส่งให้เจ้าหน้าที่]
        → นิด: ส่งให้เจ้าหน้าที่แล้วค่ะ … เกิดอะไรขึ้นคะ
        → เจ้าหน้าที่: #1 … เดือนกันยายน
        มาลี@เจ้าหน้าที่: “กันยายน” รับทราบค่ะ
        → เจ้าหน้าที่: ส่งคำตอบให้ #1 แล้ว
        → นิด: รับทราบค่ะ
        นิด: ฝาท่อหาย
        → นิด: ยังไม่ได้ส่งถึงเจ้าหน้าที่ … เกิดที่ไหน
        นิด: หน้าร้านป้าแจ๋ว
        → นิด: ยังไม่ได้ส่งถึงเจ้าหน้าที่ … อยู่เขตไหน
        นิด: ใกล้ต้นโพธิ์
        → นิด: ยังไม่ได้ส่งถึงเจ้าหน้าที่ … อยู่เขตไหน
        นิด: ริมคลอง
        → นิด: จดสถานที่ไว้แล้ว … อยู่เขตไหน
        """,
    )
    assert "ยังไม่ได้ส่งถึง" not in words(hall.all[hall.person("นิด")][-1])


@pytest.mark.parametrize("stars", ["ห้าดาว", "ให้ 5 ดาวค่ะ", "⭐⭐⭐⭐⭐", "five stars", "๕ ดาว"])
def test_stars_in_words_after_the_end(hall: Hall, stars: str) -> None:
    play(
        hall,
        BEGUN
        + f"""
        นิด: [จบการสนทนา]
        → นิด: กี่ดาว
        → เจ้าหน้าที่: #1 ประชาชนจบการสนทนาแล้วค่ะ
        นิด: {stars}
        → นิด: ขอบคุณสำหรับ 5 ดาว
        """,
    )


def test_nobody_is_bound_the_centre_is_or_there_are_two_groups(stage: Stage) -> None:
    hall = plain(stage)
    play(
        hall,
        """
        นิด: ติดต่อเจ้าหน้าที่
        → นิด: [โทร 1555]
        → นิด: เล่าเรื่องมาได้เลย
        นิด: (sticker)
        → นิด: น่ารักจังค่ะ … เล่าเรื่องมาได้เลย
        นิด: มีใครอยู่ไหมคะ
        → นิด: รับไว้แล้วค่ะ (#1) … จะมีเจ้าหน้าที่เปิดอ่าน ถ้ารีบ โทร 1555
        """,
    )
    hall.group("ศูนย์", "1555")
    play(
        hall,
        """
        นิด: ยังรออยู่นะคะ
        → นิด: ส่งเพิ่มให้แล้ว
        → ศูนย์: #1 … ยังรออยู่
        """,
    )
    hall.group("กลางวัน", "staff")
    hall.group("กลางคืน", "staff")
    play(
        hall,
        """
        นิด: ฮัลโหล
        → นิด: ส่งเพิ่มให้แล้ว
        → ศูนย์: -
        → กลางวัน: ฮัลโหล
        → กลางคืน: ฮัลโหล
        มาลี@กลางวัน: “ฮัลโหล” อยู่ค่ะ
        → กลางวัน: ส่งคำตอบให้ #1 แล้ว
        → นิด: อยู่ค่ะ
        → กลางคืน: #1 #1 ตอบแล้ว: อยู่ค่ะ
        มาลี@กลางวัน: [ปิดเรื่อง]
        → กลางวัน: ปิด #1 แล้วค่ะ
        → กลางคืน: #1 #1 ปิดแล้วค่ะ
        → นิด: เจ้าหน้าที่ปิดการสนทนา #1 [5 ดาว]
        """,
    )


def test_pictures_go_both_ways_when_they_are_there(hall: Hall) -> None:
    play(
        hall,
        BEGUN
        + """
        นิด: 📷×2
        → นิด: ส่งเพิ่มให้แล้ว
        → เจ้าหน้าที่: -
        (fetched)
        … 5 seconds …
        → เจ้าหน้าที่: #1 … รูป
        → เจ้าหน้าที่: #1 … รูป
        นิด: 📍 13.7262, 100.5270
        → นิด: ส่งเพิ่มให้แล้ว
        → เจ้าหน้าที่: 📍 13.726200, 100.527000 … [เปิดแผนที่]
        มาลี@เจ้าหน้าที่: [ส่งรูป]
        → เจ้าหน้าที่: ส่งรูปหรือวิดีโอสำหรับ #1
        มาลี@เจ้าหน้าที่: 📷
        → เจ้าหน้าที่: รับภาพแล้วค่ะ กำลังส่งให้ #1
        (fetched)
        … 5 seconds …
        → นิด: เจ้าหน้าที่ 1555 (#1) ส่งภาพมาค่ะ
        → นิด: รูป
        มาลี@เจ้าหน้าที่: 📷
        (fetched)
        … 5 seconds …
        → นิด: -
        มาลี@เจ้าหน้าที่: “บิลค่าน้ำ” 📷
        → เจ้าหน้าที่: รับภาพแล้ว
        (fetched)
        … 5 seconds …
        → นิด: เจ้าหน้าที่ 1555 (#1) ส่งภาพมาค่ะ
        → นิด: รูป
        """,
    )


def test_silence_closes_writing_opens_again_and_staff_are_reminded_once(hall: Hall) -> None:
    play(
        hall,
        BEGUN
        + """
        … 31 minutes …
        → เจ้าหน้าที่: รอคำตอบนานแล้ว (1) … #1 … รอ 31 นาที
        … 60 minutes …
        → เจ้าหน้าที่: -
        มาลี@เจ้าหน้าที่: รอตอบ
        → เจ้าหน้าที่: รอคำตอบ (1) … #1
        มาลี@เจ้าหน้าที่: “บิลค่าน้ำ” รับเรื่องแล้วค่ะ
        → เจ้าหน้าที่: ส่งคำตอบให้ #1 แล้ว
        → นิด: รับเรื่องแล้วค่ะ
        มาลี@เจ้าหน้าที่: รอตอบ
        → เจ้าหน้าที่: ไม่มีใครรอคำตอบ
        … 25 hours …
        → นิด: ขอปิดการสนทนา #1 ก่อนนะคะ [3 ดาว]
        นิด: ขอถามต่ออีกนิดค่ะ ยังติดต่อไม่ได้
        → นิด: ส่งถึงเจ้าหน้าที่แล้วค่ะ (#1)
        → เจ้าหน้าที่: #1 … ยังติดต่อไม่ได้
        มาลี@เจ้าหน้าที่: [ปิดเรื่อง]
        → เจ้าหน้าที่: ปิด #1 แล้วค่ะ
        → นิด: เจ้าหน้าที่ปิดการสนทนา #1
        มาลี@เจ้าหน้าที่: “ยังติดต่อไม่ได้” ลืมบอกว่าลองเบอร์ 1125 นะคะ
        → เจ้าหน้าที่: #1 ปิดไปแล้ว เปิดให้อีกครั้งและส่งแล้ว
        → นิด: ลองเบอร์ 1125
        นิด: จบการสนทนา
        → นิด: จบการสนทนา #1
        → เจ้าหน้าที่: #1 ประชาชนจบการสนทนา
        นิด: 4
        → นิด: ขอบคุณสำหรับ 4 ดาว
        … 13 hours …
        มาลี@เจ้าหน้าที่: “ยังติดต่อไม่ได้” ยังอยู่ไหมคะ
        → เจ้าหน้าที่: การสนทนา #1 ปิดไปแล้ว
        นิด: ติดต่อเจ้าหน้าที่
        → นิด: เล่าเรื่องมาได้เลย
        นิด: เรื่องใหม่
        → นิด: (#2)
        → เจ้าหน้าที่: #2 … เรื่องใหม่
        """,
    )


def test_prepared_answers_late_copied_and_forged_buttons(hall: Hall) -> None:
    play(
        hall,
        BEGUN
        + """
        มาลี@เจ้าหน้าที่: [คำตอบสำเร็จรูป]
        → เจ้าหน้าที่: คำตอบสำเร็จรูป #1 … [ขอรูป]
        มาลี@เจ้าหน้าที่: [ขอรูป]
        → เจ้าหน้าที่: ส่งให้ #1 แล้วค่ะ: ถ้ามีรูป
        → นิด: ถ้ามีรูป ส่งมาให้ดู
        มาลี@เจ้าหน้าที่: [ขอรูป]
        → เจ้าหน้าที่: ไม่ได้ส่งซ้ำ
        """,
    )
    group = hall.groups["เจ้าหน้าที่"]
    late = hall.buttons[group]["ขอรูป"]["data"]
    hall.group("อีกกลุ่ม", "staff")
    forged = late.replace("photo.1", "thanks.1")
    for chat, data in ((hall.groups["อีกกลุ่ม"], late), (group, forged), (group, "k=close_thread&v=1"), (group, "k=canned&v=x")):
        event = hall.stage.event(hall.person("มาลี"), type="postback", postback={"data": data})
        event["source"] = {"type": "group", "groupId": chat, "userId": hall.person("มาลี")}
        hall.stage.keep(event)
        hall.settle()
        assert "ปุ่มนี้ใช้ไม่ได้แล้ว" in str(hall.heard[chat].pop(0)) and not hall.heard[hall.person("นิด")]
    play(
        hall,
        """
        นิด: จบการสนทนา
        → นิด: จบการสนทนา #1
        → เจ้าหน้าที่: #1 ประชาชนจบ
        → อีกกลุ่ม: #1 ประชาชนจบ
        มาลี@เจ้าหน้าที่: [ขอรูป]
        → เจ้าหน้าที่: การสนทนา #1 ปิดไปแล้ว
        มาลี@เจ้าหน้าที่: [ปิดเรื่อง]
        → เจ้าหน้าที่: #1 ปิดไปแล้ว
        """,
    )
    for data in ("k=rate_thread&v=5.1", "k=rate_thread&v=9.1", "k=rate_thread&v=5.77", "k=rate_thread&v=x"):
        hall.stage.keep(hall.stage.event(hall.person("แดง"), type="postback", postback={"data": data}))
        hall.settle()
        assert "ไม่พบการสนทนานี้" in str(hall.heard[hall.person("แดง")].pop(0))


def test_a_question_with_a_number_waits_until_it_is_answered(hall: Hall) -> None:
    play(
        hall,
        """
        นิด: สอบถาม/เสนอแนะ
        → นิด: …
        นิด: [สอบถาม]
        → นิด: …
        นิด: ขออนุญาตก่อสร้างรั้วบ้านต้องใช้เอกสารอะไรบ้าง
        → นิด: …
        นิด: [ส่งเรื่อง]
        → นิด: ออกเลขแล้ว
        … 5 seconds …
        → เจ้าหน้าที่: คำถามจากประชาชน … ขออนุญาตก่อสร้างรั้ว
        … 25 hours …
        → เจ้าหน้าที่: รอคำตอบนานแล้ว (1) … ขออนุญาตก่อสร้าง
        … 25 hours …
        → เจ้าหน้าที่: -
        มาลี@เจ้าหน้าที่: “คำถามจากประชาชน” ยื่นแบบ ข.1 ที่สำนักงานเขตค่ะ
        → เจ้าหน้าที่: แจ้งผู้ร้องแล้ว
        … 5 seconds …
        → นิด: เจ้าหน้าที่ตอบแล้ว … ยื่นแบบ ข.1
        มาลี@เจ้าหน้าที่: รอตอบ
        → เจ้าหน้าที่: ไม่มีใครรอคำตอบ
        """,
    )


def test_a_question_that_was_answered_closes_after_quiet_days_and_stars_are_asked_for_once(hall: Hall) -> None:
    play(
        hall,
        """
        นิด: สอบถาม/เสนอแนะ
        → นิด: …
        นิด: [สอบถาม]
        → นิด: …
        นิด: ขออนุญาตก่อสร้างรั้วบ้านต้องใช้เอกสารอะไรบ้าง
        → นิด: …
        นิด: [ส่งเรื่อง]
        → นิด: ออกเลขแล้ว
        … 5 seconds …
        → เจ้าหน้าที่: คำถามจากประชาชน
        มาลี@เจ้าหน้าที่: “คำถามจากประชาชน” ยื่นแบบ ข.1 ที่สำนักงานเขตค่ะ
        → เจ้าหน้าที่: แจ้งผู้ร้องแล้ว
        … 5 seconds …
        → นิด: เจ้าหน้าที่ตอบแล้ว … ยื่นแบบ ข.1
        … 6 days …
        → นิด: -
        มาลี@เจ้าหน้าที่: “คำถามจากประชาชน” เพิ่มเติม: ขอแบบได้ที่เว็บไซต์ค่ะ
        → เจ้าหน้าที่: แจ้งผู้ร้องแล้ว
        … 5 seconds …
        → นิด: เจ้าหน้าที่ตอบแล้ว … ขอแบบได้ที่เว็บไซต์
        … 6 days …
        → นิด: -
        … 2 days …
        … 5 seconds …
        → นิด: ปิดเรื่อง … ตอบคำถามแล้วและไม่มีคำถามเพิ่ม … กดให้ดาว [ให้ดาว] [ยังมีคำถาม]
        … 9 days …
        → นิด: -
        นิด: [ให้ดาว]
        → นิด: ขอบคุณที่ช่วยยืนยันค่ะ … พอใจกับคำตอบแค่ไหนคะ [5 ดาว]
        นิด: [4 ดาว]
        → นิด: …
        """,
    )
    with hall.stage.store.read() as session:
        case = session.scalars(select(Case)).one()
        assert (case.status, case.rating) == ("closed", 4)
        assert not waits.answered(session, None)


def test_more_questions_keep_it_open(hall: Hall) -> None:
    play(
        hall,
        """
        นิด: สอบถาม/เสนอแนะ
        → นิด: …
        นิด: [สอบถาม]
        → นิด: …
        นิด: ต้องใช้เอกสารอะไรบ้าง
        → นิด: …
        นิด: [ส่งเรื่อง]
        → นิด: ออกเลขแล้ว
        … 5 seconds …
        → เจ้าหน้าที่: คำถามจากประชาชน
        มาลี@เจ้าหน้าที่: “คำถามจากประชาชน” บัตรประชาชนค่ะ
        → เจ้าหน้าที่: แจ้งผู้ร้องแล้ว
        … 8 days …
        → นิด: เจ้าหน้าที่ตอบแล้ว … บัตรประชาชน
        … 5 seconds …
        → นิด: ตอบคำถามแล้วและไม่มีคำถามเพิ่ม [ยังมีคำถาม]
        นิด: [ยังมีคำถาม]
        → นิด: เปิดเรื่องอีกครั้งแล้วค่ะ
        นิด: แล้วทะเบียนบ้านล่ะคะ
        → นิด: จดไว้กับเรื่อง
        … 8 days …
        → เจ้าหน้าที่: คำถามจากประชาชน
        → เจ้าหน้าที่: รอคำตอบนานแล้ว (1)
        → นิด: -
        """,
    )
    with hall.stage.store.read() as session:
        assert session.scalars(select(Case.status)).one() == "reopened" and not waits.answered(session, None)


def test_what_is_taken_back_or_erased_is_gone(hall: Hall) -> None:
    play(hall, BEGUN)
    person, store, box = hall.person("นิด"), hall.stage.store, hall.stage.box
    given = "บ้านเลขที่ 99 ซอยลับ"
    message = _message("text", text=given)
    hall.stage.keep(hall.stage.event(person, type="message", message=message))
    hall.settle()
    assert given in str(hall.heard[hall.groups["เจ้าหน้าที่"]])
    hall.stage.keep(hall.stage.event(person, type="unsend", unsend={"messageId": message["id"]}))
    hall.settle()
    with store.read() as session:
        assert [line.words for line in threads.lines(session, 1, box, 9)][1:] == [None]
    with store.write() as session:
        threads.forget(session, person)
        history.forget(session, person)
    with store.read() as session:
        assert threads.must(session, 1).person is None and waits.count(session) == 0
        assert all(line.words is None for line in threads.lines(session, 1, box, 9))
    hall.heard.clear()
    play(
        hall,
        """
        มาลี@เจ้าหน้าที่: “บิลค่าน้ำ” สวัสดีค่ะ
        → เจ้าหน้าที่: ข้อมูลของผู้ใช้ในการสนทนา #1 ถูกลบแล้ว
        """,
    )


def test_the_expected_wait_is_told_and_hours(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[officer_hours]\nsat = "8:00-16:30"\nsun = "closed"\nmon = "9-12"\n', "utf-8")
    hall = Hall(fresh(tmp_path, rules.load(tmp_path / "rules.toml")))
    hall.group("เจ้าหน้าที่", "staff")
    with hall.stage.store.write() as session:
        for minutes in (4, 6, 8, 10, 90):
            at = hall.stage.now - timedelta(days=1)
            session.add(Thread(person="U0", state="closed", opened_at=at, first_answer_at=at + timedelta(minutes=minutes)))
    play(
        hall,
        """
        นิด: ติดต่อเจ้าหน้าที่
        → นิด: วันนี้ถึง … 16:30 … รอประมาณ 8 นาที
        … 7 hours …
        นิด: เมนู
        → นิด: …
        → นิด: …
        แดง: ติดต่อเจ้าหน้าที่
        → แดง: นอกเวลา … จะเริ่มตอบ 23 พ.ย. 2569 09:00
        แดง: ขอถามหน่อยค่ะ
        → แดง: รับไว้แล้วค่ะ … เมื่อถึงเวลาทำการ
        → เจ้าหน้าที่: ขอถามหน่อย
        """,
    )


@pytest.mark.parametrize("said", ["8:00", "17-8", "0-25", "ทั้งวัน"])
def test_hours_that_cannot_be_read(tmp_path: Path, said: str) -> None:
    (tmp_path / "rules.toml").write_text(f'[officer_hours]\nsat = "{said}"\n', "utf-8")
    with pytest.raises(ValueError, match="officer_hours"):
        rules_of_threads.is_open(rules.load(tmp_path / "rules.toml"), START)


def test_a_polite_word_after_the_end_opens_nothing(hall: Hall) -> None:
    play(
        hall,
        BEGUN
        + """
        นิด: [จบการสนทนา]
        → นิด: กี่ดาว
        → เจ้าหน้าที่: #1 ประชาชนจบการสนทนาแล้วค่ะ
        นิด: ค่ะ
        → นิด: ด้วยความยินดี
        → เจ้าหน้าที่: -
        นิด: 👍🙏
        → นิด: ด้วยความยินดี
        → เจ้าหน้าที่: -
        นิด: ?
        → นิด: ส่งถึงเจ้าหน้าที่แล้วค่ะ (#1)
        → เจ้าหน้าที่: #1 … ?
        """,
    )
    heard = [words(m) for m in hall.all[hall.groups["เจ้าหน้าที่"]]]
    assert "#1 ประชาชนจบการสนทนาแล้วค่ะ" in heard  # and nothing behind it


def test_somebody_who_was_flagged_is_passed_on_so_often_a_day_and_told_so(hall: Hall) -> None:
    play(hall, BEGUN)
    with hall.stage.store.write() as session:
        session.get_one(Person, hall.people["นิด"]).nuisance_at = hall.stage.now
    more = "".join(
        f"""
        นิด: เรื่องที่ {n} ค่ะ
        → นิด: ส่งเพิ่มให้แล้ว
        → เจ้าหน้าที่: #1 … เรื่องที่ {n}
        """
        for n in range(2, hall.stage.rules.whole("nuisance", "relays_day") + 1)
    )
    play(
        hall,
        more
        + """
        นิด: ยังไม่จบนะ
        → นิด: ครบ 5 ข้อความแล้วค่ะ ข้อความนี้จึงยังไม่ได้ส่งต่อ … 1669
        → เจ้าหน้าที่: -
        นิด: 📷×3
        → นิด: ครบ 5 ข้อความ
        นิด: 📷×2
        → นิด: ครบ 5 ข้อความ
        → เจ้าหน้าที่: -
        นิด: ช่วยด้วย ไฟไหม้บ้าน มีคนติดอยู่
        → นิด: [โทร 199 ดับเพลิง]
        → นิด: ครบ 5 ข้อความ
        → เจ้าหน้าที่: -
        แดง: ติดต่อเจ้าหน้าที่
        → แดง: เล่าเรื่องมาได้เลย
        แดง: ถามหน่อยค่ะ
        → แดง: (#2)
        → เจ้าหน้าที่: #2 … ถามหน่อย
        """,
    )
    hall.stage.now += timedelta(days=1)
    play(
        hall,
        """
        นิด: วันใหม่แล้วค่ะ
        → นิด: ส่งเพิ่มให้แล้ว
        → เจ้าหน้าที่: #1 … วันใหม่
        """,
    )
