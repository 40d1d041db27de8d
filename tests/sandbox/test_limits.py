"""What LINE refuses, the sandbox refuses, and says where."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import regex

from sandbox.graphemes import clusters, count, utf16
from sandbox.limits_message import check_messages

Json = dict[str, Any]
URL = "https://sandbox.invalid/a.png"
MESSAGE = {"type": "message", "label": "go", "text": "go"}
PICKER = {"type": "datetimepicker", "label": "x", "data": "d", "mode": "date"}


def bubble(*parts: Json, **more: Any) -> Json:
    return {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": list(parts)}, **more}


def flex(contents: Json, alt: str = "alt") -> Json:
    return {"type": "flex", "altText": alt, "contents": contents}


def quick(*actions: Json) -> Json:
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": "x", "quickReply": {"items": items}}


def buttons(*actions: Json, **more: Any) -> Json:
    template = {"type": "buttons", "text": "t", "actions": list(actions)} | more
    return {"type": "template", "altText": "a", "template": template}


WORD = {"type": "text", "text": "x"}
REFUSED: list[tuple[Json, str]] = [
    ({"type": "gif"}, "type"),
    ({"type": "text"}, "text"),
    ({"type": "text", "text": "  "}, "text"),
    ({"type": "text", "text": "x" * 5001}, "text"),
    ({"type": "text", "text": "\U0001f600" * 2501}, "text"),
    ({"type": "image", "originalContentUrl": "http://a.b/c", "previewImageUrl": URL}, "originalContentUrl"),
    ({"type": "video", "originalContentUrl": URL}, "previewImageUrl"),
    ({"type": "audio", "originalContentUrl": URL}, "duration"),
    ({"type": "location", "title": "t" * 101, "address": "a", "latitude": 1, "longitude": 2}, "title"),
    ({"type": "location", "title": "t", "address": "a", "latitude": 91, "longitude": 2}, "latitude"),
    ({"type": "sticker", "packageId": "1"}, "stickerId"),
    ({"type": "flex", "contents": bubble(WORD)}, "altText"),
    (flex(bubble(WORD), alt="x" * 1501), "altText"),
    (flex({"type": "sheet"}), "contents.type"),
    (flex({"type": "bubble"}), "contents"),
    (flex(bubble({"type": "text", "text": ""})), "contents.body.contents[0].text"),
    (flex(bubble(WORD | {"colour": "#000000"})), "contents.body.contents[0].colour"),
    (flex(bubble(WORD | {"color": "red"})), "contents.body.contents[0].color"),
    (flex(bubble(WORD | {"size": "huge"})), "contents.body.contents[0].size"),
    (flex(bubble({"type": "icon", "url": URL})), "contents.body.contents[0].type"),
    (flex(bubble({"type": "image", "url": "http://a.b/c"})), "contents.body.contents[0].url"),
    (flex(bubble({"type": "image", "url": URL, "aspectRatio": "1:4"})), "contents.body.contents[0].aspectRatio"),
    (flex(bubble(*[WORD | {"text": "x" * 1000}] * 31)), "contents"),
    (flex({"type": "carousel", "contents": [bubble(WORD)] * 13}), "contents.contents"),
    (flex({"type": "carousel", "contents": [bubble(WORD, size="kilo"), bubble(WORD)]}), "contents.contents"),
    (flex({"type": "carousel", "contents": [bubble(*[WORD | {"text": "x" * 1000}] * 20)] * 3}), "contents"),
    (flex(bubble({"type": "button", "action": MESSAGE | {"label": "x" * 41}})), "contents.body.contents[0].action.label"),
    (flex(bubble({"type": "button", "action": {"type": "location", "label": "x"}})), "contents.body.contents[0].action.type"),
    (quick(*[MESSAGE] * 14), "quickReply.items"),
    (quick(MESSAGE | {"label": "x" * 21}), "quickReply.items[0].action.label"),
    (quick({"type": "postback", "label": "x", "data": "x" * 301}), "quickReply.items[0].action.data"),
    (quick({"type": "uri", "label": "x", "uri": "ftp://a"}), "quickReply.items[0].action.uri"),
    (quick({"type": "uri", "label": "x", "uri": "https://a/" + "x" * 1000}), "quickReply.items[0].action.uri"),
    (quick(PICKER | {"min": "1 May"}), "quickReply.items[0].action.min"),
    (buttons(*[MESSAGE] * 5), "template.actions"),
    (buttons(MESSAGE, title="t", text="x" * 61), "template.text"),
    (buttons(MESSAGE | {"label": "x" * 21}), "template.actions[0].label"),
    (buttons(MESSAGE, type="confirm"), "template.actions"),
    ({"type": "textV2", "text": "hi {who}"}, "text"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "where"), REFUSED)
def test_refused(message: Json, where: str) -> None:
    details = check_messages([message])
    assert f"messages[0].{where}" in [one["property"] for one in details], details
    assert all(one["message"] for one in details)


def test_taken() -> None:
    thai = "\u0e17\u0e35\u0e48" * 20  # twenty readers' characters, sixty code points
    taken = [
        {"type": "text", "text": "x" * 5000},
        quick(*[MESSAGE | {"label": thai}] * 13),
        buttons(MESSAGE, {"type": "uri", "label": "call", "uri": "tel:1555"}),
        flex(bubble({"type": "button", "action": MESSAGE | {"label": thai * 2}, "style": "primary", "height": "sm"})),
        {"type": "textV2", "text": "{who} {{x}}", "substitution": {"who": {"type": "mention", "mentionee": {"type": "all"}}}},
    ]
    assert check_messages(copy.deepcopy(taken)) == []
    assert check_messages([]) and check_messages([WORD] * 6) and check_messages(None)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("\u0e19\u0e49\u0e33", 1),  # nam: consonant, tone mark and AM
        ("\u0e40\u0e1b\u0e47\u0e19", 3),  # a leading vowel stands by itself
        ("e\u0301", 1),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 1),
        ("\U0001f1f9\U0001f1ed\U0001f1f9", 2),
        ("\u2b50\ufe0f\u2b50", 2),
        ("\U0001f44d\U0001f3fd", 1),
        ("\r\n", 1),
    ],
)
def test_readers_characters_are_counted(text: str, length: int) -> None:
    assert count(text) == length
    assert clusters(text) == regex.findall(r"\X", text)


def test_utf16() -> None:
    assert utf16("a\U0001f600") == 3
