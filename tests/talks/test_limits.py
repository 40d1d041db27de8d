"""Fair share: a flood of one person or group is stopped with one kind word; others, and what must be heard, are not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from storage.models import InboxEvent, Media, Person, Talk
from tests.support.reading import words as words_of
from tests.talks.theatre import Actor, Stage

MOST, MINUTES = 120, 5


def text(actor: Actor, words: str, **source: str) -> dict[str, Any]:
    event = actor.stage.event(actor.person, type="message", message={"type": "text", "id": "1", "text": words})
    event["source"] |= source
    return event


def image(actor: Actor) -> dict[str, Any]:
    event = actor.stage.event(actor.person, type="message")
    return event | {"message": {"type": "image", "id": event["webhookEventId"]}}


def flood(stage: Stage, actor: Actor, count: int) -> list[str]:
    stage.keep(*[text(actor, f"เมนู {n}") for n in range(count)])
    stage.run()
    return [words_of(message) for chat, message in stage.sent() if chat == actor.person]


def test_a_flood_brings_one_notice_and_leaves_nothing_behind(stage: Stage) -> None:
    anna, bo = Actor(stage), Actor(stage)
    said = flood(stage, anna, 3000)
    notices = [line for line in said if "มากเกินไป" in line]
    assert len(notices) == 1 and "191" in notices[0]
    assert len(said) < 2 * MOST + 3
    with stage.store.read() as session:
        rows = session.query(InboxEvent).all()
        assert len(rows) == 3000 and {(row.state, row.raw) for row in rows} == {("done", None)}
        assert sum(row.error == "over the limit" for row in rows) == 3000 - MOST
    assert "มากเกินไป" not in " ".join(map(words_of, bo.does("สวัสดีค่ะ")))
    assert not anna.does("เมนู")
    stage.now += timedelta(minutes=MINUTES)
    assert anna.does("เมนู")


def test_taking_back_and_leaving_are_heard_in_a_flood(stage: Stage) -> None:
    anna = Actor(stage)
    kept = stage.event(anna.person, type="message", message={"type": "text", "id": "77", "text": "ไฟทางดับ ลับมาก"})
    stage.keep(kept)
    stage.run()
    flood(stage, anna, 300)
    stage.keep(
        *[text(anna, "เมนู") for _ in range(20)],
        stage.event(anna.person, type="unsend", unsend={"messageId": "77"}),
        *[text(anna, "เมนู") for _ in range(20)],
        stage.event(anna.person, type="unfollow"),
    )
    stage.run()
    with stage.store.read() as session:
        assert all("ลับมาก" not in json.dumps(t.data, ensure_ascii=False) for t in session.query(Talk))
        assert session.get_one(Person, anna.person).follows is False


def test_too_many_files_leave_words_free(stage: Stage) -> None:
    anna = Actor(stage)
    anna.does("ไฟทางดับหน้าวัด")
    stage.keep(*[image(anna) for _ in range(100)])
    stage.run()
    said = [words_of(message) for _, message in stage.sent()]
    assert len([line for line in said if "รูปและไฟล์มากเกินไป" in line]) == 1
    with stage.store.read() as session:
        assert session.query(Media).count() == 60
    assert anna.does("เมนู")


def test_an_album_and_a_quick_hand_are_no_flood(stage: Stage) -> None:
    anna = Actor(stage)
    anna.does("ไฟทางดับหน้าวัด")
    said = anna.does("📷×20")
    said += [m for _ in range(20) for m in anna.does("อีกอย่างหนึ่งคือมืดมาก")]
    assert not [line for line in map(words_of, said) if "มากเกินไป" in line]


def test_a_backlog_after_an_outage_limits_nobody(stage: Stage) -> None:
    """What came in over an hour is taken in one go."""
    anna = Actor(stage)
    for _ in range(6):
        stage.keep(*[text(anna, "เมนู") for _ in range(60)])
        stage.now += timedelta(minutes=10)
    stage.run()
    assert not [m for _, m in stage.sent() if "มากเกินไป" in words_of(m)]


def test_one_member_of_a_group_cannot_silence_the_others(stage: Stage) -> None:
    anna, bo = Actor(stage), Actor(stage)
    group = {"type": "group", "groupId": "C" + "7" * 32}
    stage.keep(*[text(anna, "70-0000000 x", **group) for _ in range(500)])
    stage.run()
    stage.sent()
    mention = text(bo, "@1555 สวัสดี", **group)
    mention["message"]["mention"] = {"mentionees": [{"isSelf": True}]}
    stage.keep(mention)
    stage.run()
    assert [m for chat, m in stage.sent() if chat == group["groupId"]]
