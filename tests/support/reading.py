"""What a person sees of a message: its words, its buttons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def actions(message: Any) -> Iterator[Json]:
    """Every action with a label in a message, in order."""
    if isinstance(message, dict):
        if isinstance(message.get("action"), dict) and "label" in message["action"]:
            yield message["action"]
        for value in message.values():
            yield from actions(value)
    elif isinstance(message, list):
        for value in message:
            yield from actions(value)


def words(message: Any) -> str:
    """All the text of a message that a person sees, zero-width spaces taken out."""
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            found.extend(str(part[k]) for k in ("text", "altText") if k in part)
            for key, value in part.items():
                if key not in {"action", "quickReply"}:
                    walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(message)
    return " ".join(found).replace("\u200b", "")
