"""Reply tokens, retry keys, recipients, quota: who gets what, once."""

from __future__ import annotations

import uuid

import pytest

from .echo import Rig

HELLO = [{"type": "text", "text": "hello"}]
REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"


def token_of(rig: Rig, person: str) -> str:
    rig.says(person, "hi")
    events = rig.bot.wait(len(rig.bot.events) or 1)
    return str(events[-1]["replyToken"])


def test_a_wrong_token_is_refused(rig: Rig) -> None:
    status, body, headers = rig.bot.call("GET", "/v2/bot/info", Authorization="Bearer stolen")
    assert status == 401 and "Authentication failed" in body["message"] and headers["x-line-request-id"]


def test_a_reply_token_works_once(rig: Rig) -> None:
    person = rig.person(follow=False)
    rig.page("POST", f"/people/{person}/follow")
    token = rig.bot.wait(1)[0]["replyToken"]
    status, body, _ = rig.bot.call("POST", REPLY, {"replyToken": token, "messages": HELLO})
    assert status == 200 and body["sentMessages"][0]["quoteToken"]
    assert rig.chat(person)[-1]["message"]["text"] == "hello"
    again = rig.bot.call("POST", REPLY, {"replyToken": token, "messages": HELLO})
    assert again[0] == 400 and again[1] == {"message": "Invalid reply token"}


def test_a_reply_token_grows_old() -> None:
    now = [1_800_000_000.0]
    with Rig(clock=lambda: now[0], token_seconds=60) as rig:
        rig.person()
        token = rig.bot.wait(1)[0]["replyToken"]
        now[0] += 61
        assert rig.bot.call("POST", REPLY, {"replyToken": token, "messages": HELLO})[1]["message"] == "Invalid reply token"


def test_a_retry_key_on_a_reply_is_refused(rig: Rig) -> None:
    rig.person()
    token = rig.bot.wait(1)[0]["replyToken"]
    body = {"replyToken": token, "messages": HELLO}
    assert rig.bot.call("POST", REPLY, body, **{"X-Line-Retry-Key": str(uuid.uuid4())})[0] == 400
    assert rig.bot.call("POST", REPLY, body)[0] == 200


def test_a_push_is_delivered_once_for_one_key(rig: Rig) -> None:
    person = rig.person()
    key = {"X-Line-Retry-Key": str(uuid.uuid4())}
    first = rig.bot.call("POST", PUSH, {"to": person, "messages": HELLO}, **key)
    again = rig.bot.call("POST", PUSH, {"to": person, "messages": HELLO}, **key)
    assert first[0] == 200 and again[0] == 409
    assert again[2]["x-line-accepted-request-id"] == first[2]["x-line-request-id"]
    assert again[1]["sentMessages"] == first[1]["sentMessages"]
    assert len([one for one in rig.chat(person) if one["sender"] == "bot"]) == 1
    assert rig.bot.call("POST", PUSH, {"to": person, "messages": HELLO}, **{"X-Line-Retry-Key": "abc"})[0] == 400


@pytest.mark.parametrize("to", ["U" + "0" * 32, "C" + "1" * 32, "nobody"])
def test_an_unknown_recipient_is_refused(rig: Rig, to: str) -> None:
    assert rig.bot.call("POST", PUSH, {"to": to, "messages": HELLO})[0] == 400


def test_a_push_to_someone_who_blocked_goes_nowhere(rig: Rig) -> None:
    person = rig.person()
    rig.page("POST", f"/people/{person}/block")
    assert rig.bot.call("POST", PUSH, {"to": person, "messages": HELLO})[0] == 200
    assert all(one["sender"] != "bot" for one in rig.chat(person))
    assert rig.bot.call("GET", f"/v2/bot/profile/{person}")[0] == 404


def test_a_push_to_a_group_costs_one_for_each_member(rig: Rig) -> None:
    members = [rig.person(name, follow=False) for name in ("a", "b", "c")]
    group = rig.page("POST", "/groups", {"name": "g", "members": members})[1]["id"]
    rig.page("POST", "/switches", {"quota": 4})
    assert rig.bot.call("POST", PUSH, {"to": group, "messages": HELLO})[0] == 200
    assert rig.bot.call("GET", "/v2/bot/message/quota/consumption")[1] == {"totalUsage": 3}
    assert rig.bot.call("GET", "/v2/bot/message/quota")[1] == {"type": "limited", "value": 4}
    assert rig.bot.call("POST", PUSH, {"to": group, "messages": HELLO})[0] == 429
    assert rig.bot.call("GET", f"/v2/bot/group/{group}/members/count")[1] == {"count": 3}
    assert rig.bot.call("GET", f"/v2/bot/group/{group}/summary")[1]["groupName"] == "g"
    assert rig.bot.call("GET", f"/v2/bot/group/{group}/member/{members[0]}")[1]["displayName"] == "a"
    assert rig.bot.call("POST", f"/v2/bot/group/{group}/leave", {})[0] == 200
    assert rig.bot.call("POST", PUSH, {"to": group, "messages": HELLO})[0] == 400


def test_multicast_and_broadcast(rig: Rig) -> None:
    here, gone = rig.person("here"), rig.person("gone")
    rig.page("POST", f"/people/{gone}/block")
    call = "/v2/bot/message/multicast"
    assert rig.bot.call("POST", call, {"to": [here, gone, here], "messages": HELLO})[0] == 200
    assert rig.bot.call("POST", call, {"to": [here] * 501, "messages": HELLO})[0] == 400
    assert rig.bot.call("POST", call, {"to": ["C" + "0" * 32], "messages": HELLO})[0] == 400
    assert rig.bot.call("POST", "/v2/bot/message/broadcast", {"messages": HELLO})[0] == 200
    assert len([one for one in rig.chat(here) if one["sender"] == "bot"]) == 2
    assert rig.bot.call("GET", "/v2/bot/followers/ids")[1] == {"userIds": [here]}


def test_a_reply_can_quote(rig: Rig) -> None:
    person = rig.person()
    said = rig.says(person, "what is this")
    event = rig.bot.wait(2)[1]
    quote = {"type": "text", "text": "this", "quoteToken": event["message"]["quoteToken"]}
    body = {"replyToken": event["replyToken"], "messages": [quote | {"quoteToken": "wrong"}]}
    assert rig.bot.call("POST", REPLY, body)[0] == 400
    assert rig.bot.call("POST", REPLY, body | {"messages": [quote]})[0] == 200
    assert rig.chat(person)[-1]["quote"] == said["id"]


def test_loading_is_shown_until_the_bot_speaks(rig: Rig) -> None:
    person = rig.person()
    call = "/v2/bot/chat/loading/start"
    assert rig.bot.call("POST", call, {"chatId": person, "loadingSeconds": 7})[0] == 400
    assert rig.bot.call("POST", call, {"chatId": person, "loadingSeconds": 10})[0] == 200
    assert person in rig.page("GET", "/updates?since=0")[1]["loading"]
    rig.bot.call("POST", PUSH, {"to": person, "messages": HELLO})
    assert rig.page("GET", "/updates?since=0")[1]["loading"] == {}


@pytest.mark.parametrize("endpoint", ["all", "push"])
def test_faults_strike_as_ordered(rig: Rig, endpoint: str) -> None:
    person = rig.person()
    body, key = {"to": person, "messages": HELLO}, {"X-Line-Retry-Key": str(uuid.uuid4())}

    def order(fault: str) -> None:
        assert rig.page("POST", "/faults", {"endpoint": endpoint, "fault": fault, "next": 1})[0] == 200

    order("429")
    assert rig.bot.call("POST", PUSH, body, **key)[0] == 429
    order("500")
    assert rig.bot.call("POST", PUSH, body, **key)[0] == 500
    order("500_after")
    assert rig.bot.call("POST", PUSH, body, **key)[0] == 500
    assert rig.bot.call("POST", PUSH, body, **key)[0] == 409
    order("drop")
    with pytest.raises(Exception, match=r"IncompleteRead|EOF|Expecting"):
        rig.bot.call("POST", PUSH, body)
    assert len([one for one in rig.chat(person) if one["sender"] == "bot"]) == 1
    assert rig.page("GET", "/faults")[1] == {"faults": []}
    assert rig.page("POST", "/faults", {"fault": "boredom"})[0] == 400
