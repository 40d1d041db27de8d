"""A new privacy notice: told once, to who has seen another, and never in the way."""

from __future__ import annotations

import pytest

from bot.cards.dress import MOST_MESSAGES
from bot.cards.kit import Look
from bot.notice import with_news
from bot.words import words
from flows.talks import Answer
from storage.desk import StoredDesk
from storage.models import Person
from storage.talks import StoredTalks
from tests.registry.desk import ASKED
from tests.talks.hall import Hall
from tests.talks.theatre import Actor, Stage, play

NEW = "ประกาศความเป็นส่วนตัวฉบับใหม่"


def seen(stage: Stage, version: str | None = "2568-9") -> Actor:
    """Somebody who was shown this version long ago."""
    actor = Actor(stage)
    actor.does("เมนู")
    with stage.store.write() as session:
        session.get_one(Person, actor.person).notice_version = version
    return actor


def noted(stage: Stage, actor: Actor) -> str | None:
    with stage.store.read() as session:
        person = session.get_one(Person, actor.person)
        assert (person.notice_version == "2569-1") == (person.notice_at is not None)
        return person.notice_version


def test_it_comes_once_before_the_answer_and_leads_to_the_page(stage: Stage) -> None:
    actor = seen(stage)
    play(
        stage,
        """
        คุณ: ไฟทางดับหน้าบ้านป้าจุ๊บ
        1555: ประกาศความเป็นส่วนตัวฉบับใหม่ … ข้อมูลของฉัน … ฉบับ 2569-1 [ข้อมูลส่วนบุคคล]
        1555: … ส่งหมุด … [ส่งตำแหน่ง]
        คุณ: 📍 13.7563, 100.5018
        1555: … [ไม่มีรูป]
        คุณ: [ข้อมูลส่วนบุคคล]
        1555: ข้อมูลส่วนบุคคล … 90 วัน [ข้อมูลของฉัน]
        คุณ: [ข้อมูลของฉัน]
        1555: ประกาศ … ฉบับ 2569-1 เห็นเมื่อ
        """,
        actor.person,
    )
    assert noted(stage, actor) == "2569-1"


@pytest.mark.parametrize("version", [None, "2569-1"])
def test_nobody_else_hears_of_it(stage: Stage, version: str | None) -> None:
    actor = seen(stage, version)
    for line in ("สวัสดีค่ะ", "ไฟทางดับหน้าบ้าน", "เมนู"):
        assert NEW not in str(actor.does(line))


def test_it_waits_for_emergencies_for_card_numbers_and_for_who_says_nothing(stage: Stage) -> None:
    actor = seen(stage)
    assert NEW not in str(actor.does("ไฟไหม้บ้านช่วยด้วย"))
    stage.now = stage.now.replace(hour=4)
    other = seen(stage)
    play(stage, ASKED, other.person)
    assert noted(stage, actor) == noted(stage, other) == "2568-9"
    assert not other.does("(unfollow)") and noted(stage, other) == "2568-9"
    assert NEW in str(other.does("สวัสดีค่ะ")) and NEW not in str(other.does("สวัสดีค่ะ"))


def test_who_follows_anew_sees_the_whole_notice_and_not_the_news_of_it(stage: Stage) -> None:
    actor = seen(stage)
    said = str(actor.does("(follow)"))
    assert "ข้อมูลส่วนบุคคลของคุณ" in said and NEW not in said
    assert noted(stage, actor) == "2569-1" and NEW not in str(actor.does("สวัสดีค่ะ"))


def test_a_group_never_hears_of_it(stage: Stage) -> None:
    hall = Hall(stage)
    hall.group("ชุมชน", "1004", "community")
    hall.act("แดง", "เมนู")
    with stage.store.write() as session:
        session.get_one(Person, hall.people["แดง"]).notice_version = "2568-9"
    hall.act("แดง@ชุมชน", "แจ้ง ฝาท่อหายหน้าวัด อันตรายมาก")
    hall.act("แดง@ชุมชน", "📍 13.7262, 100.5270")
    heard = hall.all[hall.chat("ชุมชน")]
    assert heard and NEW not in str(heard)
    hall.act("แดง", "สวัสดีค่ะ")
    assert NEW in str(hall.all[hall.chat("แดง")])


def test_a_full_reply_has_no_room_for_it(stage: Stage) -> None:
    actor = seen(stage)
    look = Look(words("th"), None, None)
    with stage.store.write() as session:
        desk = StoredDesk(session, actor.person, stage.rules, stage.box, stage.now)
        talks = StoredTalks(session, actor.person, actor.person, stage.now)
        full = [{"type": "text", "text": str(n)} for n in range(MOST_MESSAGES)]
        assert with_news(desk, talks, Answer(), full, look) == full and desk.notice_seen == "2568-9"
        assert len(with_news(desk, talks, Answer(), full[1:], look)) == MOST_MESSAGES and desk.notice_seen == "2569-1"
