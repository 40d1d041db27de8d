"""The citizen's side of the loop: before and after, stars and words, disputes, followers' votes, questions, additions."""

from __future__ import annotations

import json

import pytest

from storage.models import Case, CaseEvent, OutboxMessage, Talk
from tests.talks.hall import Hall, play
from tests.talks.test_best import REPORT
from tests.talks.theatre import Stage

FIXED = """
    สมชาย@บางรัก: [แก้ไขแล้ว]
    → บางรัก: ส่งรูปหลังแก้ไข
    สมชาย@บางรัก: 📷
    (fetched)
    → บางรัก: รับรูปผลงาน
    … 10 seconds …
    → นิด: แจ้งว่าแก้ไขแล้วค่ะ … [แก้ไขแล้วจริง] [ยังไม่เรียบร้อย]
"""
FOLLOW = """
    ป้อม: ฝาท่อหายหน้าโรงเรียนค่ะ
    → ป้อม: เกิดที่ไหนคะ
    ป้อม: 📍 13.7262, 100.5270
    → ป้อม: มีรูปไหมคะ
    ป้อม: [ไม่มีรูป]
    → ป้อม: ตรวจก่อนส่ง
    ป้อม: [ส่งเรื่อง]
    → ป้อม: เรื่องเดียวกันไหมคะ
    → ป้อม: … [เรื่องเดียวกัน]
    ป้อม: [เรื่องเดียวกัน]
    → ป้อม: ติดตามเรื่องนี้แล้ว
"""


@pytest.fixture
def hall(stage: Stage) -> Hall:
    made = Hall(stage)
    made.group("บางรัก", "1004")
    return made


def the_case(hall: Hall) -> Case:
    with hall.stage.store.read() as session:
        return session.query(Case).order_by(Case.id).first() or pytest.fail("no case")


def kinds(hall: Hall) -> list[str]:
    with hall.stage.store.read() as session:
        return [e.kind for e in session.query(CaseEvent).order_by(CaseEvent.id)]


def test_before_and_after_stand_side_by_side(hall: Hall) -> None:
    play(hall, REPORT)
    play(hall, FIXED)
    card = next(m for m in reversed(hall.all[hall.person("นิด")]) if m["type"] == "flex")
    hero = card["contents"]["hero"]
    pictures = [column["contents"][0]["url"] for column in hero["contents"]]
    assert [column["contents"][1]["text"] for column in hero["contents"]] == ["ก่อน", "หลัง"]
    assert len(set(pictures)) == 2 and all(url.startswith("https://1555.example/media/") for url in pictures)


def test_stars_then_words_for_the_agency(hall: Hall) -> None:
    play(hall, REPORT)
    play(hall, FIXED)
    play(
        hall,
        """
        นิด: แก้ไขแล้วจริงค่ะ
        → นิด: ขอบคุณที่ช่วยยืนยัน … [5 ดาว] [1 ดาว]
        → บางรัก: ผู้แจ้งยืนยันว่าแก้ไขแล้วจริง
        นิด: 4
        → นิด: ขอบคุณสำหรับคะแนน … [ไม่มีแล้ว]
        นิด: ทำเร็วมากเลยค่ะ ชื่นใจ
        → นิด: ส่งให้หน่วยงานแล้ว
        → บางรัก: ผู้แจ้งฝากความเห็น … ทำเร็วมากเลยค่ะ
        """,
    )
    case = the_case(hall)
    assert (case.status, case.confirmed, case.rating) == ("closed", True, 4)


def test_silence_closes_and_a_late_answer_still_counts(hall: Hall) -> None:
    play(hall, REPORT)
    play(hall, FIXED)
    play(
        hall,
        """
        … 4 days …
        → บางรัก: ผู้แจ้งไม่ได้ตอบ ปิดเรื่องแล้ว
        … 10 seconds …
        → นิด: ครบกำหนดแล้วยังไม่ได้รับคำตอบ … [แก้ไขแล้วจริง] [ยังไม่เรียบร้อย]
        """,
    )
    assert (the_case(hall).status, the_case(hall).confirmed) == ("closed", None)
    play(
        hall,
        """
        นิด: [แก้ไขแล้วจริง]
        → นิด: ขอบคุณที่ช่วยยืนยัน … [5 ดาว]
        """,
    )
    assert the_case(hall).confirmed is True


def test_a_dispute_after_closing_reopens_with_a_new_date_and_the_photo_follows(hall: Hall) -> None:
    play(hall, REPORT)
    first = the_case(hall).due_at
    play(hall, FIXED)
    play(
        hall,
        """
        … 4 days …
        → บางรัก: ปิดเรื่องแล้ว
        … 10 seconds …
        → นิด: ครบกำหนดแล้ว
        นิด: [ยังไม่เรียบร้อย]
        → นิด: เปิดเรื่องอีกครั้งแล้วค่ะ
        → บางรัก: ผู้แจ้งบอกว่ายังไม่เรียบร้อย … [รับเรื่อง]
        สมชาย@บางรัก: [รับเรื่อง]
        → บางรัก: รับเรื่องแล้วค่ะ
        … 10 seconds …
        → นิด: รับเรื่องแล้วค่ะ … คาดว่าแก้ไขภายใน
        นิด: 📷
        → นิด: เพิ่มรูปให้แล้ว
        → บางรัก: -
        (fetched)
        → บางรัก: -
        … 10 seconds …
        → บางรัก: ผู้แจ้งเพิ่มข้อมูล
        """,
    )
    last = hall.all[hall.groups["บางรัก"]][-1]
    assert last["contents"]["hero"]["type"] == "image"
    case = the_case(hall)
    assert case.round == 1 and case.due_at is not None and first is not None and case.due_at > first
    assert not case.late_told


def test_the_date_slips_once_a_round(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [รับเรื่อง]
        → บางรัก: รับเรื่องแล้วค่ะ
        … 2 days …
        → นิด: รับเรื่องแล้วค่ะ
        → นิด: เลยกำหนดที่แจ้งไว้แล้ว
        → บางรัก: สรุป 7 วันที่ผ่านมา … เลยกำหนด 1
        … 2 days …
        """,
    )


def test_followers_hear_and_vote_and_the_reporters_word_counts(hall: Hall) -> None:
    play(hall, REPORT)
    play(hall, FOLLOW)
    play(hall, FIXED.rstrip() + "\n→ ป้อม: แจ้งว่าแก้ไขแล้วค่ะ … [แก้ไขแล้วจริง] [ยังไม่เรียบร้อย]")
    play(
        hall,
        """
        ป้อม: [แก้ไขแล้วจริง]
        → ป้อม: รอผู้แจ้งยืนยัน
        ป้อม: [ยังไม่เรียบร้อย]
        → ป้อม: แจ้งหน่วยงานให้แล้ว … เล่าหรือส่งรูป
        → บางรัก: ผู้ติดตามเรื่องบอกว่ายังไม่เรียบร้อย
        ป้อม: ฝาโยกอยู่ค่ะ
        → ป้อม: จดไว้กับเรื่อง
        → บางรัก: เพิ่มข้อมูล … ฝาโยกอยู่
        """,
    )
    assert the_case(hall).status == "fixed_reported"
    play(
        hall,
        """
        นิด: [แก้ไขแล้วจริง]
        → นิด: ขอบคุณ … [5 ดาว]
        → บางรัก: ผู้แจ้งยืนยัน
        """,
    )
    assert (the_case(hall).status, the_case(hall).confirmed) == ("closed", True)


def test_a_silent_reporter_and_a_doubting_follower_open_it_again(hall: Hall) -> None:
    play(hall, REPORT)
    play(hall, FOLLOW)
    play(hall, FIXED.rstrip() + "\n→ ป้อม: แจ้งว่าแก้ไขแล้วค่ะ")
    play(
        hall,
        """
        ป้อม: [ยังไม่เรียบร้อย]
        → ป้อม: แจ้งหน่วยงานให้แล้ว
        → บางรัก: ผู้ติดตามเรื่องบอกว่ายังไม่เรียบร้อย
        … 4 days …
        → บางรัก: ผู้ติดตามบอกว่ายังไม่เรียบร้อย … [รับเรื่อง]
        … 10 seconds …
        → นิด: เปิดเรื่องอีกครั้งแล้วค่ะ
        → ป้อม: เปิดเรื่องอีกครั้งแล้วค่ะ
        """,
    )
    assert the_case(hall).status == "reopened"


def test_the_agencys_question_and_the_answer_by_button(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [ขอข้อมูลเพิ่ม]
        → บางรัก: อยากถามผู้แจ้ง
        สมชาย@บางรัก: 📷
        สมชาย@บางรัก: ใช่ฝานี้ไหมครับ
        → บางรัก: ส่งคำถาม
        (fetched)
        … 10 seconds …
        → นิด: ขอข้อมูลเพิ่มค่ะ … ใช่ฝานี้ไหมครับ … [ตอบคำถาม]
        นิด: [ตอบคำถาม]
        → นิด: พิมพ์คำตอบ … [เสร็จ]
        นิด: 📷
        → นิด: ได้รับแล้วค่ะ … [เสร็จ]
        (fetched)
        … 10 seconds …
        → บางรัก: ผู้แจ้งตอบคำถามแล้ว
        นิด: 📍 13.72625, 100.52705
        → นิด: ส่งคำตอบให้หน่วยงานแล้ว
        → บางรัก: ผู้แจ้งตอบคำถามแล้ว … 13.726250, 100.527050
        """,
    )
    asked = [m for m in hall.all[hall.person("นิด")] if "ขอข้อมูลเพิ่มค่ะ" in m.get("altText", "")]
    assert asked[-1]["contents"]["hero"]["type"] == "image"


def test_an_answer_without_the_button_is_asked_about(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [ขอข้อมูลเพิ่ม]
        → บางรัก: อยากถามผู้แจ้ง
        สมชาย@บางรัก: อยู่ฝั่งไหนของถนนครับ
        → บางรัก: ส่งคำถาม
        … 30 minutes …
        → นิด: ขอข้อมูลเพิ่มค่ะ
        → บางรัก: ยังไม่มีผู้รับเรื่อง
        นิด: ฝั่งเซเว่นค่ะ
        → นิด: ข้อความนี้ตอบคำถาม … [ใช่] [ไม่ใช่]
        นิด: [ใช่]
        → นิด: ส่งคำตอบให้หน่วยงานแล้ว
        → บางรัก: ผู้แจ้งตอบคำถามแล้ว … ฝั่งเซเว่นค่ะ
        """,
    )
    play(
        hall,
        """
        สมชาย@บางรัก: [ขอข้อมูลเพิ่ม]
        → บางรัก: อยากถามผู้แจ้ง
        สมชาย@บางรัก: ใกล้ซอยอะไรครับ
        → บางรัก: ส่งคำถาม
        … 20 minutes …
        → นิด: ขอข้อมูลเพิ่มค่ะ
        นิด: ไฟทางดับทั้งซอยเลยค่ะ
        → นิด: ข้อความนี้ตอบคำถาม
        นิด: ไม่ใช่ค่ะ
        → นิด: เกิดที่ไหนคะ
        """,
    )


def test_words_after_the_number_are_offered_as_an_addition(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        นิด: อยู่ใกล้ประตูใหญ่ค่ะ
        → นิด: เป็นเรื่องเดียวกับ … [เพิ่มในเรื่องเดิม] [แจ้งเรื่องใหม่]
        นิด: 📷×2
        → นิด: เป็นเรื่องเดียวกับ
        นิด: [เพิ่มในเรื่องเดิม]
        → นิด: เพิ่มในเรื่อง
        → บางรัก: ผู้แจ้งเพิ่มข้อมูล … อยู่ใกล้ประตูใหญ่
        (fetched)
        … 10 seconds …
        → บางรัก: ผู้แจ้งเพิ่มข้อมูล
        → บางรัก: ผู้แจ้งเพิ่มข้อมูล
        """,
    )
    assert kinds(hall).count("photo") == 2


def test_a_new_report_right_after_the_number_goes_on_with_its_pin(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        นิด: ฝาท่ออีกอันก็หายค่ะ
        → นิด: เป็นเรื่องเดียวกับ
        นิด: 📍 13.7563, 100.5018
        → นิด: มีรูปไหมคะ
        """,
    )


def test_words_taken_back_while_it_is_asked_go_nowhere(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        นิด: อยู่ใกล้ประตูใหญ่ค่ะ
        → นิด: เป็นเรื่องเดียวกับ
        """,
    )
    stage = hall.stage
    words = next(row for row in _raw(hall) if "ประตูใหญ่" in row)
    stage.keep(stage.event(hall.person("นิด"), type="unsend", unsend={"messageId": words.split("|")[0]}))
    hall.settle()
    play(
        hall,
        """
        นิด: [เพิ่มในเรื่องเดิม]
        → นิด: เพิ่มในเรื่อง
        """,
    )
    assert "note" not in kinds(hall)


def _raw(hall: Hall) -> list[str]:
    """Message ids and words that the talks hold."""
    with hall.stage.store.read() as session:
        talks = session.query(Talk).filter(Talk.open).all()
        return [f"{part[0]}|{part[1]}" for talk in talks for part in talk.data.get("parts", [])]


def test_a_menu_in_between_keeps_what_came_and_yes_goes_on(hall: Hall) -> None:
    play(
        hall,
        """
        นิด: ฝาท่อหายหน้าโรงเรียน
        → นิด: เกิดที่ไหนคะ
        นิด: เมนู
        → นิด: เลือกได้เลย
        → นิด: เก็บเรื่องที่ทำค้างไว้ … [ทำต่อ]
        นิด: ใช่
        → นิด: เกิดที่ไหนคะ
        """,
    )


def test_following_twice_says_so(hall: Hall) -> None:
    play(hall, REPORT)
    play(hall, FOLLOW)
    play(
        hall,
        """
        ป้อม: [เรื่องเดียวกัน]
        → ป้อม: ติดตามเรื่องเลขที่ … อยู่แล้ว
        → ป้อม: …
        """,
    )


def test_edit_on_an_older_card_asks_again_what_to_change(hall: Hall) -> None:
    play(
        hall,
        """
        นิด: ฝาท่อหายหน้าโรงเรียน
        → นิด: เกิดที่ไหนคะ
        นิด: 📍 13.7262, 100.5270
        → นิด: มีรูปไหมคะ
        นิด: [ไม่มีรูป]
        → นิด: ตรวจก่อนส่ง
        นิด: [แก้ไข]
        → นิด: อยากแก้ตรงไหน
        นิด: [แก้ไข]
        → นิด: อยากแก้ตรงไหน
        นิด: [ประเภท]
        → นิด: เลือกประเภท
        นิด: [แก้ไข]
        → นิด: อยากแก้ตรงไหน
        """,
    )


def test_the_story_names_what_was_added(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        นิด: อยู่ใกล้ประตูใหญ่ค่ะ
        → นิด: เป็นเรื่องเดียวกับ
        นิด: ใช่
        → นิด: เพิ่มในเรื่อง
        → บางรัก: ผู้แจ้งเพิ่มข้อมูล
        นิด: ติดตามเรื่อง
        → นิด: …
        นิด: [ดูเรื่องนี้]
        → นิด: ออกเลขแล้ว … เพิ่มข้อมูล … อยู่ใกล้ประตูใหญ่
        """,
    )
    with hall.stage.store.read() as session:
        assert all(json.loads(row.messages) is not None for row in session.query(OutboxMessage))


def test_words_for_the_place_can_be_taken_back(hall: Hall) -> None:
    play(
        hall,
        """
        นิด: ฝาท่อหาย
        → นิด: เกิดที่ไหนคะ
        นิด: ซอยบ้านฉันเอง เขตบางรัก
        → นิด: อยู่ในเขตบางรัก … [ใช่]
        """,
    )
    with hall.stage.store.read() as session:
        talk = session.query(Talk).filter(Talk.open).one()
        ((message, words),) = talk.data["place_parts"]
    assert words == "ซอยบ้านฉันเอง เขตบางรัก"
    play(
        hall,
        """
        นิด: [ใช่]
        → นิด: มีรูปไหมคะ
        นิด: [ไม่มีรูป]
        → นิด: ตรวจก่อนส่ง
        นิด: [ส่งเรื่อง]
        → นิด: ออกเลขแล้ว
        → บางรัก: เรื่องเร่งด่วน BEST … ซอยบ้านฉันเอง
        """,
    )
    assert the_case(hall).place_text == "ซอยบ้านฉันเอง เขตบางรัก"
    hall.stage.keep(hall.stage.event(hall.person("นิด"), type="unsend", unsend={"messageId": message}))
    hall.settle()
    case = the_case(hall)
    assert (case.place_text, case.text) == (None, "ฝาท่อหาย")


def test_words_of_suicide_are_answered_gently(hall: Hall) -> None:
    play(
        hall,
        """
        นิด: ไม่ไหวแล้ว อยากตาย
        → นิด: คุณไม่ได้อยู่คนเดียว … 1323 … [โทร 1323 มีคนรับฟัง] [โทร 1669 รถพยาบาล]
        → นิด: เกิดที่ไหนคะ
        """,
    )
