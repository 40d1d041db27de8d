"""BEST, from the citizen's alarm to the citizen's own "yes, it is fixed" (domain.md section 4, seed 001)."""

from __future__ import annotations

import pytest

from tests.talks.hall import Hall, play
from tests.talks.theatre import Stage


@pytest.fixture
def hall(stage: Stage) -> Hall:
    made = Hall(stage)
    made.group("บางรัก", "1004")
    return made


REPORT = """
    นิด: ฝาท่อหายหน้าโรงเรียน อันตรายมากค่ะ
    → นิด: เกิดที่ไหนคะ
    นิด: 📍 13.7262, 100.5270
    → นิด: มีรูปไหมคะ … [ไม่มีรูป]
    นิด: 📷
    → นิด: ตรวจก่อนส่ง … [ส่งเรื่อง]
    (fetched)
    นิด: [ส่งเรื่อง]
    → นิด: ออกเลขแล้ว
    → บางรัก: เรื่องเร่งด่วน BEST … ฝาท่อหาย … [รับเรื่อง] [ถึงที่เกิดเหตุ] [แก้ไขแล้ว] [ไม่ใช่พื้นที่เรา] [ขอข้อมูลเพิ่ม]
"""


def test_from_the_alarm_to_the_citizens_yes(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [รับเรื่อง]
        → บางรัก: รับเรื่องแล้วค่ะ … [ถึงที่เกิดเหตุ] [แก้ไขแล้ว]
        สมหญิง@บางรัก: [รับเรื่อง]
        → บางรัก: รับไปแล้วค่ะ
        … 1 minutes …
        → นิด: สำนักงานเขตบางรักรับเรื่องแล้วค่ะ
        สมชาย@บางรัก: [ถึงที่เกิดเหตุ]
        → บางรัก: ถึงที่เกิดเหตุแล้วค่ะ
        … 1 minutes …
        → นิด: สำนักงานเขตบางรักถึงที่เกิดเหตุแล้วค่ะ
        สมชาย@บางรัก: [แก้ไขแล้ว]
        → บางรัก: ส่งรูปหลังแก้ไข
        สมชาย@บางรัก: ใส่ฝาใหม่แล้วครับ
        → บางรัก: รอรูปหลังแก้ไข
        สมชาย@บางรัก: 📷
        (fetched)
        → บางรัก: รับรูปผลงาน … ส่งให้ผู้แจ้งช่วยยืนยัน
        … 10 seconds …
        → นิด: แจ้งว่าแก้ไขแล้วค่ะ … ใส่ฝาใหม่แล้วครับ … [แก้ไขแล้วจริง] [ยังไม่เรียบร้อย]
        นิด: [แก้ไขแล้วจริง]
        → นิด: … [5 ดาว]
        → บางรัก: ผู้แจ้งยืนยันว่าแก้ไขแล้วจริง
        นิด: [5 ดาว]
        → นิด: ขอบคุณ
        """,
    )


def test_nobody_takes_it_reminded_escalated_staff(hall: Hall) -> None:
    hall.group("ศูนย์", "1555")
    hall.group("เจ้าหน้าที่", "staff")
    play(hall, REPORT)
    play(
        hall,
        """
        … 4 minutes …
        … 2 minutes …
        → บางรัก: ยังไม่มีผู้รับเรื่อง … [รับเรื่อง]
        … 5 minutes …
        → ศูนย์: หน่วยงานยังไม่รับเรื่อง … เรื่องของสำนักงานเขตบางรัก … [รับเรื่อง]
        … 5 minutes …
        → เจ้าหน้าที่: ยังไม่มีใครรับเรื่อง โทรติดตามด่วน
        … 60 minutes …
        """,
    )


def test_no_photo_no_close_and_no_photo_of_before(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [แก้ไขแล้ว]
        → บางรัก: ส่งรูปหลังแก้ไข
        สมชาย@บางรัก: 📷
        (fetched the same)
        → บางรัก: รูปเดียวกับที่ผู้แจ้งส่งมา
        สมชาย@บางรัก: 📷×3
        (fetched)
        → บางรัก: รับรูปผลงาน
        … 10 seconds …
        → นิด: แจ้งว่าแก้ไขแล้วค่ะ
        """,
    )


def test_a_dispute_alerts_the_group_again(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [แก้ไขแล้ว]
        → บางรัก: ส่งรูปหลังแก้ไข
        สมชาย@บางรัก: 📷
        (fetched)
        → บางรัก: รับรูปผลงาน
        … 10 seconds …
        → นิด: แจ้งว่าแก้ไขแล้วค่ะ
        นิด: [ยังไม่เรียบร้อย]
        → นิด: …
        → บางรัก: ผู้แจ้งบอกว่ายังไม่เรียบร้อย … [รับเรื่อง]
        นิด: ฝายังโยกอยู่เลย
        → นิด: …
        → บางรัก: ผู้แจ้งเพิ่มข้อมูล … ฝายังโยกอยู่เลย
        """,
    )


def test_a_photo_that_comes_after_the_alarm_follows_once(hall: Hall) -> None:
    sent = REPORT.replace("    (fetched)\n", "").replace("นิด: 📷\n", "นิด: 📷×2\n")
    play(
        hall,
        sent
        + """
        … 3 seconds …
        → บางรัก: -
        (fetched)
        … 5 seconds …
        → บางรัก: ผู้แจ้งเพิ่มข้อมูลค่ะ
        … 10 seconds …
        → บางรัก: -
        """,
    )
    group = hall.all[hall.groups["บางรัก"]]
    assert "hero" not in group[0]["contents"] and group[-1]["contents"]["hero"]["type"] == "image"


def test_a_photo_that_never_comes_is_not_waited_for(hall: Hall) -> None:
    play(
        hall,
        REPORT.replace("    (fetched)\n", "")
        + """
        … 2 minutes …
        → บางรัก: -
        (fetched)
        … 10 seconds …
        → บางรัก: -
        """,
    )
