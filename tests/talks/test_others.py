"""Greeting, menu, tracking, questions, the handbook, the languages, and what is no text at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.jobs import Jobs
from casework.case import OPEN
from storage import cases as stored
from storage import inbox
from storage.models import Case, InboxEvent, Person, Talk
from storage.shelf import Folder
from tests.support.reading import actions
from tests.support.reading import words as words_of
from tests.talks.test_report import _filed, cases
from tests.talks.theatre import Actor, Stage, play

PIN = "13.7563, 100.5018"


def sweep(stage: Stage) -> None:
    Jobs(
        stage.store, stage.rules, lambda: stage.now, Folder(Path("unused")), seal=stage.seal, public_url="https://1555.example"
    ).sweep()


def move(stage: Stage, number: str, status: str, note: str | None = None) -> None:
    stage.now += timedelta(minutes=1)
    with stage.store.write() as session:
        case = stored.must(session, number)
        stored.move(session, case, status, stage.now, who="staff", actor="staff:มาลี", note=note)
    sweep(stage)


def test_following_brings_greeting_notice_and_menu(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: (follow)
        1555: สวัสดีค่ะ @ร้องทุกข์1555
        1555: ข้อมูลส่วนบุคคลของคุณ … ฉบับ 2569-1
        1555: เลือกได้เลยค่ะ [แจ้งปัญหา] [ติดตามเรื่อง] [งานทะเบียน] [สอบถาม/เสนอแนะ] [ข่าวประชาสัมพันธ์] [ติดต่อเจ้าหน้าที่]
        คุณ: (unfollow)
        1555: -
        """,
    )
    with stage.store.read() as session:
        person = session.get_one(Person, actor.person)
        assert (person.follows, person.notice_version) == (False, "2569-1")


def test_small_talk_is_answered(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: สวัสดีค่ะ
        1555: สวัสดีค่ะ [แจ้งปัญหา]
        คุณ: ขอบคุณครับ
        1555: ด้วยความยินดี
        คุณ: (sticker)
        1555: … [แจ้งปัญหา]
        คุณ: (audio)
        1555: ยังฟังเสียงไม่ได้
        คุณ: asdf
        1555: ยังไม่แน่ใจ [แจ้งปัญหา]
        คุณ: งานทะเบียน
        1555: งานทะเบียน … ต้องการบริการไหนคะ
        คุณ: ติดต่อเจ้าหน้าที่
        1555: ติดต่อเจ้าหน้าที่ … 1555 [โทร 1555]
        1555: 24 ชั่วโมง … เล่าเรื่องมาได้เลย [จบการสนทนา]
        คุณ: ข่าวประชาสัมพันธ์
        1555: ข่าวประชาสัมพันธ์
        คุณ: ข้อมูลของฉัน
        1555: ข้อมูลของฉัน
        """,
    )


def test_a_sticker_in_mid_report_does_not_lose_the_question(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ถนนเป็นหลุม
        1555: เกิดที่ไหนคะ
        คุณ: (sticker)
        1555: … เกิดที่ไหนคะ [ส่งตำแหน่ง]
        คุณ: (audio)
        1555: … เกิดที่ไหนคะ [ส่งตำแหน่ง]
        คุณ: (hologram)
        1555: … เกิดที่ไหนคะ [ส่งตำแหน่ง]
        """,
    )


def test_tracking_adding_and_withdrawing(stage: Stage) -> None:
    actor = play(stage, _filed("ไฟทางดับทั้งซอย", PIN))
    number = cases(stage)[0].number
    play(
        stage,
        f"""
        คุณ: ติดตามเรื่อง
        1555: เรื่องของคุณ {number} ออกเลขแล้ว [ดูเรื่องนี้]
        คุณ: {number}
        1555: {number} … ไฟทางดับทั้งซอย [เพิ่มข้อมูล] [ถอนเรื่อง] [ดูทั้งหมด]
        คุณ: [เพิ่มข้อมูล]
        1555: พิมพ์หรือส่งรูปเพิ่ม [เสร็จ]
        คุณ: มืดมากกลัวโจร
        1555: เพิ่มข้อความให้แล้ว … [เสร็จ]
        คุณ: 📷×2
        1555: เพิ่มรูปให้แล้ว
        คุณ: [เสร็จ]
        1555: {number} … มืดมากกลัวโจร
        คุณ: [ถอนเรื่อง]
        1555: ถอนเรื่องนี้ใช่ไหมคะ [ใช่] [ไม่ใช่]
        คุณ: [ไม่ใช่]
        1555: {number}
        คุณ: [ถอนเรื่อง]
        1555: ถอนเรื่องนี้ใช่ไหมคะ
        คุณ: ใช่ครับ
        1555: ถอนเรื่องเลขที่ {number}
        """,
        actor.person,
    )
    assert cases(stage)[0].status == "withdrawn"


def test_nobody_else_sees_more_than_the_page(stage: Stage) -> None:
    play(stage, _filed("บ้านเลขที่ 99 เสียงดัง โทร 0812345678", PIN))
    number = cases(stage)[0].number
    actor = play(
        stage,
        f"""
        คุณ: {number}
        1555: {number} … เสียงรบกวน
        คุณ: ๗๐-{number[3:]}
        1555: {number}
        คุณ: {number[:-1]}{(int(number[-1]) + 1) % 10}
        1555: พิมพ์ผิด
        """,
    )
    assert not any("0812345678" in words_of(m) or "บ้านเลขที่" in words_of(m) for m in actor.messages)


def test_nothing_reported_yet(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ติดตามเรื่อง
        1555: ยังไม่มีเรื่องที่แจ้งไว้
        """,
    )


def test_the_citizen_hears_each_step_and_has_the_last_word(stage: Stage) -> None:
    actor = play(stage, _filed("ฝาท่อหาย", PIN))
    number = cases(stage)[0].number
    move(stage, number, "accepted")
    (news,) = actor.hears()
    assert "รับเรื่องแล้ว" in words_of(news)
    move(stage, number, "fixed_reported", note="ใส่ฝาใหม่แล้ว")
    (news,) = actor.hears()
    assert "ใส่ฝาใหม่แล้ว" in words_of(news)
    assert {"แก้ไขแล้วจริง", "ยังไม่เรียบร้อย"} <= {a["label"] for a in actions(news)}
    assert "เล่าให้ฟัง" in words_of(actor.does("[ยังไม่เรียบร้อย]")[0])
    assert number in words_of(actor.does("ฝายังโยกอยู่")[0])
    assert cases(stage)[0].status == "reopened"
    move(stage, number, "fixed_reported", note="ยึดแน่นแล้ว")
    actor.hears()
    said = actor.does("[แก้ไขแล้วจริง]")
    assert {"1 ดาว", "5 ดาว"} <= {a["label"] for a in actions(said[0])}
    actor.does("[5 ดาว]")
    case = cases(stage)[0]
    assert (case.status, case.confirmed, case.rating) == ("closed", True, 5)
    late = actor.does("[ยังไม่เรียบร้อย]")
    assert late and case.status not in OPEN


def test_silence_closes_after_the_rules_days_and_is_told_apart(stage: Stage) -> None:
    actor = play(stage, _filed("ฝาท่อหาย", PIN))
    number = cases(stage)[0].number
    move(stage, number, "fixed_reported", note="เรียบร้อย")
    actor.hears()
    stage.now += timedelta(days=2, hours=23)
    sweep(stage)
    assert actor.hears() == []
    stage.now += timedelta(hours=2)
    sweep(stage)
    sweep(stage)
    (news,) = actor.hears()
    assert "ยังไม่ได้รับคำตอบ" in words_of(news)
    case = cases(stage)[0]
    assert (case.status, case.confirmed) == ("closed", None)


def test_questions_suggestions_and_compliments_get_a_number(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: สอบถาม/เสนอแนะ
        1555: อยากสอบถาม เสนอแนะ หรือชมเชยคะ [สอบถาม] [เสนอแนะ] [ชมเชย]
        คุณ: [เสนอแนะ]
        1555: อยากเสนอแนะเรื่องอะไรคะ
        คุณ: อยากให้มีที่นั่งที่ป้ายรถเมล์
        1555: ตรวจก่อนส่ง … เสนอแนะ … ที่นั่งที่ป้ายรถเมล์ [ส่งเรื่อง] [แก้ไข] [ยกเลิก]
        คุณ: [แก้ไข]
        1555: อยากเสนอแนะเรื่องอะไรคะ
        คุณ: อยากให้มีหลังคาที่ป้ายรถเมล์
        1555: … หลังคา [ส่งเรื่อง]
        คุณ: [ส่งเรื่อง]
        1555: ออกเลขแล้ว … เสนอแนะ
        คุณ: ขอชมเชยเจ้าหน้าที่เขตบางรัก บริการดีมาก
        1555: ตรวจก่อนส่ง … ชมเชย
        คุณ: ส่ง
        1555: ออกเลขแล้ว
        """,
    )
    assert [c.kind for c in cases(stage)] == ["suggestion", "compliment"]


def test_the_handbook(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: คู่มือ
        1555: แจ้งเรื่อง … หลังแจ้งแล้ว [แจ้งปัญหา] [ติดตามเรื่อง] [เรื่องเร่งด่วน]
        คุณ: [เรื่องเร่งด่วน]
        1555: เรื่องเร่งด่วน … น้ำมันหก [หน้าถัดไป] [ดูทั้งหมด]
        คุณ: [หน้าถัดไป]
        1555: เหตุฉุกเฉิน
        คุณ: [ดูทั้งหมด]
        1555: แจ้งเรื่อง … [งานทะเบียน]
        คุณ: ไฟทางดับหน้าปากซอย
        1555: เกิดที่ไหนคะ
        """,
    )


def test_english_and_back(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: English
        1555: We speak English now.
        1555: How can we help? [Report] [ภาษาไทย]
        คุณ: There is a big hole in the road
        1555: Where is it? [Send a pin]
        คุณ: 📍 13.7563, 100.5018
        1555: Do you have a photo? [No photo]
        คุณ: no
        1555: Which of these is it most like? [Road] [Another kind]
        คุณ: [Road]
        1555: Please check … Phra Nakhon [Send report]
        คุณ: yes
        1555: Numbered … 70-
        คุณ: ภาษาไทย
        1555: ใช้ภาษาไทยแล้วค่ะ
        1555: เลือกได้เลยค่ะ
        """,
    )


def test_two_people_never_mix(stage: Stage) -> None:
    one, two = Actor(stage), Actor(stage)
    one.does("ถนนเป็นหลุม")
    two.does("ไฟดับ")
    one.does(f"📍 {PIN}")
    two.does("📍 13.7271, 100.5252")
    one.does("[ไม่มีรูป]")
    two.does("[ไม่มีรูป]")
    one.does("[ส่งเรื่อง]")
    two.does("[ส่งเรื่อง]")
    assert [(c.text, c.district_code) for c in cases(stage)] == [("ถนนเป็นหลุม", "1001"), ("ไฟดับ", "1004")]


def test_a_poison_event_is_parked_and_the_person_is_told(stage: Stage) -> None:
    actor = Actor(stage)
    event = stage.event(actor.person, type="message", message={"type": "text", "id": "1", "text": "ถนนเป็นหลุม"})
    stage.keep(event)

    def broken(*_args: object) -> None:
        raise RuntimeError("ถนนเป็นหลุม")

    stage.turns._answer = broken  # type: ignore[method-assign,assignment]
    for _ in range(inbox.GIVE_UP_AFTER):
        stage.run()
        stage.now += timedelta(minutes=1)
    del stage.turns._answer
    (said,) = actor.hears()
    assert "ขอโทษ" in words_of(said)
    with stage.store.read() as session:
        row = session.query(InboxEvent).one()
        assert row.state == "parked"
        assert row.error is not None
        assert "หลุม" not in row.error
    assert words_of(actor.does("ไฟดับทั้งซอย")[0])


def test_a_group_hears_the_bot_only_when_it_is_spoken_to(stage: Stage) -> None:
    play(stage, _filed("ฝาท่อหาย", PIN))
    number = cases(stage)[0].number
    source = {"type": "group", "groupId": "C1", "userId": "U9"}

    def group(**fields: object) -> list[str]:
        stage.keep(stage.event("U9", **fields) | {"source": source})
        stage.run()
        return [words_of(m) for chat, m in stage.sent() if chat == "C1"]

    assert "ผู้ประสานงาน" in group(type="join")[0]
    assert group(type="message", message={"type": "text", "id": "1", "text": "กินข้าวยัง"}) == []
    assert number in group(type="message", message={"type": "text", "id": "2", "text": number})[0]
    assert group(type="memberJoined", joined={"members": []}) == []
    with stage.store.read() as session:
        assert session.query(Case).count() == 1


def test_a_missed_date_is_told_once_with_an_apology(stage: Stage) -> None:
    actor = play(stage, _filed("ฝาท่อหาย", PIN))
    stage.now += timedelta(hours=23)
    sweep(stage)
    assert actor.hears() == []
    stage.now += timedelta(hours=2)
    sweep(stage)
    (news,) = actor.hears()
    assert "ขอโทษ" in words_of(news)
    sweep(stage)
    assert actor.hears() == []


def test_words_added_later_can_be_taken_back(stage: Stage) -> None:
    actor = play(stage, _filed("ไฟดับ", PIN))
    actor.does("ติดตามเรื่อง")
    actor.does(cases(stage)[0].number)
    actor.does("[เพิ่มข้อมูล]")
    said = stage.event(actor.person, type="message", message={"type": "text", "id": "888", "text": "โทรหาผมนะ"})
    stage.keep(said)
    actor.hears()
    stage.keep(stage.event(actor.person, type="unsend", unsend={"messageId": "888"}))
    actor.hears()
    (card,) = actor.does("[เสร็จ]")
    assert "โทรหาผม" not in words_of(card)


def test_a_telephone_number_is_forgotten_with_the_report(stage: Stage) -> None:
    actor = play(
        stage,
        f"""
        คุณ: ไฟดับ
        1555: เกิดที่ไหนคะ
        คุณ: 📍 {PIN}
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: ตรวจก่อนส่ง
        คุณ: [แก้ไข]
        1555: อยากแก้ตรงไหนคะ
        คุณ: [ฝากเบอร์โทร]
        1555: ฝากเบอร์โทร
        คุณ: 0812345678
        1555: ฝากเบอร์โทรให้หน่วยงานแล้ว
        คุณ: ยกเลิก
        1555: ใช่ไหมคะ
        คุณ: ยกเลิก
        1555: ยกเลิกให้แล้ว
        """,
    )
    with stage.store.read() as session:
        assert session.get_one(Person, actor.person).phone is None


def test_words_of_absent_buttons_are_not_taken_for_answers(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ไฟดับทั้งซอย
        1555: เกิดที่ไหนคะ
        คุณ: ไม่มี
        1555: ยังไม่ได้คำตอบของข้อนี้ … เกิดที่ไหนคะ
        คุณ: ไม่รู้ค่ะ
        1555: ไม่เป็นไรค่ะ … เกิดที่ไหนคะ [ส่งตำแหน่ง]
        คุณ: Bang Rak
        1555: … เขตบางรัก [ใช่]
        คุณ: ใช่ค่ะ
        1555: มีรูปไหมคะ
        คุณ: ข้าม
        1555: ตรวจก่อนส่ง … เขตบางรัก
        คุณ: ด่วนมาก
        1555: … เร่งด่วน [ส่งเรื่อง]
        คุณ: ส่ง
        1555: ออกเลขแล้ว
        คุณ: ส่ง
        1555: ส่งแล้วค่ะ เลขที่ 70-
        """,
    )
    assert [c.urgent for c in cases(stage)] == [True]


def test_a_bare_cry_for_help_shows_the_numbers_first(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ช่วยด้วย!!
        1555: โทรทันที [โทร 191 ตำรวจ] [โทร 199 ดับเพลิง] [โทร 1669 รถพยาบาล]
        1555: เกิดอะไรขึ้นคะ
        คุณ: 📷
        1555: ได้รับรูปแล้วค่ะ … เกิดอะไรขึ้นคะ
        คุณ: 📍 13.7271, 100.5252
        1555: ปักหมุดแล้วค่ะ … เขตบางรัก … เกิดอะไรขึ้นคะ
        """,
    )


@pytest.mark.parametrize("cry", ["fire", "help! fire in my house", "ไฟไหม้ช่วยด้วย"])
def test_a_cry_of_fire_shows_the_numbers_and_goes_on_as_a_report(stage: Stage, cry: str) -> None:
    play(
        stage,
        f"""
        คุณ: {cry}
        1555: โทรทันที [โทร 191 ตำรวจ] [โทร 199 ดับเพลิง] [โทร 1669 รถพยาบาล]
        1555: เกิดที่ไหนคะ [ส่งตำแหน่ง]
        คุณ: 📍 13.7271, 100.5252
        1555: มีรูปไหมคะ
        คุณ: [ไม่มีรูป]
        1555: ตรวจก่อนส่ง … เร่งด่วน
        """,
    )


def test_a_pushed_card_works_while_a_draft_is_open(stage: Stage) -> None:
    actor = play(stage, _filed("ฝาท่อหาย", PIN))
    number = cases(stage)[0].number
    move(stage, number, "fixed_reported", note="เรียบร้อย")
    actor.hears()
    actor.does("ไฟดับทั้งซอย")
    said = actor.does("[ยังไม่เรียบร้อย]")
    assert "เปิดเรื่องอีกครั้งแล้ว" in words_of(said[0])
    assert cases(stage)[0].status == "reopened"
    assert "จดไว้" in words_of(actor.does("ฝายังโยก")[0])
    play(
        stage,
        """
        คุณ: แจ้งปัญหา
        1555: ต่อจากเรื่องที่ค้างไว้ … “ไฟดับทั้งซอย” … เกิดที่ไหนคะ
        """,
        actor.person,
    )


def test_typed_stars_count(stage: Stage) -> None:
    actor = play(stage, _filed("ฝาท่อหาย", PIN))
    move(stage, cases(stage)[0].number, "fixed_reported", note="เรียบร้อย")
    actor.hears()
    actor.does("[แก้ไขแล้วจริง]")
    assert "ขอบคุณ" in words_of(actor.does("๔ ดาว")[0])
    assert cases(stage)[0].rating == 4


def test_danger_is_heard_in_every_talk(stage: Stage) -> None:
    actor = play(stage, _filed("ไฟดับ", PIN))
    actor.does(cases(stage)[0].number)
    actor.does("[เพิ่มข้อมูล]")
    assert "191" in words_of(actor.does("ไฟไหม้ มีคนติดอยู่ข้างใน ช่วยด้วย")[0])
    play(
        stage,
        """
        คุณ: น้ำท่วมซอย
        1555: เกิดที่ไหนคะ
        คุณ: ไฟไหม้บ้าน คนติดอยู่
        1555: โทรทันที [โทร 199 ดับเพลิง]
        1555: เกิดที่ไหนคะ
        คุณ: 📍 13.7271, 100.5252
        1555: … มีรูปไหมคะ
        คุณ: ไม่มี
        1555: … เร่งด่วน … น้ำท่วมซอย … ไฟไหม้บ้าน
        """,
    )


def test_card_numbers_are_neither_kept_nor_repeated(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: อยากเสนอแนะให้มีสวนสาธารณะ
        1555: ตรวจก่อนส่ง
        คุณ: JC1-1234567-89
        1555: อย่าส่งเลขบัตร
        1555: ตรวจก่อนส่ง … สวนสาธารณะ
        คุณ: jc1 1234567 8
        1555: อย่าส่งเลขบัตร
        1555: ตรวจก่อนส่ง … สวนสาธารณะ
        คุณ: 1040-02-12345678
        1555: อย่าส่งเลขบัตร
        1555: ตรวจก่อนส่ง
        """,
    )
    assert not any("1234567" in words_of(m) for m in actor.messages)
    with stage.store.read() as session:
        assert not any("1234567" in str(talk.data) for talk in session.query(Talk))


def test_a_mistyped_number_is_noticed_in_mid_talk_as_well(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ไฟดับทั้งซอย
        1555: เกิดที่ไหนคะ
        คุณ: 69-0001239
        1555: พิมพ์ผิด … เกิดที่ไหนคะ
        """,
    )


def test_buttons_of_an_earlier_case_card_still_work(stage: Stage) -> None:
    actor = play(stage, _filed("ไฟดับ", PIN))
    number = cases(stage)[0].number
    actor.does(number)
    actor.does("[ถอนเรื่อง]")
    actor.does("[ใช่]")
    assert cases(stage)[0].status == "withdrawn"
    again = play(stage, _filed("ฝาท่อหาย", "13.7271, 100.5252"), actor.person)
    card = again.does(cases(stage)[1].number)
    assert {"เพิ่มข้อมูล", "ถอนเรื่อง"} <= {a["label"] for a in actions(card[0])}
    again.does("เมนู")
    assert "พิมพ์หรือส่งรูป" in words_of(again.does("[เพิ่มข้อมูล]")[-1])


def test_a_follower_can_add_but_not_withdraw_and_stays_masked(stage: Stage) -> None:
    first = play(stage, _filed("ฝาท่อหาย", PIN))
    number = cases(stage)[0].number
    second = Actor(stage)
    for line in ("ฝาท่อหายค่ะ", f"📍 {PIN}", "[ไม่มีรูป]", "[ส่งเรื่อง]", "[เรื่องเดียวกัน]"):
        second.does(line)
    (card,) = second.does(number)
    labels = {a["label"] for a in actions(card)}
    assert "เพิ่มข้อมูล" in labels
    assert "ถอนเรื่อง" not in labels
    second.does("[เพิ่มข้อมูล]")
    second.does("ฉันชื่ออ้อย 0866666666")
    assert "0866666666" not in words_of(first.does(number)[0])


def test_nothing_to_track_is_no_dead_end(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ติดตามเรื่อง
        1555: ยังไม่มีเรื่องที่แจ้งไว้ [แจ้งปัญหา] [ติดต่อเจ้าหน้าที่]
        คุณ: ครับ
        1555: ด้วยความยินดี [แจ้งปัญหา]
        """,
    )
