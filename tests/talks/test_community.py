"""Community groups: several members at once, other people's pins, the result and the reporter's yes in the group."""

from __future__ import annotations

import pytest

from storage.models import Case
from tests.talks.hall import Hall, play
from tests.talks.theatre import Stage


@pytest.fixture
def hall(stage: Stage) -> Hall:
    made = Hall(stage)
    made.group("บางรัก", "1004")
    made.group("ชุมชน", "1004", "community")
    return made


REPORTED = """
    แดง@ชุมชน: แจ้ง ฝาท่อหายหน้าวัด อันตรายมาก
    → ชุมชน: ส่งหมุดจุดเกิดเหตุ
    แดง@ชุมชน: 📍 13.7262, 100.5270
    → ชุมชน: ออกเลขแล้ว
    → บางรัก: เรื่องเร่งด่วน BEST … ฝาท่อหายหน้าวัด
"""
FIXED = """
    สมชาย@บางรัก: [แก้ไขแล้ว]
    → บางรัก: ส่งรูปหลังแก้ไข
    สมชาย@บางรัก: 📷
    (fetched)
    → บางรัก: รับรูปผลงาน
    → ชุมชน: ประสานแก้ไขแล้ว … [แก้ไขแล้วจริง] [ยังไม่เรียบร้อย]
    … 10 seconds …
"""


def test_several_members_at_once_do_not_mix(hall: Hall) -> None:
    play(
        hall,
        """
        แดง@ชุมชน: แจ้ง ฝาท่อหายหน้าวัด อันตรายมาก
        → ชุมชน: ส่งหมุดจุดเกิดเหตุ
        ดำ@ชุมชน: แจ้ง ขยะล้นหน้าตลาด
        → ชุมชน: ส่งหมุดจุดเกิดเหตุ
        ขาว@ชุมชน: 📍 13.7563, 100.5018
        → ชุมชน: -
        ดำ@ชุมชน: 📍 13.7290, 100.5240
        → ชุมชน: ออกเลขแล้ว … ขยะ
        → บางรัก: เรื่องใหม่ … ขยะล้นหน้าตลาด
        แดง@ชุมชน: 📍 13.7262, 100.5270
        → ชุมชน: ออกเลขแล้ว … ท่อระบายน้ำ
        → บางรัก: เรื่องเร่งด่วน BEST … ฝาท่อหายหน้าวัด
        ขาว@ชุมชน: วันนี้ประชุมกี่โมง
        → ชุมชน: -
        """,
    )
    with hall.stage.store.read() as session:
        found = {c.text: (c.lat, c.reporter) for c in session.query(Case)}
    assert found["ขยะล้นหน้าตลาด"] == (13.729, hall.person("ดำ"))
    assert found["ฝาท่อหายหน้าวัด อันตรายมาก"] == (13.7262, hall.person("แดง"))


def test_the_reporters_yes_in_the_group(hall: Hall) -> None:
    play(hall, REPORTED)
    play(hall, FIXED)
    play(
        hall,
        """
        ดำ@ชุมชน: [แก้ไขแล้วจริง]
        → ชุมชน: ปุ่มนี้สำหรับผู้แจ้งเรื่องนี้
        แดง@ชุมชน: [แก้ไขแล้วจริง]
        → ชุมชน: ขอบคุณที่ช่วยยืนยัน
        → บางรัก: ผู้แจ้งยืนยันว่าแก้ไขแล้วจริง
        → ชุมชน: แจ้งผลแก้ไขแล้ว
        """,
    )
    with hall.stage.store.read() as session:
        assert session.query(Case).one().confirmed is True


def test_the_reporters_no_in_the_group_with_words(hall: Hall) -> None:
    play(hall, REPORTED)
    play(hall, FIXED)
    play(
        hall,
        """
        แดง@ชุมชน: [ยังไม่เรียบร้อย]
        → ชุมชน: เปิดเรื่อง … อีกครั้งแล้ว
        → บางรัก: ผู้แจ้งบอกว่ายังไม่เรียบร้อย … [รับเรื่อง]
        → ชุมชน: เปิดเรื่องอีกครั้ง
        แดง@ชุมชน: ฝาโยกอยู่ครับ
        → ชุมชน: จดไว้กับเรื่อง
        → บางรัก: ผู้แจ้งเพิ่มข้อมูล … ฝาโยกอยู่
        """,
    )


def test_a_life_in_danger_gets_the_numbers_in_the_group(hall: Hall) -> None:
    play(
        hall,
        """
        แดง@ชุมชน: แจ้ง ไฟไหม้บ้าน มีคนติดอยู่ข้างใน
        → ชุมชน: โทรทันที … [โทร 199 ดับเพลิง]
        → ชุมชน: ส่งหมุดจุดเกิดเหตุ
        """,
    )


def test_a_case_that_is_known_is_offered(hall: Hall) -> None:
    play(hall, REPORTED)
    play(
        hall,
        """
        ดำ@ชุมชน: แจ้ง ฝาท่อหายตรงหน้าวัดค่ะ
        → ชุมชน: ส่งหมุดจุดเกิดเหตุ
        ดำ@ชุมชน: 📍 13.72621, 100.52701
        → ชุมชน: มีคนแจ้งเรื่องคล้ายกันแถวนี้แล้ว … [เรื่องเดียวกัน] [คนละเรื่อง]
        ขาว@ชุมชน: [เรื่องเดียวกัน]
        → ชุมชน: -
        ดำ@ชุมชน: [เรื่องเดียวกัน]
        → ชุมชน: เรื่องเดียวกับ … พิมพ์เลขนี้
        → ชุมชน: เรื่องที่มีผู้แจ้ง … ท่อระบายน้ำ
        → บางรัก: -
        ดำ@ชุมชน: [เรื่องเดียวกัน]
        → ชุมชน: -
        ขาว@ชุมชน: แจ้ง ฝาท่ออีกอันหายค่ะ
        → ชุมชน: ส่งหมุดจุดเกิดเหตุ
        ขาว@ชุมชน: 📍 13.72625, 100.52705
        → ชุมชน: มีคนแจ้งเรื่องคล้ายกัน
        ขาว@ชุมชน: คนละเรื่องค่ะ
        → ชุมชน: ออกเลขแล้ว
        → บางรัก: เรื่องเร่งด่วน BEST … ฝาท่ออีกอันหาย
        """,
    )
    with hall.stage.store.read() as session:
        assert [case.reporter for case in session.query(Case).order_by(Case.id)] == [hall.person("แดง"), hall.person("ขาว")]
