"""Telephone numbers: what a citizen may leave, and how numbers inside a description are hidden from others."""

from __future__ import annotations

import re

_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９", "01234567890123456789")
_GAPS = re.compile(r"[\s\-.()\u2010-\u2015\u200b-\u200d\ufeff]+")
_PHONE = re.compile(r"(?:\+?66|0)(?:[689]\d{8}|[2-7]\d{7})")
_GAP = r"[\s\-.()\u2010-\u2015\u200b-\u200d]{0,3}"
_INSIDE = re.compile(rf"(?<!\d)(?:\+?[6๖６]{_GAP}[6๖６]|[0๐０])(?:{_GAP}\d){{8,9}}(?!\d)")
_ID = re.compile(rf"(?<!\d)[1-8๑-๘１-８](?:{_GAP}\d){{12}}(?!\d)")


def phone(text: str) -> str | None:
    """The Thai telephone number that `text` consists of, as 0xxxxxxxx(x), or None. Numbering plan of the NBTC:
    mobiles 06/08/09 with ten digits, fixed lines 02 to 07 with nine."""
    bare = _GAPS.sub("", text.translate(_DIGITS))
    if not _PHONE.fullmatch(bare):
        return None
    return "0" + re.sub(r"^(?:\+?66|0)", "", bare)


def mask(text: str) -> str:
    """`text` with telephone and 13-digit ID numbers hidden but for their last two digits: for pages and groups."""

    def hide(found: re.Match[str]) -> str:
        digits = [n for n, c in enumerate(found[0]) if c.isdigit()]
        keep = set(digits[-2:])
        return "".join("x" if c.isdigit() and n not in keep else c for n, c in enumerate(found[0]))

    return _INSIDE.sub(hide, _ID.sub(hide, text))
