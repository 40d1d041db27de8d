"""ข่าวประชาสัมพันธ์, as it is talked: following districts and topics, reading, giving up; who hears what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.news_jobs import NewsJobs
from casework.news import Following, hears
from storage import announcements, news
from tests.support.reading import actions, words
from tests.talks.theatre import Actor, Stage, play


def announce(stage: Stage, text: str, **fields: object) -> int:
    """What staff do; the sweep that follows has taken place."""
    with stage.store.write() as session:
        draft = announcements.Draft(text, **fields).checked(stage.rules, stage.now)  # type: ignore[arg-type]
        row = announcements.make(
            session, draft, announcements.plan(session, draft, stage.rules, stage.now), stage.now, "malee", None
        )
    sweep(stage)
    return row.id


def sweep(stage: Stage) -> None:
    """All that is due in news."""
    jobs = NewsJobs(stage.store, stage.rules, lambda: stage.now, "https://1555.example")
    while jobs.announce():
        pass


def followed(stage: Stage, actor: Actor) -> Following:
    with stage.store.read() as session:
        return news.following(session, actor.person)


def test_districts_by_name_by_pin_and_topics_by_buttons(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: ข่าวประชาสัมพันธ์
        1555: ตอนนี้ไม่มีข่าวประชาสัมพันธ์ใหม่ … ยังไม่ได้เลือกเขต [ติดตามข่าว] [ปิดข่าวทั้งหมด]
        คุณ: [ติดตามข่าว]
        1555: เขตไหน หรือเรื่องอะไรคะ [ส่งตำแหน่ง] [น้ำท่วม สภาพอากาศ] [ฝุ่น PM2.5]
        คุณ: บางแค
        1555: ติดตามข่าว บางแค แล้วค่ะ … อีกไหมคะ [เสร็จ]
        คุณ: 📍 13.7563, 100.5018
        1555: ติดตามข่าว พระนคร แล้วค่ะ
        คุณ: [ฝุ่น PM2.5]
        1555: ติดตามข่าว ฝุ่น PM2.5 แล้วค่ะ
        คุณ: น้ำท่วม
        1555: ติดตามข่าว น้ำท่วม สภาพอากาศ แล้วค่ะ
        คุณ: บางแค
        1555: ติดตามข่าว บางแค อยู่แล้วค่ะ
        คุณ: บ้านยาย
        1555: ยังไม่พบเขตหรือเรื่องนี้
        คุณ: 📍 18.7883, 98.9853
        1555: จุดนี้อยู่นอกกรุงเทพฯ
        คุณ: เสร็จ
        1555: คุณติดตามข่าว พระนคร, บางแค, น้ำท่วม สภาพอากาศ, ฝุ่น PM2.5
        """,
    )
    assert followed(stage, actor) == Following(frozenset({"1001", "1040"}), frozenset({"flood", "air"}))


def test_all_in_one_sentence(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: ติดตามข่าวเขตบางแคกับบางรัก
        1555: ติดตามข่าว … แล้วค่ะ … อีกไหมคะ [เสร็จ]
        คุณ: เสร็จ
        1555: คุณติดตามข่าว
        """,
    )
    assert followed(stage, actor).districts == {"1040", "1004"}


def test_giving_up_one_and_all(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: ติดตามข่าว
        1555: เขตไหน
        คุณ: บางแค บางรัก
        1555: แล้วค่ะ
        คุณ: เลิกติดตาม
        1555: เลิกติดตามข่าวไหนคะ [บางแค] [บางรัก] [ปิดข่าวทั้งหมด] [เสร็จ]
        คุณ: [บางรัก]
        1555: เลิกติดตามข่าว บางรัก แล้วค่ะ … ไหนคะ [บางแค]
        คุณ: บางรัก
        1555: ไม่ได้ติดตามข่าว บางรัก อยู่ค่ะ
        คุณ: [ปิดข่าวทั้งหมด]
        1555: ปิดข่าวทั้งหมดแล้วค่ะ
        คุณ: ข่าว
        1555: คุณปิดข่าวทั้งหมดไว้ค่ะ [ติดตามข่าว]
        คุณ: (sticker)
        1555: คุณปิดข่าวทั้งหมดไว้ค่ะ [ติดตามข่าว]
        คุณ: [ติดตามข่าว]
        1555: เขตไหน
        คุณ: [ฝุ่น PM2.5]
        1555: แล้วค่ะ
        """,
    )
    assert followed(stage, actor) == Following(frozenset(), frozenset({"air"}))


def test_leaving_takes_nothing_back_and_says_so(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: ติดตามข่าว
        1555: เขตไหน
        คุณ: บางแค
        1555: แล้วค่ะ
        คุณ: ยกเลิก
        1555: คุณติดตามข่าว บางแค ค่ะ [แจ้งปัญหา]
        คุณ: ข้อมูลของฉัน
        1555: …
        คุณ: ยกเลิก
        1555: ที่ทำไว้แล้วยังอยู่เหมือนเดิม
        """,
    )
    assert followed(stage, actor).districts == {"1040"}
    assert not any("ไม่ได้ส่งอะไร" in words(m) for m in actor.messages)
    actor = play(stage, "คุณ: ปิดข่าวทั้งหมด\n1555: …\nคุณ: ข่าว\n1555: คุณปิดข่าวทั้งหมดไว้")
    assert "เลิกติดตาม" not in [a["label"] for a in actions(actor.messages[-1])]


def test_a_report_in_the_middle_is_a_report(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: ติดตามข่าว
        1555: เขตไหน
        คุณ: น้ำท่วมหน้าบ้านสูงมากเลย เขตบางแค ช่วยด้วยค่ะ
        1555: จุดนี้ใช่ไหมคะ … เขตบางแค
        """,
    )
    assert not followed(stage, actor)


def test_news_are_shown_and_read_in_full(stage: Stage) -> None:
    announce(stage, "วันเสาร์ฉีดวัคซีนฟรีที่สำนักงานเขต " + "นำบัตรประชาชนมาด้วย " * 20, title="วัคซีนฟรี", districts=["บางแค"])
    announce(stage, "งดใช้ถนนพระราม 4", districts=["1004"])
    play(
        stage,
        """
        คุณ: ติดตามข่าว
        1555: เขตไหน
        คุณ: บางแค
        1555: แล้วค่ะ
        คุณ: ข่าว
        1555: วัคซีนฟรี … ประกาศเมื่อ [อ่านทั้งหมด]
        1555: คุณติดตามข่าว บางแค
        คุณ: [อ่านทั้งหมด]
        1555: วัคซีนฟรี … นำบัตรประชาชนมาด้วย
        1555: คุณติดตามข่าว บางแค
        """,
    )


def test_an_announcement_its_english_and_its_end(stage: Stage) -> None:
    here, there = play(stage, "คุณ: ติดตามข่าวเขตบางแค\n1555: แล้วค่ะ"), play(stage, "คุณ: ติดตามข่าวเขตบางรัก\n1555: แล้วค่ะ")
    english = play(
        stage,
        """
        คุณ: English
        1555: We speak English now.
        1555: …
        คุณ: follow news Bang Khae
        1555: You now follow news of Bang Khae
        """,
    )
    waiting = stage.now + timedelta(hours=2)
    announce(stage, "น้ำประปาไม่ไหลคืนนี้", districts=["บางแค"], text_en="No tap water tonight", until=waiting)
    told = waves(stage)
    assert {person for person, _ in told} == {here.person, english.person}
    assert "น้ำประปาไม่ไหลคืนนี้" in dict(told)[here.person] and "No tap water tonight" in dict(told)[english.person]
    sweep(stage)
    stage.now = waiting
    sweep(stage)
    ended = dict(waves(stage))
    assert "ประกาศนี้สิ้นสุดแล้ว" in ended[here.person] and "This announcement has ended" in ended[english.person]
    assert there.person not in ended
    sweep(stage)
    assert not waves(stage)


def waves(stage: Stage) -> list[tuple[str, str]]:
    """Multicasts that are owed, as (person, words), and paid by this look."""
    import json

    from storage import outbox
    from storage.outbox import Outcome
    from tests.support.reading import words

    found = []
    with stage.store.write() as session:
        while rows := outbox.claim(
            session, outbox.heads(session, stage.now + timedelta(minutes=1), 50), stage.now + timedelta(minutes=1)
        ):
            for row in rows:
                said = " ".join(map(words, json.loads(row.messages)))
                found += [(person, said) for person in json.loads(row.recipients or "[]")]
            outbox.settle(session, [Outcome(row, "sent", "push") for row in rows], stage.now)
    return found


D, T = ("1040",), ("flood",)


@pytest.mark.parametrize(
    "districts, topics, person, heard",
    [
        ((), (), Following(), True),
        ((), (), Following(off=True), False),
        (D, (), Following(), False),
        (D, (), Following(frozenset(D)), True),
        (D, (), Following(frozenset({"1004"})), False),
        (D, (), Following(frozenset(D), frozenset({"air"})), True),
        (D, (), Following(frozenset(), frozenset(T)), False),
        ((), T, Following(frozenset(), frozenset(T)), True),
        ((), T, Following(frozenset(D)), True),
        ((), T, Following(frozenset(D), frozenset({"air"})), False),
        (D, T, Following(frozenset(D)), True),
        (D, T, Following(frozenset(D), frozenset(T)), True),
        (D, T, Following(frozenset(D), frozenset({"air"})), False),
        (D, T, Following(frozenset(), frozenset(T)), True),
        (D, T, Following(frozenset({"1004"}), frozenset(T)), False),
    ],
)
def test_who_hears_what(districts: tuple[str, ...], topics: tuple[str, ...], person: Following, heard: bool) -> None:
    assert hears(districts, topics, person) is heard


def test_a_district_is_enough_where_none_was_chosen_yet(stage: Stage) -> None:
    actor = play(
        stage,
        """
        คุณ: ข่าวประชาสัมพันธ์
        1555: … ยังไม่ได้เลือกเขต
        คุณ: บางรักกับสาทร
        1555: ติดตามข่าว บางรัก, สาทร แล้วค่ะ … อีกไหมคะ [เสร็จ]
        คุณ: เสร็จ
        1555: …
        คุณ: ข่าว
        1555: …
        คุณ: น้ำท่วมบางรัก
        1555: จุดนี้ใช่ไหมคะ
        """,
    )
    assert set(followed(stage, actor).districts) == {"1004", "1028"}
