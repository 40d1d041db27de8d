"""แจ้งปัญหา as it is spoken: every order, every side path, every way out."""

from __future__ import annotations

import itertools

import pytest

from storage.models import Case, Media
from tests.support.reading import actions
from tests.support.reading import words as words_of
from tests.talks.theatre import Actor, Stage, play

PHRA_NAKHON = "13.7563, 100.5018"


def cases(stage: Stage) -> list[Case]:
    with stage.store.read() as session:
        return list(session.query(Case).order_by(Case.id))


def test_a_pothole_is_reported_step_by_step(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: แจ้งปัญหา
        1555: เกิดอะไรขึ้นคะ
        คุณ: ถนนเป็นหลุมหน้าตลาด
        1555: เกิดที่ไหนคะ [ส่งตำแหน่ง]
        คุณ: 📍 13.7563, 100.5018
        1555: มีรูปไหมคะ [ถ่ายรูป] [เลือกรูป] [ไม่มีรูป]
        คุณ: 📷
        1555: ตรวจก่อนส่ง … ถนน … ถนนเป็นหลุมหน้าตลาด … เขตพระนคร … 1 รูป [ส่งเรื่อง] [แก้ไข] [ยกเลิก]
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว … 70- … สำนักงานเขตพระนคร [ดูเรื่องนี้]
        """,
    )
    (case,) = cases(stage)
    assert (case.category, case.district_code, case.status, case.agency) == ("road", "1001", "numbered", "1001")


@pytest.mark.parametrize("order", list(itertools.permutations(("ฝาท่อหายหน้าโรงเรียน", "📍 13.7563, 100.5018", "📷"))))
def test_text_pin_and_photo_come_in_any_order(stage: Stage, order: tuple[str, ...]) -> None:
    actor = Actor(stage)
    for n, line in enumerate(order):
        (message,) = actor.does(line)
        labels = [a["label"] for a in actions(message)]
        assert ("ส่งเรื่อง" in labels) == (n == 2), words_of(message)
    actor.does("[ส่งเรื่อง]")
    (case,) = cases(stage)
    assert case.text == "ฝาท่อหายหน้าโรงเรียน"
    assert case.urgent


def test_a_place_in_words_is_asked_back_and_never_taken_silently(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: น้ำท่วมถนนสีลม เขตบางรัก ตั้งแต่เช้า
        1555: จุดนี้ใช่ไหมคะ … เขตบางรัก [ใช่] [ไม่ใช่] [ส่งตำแหน่ง]
        คุณ: ใช่ค่ะ
        1555: มีรูปไหมคะ [ไม่มีรูป]
        คุณ: ไม่มีค่ะ
        1555: ตรวจก่อนส่ง … น้ำท่วม … เขตบางรัก … ไม่มีรูป [ส่งเรื่อง]
        คุณ: ส่งเลย
        1555: ออกเลขแล้ว … สำนักงานเขตบางรัก
        """,
    )
    (case,) = cases(stage)
    assert (case.district_code, case.lat) == ("1004", None)


def test_a_refused_guess_asks_for_the_pin(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ไฟดับทั้งซอย เขตดินแดง
        1555: … เขตดินแดง [ใช่] [ไม่ใช่]
        คุณ: [ไม่ใช่]
        1555: เกิดที่ไหนคะ [ส่งตำแหน่ง]
        คุณ: 📍 13.7563, 100.5018
        1555: มีรูปไหมคะ
        """,
    )


def test_words_that_name_no_district_are_kept_and_the_district_is_asked_for(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: แจ้งปัญหา
        1555: เกิดอะไรขึ้นคะ
        คุณ: ไฟทางดับ มืดมาก
        1555: เกิดที่ไหนคะ
        คุณ: หน้าร้านเจ๊แดง
        1555: จดสถานที่ไว้แล้วค่ะ … อยู่เขตไหนคะ
        คุณ: เขตบางรัก
        1555: … เขตบางรัก [ใช่] [ไม่ใช่]
        คุณ: [ใช่]
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: … หน้าร้านเจ๊แดง … เขตบางรัก [ส่งเรื่อง]
        """,
    )


def test_a_position_that_is_pasted_is_a_pin(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ไฟทางดับ มืดมาก
        1555: เกิดที่ไหนคะ
        คุณ: (13.72620, 100.52700)
        1555: ปักหมุดแล้วค่ะ … เขตบางรัก … มีรูปไหมคะ
        """,
    )


def test_a_pin_outside_bangkok_is_explained_and_not_kept(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ถนนเป็นหลุมใหญ่มาก
        1555: เกิดที่ไหนคะ
        คุณ: 📍 18.7883, 98.9853
        1555: อยู่นอกกรุงเทพฯ … 1567 [โทร 1567]
        1555: เกิดที่ไหนคะ [ส่งตำแหน่ง]
        คุณ: 📍 0, 0
        1555: อยู่นอกกรุงเทพฯ … 1567
        1555: เกิดที่ไหนคะ
        คุณ: 📍 nan, nan
        1555: อ่านตำแหน่งนี้ไม่ได้ค่ะ … เกิดที่ไหนคะ
        คุณ: อยู่ที่เชียงใหม่
        1555: เชียงใหม่ อยู่นอกกรุงเทพฯ … 1567 … เกิดที่ไหนคะ
        """,
    )


def test_near_a_border_the_district_is_asked_for(stage: Stage) -> None:
    from casework.places import locate

    spot = next((lat, lng) for lat, lng in ((13.70 + n / 2000, 100.55) for n in range(200)) if len(locate(lat, lng).near) == 2)
    near = locate(*spot).near
    actor = play(
        stage,
        f"""
        คุณ: ขยะกองใหญ่ริมทาง
        1555: เกิดที่ไหนคะ
        คุณ: 📍 {spot[0]}, {spot[1]}
        1555: เขตแดน … เขตไหนคะ [{near[0][1]}] [{near[1][1]}]
        คุณ: {near[1][1]}
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: … {near[1][1]} [ส่งเรื่อง]
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว
        """,
    )
    assert actor.messages
    assert cases(stage)[0].district_code == near[1][0]


def test_several_photos_sent_together_are_answered_once(stage: Stage) -> None:
    play(
        stage,
        f"""
        คุณ: 📷×3
        1555: เกิดอะไรขึ้นคะ
        คุณ: ต้นไม้ล้มขวางถนน
        1555: เกิดที่ไหนคะ
        คุณ: 📍 {PHRA_NAKHON}
        1555: … เร่งด่วน … 3 รูป [ส่งเรื่อง]
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว
        """,
    )
    with stage.store.read() as session:
        assert session.query(Media).filter(Media.case_id.is_not(None)).count() == 3


def test_everything_on_the_card_can_be_changed(stage: Stage) -> None:
    play(
        stage,
        f"""
        คุณ: ขยะเหม็นมาก
        1555: เกิดที่ไหนคะ
        คุณ: 📍 {PHRA_NAKHON}
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: … ขยะเหม็นมาก [แก้ไข]
        คุณ: [แก้ไข]
        1555: อยากแก้ตรงไหนคะ [รายละเอียด] [สถานที่] [ประเภท] [รูป] [ความเร่งด่วน] [ฝากเบอร์โทร] [เสร็จ]
        คุณ: [รายละเอียด]
        1555: เกิดอะไรขึ้นคะ
        คุณ: ขยะกองหน้าบ้านสามวันแล้ว
        1555: … ขยะกองหน้าบ้านสามวันแล้ว
        คุณ: [แก้ไข]
        1555: อยากแก้ตรงไหนคะ
        คุณ: [สถานที่]
        1555: เกิดที่ไหนคะ
        คุณ: 📍 13.7271, 100.5252
        1555: … เขตบางรัก
        คุณ: [แก้ไข]
        1555: อยากแก้ตรงไหนคะ
        คุณ: [ประเภท]
        1555: เลือกประเภทเรื่อง … ถนน … อื่น ๆ
        คุณ: กลิ่น
        1555: ขอโทษค่ะ
        1555: เลือกประเภทเรื่อง
        คุณ: สัตว์จรจัด
        1555: … สัตว์จรจัด
        คุณ: [แก้ไข]
        1555: อยากแก้ตรงไหนคะ
        คุณ: [ความเร่งด่วน]
        1555: เร่งด่วนไหมคะ [เร่งด่วน] [ไม่เร่งด่วน]
        คุณ: ด่วนมาก
        1555: … เร่งด่วน … สัตว์จรจัด
        คุณ: [แก้ไข]
        1555: อยากแก้ตรงไหนคะ
        คุณ: [ฝากเบอร์โทร]
        1555: ฝากเบอร์โทร [ไม่ฝากเบอร์]
        คุณ: ไม่บอก
        1555: ยังอ่านเป็นเบอร์โทรไม่ได้ … ฝากเบอร์โทร
        คุณ: ๐๘๑ ๒๓๔ ๕๖๗๘
        1555: … ฝากเบอร์โทรให้หน่วยงานแล้ว
        คุณ: [แก้ไข]
        1555: อยากแก้ตรงไหนคะ
        คุณ: [รูป]
        1555: มีรูปไหมคะ
        คุณ: ย้อนกลับ
        1555: อยากแก้ตรงไหนคะ
        คุณ: [เสร็จ]
        1555: ตรวจก่อนส่ง … ขยะกองหน้าบ้านสามวันแล้ว … ไม่มีรูป [ส่งเรื่อง]
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว
        """,
    )
    (case,) = cases(stage)
    assert (case.category, case.urgent, case.district_code, case.share_contact) == ("animal", True, "1004", True)
    assert case.guessed == "waste"


def test_leaving_an_edit_backwards_restores_what_was_there(stage: Stage) -> None:
    play(
        stage,
        f"""
        คุณ: ขยะเหม็นมาก
        1555: เกิดที่ไหนคะ
        คุณ: 📍 {PHRA_NAKHON}
        1555: มีรูปไหมคะ
        คุณ: 📷
        1555: … ขยะเหม็นมาก … 1 รูป
        คุณ: [แก้ไข]
        1555: อยากแก้ตรงไหนคะ
        คุณ: [รายละเอียด]
        1555: เกิดอะไรขึ้นคะ
        คุณ: กลับ
        1555: อยากแก้ตรงไหนคะ
        คุณ: [เสร็จ]
        1555: … ขยะเหม็นมาก … 1 รูป [ส่งเรื่อง]
        """,
    )


def test_where_urgency_is_not_sure_the_card_asks(stage: Stage) -> None:
    play(
        stage,
        f"""
        คุณ: ทางเท้าหน้าปากซอยพัง กลัวคนสะดุดล้ม
        1555: เกิดที่ไหนคะ
        คุณ: 📍 {PHRA_NAKHON}
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: ตรวจก่อนส่ง
        """,
    )


def test_danger_to_life_shows_the_numbers_at_once_and_still_takes_the_case(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ไฟไหม้บ้านในซอย คนติดอยู่ข้างใน ช่วยด้วย
        1555: มีอันตรายถึงชีวิต … 191 … 199 … 1669 [โทร 191 ตำรวจ] [โทร 199 ดับเพลิง] [โทร 1669 รถพยาบาล]
        1555: เกิดที่ไหนคะ [ส่งตำแหน่ง]
        """,
    )


def test_a_similar_case_nearby_can_be_followed_instead(stage: Stage) -> None:
    first = play(stage, _filed("ฝาท่อหาย", "13.75630, 100.50180"))
    number = cases(stage)[0].number
    assert first.messages
    second = play(
        stage,
        f"""
        คุณ: ฝาท่อหายค่ะ
        1555: เกิดที่ไหนคะ
        คุณ: 📍 13.75640, 100.50185
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: … [ส่งเรื่อง]
        คุณ: [ส่งเรื่อง]
        1555: มีคนแจ้งเรื่องคล้ายกัน
        1555: … {number} … ม. [เรื่องเดียวกัน] [คนละเรื่อง]
        คุณ: [เรื่องเดียวกัน]
        1555: ติดตามเรื่องนี้แล้ว … {number}
        คุณ: ติดตามเรื่อง
        1555: … {number}
        """,
    )
    assert second.messages
    assert len(cases(stage)) == 1


def test_another_matter_goes_on_to_its_own_number(stage: Stage) -> None:
    play(stage, _filed("ฝาท่อหาย", "13.75630, 100.50180"))
    play(
        stage,
        """
        คุณ: ฝาท่อหายอีกฝา
        1555: เกิดที่ไหนคะ
        คุณ: 📍 13.75640, 100.50185
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: … [ส่งเรื่อง]
        คุณ: [ส่งเรื่อง]
        1555: มีคนแจ้งเรื่องคล้ายกัน
        1555: … [คนละเรื่อง]
        คุณ: คนละเรื่องค่ะ
        1555: ออกเลขแล้ว
        """,
    )
    assert len(cases(stage)) == 2


def test_pressing_send_twice_makes_one_case(stage: Stage) -> None:
    actor = play(stage, _filed("ไฟดับ", PHRA_NAKHON))
    number = cases(stage)[0].number
    said = actor.does("[ส่งเรื่อง]")
    assert number in words_of(said[0])
    assert len(cases(stage)) == 1


def test_cancel_asks_once_and_drops(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ถนนเป็นหลุม
        1555: เกิดที่ไหนคะ
        คุณ: ยกเลิก
        1555: ยกเลิกเรื่องที่กำลังทำอยู่ใช่ไหมคะ “ถนนเป็นหลุม” [ใช่] [ไม่ใช่]
        คุณ: ไม่ใช่
        1555: เกิดที่ไหนคะ
        คุณ: ยกเลิกค่ะ
        1555: ยกเลิกเรื่องที่กำลังทำอยู่ใช่ไหมคะ
        คุณ: [ใช่]
        1555: ยกเลิกให้แล้วค่ะ [แจ้งปัญหา]
        คุณ: ยกเลิก
        1555: ไม่มีเรื่องที่ค้างอยู่
        """,
    )
    assert not cases(stage)


def test_menu_keeps_the_talk_and_it_is_picked_up_days_later(stage: Stage) -> None:
    play(
        stage,
        f"""
        คุณ: ถนนเป็นหลุม
        1555: เกิดที่ไหนคะ
        คุณ: เมนู
        1555: เลือกได้เลยค่ะ [แจ้งปัญหา] [ติดตามเรื่อง] [งานทะเบียน] [สอบถาม/เสนอแนะ] [ข่าวประชาสัมพันธ์] [ติดต่อเจ้าหน้าที่]
        1555: เก็บเรื่องที่ทำค้างไว้ให้แล้วค่ะ “ถนนเป็นหลุม” [ทำต่อ] [ไม่ทำต่อ]
        … 2 days …
        คุณ: [ทำต่อ]
        1555: เกิดที่ไหนคะ
        … 2 days …
        คุณ: 📍 {PHRA_NAKHON}
        1555: ต่อจากเรื่องที่ค้างไว้นะคะ “ถนนเป็นหลุม” … มีรูปไหมคะ
        """,
    )


def test_back_goes_one_question_back(stage: Stage) -> None:
    play(
        stage,
        f"""
        คุณ: แจ้งปัญหา
        1555: เกิดอะไรขึ้นคะ
        คุณ: ถนนเป็นหลุม
        1555: เกิดที่ไหนคะ
        คุณ: 📍 {PHRA_NAKHON}
        1555: มีรูปไหมคะ
        คุณ: ย้อนกลับ
        1555: เกิดที่ไหนคะ
        คุณ: 📍 13.7271, 100.5252
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: … เขตบางรัก [ส่งเรื่อง]
        """,
    )


def test_more_words_join_the_description(stage: Stage) -> None:
    actor = play(
        stage,
        f"""
        คุณ: ถนนเป็นหลุม
        1555: เกิดที่ไหนคะ
        คุณ: 📍 {PHRA_NAKHON}
        1555: มีรูปไหมคะ
        คุณ: หลุมใหญ่มาก รถล้มไปสองคันแล้ว
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: … เร่งด่วน … ถนนเป็นหลุม⏎หลุมใหญ่มาก
        """.replace("⏎", " … "),
    )
    assert actor.messages


def test_an_unsent_message_leaves_the_talk_and_the_case(stage: Stage) -> None:
    actor = Actor(stage)
    actor.does("ถนนเป็นหลุม")
    secret = stage.event(actor.person, type="message", message={"type": "text", "id": "777", "text": "โทร 0812345678"})
    actor.does(f"📍 {PHRA_NAKHON}")
    stage.keep(secret)
    actor.hears()
    stage.keep(stage.event(actor.person, type="unsend", unsend={"messageId": "777"}))
    assert actor.hears() == []
    actor.does("[ไม่มีรูป]")
    actor.does("[ส่งเรื่อง]")
    (case,) = cases(stage)
    assert case.text == "ถนนเป็นหลุม"


def test_an_unsent_photo_is_not_sent_with_the_case(stage: Stage) -> None:
    actor = Actor(stage)
    actor.does("ถนนเป็นหลุม")
    actor.does(f"📍 {PHRA_NAKHON}")
    photo = stage.event(actor.person, type="message", message={"type": "image", "id": "778"})
    stage.keep(photo)
    actor.hears()
    stage.keep(stage.event(actor.person, type="unsend", unsend={"messageId": "778"}))
    actor.hears()
    actor.does("[ส่งเรื่อง]")
    with stage.store.read() as session:
        assert [(m.state, m.case_id) for m in session.query(Media)] == [("gone", None)]


@pytest.mark.parametrize(
    "text",
    ["{0} %s {name} {", "<b>หลุม</b> & \"'", "หลุม\x00ใหญ่มากบนถนน", "🕳️" * 50 + "ถนนเป็นหลุม", "ก" * 5000, "\u202eถนนเป็นหลุม"],
    ids=["format", "markup", "nul", "emoji", "long", "direction"],
)
def test_text_of_any_kind_is_kept_and_shown_literally(stage: Stage, text: str) -> None:
    actor = Actor(stage)
    actor.does("แจ้งปัญหา")
    stage.keep(stage.event(actor.person, type="message", message={"type": "text", "id": "1", "text": text}))
    actor.hears()
    actor.does(f"📍 {PHRA_NAKHON}")
    (card,) = actor.does("[ไม่มีรูป]")
    if "ประเภทอื่น" in [a["label"] for a in actions(card)]:  # nothing is to be seen in such words
        actor.does("[ประเภทอื่น]")
        (card,) = actor.does("[ถนน]")
    assert text[:40].replace("\x00", "␀") in words_of(card)
    actor.does("[ส่งเรื่อง]")
    assert cases(stage)[0].text == text


def _filed(text: str, pin: str) -> str:
    return f"""
        คุณ: {text}
        1555: เกิดที่ไหนคะ
        คุณ: 📍 {pin}
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: … [ส่งเรื่อง]
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว
        """
