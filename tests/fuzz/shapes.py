"""Strategies: any JSON, and events that are nearly LINE's."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

CHARACTERS = st.characters(codec=None, exclude_categories=())
"""Every code point, lone surrogates included."""
TEXT = st.text(CHARACTERS, max_size=40)
THAI = st.sampled_from(
    [
        "ไฟทางดับ",
        "ฝาท่อหายหน้าวัด เขตบางรัก",
        "เมนู",
        "ยกเลิก",
        "ใช่",
        "ไม่",
        "ย้อนกลับ",
        "คู่มือ",
        "ขอบคุณค่ะ",
        "69-0001238",
        "๗๐-๐๐๐๐๐๐๑",
        "081-234-5678",
        "ส่งเรื่อง",
        "ติดตามเรื่อง",
        "สอบถามเวลาเปิด",
        "English",
        "ภาษาไทย",
        "ถนนสุขุมวิท",
        "น้ำมันหกเต็มถนน รถล้ม",
        "1#JC1-1234567-89",
        "1 1037 02071 81 1",
    ]
)
NUMBERS = st.one_of(st.integers(), st.integers(-(10**30), 10**30), st.floats(), st.booleans())
SCALARS = st.one_of(st.none(), NUMBERS, TEXT, THAI)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
KINDS = st.sampled_from(
    [
        "message",
        "postback",
        "follow",
        "unfollow",
        "join",
        "leave",
        "unsend",
        "messageEdited",
        "internal",
        "memberJoined",
        "beacon",
        "x",
    ]
)
MESSAGES = st.sampled_from(["text", "image", "video", "audio", "file", "location", "sticker", "hologram"])


def sometimes(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly the right thing, now and then anything."""
    return st.integers(0, 5).flatmap(lambda n: JSON if n == 0 else right)


IDS = st.from_regex(r"[UCR][0-9a-f]{32}", fullmatch=True)
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "type": sometimes(MESSAGES),
        "id": sometimes(st.integers(1, 10**15).map(str)),
        "text": sometimes(st.one_of(THAI, TEXT)),
        "latitude": sometimes(NUMBERS),
        "longitude": sometimes(NUMBERS),
        "title": sometimes(TEXT),
        "address": sometimes(TEXT),
        "imageSet": sometimes(st.fixed_dictionaries({}, optional={"id": sometimes(TEXT), "index": JSON, "total": JSON})),
        "contentProvider": sometimes(
            st.fixed_dictionaries({}, optional={"type": sometimes(st.sampled_from(["line", "external"]))})
        ),
        "mention": sometimes(st.fixed_dictionaries({}, optional={"mentionees": sometimes(st.lists(JSON, max_size=3))})),
        "messageId": JSON,
    },
)
DATA = st.one_of(TEXT, st.builds(lambda k, v, t: f"k={k}&v={v}&t={t}", TEXT, TEXT, st.integers(-5, 10**20)))
EVENT = st.fixed_dictionaries(
    {},
    optional={
        "type": sometimes(KINDS),
        "webhookEventId": sometimes(st.from_regex(r"[0-9A-Z]{26}", fullmatch=True)),
        "timestamp": sometimes(st.integers(0, 4 * 10**12)),
        "source": sometimes(
            st.fixed_dictionaries(
                {}, optional={"type": JSON, "userId": sometimes(IDS), "groupId": sometimes(IDS), "roomId": JSON}
            )
        ),
        "replyToken": sometimes(st.from_regex(r"[0-9a-f]{32}", fullmatch=True)),
        "mode": sometimes(st.sampled_from(["active", "standby", "new"])),
        "message": sometimes(MESSAGE),
        "postback": sometimes(st.fixed_dictionaries({}, optional={"data": sometimes(DATA), "params": JSON})),
        "unsend": sometimes(MESSAGE),
        "media": JSON,
        "why": JSON,
    },
)
