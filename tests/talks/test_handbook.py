"""The handbook in the chat: looked through, searched, and asked freely; a list where it is not sure."""

from __future__ import annotations

from tests.support.reading import words as words_of
from tests.talks.theatre import Actor, Stage, play


def test_a_word_after_the_handbooks_name_finds_its_page(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: คู่มือ ฝาท่อ
        1555: ถนน ท่อ สายไฟชำรุด … ฝ่ายโยธา [แจ้งปัญหา] [หน้าถัดไป] [ดูทั้งหมด]
        คุณ: คู่มือ: ไข้เลือดออก
        1555: โรคติดต่อในชุมชน
        คุณ: ดูทั้งหมด
        1555: แจ้งเรื่อง … ปัญหาในชุมชน … [ขยะตกค้าง] [แบบทดสอบ]
        คุณ: ขยะตกค้าง
        1555: รักษาความสะอาด … [แจ้งปัญหา]
        """,
    )


def test_several_pages_are_offered_where_it_is_not_sure(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: คู่มือ แจ้งฝาท่อหายต้องแจ้งยังไง
        1555: อาจเป็นหน้าเหล่านี้ค่ะ … [แจ้งปัญหา] [ถนน ท่อ สายไฟชำรุด] [ดูทั้งหมด] [สอบถาม/เสนอแนะ]
        คุณ: [ถนน ท่อ สายไฟชำรุด]
        1555: ฝ่ายโยธา … [หน้าถัดไป]
        """,
    )


def test_what_is_in_no_page_gets_the_contents(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: คู่มือ ราคาทองวันนี้
        1555: ไม่พบหน้าที่ตรงกันค่ะ
        1555: แจ้งเรื่อง … [แจ้งปัญหา]
        คุณ: ไฟทางดับหน้าปากซอย
        1555: เกิดที่ไหนคะ
        """,
    )


def test_the_handbook_in_the_middle_of_a_report_keeps_it(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ฝาท่อหายหน้าโรงเรียน
        1555: เกิดที่ไหนคะ
        คุณ: คู่มือ ปักหมุดยังไง
        1555: รูปและสถานที่
        คุณ: ทำต่อ
        1555: เกิดที่ไหนคะ
        """,
    )


def test_a_free_question_is_offered_pages_or_an_officer(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: สอบถาม/เสนอแนะ
        1555: … [สอบถาม]
        คุณ: [สอบถาม]
        1555: อยากสอบถามเรื่องอะไรคะ
        คุณ: แจ้งไปแล้วขั้นต่อไปคืออะไร
        1555: คำตอบอาจอยู่ในหน้าเหล่านี้ … [มีคนแจ้งแล้ว] [ถามเจ้าหน้าที่]
        คุณ: [ถามเจ้าหน้าที่]
        1555: ตรวจก่อนส่ง … แจ้งไปแล้ว … [ส่งเรื่อง]
        คุณ: [ยกเลิก]
        1555: ยกเลิกเรื่องที่กำลังทำอยู่
        คุณ: ใช่
        1555: ยกเลิกให้แล้ว
        """,
    )


def test_a_page_that_was_offered_may_answer(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: สอบถาม/เสนอแนะ
        1555: …
        คุณ: [สอบถาม]
        1555: …
        คุณ: แจ้งไปแล้วขั้นต่อไปคืออะไร
        1555: คำตอบอาจอยู่ในหน้าเหล่านี้
        คุณ: [มีคนแจ้งแล้ว]
        1555: มีคนแจ้งแล้ว … เรื่องเดียวกัน
        1555: ตรงกับที่อยากรู้ไหมคะ [ได้คำตอบแล้ว] [ถามเจ้าหน้าที่]
        คุณ: ได้คำตอบแล้ว
        1555: ยินดีค่ะ
        """,
    )


def test_in_english(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: English
        1555: We speak English
        1555: …
        คุณ: handbook street light
        1555: Streets and wires … public works … [Next page]
        """,
    )


def test_the_next_question_has_its_own_page(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: แจ้งเรื่องยังไง
        1555: แจ้งปัญหา … พิมพ์เล่า ส่งรูป
        1555: ตรงกับที่อยากรู้ไหมคะ
        คุณ: สถานะของเรื่องมีอะไรบ้าง
        1555: สถานะของเรื่อง
        1555: ตรงกับที่อยากรู้ไหมคะ [ถามเจ้าหน้าที่]
        คุณ: [ถามเจ้าหน้าที่]
        1555: ตรวจก่อนส่ง … สถานะของเรื่องมีอะไรบ้าง [ส่งเรื่อง]
        """,
    )


def test_a_call_for_help_is_no_search(stage: Stage) -> None:
    for said, answer in (
        ("help ไฟไหม้บ้าน", "มีอันตรายถึงชีวิต"),
        ("help me my house is on fire", "มีอันตรายถึงชีวิต"),
        ("help me pls ไฟดับ", "เกิดที่ไหนคะ"),
        ("help! fire in my house", "มีอันตรายถึงชีวิต"),
        ("help me please", "มีอันตรายถึงชีวิต"),
    ):
        assert answer in words_of(Actor(stage).does(said)[0]), said
    assert "ขยะ" in words_of(Actor(stage).does("คู่มือ ขยะ")[0])
