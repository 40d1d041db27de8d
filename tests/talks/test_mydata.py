"""ข้อมูลของฉัน: seeing, changing, downloading, taking consent back, and being erased."""

from __future__ import annotations

from sqlalchemy import select

from storage import news
from storage.models import Case, Person
from tests.support.reading import actions
from tests.talks.theatre import Actor, Stage, play

REPORT = """
    คุณ: ไฟทางดับหน้าบ้านป้าจุ๊บ โทร 081-234-5678
    1555: … ส่งหมุด … [ส่งตำแหน่ง]
    คุณ: 📍 13.7563, 100.5018
    1555: … [ไม่มีรูป]
    คุณ: [ไม่มีรูป]
    1555: … [ส่งเรื่อง]
    คุณ: [ส่งเรื่อง]
    1555: …
"""


def test_name_telephone_and_district_are_changed_one_by_one(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ข้อมูลของฉัน
        1555: ข้อมูลของฉัน … ไม่มี [แก้ไขเบอร์โทร] [แก้ไขชื่อ] [แก้ไขเขต] [ดาวน์โหลดข้อมูล] [ลบข้อมูลของฉัน]
        คุณ: [แก้ไขเบอร์โทร]
        1555: พิมพ์เบอร์โทรศัพท์ใหม่ [ลบเบอร์โทร] [ไม่เปลี่ยน]
        คุณ: 12345
        1555: เบอร์นี้ยังไม่ครบ … พิมพ์เบอร์โทรศัพท์ใหม่
        คุณ: ๐๘๑-๒๓๔ ๕๖๗๘
        1555: เก็บเบอร์ใหม่แล้ว
        1555: โทร … 0812345678
        คุณ: [แก้ไขชื่อ]
        1555: อยากให้เรียกคุณว่าอะไร [ใช้ชื่อใน LINE]
        คุณ: ป้าจุ๊บ ตลาดพลู
        1555: จะเรียกคุณว่า ป้าจุ๊บ ตลาดพลู
        1555: ชื่อ … ป้าจุ๊บ ตลาดพลู
        คุณ: [แก้ไขเขต]
        1555: คุณอยู่เขตไหน
        คุณ: ไม่รู้สิ
        1555: ขอชื่อเขตในกรุงเทพฯ หนึ่งเขต … คุณอยู่เขตไหน
        คุณ: บางแค
        1555: เก็บเขตของคุณแล้ว
        1555: เขต … บางแค
        คุณ: แก้ไขเบอร์โทร
        1555: พิมพ์เบอร์โทรศัพท์ใหม่
        คุณ: [ลบเบอร์โทร]
        1555: ลบเบอร์แล้ว
        1555: โทร … ไม่มี
        คุณ: ไฟทางดับหน้าบ้าน
        1555: … [ส่งตำแหน่ง]
        """,
    )


def test_the_download_is_a_link_and_without_pages_it_is_read_in_parts(stage: Stage) -> None:
    actor = play(stage, REPORT)
    play(
        stage,
        """
        คุณ: my data
        1555: ข้อมูลของฉัน … แจ้ง 1
        คุณ: [ดาวน์โหลดข้อมูล]
        1555: ดาวน์โหลดข้อมูลของฉัน … 24 ชั่วโมง [เปิดข้อมูลของฉัน]
        1555: ข้อมูลของฉัน
        """,
        actor.person,
    )
    stage.turns._public_url = None
    again = Actor(stage, actor.person)
    again.does("ข้อมูลของฉัน")
    (part,) = again.does("[ดาวน์โหลดข้อมูล]")
    assert "ส่วนที่ 1 จาก" in part["text"] and actor.person in part["text"]
    while "ส่วนที่" in str(said := again.does("[ส่วนถัดไป]")[0].get("text", "")):
        part["text"] += said
    assert "ไฟทางดับหน้าบ้านป้าจุ๊บ" in part["text"] and '"messages"' in part["text"]


def test_consent_is_taken_back(stage: Stage) -> None:
    play(
        stage,
        """
        คุณ: ข้อมูลของฉัน
        1555: ข้อมูลของฉัน [ถอนความยินยอม]
        คุณ: [ถอนความยินยอม]
        1555: ตอนนี้ไม่มีข้อมูลที่เก็บโดยความยินยอม
        1555: ข้อมูลของฉัน
        คุณ: [แก้ไขเบอร์โทร]
        1555: พิมพ์เบอร์โทรศัพท์ใหม่
        คุณ: 0812345678
        1555: เก็บเบอร์ใหม่แล้ว
        1555: 0812345678
        คุณ: [ถอนความยินยอม]
        1555: ถอนเลยไหมคะ [ยืนยันถอน] [ไม่เปลี่ยน]
        คุณ: [ยืนยันถอน]
        1555: ถอนความยินยอมแล้ว
        1555: โทร … ไม่มี
        """,
    )


def test_followed_news_are_changed_from_here(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: ข้อมูลของฉัน
        1555: ข่าว … ไม่มี [ติดตามข่าว] [ปิดข่าวทั้งหมด]
        คุณ: [ติดตามข่าว]
        1555: เขตไหน หรือเรื่องอะไรคะ
        คุณ: บางแค บางรัก
        1555: แล้วค่ะ [เสร็จ]
        คุณ: [เสร็จ]
        1555: คุณติดตามข่าว
        คุณ: ข้อมูลของฉัน
        1555: ข่าว … บางรัก … บางแค [ติดตามข่าว] [เลิกติดตาม] [ปิดข่าวทั้งหมด] [ลบข้อมูลของฉัน]
        คุณ: [เลิกติดตาม]
        1555: เลิกติดตามข่าวไหนคะ [บางแค] [บางรัก]
        คุณ: [บางรัก]
        1555: เลิกติดตามข่าว บางรัก
        คุณ: ข้อมูลของฉัน
        1555: ข่าว … บางแค
        คุณ: ปิดข่าวทั้งหมด
        1555: ปิดข่าวทั้งหมดแล้วค่ะ
        1555: ข่าว … ไม่มี [ติดตามข่าว] [ลบข้อมูลของฉัน]
        """,
    )
    with stage.store.read() as session:
        mine = news.following(session, actor.person)
        assert mine.off and not mine
    assert "[ปิดข่าวทั้งหมด]" not in str([f"[{a['label']}]" for a in actions(actor.messages[-1])])


def test_somebody_is_erased_after_hearing_what_goes_and_what_stays(stage: Stage) -> None:
    actor = play(stage, REPORT)
    play(
        stage,
        """
        คุณ: ลบข้อมูลของฉัน
        1555: จะหายไป … ยังอยู่ … 1 เรื่อง … เอาคืนไม่ได้ [ยืนยันลบ] [ยืนยันลบพร้อมรูป] [ไม่เปลี่ยน]
        คุณ: [ไม่เปลี่ยน]
        1555: ไม่ได้เปลี่ยนอะไร
        1555: ข้อมูลของฉัน
        คุณ: [ลบข้อมูลของฉัน]
        1555: จะหายไป
        คุณ: [ยืนยันลบ]
        1555: ลบข้อมูลของคุณแล้ว … ข้อความสุดท้าย
        """,
        actor.person,
    )
    with stage.store.read() as session:
        assert session.get(Person, actor.person) is None
        case = session.scalars(select(Case)).one()
        assert case.reporter is None and "ไฟทางดับหน้าบ้าน" in case.text and "5678" not in case.text
    assert "สวัสดี" in str(actor.does("สวัสดี")), "a new person"
    assert "ไม่มี" in str(actor.does("ข้อมูลของฉัน"))


def test_what_is_true_of_news_is_said(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: ข้อมูลของฉัน
        1555: ข่าว … เฉพาะข่าวของทั้งกรุงเทพฯ
        คุณ: [ปิดข่าวทั้งหมด]
        1555: …
        1555: ข่าว … ปิดข่าวทั้งหมดไว้
        """,
    )
    stage.turns._public_url = None
    actor.does("ข้อมูลของฉัน")
    (part,) = actor.does("[ดาวน์โหลดข้อมูล]")
    assert '"all_news_off": true' in part["text"]
