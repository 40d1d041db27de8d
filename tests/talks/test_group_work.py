"""Work in the group: two cases in a row, words after the photo, quotes, hand-ons, what is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import cases, desk_staff, talks
from storage.models import Case, CaseEvent, Media
from storage.models_reports import TalkEnd
from tests.talks.hall import Hall, play
from tests.talks.test_best import REPORT
from tests.talks.theatre import Stage

SECOND = """
    ปู: ไฟฟ้าส่องสว่างดับ ถนนทรุดเป็นหลุมใหญ่อันตราย
    → ปู: เกิดที่ไหนคะ
    ปู: 📍 13.7290, 100.5240
    → ปู: มีรูปไหมคะ
    ปู: [ไม่มีรูป]
    → ปู: ตรวจก่อนส่ง
    ปู: [ส่งเรื่อง]
    → ปู: ออกเลขแล้ว
    → บางรัก: … [รับเรื่อง]
"""


@pytest.fixture
def hall(stage: Stage) -> Hall:
    made = Hall(stage)
    made.group("บางรัก", "1004")
    return made


def events(hall: Hall, kind: str) -> list[str | None]:
    with hall.stage.store.read() as session:
        return [e.note for e in session.query(CaseEvent).filter(CaseEvent.kind == kind).order_by(CaseEvent.id)]


def numbers(hall: Hall) -> list[str]:
    with hall.stage.store.read() as session:
        return [c.number for c in session.query(Case).order_by(Case.id)]


def statuses(hall: Hall) -> list[str]:
    with hall.stage.store.read() as session:
        return [c.status for c in session.query(Case).order_by(Case.id)]


def take_back(hall: Hall, name: str, place: str, message: str) -> None:
    event = hall.stage.event(hall.person(name), type="unsend", unsend={"messageId": message})
    event["source"] = {"type": "group", "groupId": hall.groups[place], "userId": hall.person(name)}
    hall.stage.keep(event)
    hall.settle()


def test_one_coordinator_two_cases_one_after_the_other(hall: Hall) -> None:
    play(hall, REPORT)
    play(hall, SECOND)
    first, second = numbers(hall)
    play(
        hall,
        f"""
        สมชาย@บางรัก: แก้ไขแล้ว {first}
        → บางรัก: ส่งรูปหลังแก้ไขของ {first}
        สมชาย@บางรัก: 📷
        สมชาย@บางรัก: แก้ไขแล้ว {second}
        → บางรัก: ส่งรูปหลังแก้ไขของ {second}
        (fetched)
        → บางรัก: รับรูปผลงานของ {first}
        สมชาย@บางรัก: 📷
        (fetched)
        → บางรัก: รับรูปผลงานของ {second}
        … 10 seconds …
        → นิด: แจ้งว่าแก้ไขแล้วค่ะ
        → ปู: แจ้งว่าแก้ไขแล้วค่ะ
        """,
    )
    assert statuses(hall) == ["fixed_reported"] * 2


def test_words_after_the_photo_go_with_it_or_follow_it_once(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [แก้ไขแล้ว]
        → บางรัก: ส่งรูปหลังแก้ไข
        สมชาย@บางรัก: 📷×3
        (fetched)
        → บางรัก: รับรูปผลงาน
        สมชาย@บางรัก: เปลี่ยนฝาใหม่ทั้งชุดครับ
        → บางรัก: เพิ่มข้อความในเรื่อง
        สมชาย@บางรัก: ไปกินข้าวกัน
        → บางรัก: -
        … 10 seconds …
        → นิด: แจ้งว่าแก้ไขแล้วค่ะ
        → นิด: เปลี่ยนฝาใหม่ทั้งชุดครับ
        """,
    )


def test_somebody_else_sends_the_photo_by_quoting_the_card(hall: Hall) -> None:
    play(hall, REPORT)
    with hall.stage.store.read() as session:
        number = session.query(Case).one().number
    play(
        hall,
        """
        สมชาย@บางรัก: [รับเรื่อง]
        → บางรัก: รับเรื่องแล้วค่ะ
        … 10 seconds …
        → นิด: รับเรื่องแล้วค่ะ
        สมหญิง@บางรัก: “รับเรื่องแล้วค่ะ” 📷
        (fetched)
        → บางรัก: รับรูปผลงาน
        … 10 seconds …
        → นิด: แจ้งว่าแก้ไขแล้วค่ะ
        """,
    )
    assert number


def test_a_pin_far_from_the_place_is_written_down(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [แก้ไขแล้ว]
        → บางรัก: ส่งรูปหลังแก้ไข
        สมชาย@บางรัก: 📷
        (fetched)
        → บางรัก: รับรูปผลงาน
        สมชาย@บางรัก: 📍 13.7563, 100.5018
        … 10 seconds …
        → นิด: แจ้งว่าแก้ไขแล้วค่ะ
        """,
    )
    assert "far" in events(hall, "evidence")


@pytest.mark.parametrize("said", ["เขตป้อมปราบ", "ป้อมปราบฯ ค่ะ"])
def test_a_district_is_known_by_its_everyday_name(hall: Hall, said: str) -> None:
    hall.group("ป้อมปราบ", "1008")
    play(hall, REPORT)
    play(
        hall,
        f"""
        สมชาย@บางรัก: [ไม่ใช่พื้นที่เรา]
        → บางรัก: เป็นของหน่วยงานไหน
        สมชาย@บางรัก: {said}
        → บางรัก: ให้สำนักงานเขตป้อมปราบศัตรูพ่าย แล้ว
        → ป้อมปราบ: มีเรื่องส่งต่อมา
        """,
    )


def test_a_reason_that_names_a_place_is_still_a_reason(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [ไม่ใช่พื้นที่เรา]
        → บางรัก: เป็นของหน่วยงานไหน
        สมชาย@บางรัก: เป็นถนนในหมู่บ้านจัดสรรแถวป้อมปราบ เจ้าของต้องแก้เอง
        → บางรัก: ให้ศูนย์
        """,
    )


def test_a_third_hand_on_goes_to_the_centre_with_the_history(hall: Hall) -> None:
    hall.group("พระนคร", "1001")
    hall.group("ศูนย์", "1555")
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [ไม่ใช่พื้นที่เรา]
        → บางรัก: เป็นของหน่วยงานไหน
        สมชาย@บางรัก: สำนักงานเขตพระนคร
        → บางรัก: ให้สำนักงานเขตพระนคร แล้ว
        → พระนคร: มีเรื่องส่งต่อมา … สำนักงานเขตพระนคร … [รับเรื่อง]
        … 10 seconds …
        → นิด: ส่งต่อให้สำนักงานเขตพระนคร … คาดว่าแก้ไขภายใน
        มานะ@พระนคร: [ไม่ใช่พื้นที่เรา]
        → พระนคร: เป็นของหน่วยงานไหน
        มานะ@พระนคร: สำนักงานเขตบางรัก
        → พระนคร: ให้สำนักงานเขตบางรัก แล้ว
        → บางรัก: มีเรื่องส่งต่อมา … ส่งต่อมาแล้ว
        … 10 seconds …
        → นิด: ส่งต่อให้สำนักงานเขตบางรัก
        สมชาย@บางรัก: [ไม่ใช่พื้นที่เรา]
        → บางรัก: เป็นของหน่วยงานไหน
        สมชาย@บางรัก: สำนักงานเขตพระนคร
        → บางรัก: ศูนย์ฯ จะตัดสินให้
        → ศูนย์: มีเรื่องส่งต่อมา … ส่งต่อมาแล้ว … สำนักงานเขตบางรัก → สำนักงานเขตพระนคร → สำนักงานเขตบางรัก → ศูนย์
        … 10 seconds …
        → นิด: ส่งต่อให้ศูนย์
        ก้อย@ศูนย์: [ไม่ใช่พื้นที่เรา]
        → ศูนย์: เป็นของหน่วยงานไหน
        ก้อย@ศูนย์: ถนนนี้เป็นของกรมทางหลวง
        → ศูนย์: ไม่อยู่ในอำนาจหน้าที่
        … 10 seconds …
        → นิด: ไม่อยู่ในอำนาจหน้าที่ … ถนนนี้เป็นของกรมทางหลวง … [โทร กรมทางหลวง]
        """,
    )
    assert statuses(hall) == ["not_ours"]


def test_handed_to_an_agency_without_a_group_the_centre_hears(hall: Hall) -> None:
    hall.group("ศูนย์", "1555")
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [ไม่ใช่พื้นที่เรา]
        → บางรัก: เป็นของหน่วยงานไหน
        สมชาย@บางรัก: การไฟฟ้านครหลวง
        → บางรัก: การไฟฟ้านครหลวง แล้ว … ยังไม่มีกลุ่มไลน์
        → ศูนย์: หน่วยงานยังไม่มีกลุ่มไลน์ … เรื่องของการไฟฟ้านครหลวง
        … 10 seconds …
        → นิด: ส่งต่อให้การไฟฟ้านครหลวง
        """,
    )


def test_what_staff_change_on_the_command_line_shows_in_the_group(hall: Hall) -> None:
    play(hall, REPORT)
    with hall.stage.store.write() as session:
        case = cases.must(session, numbers(hall)[0])
        desk_staff.change_status(session, case, "inspecting", hall.stage.now, by="malee", note="ช่างกำลังไป", reason=None)
    play(
        hall,
        """
        … 10 seconds …
        → นิด: กำลังตรวจสอบ
        → บางรัก: ศูนย์ฯ ปรับสถานะ … ช่างกำลังไป
        """,
    )


def test_a_result_that_is_taken_back_is_wanted_again(hall: Hall) -> None:
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
        """,
    )
    with hall.stage.store.read() as session:
        message = session.query(Media).filter(Media.role == "result").one().message_id
    take_back(hall, "สมชาย", "บางรัก", message)
    play(
        hall,
        """
        … 10 seconds …
        → นิด: กำลังตรวจสอบ
        → บางรัก: รูปผลงานถูกยกเลิก
        """,
    )
    assert statuses(hall) == ["inspecting"]


def test_a_question_taken_back_before_it_went_never_goes(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [ขอข้อมูลเพิ่ม]
        → บางรัก: อยากถามผู้แจ้ง
        สมชาย@บางรัก: ฝาแบบไหนครับ
        → บางรัก: ส่งคำถาม
        """,
    )
    with hall.stage.store.read() as session:
        message = session.query(CaseEvent).filter(CaseEvent.kind == "asked").one().message_id
    assert message
    take_back(hall, "สมชาย", "บางรัก", message)
    play(hall, "… 10 seconds …")
    assert events(hall, "asked") == [None]


def test_a_film_is_proof_as_well(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: [แก้ไขแล้ว]
        → บางรัก: ส่งรูปหลังแก้ไข
        สมชาย@บางรัก: (video)
        (fetched)
        → บางรัก: รับรูปผลงาน
        … 10 seconds …
        → นิด: แจ้งว่าแก้ไขแล้วค่ะ … [ดูวิดีโอ]
        """,
    )


def test_conduct_reaches_no_group(hall: Hall) -> None:
    hall.group("ศูนย์", "1555")
    play(
        hall,
        """
        นิด: เจ้าหน้าที่เขตเรียกรับสินบนค่ะ
        → นิด: เกิดที่ไหนคะ
        นิด: 📍 13.7262, 100.5270
        → นิด: มีรูปไหมคะ
        นิด: [ไม่มีรูป]
        → นิด: ตรวจก่อนส่ง
        นิด: [ส่งเรื่อง]
        → นิด: ออกเลขแล้ว
        … 1 hours …
        """,
    )
    with hall.stage.store.read() as session:
        assert session.query(Case).one().category == "conduct"


def test_a_wrong_code_is_answered_where_the_group_is_bound_but_not_for_ever(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: ABCD-2345
        → บางรัก: รหัสนี้ใช้ไม่ได้ค่ะ กลุ่มนี้ผูกกับสำนักงานเขตบางรักอยู่แล้ว
        สมชาย@บางรัก: [แก้ไขแล้ว]
        → บางรัก: ส่งรูปหลังแก้ไข
        สมชาย@บางรัก: ABCO-23I5
        → บางรัก: รหัสนี้ใช้ไม่ได้ค่ะ
        สมชาย@บางรัก: โทร 2345-6789 นะ
        → บางรัก: จดไว้แล้วค่ะ
        """
        + "\n".join(f"สมชาย@บางรัก: AB{n}D-2345\n→ บางรัก: รหัสนี้ใช้ไม่ได้" for n in (2, 3, 4))
        + """
        สมชาย@บางรัก: AB9D-2345
        → บางรัก: -
        ปู@บางรัก: AB9D-2345
        → บางรัก: รหัสนี้ใช้ไม่ได้
        สมชาย@บางรัก: 📷
        (fetched)
        → บางรัก: รับรูปผลงาน
        … 10 seconds …
        → นิด: แจ้งว่าแก้ไขแล้วค่ะ
        """,
    )
    with hall.stage.store.write() as session:
        assert talks.expire(session, hall.stage.now + timedelta(days=1))
    with hall.stage.store.read() as session:
        assert "codes" not in {end.flow for end in session.query(TalkEnd)}
    hall.join("กลุ่มใหม่")
    play(
        hall,
        """
        → กลุ่มใหม่: สวัสดีค่ะ
        ปู@กลุ่มใหม่: AB0D-2345
        → กลุ่มใหม่: รหัสนี้ใช้ไม่ได้ค่ะ อาจพิมพ์ผิด
        """,
    )


def test_a_buttons_words_without_a_case_are_asked_about(hall: Hall) -> None:
    play(hall, REPORT)
    play(
        hall,
        """
        สมชาย@บางรัก: รับเรื่องค่ะ
        → บางรัก: เรื่องไหนคะ … พิมพ์เลขเรื่องต่อท้าย
        สมชาย@บางรัก: รับ
        → บางรัก: -
        """,
    )
    number = numbers(hall)[0]
    play(
        hall,
        f"""
        สมชาย@บางรัก: รับเรื่อง {number}
        → บางรัก: รับเรื่องแล้วค่ะ
        สมชาย@บางรัก: แก้ไขแล้ว {number}
        → บางรัก: ส่งรูปหลังแก้ไข
        """,
    )
