"""What comes in: signed or not, twice, together, out of order, damaged. Kept to the letter, and the worker lives on."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.models import InboxEvent, Talk
from tests.support.citizen import Citizen, compact
from tests.support.fake_line import FakeLine
from tests.support.reading import actions, words
from tests.support.service import Process, signature

DETAIL = "ฝาท่อหายหน้าโรงเรียน"


def kept(service: Process) -> int:
    with service.household.read() as session:
        return int(session.scalar(select(func.count()).select_from(InboxEvent)) or 0)


def alive(citizen: Citizen) -> None:
    """The worker answers another person."""
    other = Citizen(citizen.service, citizen.line)
    assert other.say("เมนู")


# Who may call.


@pytest.mark.parametrize("signed", ["", "AAAA", "ลายเซ็น", "right-secret", "="], ids=range(5))
def test_a_wrong_signature_is_refused_and_nothing_kept(service: Process, line: FakeLine, signed: str) -> None:
    anna = Citizen(service, line)
    before = kept(service)
    body = compact([anna.text(DETAIL)])
    headers = {"X-Line-Signature": signed.encode().decode("latin-1")} if signed else {}
    answer = service.call("POST", "/callback", body, headers)
    assert 400 <= answer.status < 500
    assert kept(service) == before


def test_a_signature_of_another_body_or_secret_is_refused(service: Process, line: FakeLine) -> None:
    anna = Citizen(service, line)
    before = kept(service)
    body = compact([anna.text(DETAIL)])
    for signed in (signature(body + b" "), signature(body, "other-secret")):
        assert service.post_raw(body, signed).status in range(400, 500)
    assert service.call("GET", "/callback").status == 405
    assert kept(service) == before


def test_the_signature_is_over_the_raw_bytes(anna: Citizen) -> None:
    event = anna.text(DETAIL)
    body = json.dumps({"events": [event]}, indent=3, ensure_ascii=True).encode() + b"\n\n "
    assert anna.service.post_raw(body).status == 200
    assert anna.hears(event)


def test_the_headers_name_in_any_case(anna: Citizen) -> None:
    event = anna.text("เมนู")
    body = compact([event])
    assert anna.service.call("POST", "/callback", body, {"x-LINE-signature": signature(body)}).status == 200
    assert anna.hears(event)


def test_the_consoles_verification_call(service: Process) -> None:
    assert service.post().status == 200
    assert service.post_raw(b'{"destination":"U0","events":[]}').status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"12",
        b'{"events":{}}',
        b'{"events":null}',
        b"{}",
        b"\xff\xfe",
        b"[" * 5000,
        b'{"events":[' + b"[" * 100_000,
    ],
    ids=range(12),
)
def test_what_is_no_webhook_is_refused_and_nothing_kept(service: Process, line: FakeLine, body: bytes) -> None:
    before = kept(service)
    assert 400 <= service.post_raw(body).status < 500
    assert kept(service) == before
    alive(Citizen(service, line))


@pytest.mark.parametrize("depth", [200, 900, 960, 975, 985, 990, 1000])
def test_a_deeply_nested_event_harms_nobody(anna: Citizen, depth: int) -> None:
    good = anna.text("เมนู")
    body = compact([good])[:-2] + b',{"type":"new","deep":' + b"[" * depth + b"]" * depth + b"}]}"
    status = anna.service.post_raw(body).status
    assert status in {200, 400}
    if status == 200:
        anna.hears(good)
    alive(anna)


def test_too_large_a_body_is_refused(service: Process) -> None:
    with contextlib.suppress(OSError):  # cut off while sending is a refusal as well
        assert service.post_raw(b'{"events":["' + b"x" * 6_000_000 + b'"]}').status == 413
    assert service.get("/healthz").status == 200


# Once, whatever comes how often.


def test_the_same_webhook_twice(anna: Citizen, line: FakeLine) -> None:
    anna.tell(anna.text(DETAIL), anna.pin(), anna.photo())
    press = anna.button("ส่งเรื่อง")
    anna.tell(press)
    before = len(line.received(anna.user))
    for _ in range(3):
        anna.service.accept(press)
        anna.service.accept({**press, "deliveryContext": {"isRedelivery": True}})
    anna.settles()
    assert len(line.received(anna.user)) == before
    assert len(anna.service.household.cases(anna.user)) == 1


def test_the_same_webhook_many_times_at_the_same_moment(anna: Citizen, line: FakeLine) -> None:
    events = [anna.text(DETAIL), anna.pin(), anna.photo()]
    start = threading.Barrier(8)

    def post() -> None:
        start.wait()
        anna.service.accept(*events)

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    anna.hears(*events)
    anna.settles()
    assert len(line.received(anna.user)) == 3
    anna.press("ส่งเรื่อง")
    assert len(anna.service.household.cases(anna.user)) == 1


def test_one_webhook_with_events_of_several_people(anna: Citizen, bo: Citizen) -> None:
    hers, his = anna.text(DETAIL), bo.text("ขยะไม่มีคนเก็บหลายวัน")
    there = bo.pin()
    anna.service.accept(hers, his, there)
    assert anna.hears(hers) and bo.hears(his, there)
    bo.press("ไม่มีรูป")
    bo.press("ส่งเรื่อง")
    (case,) = bo.service.household.cases(bo.user)
    assert case.text == "ขยะไม่มีคนเก็บหลายวัน"
    assert not anna.service.household.cases(anna.user)


def test_events_that_wait_are_taken_in_lines_order(anna: Citizen) -> None:
    """In one webhook the later event may stand first."""
    events = [anna.text("เสาไฟเอียง"), anna.text("สองต้น"), anna.text("หน้าวัด"), anna.pin()]
    anna.tell(*reversed(events))
    anna.press("ไม่มีรูป")
    anna.press("ส่งเรื่อง")
    (case,) = anna.service.household.cases(anna.user)
    everything = f"{case.text} {case.place_text}"
    at = [everything.find(piece) for piece in ("เสาไฟเอียง", "สองต้น", "หน้าวัด")]
    assert -1 not in at and at == sorted(at)


def test_an_event_that_comes_late_and_redelivered_is_still_answered(anna: Citizen) -> None:
    late = anna.text("ขอบคุณค่ะ")
    anna.say("เมนู")
    late["deliveryContext"] = {"isRedelivery": True}
    assert anna.tell(late)


# What is in them.


HOSTILE = {
    "format strings": "ถนนเป็นหลุม {0} %s {name} {about:“|”} %(x)d ${HOME} \\n",
    "markup": "<b>ถนน</b><script>alert(1)</script> &amp; [ส่งเรื่อง](http://x) ถนนเป็นหลุม",
    "sql": "'; DROP TABLE cases; -- ถนนเป็นหลุม",
    "nul": "ถนน\x00เป็นหลุม หน้าตลาด",
    "surrogate": "ถนนเป็นหลุม \ud83d หน้าตลาด",
    "emoji": "ถนนเป็นหลุม 👨‍👩‍👧‍👦🇹🇭👍🏽🕳️",
    "marks": "ถนนเป็นหลุม ก" + "\u0e49" * 300 + " \u202eกลับหลัง\u202c \u200b\u200d",
    "long": ("ถนนเป็นหลุมหน้าตลาด " * 300)[:5000].strip(),
    "lines": "ถนนเป็นหลุม\r\nหน้าตลาด\tสองหลุม\u2028จริง",
    "long word": "ถนนเป็นหลุม " + "ก" * 4000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_words_are_kept_and_shown_to_the_letter(anna: Citizen, name: str) -> None:
    text = HOSTILE[name]
    sent = text.replace("\ud83d", "\ufffd")
    event = anna.text(text)
    anna.service.accept(event)
    anna.hears(event)
    for _ in range(3):
        if "แจ้งปัญหา" in anna.labels() and "ส่งตำแหน่ง" not in anna.labels():
            anna.press("แจ้งปัญหา")
            anna.tell(anna.text(text))
    anna.tell(anna.pin())
    anna.press("ไม่มีรูป")
    shown = " ".join(map(words, anna.line.messages(anna.user)))
    head = sent.replace("\x00", "␀")[:60].strip()
    assert head in shown, shown[-900:]
    anna.press("ส่งเรื่อง")
    (case,) = anna.service.household.cases(anna.user)
    assert case.text == sent
    page = anna.service.get(f"/cases/{case.number}")
    assert page.status == 200 and "<script>" not in page.text
    alive(anna)


WEIRD: list[Any] = [
    None,
    7,
    "event",
    [],
    {},
    {"type": 5},
    {"type": "message"},
    {"type": "message", "message": None},
    {"type": "message", "message": []},
    {"type": "message", "message": {"type": "text"}},
    {"type": "message", "message": {"type": "text", "text": 5}},
    {"type": "message", "message": {"type": "text", "text": ""}},
    {"type": "message", "message": {"type": "text", "text": " \u200b\n"}},
    {"type": "message", "message": {"type": "hologram", "id": "1"}},
    {"type": "message", "message": {"type": "image"}},
    {"type": "message", "message": {"type": "image", "id": {"a": 1}}},
    {"type": "message", "message": {"type": "image", "id": "1\x00\ud800", "imageSet": []}},
    {"type": "message", "message": {"type": "location", "latitude": [], "longitude": {}}},
    {"type": "message", "message": {"type": "text", "text": "x", "mention": {"mentionees": [None, {"isSelf": 1}]}}},
    {"type": "postback"},
    {"type": "postback", "postback": {"data": None}},
    {"type": "postback", "postback": {"data": ""}},
    {"type": "postback", "postback": {"data": "k=send"}},
    {"type": "postback", "postback": {"data": "k=send&t=99999999999"}},
    {"type": "postback", "postback": {"data": "k=__class__&v=1&t=1"}},
    {"type": "postback", "postback": {"data": "k=hear&t=0"}},
    {"type": "postback", "postback": {"data": "k=onward"}},
    {"type": "postback", "postback": {"data": "k=media_lost&v=x"}},
    {"type": "postback", "postback": {"data": "k=show&v=69-0000000"}},
    {"type": "postback", "postback": {"data": "k=show&v=\x00"}},
    {"type": "postback", "postback": {"data": "k=district&v=9999"}},
    {"type": "postback", "postback": {"data": "k=star&v=77"}},
    {"type": "postback", "postback": {"data": "k=category&v=nope"}},
    {"type": "postback", "postback": {"data": "k=page&v=../../etc/passwd"}},
    {"type": "postback", "postback": {"data": "k=" + "a" * 5000}},
    {"type": "internal", "media": 1, "why": "gone"},
    {"type": "unsend", "unsend": {"messageId": None}},
    {"type": "unsend", "unsend": {"messageId": "no such\x00\ud800"}},
    {"type": "messageEdited", "message": {"id": 7, "text": None}},
    {"type": "memberJoined", "joined": {"members": [None]}},
    {"type": "videoPlayComplete"},
    {"type": "accountLink", "link": {"result": "ok"}},
    {"type": "somethingNewIn2027", "payload": {"a": [1, 2, {"b": None}]}},
    {"type": "message", "mode": "hibernate", "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "timestamp": 10**30, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "timestamp": -5, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "timestamp": "yesterday", "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "timestamp": 1e308, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "timestamp": True, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "source": None, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "source": {"type": "user"}, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "source": {"type": "user", "userId": ""}, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "source": {"type": "user", "userId": "U" * 5000}, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "source": {"type": "group", "groupId": "C" + "1" * 32}, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "replyToken": None, "message": {"type": "sticker"}},
    {"type": "message", "webhookEventId": 5, "message": {"type": "sticker"}},
    {"type": "message", "webhookEventId": "\ud800", "message": {"type": "sticker"}},
    {"type": "message", "webhookEventId": "a\x00b", "message": {"type": "sticker"}},
    {"type": "message", "source": {"type": "user", "userId": "U\ud800"}, "message": {"type": "text", "text": "เมนู"}},
    {"type": "message", "source": {"type": "group", "groupId": "C\x00"}, "message": {"type": "text", "text": "เมนู"}},
]


@pytest.mark.parametrize("number", range(len(WEIRD)))
def test_no_event_however_strange_stops_the_others(anna: Citizen, number: int) -> None:
    """A strange event in one webhook with a good one: 200, the good one is answered, nothing is parked."""
    strange = WEIRD[number]
    if isinstance(strange, dict):
        base = anna.event()
        for key in ("type", "message", "replyToken"):
            base.pop(key, None)
        strange = {**base, "replyToken": anna.line.token(anna.user), **strange}
    good = anna.text("เมนู")
    answer = anna.service.post(strange, good)
    assert answer.status == 200, answer.text
    assert anna.hears(good)
    anna.settles()
    assert not anna.service.household.events("parked")


def test_standby_is_not_answered(anna: Citizen, line: FakeLine) -> None:
    event = anna.text("เมนู") | {"mode": "standby"}
    event.pop("replyToken")
    anna.service.accept(event)
    anna.settles()
    assert not line.received(anna.user)


def test_new_fields_change_nothing(anna: Citizen) -> None:
    event = anna.text(DETAIL)
    event |= {"newField": {"x": [1]}, "webhookVersion": 7}
    event["message"] |= {"quoteToken": "q", "markAsReadToken": "m", "brandNew": True}
    event["source"]["region"] = "TH"
    assert anna.tell(event)


def test_a_huge_number_anywhere(anna: Citizen) -> None:
    event = anna.text(DETAIL)
    body = compact([event])[:-2] + b',{"type":"x","n":' + b"9" * 4000 + b',"f":1e999}]}'
    assert anna.service.post_raw(body).status == 200
    assert anna.hears(event)


def test_an_unsent_message_leaves_talk_and_case(anna: Citizen) -> None:
    first, second = anna.text("เสาไฟเอียง"), anna.text("ลับมาก ห้ามบอกใคร")
    anna.tell(first, anna.pin())
    anna.tell(second)
    unsend = anna.event(type="unsend", unsend={"messageId": second["message"]["id"]})
    anna.service.accept(unsend)
    anna.settles()
    with anna.service.household.read() as session:
        for talk in session.scalars(select(Talk).where(Talk.person == anna.user)):
            assert "ลับมาก" not in json.dumps(talk.data, ensure_ascii=False)
    anna.press("ไม่มีรูป")
    anna.press("ส่งเรื่อง")
    (case,) = anna.service.household.cases(anna.user)
    assert case.text == "เสาไฟเอียง"


def test_handled_events_forget_what_they_said(anna: Citizen) -> None:
    anna.report("เสาไฟเอียง")
    anna.settles()
    assert all(e.raw is None for e in anna.service.household.events("done"))
    assert all(m.messages == "[]" for m in anna.service.household.outbox("sent"))


def test_every_button_ever_shown_still_answers(anna: Citizen) -> None:
    anna.report()
    pressed = [a for m in anna.line.messages(anna.user) for a in actions(m) if a["type"] == "postback"]
    for action in pressed:
        assert anna.tell(anna.event(type="postback", postback={"data": action["data"]})), action
    assert not anna.service.household.events("parked")
