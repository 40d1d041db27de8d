"""What a 1:1 turn leaves in the history: what the person did, and what they were answered in short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from bot.words import Words
from casework import idcard
from flows.kit import Button, Heard
from storage import history
from storage.history import Entry

SILENT = {"unsend", "messageEdited", "media_lost", "place_found", "unfollow"}
"""What is heard without anybody's saying something."""
AS_THEY_ARE = {"text", "photo", "video", "file", "pin", "sticker", "audio", "unknown", "follow"}
MOST_VALUE = 60


def remember(
    session: Session,
    person: str,
    heard: Heard,
    message_id: str,
    messages: Sequence[dict[str, Any]],
    lexicon: Words,
    box: MultiFernet,
    now: datetime,
    *,
    secret: bool,
    kept: bool,
) -> None:
    """Keep both sides of a turn. `secret`: card numbers are being asked for, so that any digits may be part of one; `kept`:
    the person's side is there already."""
    entries = []
    if heard.kind not in SILENT and not kept:
        kind = heard.kind if heard.kind in AS_THEY_ARE else "text" if heard.text else "button"
        words = said_by(heard, lexicon)
        if secret and words and idcard.perhaps(words):
            words = idcard.blotted(words)
        entries.append(Entry("citizen", kind, words, message_id or None))
    if messages:
        entries.append(answer(messages))
    history.keep(session, person, entries, box, now)


def said_by(heard: Heard, lexicon: Words) -> str | None:
    """What the person wrote, the pin with its place, or the label of the button that was pressed."""
    if heard.text:
        return heard.text
    if heard.kind == "pin":
        return f"{heard.lat:.6f}, {heard.lng:.6f} {heard.place}".strip()
    if heard.kind in AS_THEY_ARE:
        return None
    try:
        label = lexicon.label(Button(heard.kind, heard.value))
    except KeyError:
        label = heard.kind
    value = heard.value[:MOST_VALUE]
    return f"[{label}]" if not value or value in label else f"[{label}] {value}"


def answer(messages: Sequence[dict[str, Any]], kind: str | None = None) -> Entry:
    """What was answered: texts, and the alternative texts of cards."""
    words = [str(m.get("text") or m.get("altText") or f"({m.get('type')})") for m in messages]
    plain = all(m.get("type") == "text" for m in messages)
    return Entry("bot", kind or ("text" if plain else "card"), "\n".join(words))
