"""Telephone numbers: what a citizen may leave, and how numbers inside a description are hidden from others."""

from __future__ import annotations

import re

from casework import numbers
from casework.digits import ascii_digits

_GAPS = re.compile(r"[\s\-.()\u2010-\u2015\u200b-\u200d\ufeff]+")
_PHONE = re.compile(r"(?:\+?66|0)(?:[689]\d{8}|[2-7]\d{7})")
_GAP = r"[\s\-.()\u2010-\u2015\u200b-\u200d]{0,3}"
_INSIDE = re.compile(rf"(?<!\d)(?:\+?6{_GAP}6|0)(?:{_GAP}\d){{8,9}}(?!\d)")
_ID = re.compile(rf"(?<!\d)[1-8](?:{_GAP}\d){{12}}(?!\d)")
_PHOTO = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{13}}(?!\d)")
_LASER = re.compile(rf"(?<![A-Za-z])[A-Za-z]{{2}}{_GAP}\d(?:{_GAP}\d){{9}}(?!\d)")
"""The two numbers by which an ID card is checked: 14 digits below the photo, two letters and ten digits on the back."""
_LONG = re.compile(r"\d(?:[\s\-.#/\u2010-\u2015\u200b-\u200d]{0,2}\d){6,}")


def phone(text: str) -> str | None:
    """The Thai telephone number that `text` consists of, as 0xxxxxxxx(x), or None. Numbering plan of the NBTC:
    mobiles 06/08/09 with ten digits, fixed lines 02 to 07 with nine."""
    bare = _GAPS.sub("", ascii_digits(text))
    if not _PHONE.fullmatch(bare):
        return None
    return "0" + re.sub(r"^(?:\+?66|0)", "", bare)


def mask(text: str) -> str:
    """`text` with telephone numbers, ID numbers and an ID card's own numbers hidden but for their last two digits: for
    pages and groups."""
    plain = ascii_digits(text)
    return _hidden(text, plain, [m.span() for kind in (_ID, _PHOTO, _LASER, _INSIDE) for m in kind.finditer(plain)])


def mask_ids(text: str) -> str:
    """`text` with ID numbers and an ID card's own numbers hidden; telephone numbers stay: for whom they were written to."""
    plain = ascii_digits(text)
    return _hidden(text, plain, [m.span() for kind in (_ID, _PHOTO, _LASER) for m in kind.finditer(plain)])


def hide(text: str) -> str:
    """mask(), and every other number of seven digits and more as well: for queues, logs and whoever mends things.

    A valid case number stays as it is.
    """
    plain = ascii_digits(text)
    long = [m.span() for m in _LONG.finditer(plain) if not numbers.parse(m[0])]
    return mask(_hidden(text, plain, long))


def _hidden(text: str, plain: str, spans: list[tuple[int, int]]) -> str:
    shown = list(text)
    for span in spans:
        for n in [n for n in range(*span) if plain[n].isdigit()][:-2]:
            shown[n] = "x"
    return "".join(shown)
