"""Telephone numbers: what a citizen may leave, and how numbers inside a description are hidden from others."""

from __future__ import annotations

import re

from casework.digits import ascii_digits

_GAPS = re.compile(r"[\s\-.()\u2010-\u2015\u200b-\u200d\ufeff]+")
_PHONE = re.compile(r"(?:\+?66|0)(?:[689]\d{8}|[2-7]\d{7})")
_GAP = r"[\s\-.()\u2010-\u2015\u200b-\u200d]{0,3}"
_INSIDE = re.compile(rf"(?<!\d)(?:\+?6{_GAP}6|0)(?:{_GAP}\d){{8,9}}(?!\d)")
_ID = re.compile(rf"(?<!\d)[1-8](?:{_GAP}\d){{12}}(?!\d)")


def phone(text: str) -> str | None:
    """The Thai telephone number that `text` consists of, as 0xxxxxxxx(x), or None. Numbering plan of the NBTC:
    mobiles 06/08/09 with ten digits, fixed lines 02 to 07 with nine."""
    bare = _GAPS.sub("", ascii_digits(text))
    if not _PHONE.fullmatch(bare):
        return None
    return "0" + re.sub(r"^(?:\+?66|0)", "", bare)


def mask(text: str) -> str:
    """`text` with telephone and 13-digit ID numbers hidden but for their last two digits: for pages and groups."""
    plain, shown = ascii_digits(text), list(text)
    for found in (*_ID.finditer(plain), *_INSIDE.finditer(plain)):
        digits = [n for n in range(*found.span()) if plain[n].isdigit()]
        for n in digits[:-2]:
            shown[n] = "x"
    return "".join(shown)
