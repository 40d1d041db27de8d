"""What goes out, also when LINE falters: nothing twice, nothing lost, each person's in order."""

from __future__ import annotations

import uuid

import pytest

from tests.support.citizen import Citizen
from tests.support.fake_line import FakeLine
from tests.support.reading import words
from tests.support.service import Process
from tests.support.waiting import until

MISSED = "อาจไปไม่ถึง"


def told(citizen: Citizen) -> str:
    return " ".join(map(words, citizen.line.messages(citizen.user)))


def test_a_fresh_token_is_answered_by_reply(anna: Citizen, line: FakeLine) -> None:
    anna.say("เมนู")
    (call,) = line.tried(anna.user)
    assert (call.kind, call.status, call.retry_key) == ("reply", 200, None)


@pytest.mark.parametrize("fault", ["500", "500_after", "drop", "drop_after"])
def test_a_reply_of_unknown_fate_is_never_pushed_but_shown_with_the_next(anna: Citizen, line: FakeLine, fault: str) -> None:
    line.fail("reply", fault, chat=anna.user)
    anna.service.accept(anna.text("เสาไฟเอียง"))
    until(lambda: line.tried(anna.user, "reply"), why="the first reply")
    anna.settles()
    assert not line.tried(anna.user, "push")
    said = " ".join(map(words, anna.tell(anna.pin())))
    assert MISSED in said and "เกิดที่ไหนคะ" in said and "มีรูปไหมคะ" in said
    assert said.index("เกิดที่ไหนคะ") < said.index("มีรูปไหมคะ")
    assert len(line.tried(anna.user, "reply")) == 2
    assert MISSED not in " ".join(map(words, anna.say("เมนู")))


def test_a_reply_that_never_ends_is_given_up_and_shown_later(anna: Citizen, bo: Citizen, line: FakeLine) -> None:
    """A reply and a push that hang: others are not kept waiting, the reply is not repeated, the push is, with its key."""
    number = bo.report()
    line.fail("reply", "hang_after", chat=anna.user)
    line.fail("push", "hang_after", chat=bo.user)
    anna.service.accept(anna.text("เสาไฟเอียง"))
    bo.service.household.staff_moves(number, "accepted")
    until(lambda: line.tried(anna.user, "reply") and line.tried(bo.user, "push"), why="both calls")
    others = [Citizen(anna.service, line) for _ in range(4)]
    for other in others:
        assert other.say("เมนู")
    assert len(line.tried(anna.user)) == 1 and len(line.tried(bo.user, "push")) == 1
    until(lambda: anna.service.household.quiet(anna.user, bo.user), seconds=60, why="both calls to be given up")
    line.release()
    first, second = line.tried(bo.user, "push")
    assert (first.body, first.retry_key, second.status) == (second.body, second.retry_key, 409)
    assert len(line.tried(anna.user)) == 1
    assert MISSED in " ".join(map(words, anna.tell(anna.pin())))


@pytest.mark.parametrize("times", [2, 3])
def test_what_was_missed_is_announced_once_however_long_it_lasts(anna: Citizen, line: FakeLine, times: int) -> None:
    """Several replies in a row are of unknown fate: the next shows what there is room for, with one announcement."""
    line.fail("reply", "500", chat=anna.user, times=times)
    *lost, last = [anna.text("เสาไฟเอียง"), anna.pin(), anna.photo(), anna.text("เอียงมาก")][: times + 1]
    for event in lost:
        before = len(line.tried(anna.user, "reply"))
        anna.service.accept(event)
        until(lambda before=before: len(line.tried(anna.user, "reply")) > before, why="a reply")  # type: ignore[misc]
        anna.settles()
    said = [words(m) for m in anna.tell(last)]
    assert sum(MISSED in text for text in said) == 1, said
    assert any("มีรูปไหมคะ" in text for text in said)
    assert "ตรวจก่อนส่ง" in said[-1]


@pytest.mark.parametrize("fault", ["400", "429"])
def test_a_reply_refused_for_certain_becomes_a_push_with_a_key(anna: Citizen, line: FakeLine, fault: str) -> None:
    line.fail("reply", fault, chat=anna.user)
    anna.service.accept(anna.text("เมนู"))
    anna.until_told("แจ้งปัญหา")
    reply, push = line.tried(anna.user)
    assert (reply.kind, push.kind, push.status) == ("reply", "push", 200)
    assert uuid.UUID(push.retry_key)
    assert reply.json["messages"] == push.json["messages"]


def test_a_token_that_is_too_old_becomes_a_push(anna: Citizen, line: FakeLine) -> None:
    event = anna.text("เมนู")
    line.expire(event["replyToken"])
    anna.service.accept(event)
    anna.until_told("แจ้งปัญหา")
    assert [c.kind for c in line.tried(anna.user)] == ["reply", "push"]


def test_an_event_without_a_token_is_answered_by_push(anna: Citizen, line: FakeLine) -> None:
    event = anna.text("เมนู")
    del event["replyToken"]
    anna.service.accept(event)
    anna.until_told("แจ้งปัญหา")
    assert [c.kind for c in line.tried(anna.user)] == ["push"]


@pytest.mark.parametrize("fault", ["500", "500_after", "drop", "drop_after", "429"])
def test_a_push_that_fails_is_repeated_with_its_body_and_key(anna: Citizen, line: FakeLine, fault: str) -> None:
    line.fail("push", fault, chat=anna.user, times=2)
    event = anna.text("เมนู")
    del event["replyToken"]
    anna.service.accept(event)
    anna.until_told("แจ้งปัญหา")
    anna.settles()
    calls = line.tried(anna.user, "push")
    assert len(calls) == 3
    assert len({(c.body, c.retry_key) for c in calls}) == 1
    assert calls[-1].status == (409 if fault.endswith("_after") else 200)
    assert len(line.received(anna.user)) == 1
    assert not [row for row in anna.service.household.outbox("dead") if row.chat == anna.user]


def test_a_push_that_line_refuses_for_good_is_left_to_a_person(anna: Citizen, line: FakeLine) -> None:
    line.fail("push", "400", chat=anna.user, times=9)
    event = anna.text("เมนู")
    del event["replyToken"]
    anna.service.accept(event)
    until(lambda: [r for r in anna.service.household.outbox("dead") if r.chat == anna.user], why="a dead message")
    assert len(line.tried(anna.user)) == 1
    # It does not stand in the way of the next.
    assert anna.say("เมนู")


def test_wrong_credentials_lose_nothing(anna: Citizen, line: FakeLine) -> None:
    line.fail("reply", "401", chat=anna.user)
    event = anna.text("เมนู")
    anna.service.accept(event)
    until(lambda: line.tried(anna.user), why="a try")
    assert [r for r in anna.service.household.outbox("sending", "waiting") if r.chat == anna.user and r.reply_token]
    assert not [r for r in anna.service.household.outbox("dead", "sent", "unsure") if r.chat == anna.user]


def test_each_persons_messages_keep_their_order_through_an_outage(service: Process, line: FakeLine) -> None:
    people = [Citizen(service, line) for _ in range(3)]
    numbers = {p.user: p.report() for p in people}
    steps = ("accepted", "inspecting", "fixed_reported")
    with line.outage():
        for status in steps:
            for person in people:
                service.household.staff_moves(numbers[person.user], status, note=f"ขั้น {status}")
        until(lambda: all(line.tried(p.user, "push") for p in people), why="tries during the outage")
    for person in people:
        for status in steps:
            person.until_told(f"ขั้น {status}", seconds=60)
    for person in people:
        told_at = [told(person).find(f"ขั้น {status}") for status in steps]
        assert told_at == sorted(told_at)
        keys = [d.name for d in line.received(person.user) if d.via == "push"]
        assert len(keys) == len(set(keys)) == 3


def test_one_persons_trouble_is_not_the_others(anna: Citizen, bo: Citizen, line: FakeLine) -> None:
    number = anna.report()
    line.fail("push", "500", chat=anna.user, times=2)
    anna.service.household.staff_moves(number, "accepted", note="รับไปทำแล้ว")
    until(lambda: line.tried(anna.user, "push"), why="a try")
    for _ in range(3):
        assert bo.say("เมนู")
    anna.until_told("รับไปทำแล้ว", seconds=60)


def test_a_change_by_staff_is_pushed_to_the_citizen(anna: Citizen, line: FakeLine) -> None:
    number = anna.report()
    anna.service.household.staff_moves(number, "accepted")
    anna.service.household.staff_moves(number, "inspecting", note="ช่างกำลังเดินทาง")
    news = anna.until_told("ช่างกำลังเดินทาง")
    assert number in news
    anna.service.household.staff_moves(number, "fixed_reported", note="เปลี่ยนหลอดแล้ว")
    anna.until_told("เปลี่ยนหลอดแล้ว")
    anna.press("แก้ไขแล้วจริง")
    anna.press("5 ดาว")
    (case,) = anna.service.household.cases(anna.user)
    assert (case.status, case.confirmed, case.rating) == ("closed", True, 5)
    assert [d.via for d in line.received(anna.user)].count("push") == 3


def test_not_fixed_reopens(anna: Citizen) -> None:
    number = anna.report()
    anna.service.household.staff_moves(number, "fixed_reported", note="เสร็จแล้ว")
    anna.until_told("เสร็จแล้ว")
    anna.press("ยังไม่เรียบร้อย")
    anna.say("ยังมืดอยู่เลย")
    (case,) = anna.service.household.cases(anna.user)
    assert (case.status, case.confirmed) == ("reopened", None)


def test_a_follower_hears_what_the_reporter_hears(anna: Citizen, bo: Citizen) -> None:
    spot = (13.7281, 100.5241)
    anna.tell(anna.text("ฝาท่อหาย อันตราย"), anna.pin(*spot), anna.photo())
    anna.press("ส่งเรื่อง")
    (case,) = anna.service.household.cases(anna.user)
    bo.tell(bo.text("ฝาท่อหาย อันตราย"), bo.pin(*spot), bo.photo())
    bo.press("ส่งเรื่อง")
    bo.press("เรื่องเดียวกัน")
    assert not bo.service.household.cases(bo.user)
    anna.service.household.staff_moves(case.number, "accepted", note="กำลังไป")
    assert case.number in anna.until_told("กำลังไป")
    assert case.number in bo.until_told("กำลังไป")


def test_somebody_who_blocked_the_account_stops_nothing(anna: Citizen, line: FakeLine) -> None:
    number = anna.report()
    line.blocked.add(anna.user)
    anna.service.accept(anna.event(type="unfollow"))
    anna.service.household.staff_moves(number, "accepted")
    anna.settles()
    assert not anna.service.household.events("parked")
