"""Reading what comes in: never an error but Malformed, and only what can be stored."""

from __future__ import annotations

import json
import math
from datetime import UTC
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import hearing
from tests.fuzz.shapes import EVENT, JSON


def storable(text: str, most: int) -> bool:
    text.encode()
    return len(text) <= most and "\x00" not in text


def read_all(body: bytes) -> None:
    try:
        events = hearing.split(body)
    except hearing.Malformed:
        return
    for raw in events:
        assert storable(raw.event_id, 64) and raw.event_id
        assert storable(raw.chat, 64) and raw.chat
        assert 0 <= raw.at < 2**63
        raw.raw.encode()
        assert "\x00" not in raw.raw
        event = hearing.read(raw.raw)
        assert event.chat == raw.chat
        assert event.at.tzinfo is UTC
        assert event.reply_token is None or storable(event.reply_token, 128)
        heard = hearing.hear(event)
        assert heard.kind and heard.kind.isidentifier()
        heard.text.encode()
        assert storable(hearing.message_id(event), 64)
        assert isinstance(heard.lat, float) and isinstance(heard.lng, float)
        hearing.external(event)


@given(st.binary(max_size=300))
@example(b"")
@example(b"\x00")
@example(b"[" * 200_000)
@example(b'{"events":' + b"[" * 900 + b"]" * 900 + b"}")
def test_any_bytes(body: bytes) -> None:
    read_all(body)


@given(JSON)
def test_any_json(value: Any) -> None:
    read_all(json.dumps(value).encode())
    read_all(json.dumps({"events": value}).encode())
    read_all(json.dumps({"events": [value, value]}).encode())


@given(st.lists(EVENT, max_size=4))
@example([{"timestamp": 10**400}])
@example([{"timestamp": True, "source": {"userId": "U" * 64}}])
@example([{"type": "message", "message": {"type": "location", "latitude": 10**400, "longitude": math.inf}}])
@example([{"type": "postback", "postback": {"data": "k=a&" * 500}}])
@example([{"type": "postback", "postback": {"data": "k=x&t=²"}}])
@example([{"type": "postback", "postback": {"data": "k=x&t=" + "٣" * 15}}])
def test_events_that_are_nearly_lines(events: list[Any]) -> None:
    read_all(json.dumps({"destination": "U", "events": events}).encode())


@given(EVENT)
def test_the_same_event_has_the_same_id(event: Any) -> None:
    body = json.dumps({"events": [event]}).encode()
    try:
        first, second = hearing.split(body), hearing.split(body)
    except hearing.Malformed:
        return
    assert first == second


@pytest.mark.parametrize("depth", [100, 500, 900, 950, 980, 990, 994, 996, 998, 1000, 5000])
def test_depth(depth: int) -> None:
    """json.loads and json.dumps give up at different depths; neither may do so with an error of its own."""
    read_all(b'{"events":[{"type":"x","deep":' + b"[" * depth + b"]" * depth + b"}]}")
