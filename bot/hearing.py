"""From LINE's event to what was heard. Events are read with suspicion: any field may be missing, new, or of another type."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from cryptography.fernet import MultiFernet

from bot import sealing
from flows.kit import Heard
from storage.inbox import RawEvent

NOWHERE = "-"
"""The chat of an event that names none."""
MOST_TEXT = 20_000
"""Code points of a message that are kept; LINE allows 5,000 UTF-16 units, so this only stops what is not LINE's."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_POSITION = re.compile(r"\(?([-+]?[0-9]{1,2}\.[0-9]{3,20})\s*[,; ]\s*([-+]?[0-9]{1,3}\.[0-9]{3,20})\)?")
_ID = re.compile(r"[\x21-\x7e]{1,64}")
_TOKEN = re.compile(r"[\x21-\x7e]{1,128}")
"""LINE's ids and tokens. Anything else could not be stored, and would take the events that came with it along."""


RESERVED = {
    "text", "pin", "photo", "video", "file", "audio", "sticker", "unknown", "nothing", "follow", "unfollow", "join",
    "unsend", "messageEdited", "media_lost", "onward", "leave", "memberJoined", "memberLeft", "evidence", "place_found",
}  # fmt: skip
"""Kinds that no button has: they come from LINE or from ourselves."""


class Malformed(ValueError):
    """The webhook's body is not LINE's."""


@dataclass(frozen=True)
class Event:
    """An event's fields that everybody needs."""

    kind: str
    chat: str
    person: str
    group: bool
    reply_token: str | None
    at: datetime
    active: bool
    body: Mapping[str, Any]


def split(body: bytes, box: MultiFernet | None = None) -> list[RawEvent]:
    """The events of a webhook's body, each with its id, chat and time; words that may hold card numbers sealed with `box`.
    Raises Malformed for what is no webhook at all.

    An event without an id gets one from its own bytes, so that its repetition is known as well.
    """
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Malformed("not JSON") from problem
    events = parsed.get("events") if isinstance(parsed, dict) else None
    if not isinstance(events, list):
        raise Malformed("no list of events")
    found = []
    for event in events:
        raw = _json(event)
        fields = event if isinstance(event, dict) else {}
        given = fields.get("webhookEventId")
        known = isinstance(given, str) and _ID.fullmatch(given)
        event_id = str(given) if known else "x" + hashlib.sha256(raw.encode()).hexdigest()[:40]
        at = fields.get("timestamp")
        whole = isinstance(at, int) and not isinstance(at, bool) and 0 <= at < 2**53
        sealing.seal(event, box)
        raw = _json(event) if sealing.is_sealed(event) else raw
        found.append(RawEvent(event_id, _chat(fields), at if whole else 0, raw))  # type: ignore[arg-type]
    return found


def _json(event: object) -> str:
    return _SURROGATES.sub("\ufffd", _WRITE(event))


def _chat(event: Mapping[str, Any]) -> str:
    source = _dict(event.get("source"))
    for key in ("groupId", "roomId", "userId"):
        chat = source.get(key)
        if isinstance(chat, str) and _ID.fullmatch(chat):
            return chat
    return NOWHERE


def read(raw: str, box: MultiFernet | None = None) -> Event:
    """The event behind its JSON text; sealed words are opened with `box`, or left out without it."""
    parsed = json.loads(raw)
    if box is not None:
        sealing.opened(parsed, box)
    body = parsed if isinstance(parsed, dict) else {}
    source = _dict(body.get("source"))
    chat = _chat(body)
    person = source.get("userId")
    token = body.get("replyToken")
    at = body.get("timestamp")
    stamp = at / 1000 if isinstance(at, int) and 0 <= at < 4_000_000_000_000 else 0
    return Event(
        kind=_text(body.get("type")),
        chat=chat,
        person=person if isinstance(person, str) and _ID.fullmatch(person) else NOWHERE,
        group="groupId" in source or "roomId" in source,
        reply_token=token if isinstance(token, str) and _TOKEN.fullmatch(token) else None,
        at=datetime.fromtimestamp(stamp, UTC),
        active=body.get("mode") != "standby",
        body=body,
    )


def hear(event: Event) -> Heard:
    """What the person did; kind `unknown` for anything there is no name for, `nothing` where there is nothing to answer."""
    if event.kind == "message":
        return _message(event, _dict(event.body.get("message")))
    if event.kind == "postback":
        return _postback(event, _dict(event.body.get("postback")))
    if event.kind in {"follow", "unfollow", "join", "leave", "memberJoined", "memberLeft", "internal"}:
        return _internal(event) if event.kind == "internal" else Heard(event.kind, event.at)
    if event.kind in {"unsend", "messageEdited"}:
        return Heard(event.kind, event.at, value=_text(_dict(event.body.get("unsend")).get("messageId")))
    return Heard("nothing", event.at)


def _internal(event: Event) -> Heard:
    if event.body.get("why") == "place_found":
        talk = event.body.get("talk")
        return Heard(
            "place_found",
            event.at,
            value=str(talk) if isinstance(talk, int) else "",
            lat=_number(event.body.get("latitude")),
            lng=_number(event.body.get("longitude")),
            place=_text(event.body.get("name"))[:100],
        )
    media = event.body.get("media")
    kind = "evidence" if event.group else "media_lost"
    return Heard(kind, event.at, value=_text(event.body.get("why")), media=media if isinstance(media, int) else None)


def _message(event: Event, message: Mapping[str, Any]) -> Heard:
    kind, quoted = _text(message.get("type")), line_id(message.get("quotedMessageId"))
    if kind == "text":
        text = _text(message.get("text"))[:MOST_TEXT]
        if not text.strip():
            return Heard("unknown", event.at)
        typed = _POSITION.fullmatch(text.strip())
        if typed is not None:  # a position out of a map, pasted: as good as a pin
            return Heard("pin", event.at, lat=float(typed[1]), lng=float(typed[2]), quoted=quoted)
        mentioned = any(_dict(m).get("isSelf") is True for m in _list(_dict(message.get("mention")).get("mentionees")))
        return Heard("text", event.at, text=text, group=event.group, mentioned=mentioned, quoted=quoted)
    if kind == "location":
        words = " ".join(dict.fromkeys(filter(None, (_text(message.get("title")), _text(message.get("address"))))))
        return Heard(
            "pin",
            event.at,
            lat=_number(message.get("latitude")),
            lng=_number(message.get("longitude")),
            place=words[:300],
            quoted=quoted,
        )
    if kind in {"image", "video", "file"}:
        set_id = _dict(message.get("imageSet")).get("id")
        name = {"image": "photo"}.get(kind, kind)
        return Heard(name, event.at, value=line_id(message.get("id")), set_id=line_id(set_id) or None, quoted=quoted)
    if kind in {"sticker", "audio"}:
        return Heard(kind, event.at)
    return Heard("unknown", event.at)


def _postback(event: Event, postback: Mapping[str, Any]) -> Heard:
    try:
        data = dict(parse_qsl(_text(postback.get("data"))[:300], max_num_fields=8))
    except ValueError:
        return Heard("unknown", event.at)
    kind = data.get("k", "")
    if not kind.isidentifier() or kind in RESERVED:
        return Heard("unknown", event.at)
    talk = data.get("t", "")
    number = int(talk) if talk.isdecimal() and len(talk) < 16 else None
    params = _dict(postback.get("params"))
    picked = next((p for key in ("datetime", "date", "time") if (p := _text(params.get(key)))), "")
    return Heard(kind, event.at, value=picked[:40] or data.get("v", ""), talk=number, seal=data.get("s"))


def external(event: Event) -> bool:
    """The picture lies on somebody's own server (a LIFF page sent it); the service fetches from LINE alone."""
    provider = _dict(_dict(event.body.get("message")).get("contentProvider"))
    return provider.get("type") == "external"


def message_id(event: Event) -> str:
    """The id of the message that the event is about; empty where it has none."""
    return line_id(_dict(event.body.get("message")).get("id"))


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def line_id(value: object) -> str:
    """`value` where it is an id as LINE gives them, else nothing."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return float("nan")
    try:
        return float(value)
    except OverflowError:
        return float("nan")
