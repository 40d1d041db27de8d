"""Words that answer nothing, in the middle of a report: a short answer, the question again, nothing kept of it."""

from __future__ import annotations

from casework.place_data import tables
from nlp import understand
from storage.models import Case
from tests.talks.theatre import Stage, play


def test_questions_and_promises_are_no_place(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ฝาท่อหายค่ะ
        1555: เกิดที่ไหนคะ
        คุณ: เมื่อไหร่จะเสร็จ
        1555: ส่งเรื่องแล้วจะบอกวันที่คาดว่าแก้เสร็จ … เกิดที่ไหนคะ [ส่งตำแหน่ง]
        คุณ: where is my case
        1555: พิมพ์ ติดตามเรื่อง … เกิดที่ไหนคะ
        คุณ: how long
        1555: วันที่คาดว่าแก้เสร็จ … เกิดที่ไหนคะ
        คุณ: เดี๋ยวส่งรูป
        1555: ส่งรูปมาได้ทุกเมื่อ … เกิดที่ไหนคะ
        คุณ: รอแป๊บ
        1555: ไม่ต้องรีบ … เกิดที่ไหนคะ
        คุณ: ขอบคุณค่ะ
        1555: ด้วยความยินดีค่ะ … เกิดที่ไหนคะ
        คุณ: สวัสดีค่ะ
        1555: สวัสดีค่ะ … เกิดที่ไหนคะ
        คุณ: ไอ้เหี้ย
        1555: ขอโทษที่ทำให้ไม่สบายใจ … เกิดที่ไหนคะ
        คุณ: ไม่รู้
        1555: กดส่งตำแหน่ง แล้วเลื่อนหมุด … เกิดที่ไหนคะ
        คุณ: ไม่รู้ว่าส่งหมุดยังไง
        1555: กดส่งตำแหน่ง แล้วเลื่อนหมุด … เกิดที่ไหนคะ
        คุณ: ต้องจ่ายเงินไหมคะ
        1555: ขอจดเรื่องนี้ให้ครบก่อน … เกิดที่ไหนคะ
        คุณ: ไม่แจ้งแล้วค่ะ
        1555: พิมพ์ ยกเลิก … เกิดที่ไหนคะ
        คุณ: 📍 13.7563, 100.5018
        1555: มีรูปไหมคะ
        คุณ: เดี๋ยวถ่ายให้นะคะ
        1555: ส่งรูปมาได้ทุกเมื่อ … มีรูปไหมคะ [ไม่มีรูป]
        คุณ: [ไม่มีรูป]
        1555: ตรวจก่อนส่ง … ฝาท่อหายค่ะ
        คุณ: ขอบคุณนะคะ
        1555: ด้วยความยินดีค่ะ
        1555: ตรวจก่อนส่ง … ฝาท่อหายค่ะ [ส่งเรื่อง]
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว
        """,
    )
    with stage.store.read() as session:
        case = session.query(Case).one()
    assert (case.text, case.place_text) == ("ฝาท่อหายค่ะ", None)


def test_after_the_number_thanks_and_questions_are_no_addition(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ฝาท่อหายค่ะ
        1555: เกิดที่ไหนคะ
        คุณ: ซอยไรไม่รู้เหมือนกัน
        1555: กดส่งตำแหน่ง
        คุณ: 📍 13.7563, 100.5018
        1555: มีรูปไหมคะ
        คุณ: ไว้ค่อยส่งนะ
        1555: ไม่ต้องรีบ … มีรูปไหมคะ
        คุณ: ไม่มีค่า
        1555: ตรวจก่อนส่ง
        คุณ: ส่งเลยค่า
        1555: ออกเลขแล้ว
        คุณ: ส่งเลยค่า
        1555: เรื่องนี้ส่งแล้วค่ะ
        คุณ: เมื่อไหร่จะมาซ่อม
        1555: … คาดว่าแก้ไขภายใน
        คุณ: มีกลิ่นเหม็นออกมาจากท่อด้วยค่ะ
        1555: เป็นเรื่องเดียวกับ
        คุณ: ขอบคุณค่ะ
        1555: ด้วยความยินดีค่ะ … เป็นเรื่องเดียวกับ [เพิ่มในเรื่องเดิม]
        """,
    )


def test_a_question_for_ones_case_where_there_is_none(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: เมื่อไหร่จะเสร็จคะ
        1555: ยังไม่มีเรื่องที่แจ้งไว้ค่ะ
        """,
    )


def test_a_place_in_a_question_is_a_place(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ฝาท่อหายค่ะ
        1555: เกิดที่ไหนคะ
        คุณ: แถวตลาดบางกะปิรู้จักไหมคะ
        1555: อยู่ในเขตบางกะปิ ใช่ไหมคะ [ใช่] [ไม่ใช่]
        """,
    )


def test_no_name_of_a_place_is_small_talk() -> None:
    names = {d.name_th for d in tables().districts.values()} | {s.name_th for s in tables().subdistricts.values()}
    names |= {d.name_en for d in tables().districts.values()} | {s.name_en for s in tables().subdistricts.values()}
    assert len(names) > 300
    assert not [name for name in names if understand(name).small_talk]
    answers = (
        "หน้าบ้าน",
        "ปากซอย",
        "ในซอย",
        "หน้าเซเว่น",
        "ที่ทำงาน",
        "ตลาดนัด",
        "หมู่บ้านสุขใจ",
        "บ้านเลขที่ 5",
        "20",
        "my house",
        "near the bus stop",
    )
    assert not [words for words in answers if understand(words).small_talk]
