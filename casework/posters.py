"""How people come to the account: links, and what their counts are called. Plain facts, nothing stored.

LINE's URL scheme (developers.line.biz, "Use LINE features with the LINE URL scheme"): `oaMessage` opens the account's
chat with words in the field; to whom it is no friend yet, LINE offers adding it first. `ti/p` shows the account, on a
computer as a QR code. `share` lets people choose whom to send words to. A `follow` event does not tell whence somebody
came: only the code that they send does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

LINE = "https://line.me/R/"
KIND = "P"
"""The letter that codes of posters and shares begin with."""
SHARES = ("menu", "sent", "fixed")
"""Places in the chat where the account can be shared: counted each by itself, for all people together."""
COUNTS = ("shared", "scans", "added", "known", "reports")
_LINE_ID = re.compile(r"@[a-z0-9._-]{1,32}")


def line_id(text: str) -> str | None:
    """LINE's id of an official account (basic or premium), `@` first; None for what is none."""
    bare = text.strip().lower()
    bare = bare if bare.startswith("@") else f"@{bare}"
    return bare if _LINE_ID.fullmatch(bare) else None


def id_of(info: Mapping[str, Any]) -> str | None:
    """The id in what LINE tells of the account: the premium one where it has one."""
    for name in ("premiumId", "basicId"):
        if isinstance(info.get(name), str) and (found := line_id(info[name])):
            return found
    return None


def chat_link(account: str, words: str) -> str:
    """Opens the chat with the account (`@…`), `words` in the field."""
    return f"{LINE}oaMessage/{quote(account, safe='')}/?{quote(words, safe='')}"


def add_link(account: str) -> str:
    """Shows the account, to be added."""
    return f"{LINE}ti/p/{quote(account, safe='')}"


def share_link(words: str) -> str:
    """Lets people choose friends or groups to send `words` to."""
    return f"{LINE}share?text={quote(words, safe='')}"


@dataclass(frozen=True)
class Code:
    """A code and what came of it: numbers of people and presses, nobody's name."""

    code: str
    kind: str
    name: str
    district_code: str | None
    made_at: datetime
    shared: int
    scans: int
    added: int
    known: int
    reports: int
