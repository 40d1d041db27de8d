"""Numbers with a meaning: registry menu, card codes, copies, case numbers, telephones.

The two numbers of an ID card (laser code: two letters and ten digits; under the photo: 14 digits, 4-2-8) are only
ever reported as present and well formed. A case number is two Buddhist digits of the fiscal year and seven or more
digits, the last a Damm check digit over all of them (year digits included).
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from stdnum import damm

from .thai import DATA
from .types import Code

_SERVICE = re.compile(r"(?:(?m:^) ?(?P<a>\d{1,2}) ?#|(?<![\d/])(?P<b>[1-5])#(?=[ ]?[a-z\d]|$| )) ?(?!1555\b)")
_LASER_BODY = re.compile(r"[a-z]{2}(?:[ -]{0,2}\d){10}(?!-?\d)")
_AFTER_HASH = re.compile(r"[a-z]{1,4}[ -]{0,2}\d[\d -]*[a-z]?|\d[\d -]{3,}|[a-z]+\b|[^\s]+")
_LASER = re.compile(r"(?<![a-z])[a-z]{2}(?:\d(?:[ -]?\d){9}|[ -]?\d[ -]\d{7}[ -]\d{2})(?!-?\d)")
_PHOTO = re.compile(r"(?<![\d.-])\d{4}[ -]?\d{2}[ -]?\d{8}(?!-?\d)")
_PHOTO_BAD = re.compile(r"(?<![\d.-])(?:\d{4}[ -]\d{2}[ -]\d{5,12}|\d{13}|\d{15,20})(?!-?\d)")
_PHONE = re.compile(
    r"(?<![\d#])(?:\+66[ -]?|0)"
    r"(?:[689]\d[ -]?\d{3}[ -]?\d{4}|[689]\d{2}[ -]?\d{2,3}[ -]?\d{3,4}"
    r"|2[ -]?\d{3}[ -]?\d{4}|[3457]\d[ -]?\d{3}[ -]?\d{3})(?!\d|-\d)"
)
_CASE = re.compile(r"(?<![\da-z.,/-])(?<!\d )([4-9]\d)(?:[ ]?-[ ]?|[ ])?(\d{7,9})(?!\d|-\d|[ -]\d{2,})")
_SHORT = re.compile(r"(?<![\d/#.,:-])(\d{3,4})(?![\d/.:]|-\d)")


@lru_cache(maxsize=1)
def _words() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads((DATA / "codes.toml").read_text("utf-8"))
    numbers = "|".join(table["numbers"])
    return {
        "copies": re.compile(rf"(?<![\d/])(\d{{1,4}}|{numbers})[ ]?(?:{'|'.join(table['copy_units'])})"),
        "one_copy": re.compile("|".join(table["one_copy"])),
        "phone_before": re.compile(rf"(?:{'|'.join(table['phone_words'])})[ .:]*(\d[\d -]{{5,}}\d)(?!\d)"),
        "not_short": re.compile(rf"(?:{'|'.join(table['not_short_before'])})[ .]*$"),
        "short": re.compile(rf"^(?:{'|'.join(table['short_numbers'])})$"),
    }


@lru_cache(maxsize=1)
def _number_words() -> dict[str, int]:
    table = tomllib.loads((DATA / "codes.toml").read_text("utf-8"))
    return {str(k): int(v) for k, v in table["numbers"].items()}


def case_valid(digits: str) -> bool:
    """Whether all the digits of a case number, year digits included, end in their Damm check digit."""
    return bool(damm.is_valid(digits))


class _Text:
    """A text whose understood spans are blanked, so that no digit is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """All matches of the pattern, blanked in the text."""
        found = list(pattern.finditer(self.text))
        for m in found:
            self.blank(m.start(), m.end())
        return found

    def blank(self, start: int, end: int) -> None:
        """Put ``~`` in place of a span."""
        self.text = self.text[:start] + "~" * (end - start) + self.text[end:]


def find_codes(text: str) -> tuple[tuple[Code, ...], str]:
    """Codes of a normalised text in the order service, laser, photo, phone, case, copies.

    The second value is the text with all of them blanked by ``~``: what dates and places may still read.
    """
    left = _Text(text)
    codes = _menu(left)
    after_menu = bool(codes)
    codes += [Code("laser", True) for _ in left.take(_LASER)]
    codes += [Code("photo", True) for _ in left.take(_PHOTO)]
    codes += [Code("photo", False) for _ in left.take(_PHOTO_BAD)]
    codes += [Code("phone", True) for _ in left.take(_PHONE)]
    codes += _cases(left, after_menu or any(c.kind in {"laser", "photo"} for c in codes))
    codes += _short_phones(left)
    if left.take(_words()["one_copy"]):
        codes.append(Code("copies", True, "1"))
    for m in left.take(_words()["copies"]):
        n = int(m[1]) if m[1].isdigit() else _number_words()[m[1]]
        codes.append(Code("copies", 1 <= n <= 99, str(n)))
    return tuple(dict.fromkeys(codes)), left.text


def _menu(left: _Text) -> list[Code]:
    m = _SERVICE.search(left.text)
    if m is None:
        return []
    digit = m["a"] or m["b"]
    codes = [Code("service", digit in {"1", "2", "3", "4", "5"}, digit if len(digit) == 1 else None)]
    good = _LASER_BODY.match(left.text, m.end())
    if good:
        codes.append(Code("laser", True))
        left.blank(m.start(), good.end())
        return codes
    bad = _AFTER_HASH.match(left.text, m.end())
    if bad and any(c.isascii() and c.isalnum() for c in bad[0]):
        codes.append(Code("laser", False))
    left.blank(m.start(), bad.end() if bad else m.end())
    return codes


def _cases(left: _Text, card_present: bool) -> list[Code]:
    """Case numbers; beside a card's number only a correct one is repeated, never a doubtful one."""
    codes = []
    for m in left.take(_CASE):
        digits = m[1] + m[2]
        valid = case_valid(digits)
        dashed = "-" in m[0]
        if valid and not (card_present and not dashed):
            codes.append(Code("case", True, f"{m[1]}-{m[2]}"))
        else:
            codes.append(Code("case", False, f"{m[1]}-{m[2]}" if dashed and not card_present else None))
    return codes


def _short_phones(left: _Text) -> list[Code]:
    words = _words()
    codes = []
    for m in list(words["phone_before"].finditer(left.text)):
        codes.append(Code("phone", False))
        left.blank(m.start(1), m.end(1))
    for m in list(_SHORT.finditer(left.text)):
        if words["short"].match(m[1]) and not words["not_short"].search(left.text[: m.start()][-20:]):
            codes.append(Code("phone", True))
            left.blank(m.start(), m.end())
    return codes
