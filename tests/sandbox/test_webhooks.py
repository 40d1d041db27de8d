"""What the bot is told: signed, whole, in order, again after a failure."""

from __future__ import annotations

import io
import re

from .echo import Rig


def test_the_shape_of_a_message(rig: Rig) -> None:
    person = rig.person()
    rig.says(person, "hello")
    follow, message = rig.bot.wait(2)[:2]
    assert all(rig.bot.signed)
    assert follow["type"] == "follow" and follow["follow"] == {"isUnblocked": False}
    assert message["source"] == {"type": "user", "userId": person} and message["mode"] == "active"
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", message["webhookEventId"])
    assert message["deliveryContext"] == {"isRedelivery": False} and len(message["replyToken"]) == 32
    assert message["message"]["text"] == "hello" and message["message"]["quoteToken"]
    assert re.fullmatch(r"U[0-9a-f]{32}", person)


def test_one_chat_keeps_its_order(rig: Rig) -> None:
    person = rig.person()
    for number in range(20):
        rig.says(person, str(number))
    heard = [event["message"]["text"] for event in rig.bot.wait(21)[1:]]
    assert heard == [str(number) for number in range(20)]


def test_a_failed_webhook_comes_again(rig: Rig) -> None:
    rig.sandbox.delivery.redeliver_after = (0.01, 0.01)
    rig.bot.status = [500, 500, 200]
    rig.person()
    first, second, third = rig.bot.wait(3)
    assert first["webhookEventId"] == second["webhookEventId"] == third["webhookEventId"]
    assert first["replyToken"] == third["replyToken"]
    flags = [event["deliveryContext"]["isRedelivery"] for event in rig.bot.events]
    assert flags == [False, True, True]


def test_switches(rig: Rig) -> None:
    person = rig.person()
    rig.bot.wait(1)
    assert rig.page("POST", "/switches", {"twice": True, "redelivery": False})[0] == 200
    rig.says(person, "twice")
    assert len({event["webhookEventId"] for event in rig.bot.wait(3)[1:]}) == 1
    rig.page("POST", "/switches", {"twice": False, "webhook": False})
    rig.says(person, "unheard")
    assert rig.sandbox.delivery.idle() or len(rig.bot.events) == 3
    assert rig.page("POST", "/switches", {"hurry": True})[0] == 400


def test_groups(rig: Rig) -> None:
    one, two = rig.person("one", follow=False), rig.person("two", follow=False)
    group = rig.page("POST", "/groups", {"name": "g", "members": [one]})[1]["id"]
    rig.page("POST", f"/groups/{group}/members", {"add": [two]})
    name = rig.sandbox.acts.bot_name
    said = rig.says(two, f"@{name} @one hi", group)
    rig.page("POST", f"/messages/{said['id']}/edit", {"person": two, "text": "better"})
    rig.page("POST", f"/messages/{said['id']}/unsend", {"person": two})
    rig.page("POST", f"/groups/{group}/members", {"remove": [two]})
    rig.page("POST", f"/groups/{group}/bot", {"in": False})
    events = rig.bot.wait(7)
    kinds = [event["type"] for event in events]
    assert kinds == ["join", "memberJoined", "message", "messageEdited", "unsend", "memberLeft", "leave"]
    bot, member = events[2]["message"]["mention"]["mentionees"]
    assert bot == {"index": 0, "length": len(name) + 1, "type": "user", "userId": rig.sandbox.world.bot_id, "isSelf": True}
    assert member["userId"] == one and events[2]["source"] == {"type": "group", "groupId": group, "userId": two}
    assert events[3]["message"] | {"text": "better"} == events[3]["message"] and events[3]["message"]["id"] == said["id"]
    assert events[4]["unsend"] == {"messageId": said["id"]} and "replyToken" not in events[4]
    assert rig.page("POST", f"/chats/{group}/text", {"person": two, "text": "still here?"})[0] == 400


def test_photos_come_as_a_set_and_can_be_fetched(rig: Rig) -> None:
    person = rig.person()
    form = {"person": person, "kind": "image"}
    files = [(io.BytesIO(b"\xff\xd8\xff" + bytes([n])), f"{n}.jpg", "image/jpeg") for n in range(2)]
    sent = rig.app.test_client().post(
        f"/sandbox/api/chats/{person}/media", data={**form, "files": files}, headers={"X-Sandbox": "page"}
    )
    assert sent.status_code == 200
    messages = [event["message"] for event in rig.bot.wait(3)[1:3]]
    assert [one["imageSet"]["index"] for one in messages] == [1, 2]
    assert messages[0]["imageSet"]["id"] == messages[1]["imageSet"]["id"] and messages[0]["imageSet"]["total"] == 2
    line = rig.app.test_client()
    path, auth = f"/sandbox/line/v2/bot/message/{messages[1]['id']}/content", {"Authorization": "Bearer open"}
    assert line.get(path, headers=auth).data == b"\xff\xd8\xff\x01"
    assert line.get(path + "/transcoding", headers=auth).get_json() == {"status": "succeeded"}
    rig.page("POST", f"/messages/{messages[1]['id']}/unsend", {"person": person})
    assert line.get(path, headers=auth).status_code == 410
    assert line.get("/sandbox/line/v2/bot/message/1/content", headers=auth).status_code == 404


def test_a_video_takes_its_time(rig: Rig) -> None:
    person = rig.person()
    rig.page("POST", "/switches", {"prepare_seconds": 60})
    form = {"person": person, "kind": "video", "duration": "1500", "files": (io.BytesIO(b"film"), "a.mp4", "video/mp4")}
    headers = {"X-Sandbox": "page"}
    rig.app.test_client().post(f"/sandbox/api/chats/{person}/media", data=form, headers=headers)
    message = rig.bot.wait(2)[1]["message"]
    assert message["duration"] == 1500
    path = f"/sandbox/line/v2/bot/message/{message['id']}/content"
    assert rig.app.test_client().get(path, headers={"Authorization": "Bearer open"}).status_code == 202
    assert rig.bot.call("GET", f"/v2/bot/message/{message['id']}/content/transcoding")[1] == {"status": "processing"}


def test_pins_stickers_and_buttons(rig: Rig) -> None:
    person = rig.person()
    chat = f"/chats/{person}"
    rig.page("POST", f"{chat}/location", {"person": person, "latitude": 13.75, "longitude": 100.5})
    rig.page("POST", f"{chat}/sticker", {"person": person, "packageId": "446", "stickerId": "1988"})
    picker = {"type": "datetimepicker", "data": "d", "mode": "date", "min": "2026-01-01"}
    press = {"person": person, "action": picker, "params": {"date": "2026-12-01"}}
    assert rig.page("POST", f"{chat}/press", press)[0] == 200
    assert rig.page("POST", f"{chat}/press", press | {"params": {"date": "2025-12-01"}})[0] == 400
    pin, sticker, picked = rig.bot.wait(4)[1:4]
    assert pin["message"] == {"id": pin["message"]["id"], "type": "location", "latitude": 13.75, "longitude": 100.5}
    assert sticker["message"]["stickerId"] == "1988"
    assert picked["postback"] == {"data": "d", "params": {"date": "2026-12-01"}}
    assert rig.page("POST", f"{chat}/location", {"person": person, "latitude": "north", "longitude": 1})[0] == 400


def test_a_button_is_pressed_by_its_label(rig: Rig) -> None:
    action = {"type": "postback", "label": "yes", "data": "y", "displayText": "yes!"}
    asked = {"type": "text", "text": "sure?", "quickReply": {"items": [{"type": "action", "action": action}]}}
    rig.bot.answer = lambda event: [asked] if event["type"] == "follow" else []
    person = rig.person()
    rig.bot.wait(1)
    while len(rig.chat(person)) < 2:
        pass
    assert rig.page("POST", f"/chats/{person}/press", {"person": person, "label": "yes"})[0] == 200
    assert rig.bot.wait(2)[1]["postback"] == {"data": "y"}
    assert rig.chat(person)[-1]["message"]["text"] == "yes!"
    assert rig.page("POST", f"/chats/{person}/press", {"person": person, "label": "yes"})[0] == 404


def test_block_and_come_back(rig: Rig) -> None:
    person = rig.person()
    rig.page("POST", f"/people/{person}/block")
    rig.says(person, "into the void")
    rig.page("POST", f"/people/{person}/follow")
    events = rig.bot.wait(3)
    assert [event["type"] for event in events] == ["follow", "unfollow", "follow"]
    assert events[2]["follow"] == {"isUnblocked": True}
