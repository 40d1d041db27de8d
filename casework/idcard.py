"""The two numbers of a Thai ID card: the laser code on its back (two letters, ten digits) and the one under its photo (14
digits, written 4-2-8). What is typed is read kindly, never guessed, and never repeated: only its last two digits are shown.

Thai, full-width and other scripts' digits, any dash, spaces, invisible characters and the case of letters do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["laser", "photo"]
_G = r"[\s\-._]{0,3}"
_SEP = r"[\s\-._]{1,3}"
_LOOK = "[0-9OIL]"
_SERVICE = re.compile(r"\s*([0-9]{1,2})\s*#")
_AFTER_SERVICE = re.compile(rf"{_G}[A-Z]{{2}}(?:{_G}[0-9]){{10}}(?![0-9A-Z]|{_G}[0-9])")
_TAIL = re.compile(r"[0-9A-Z\s\-._]*")
_LASER = re.compile(
    rf"(?<![A-Z0-9])[A-Z]{{2}}(?:[0-9](?:{_G}[0-9]){{9}}|{_G}[0-9]{_SEP}[0-9]{{7}}{_SEP}[0-9]{{2}})(?![0-9A-Z]|-?[0-9])"
)
_PHOTO = re.compile(rf"(?<![0-9A-Z.-])[0-9]{{4}}{_G}[0-9]{{2}}{_G}[0-9]{{8}}(?!-?[0-9])")
_NEAR = (
    re.compile(rf"(?<![A-Z0-9])(?!TEL)(?:[A-Z]|[A-Z]{{2}}[OIL]?)[0-9](?:{_G}{_LOOK}){{7,12}}(?![0-9A-Z])"),
    re.compile(
        rf"(?<![A-Z0-9])(?=[A-Z0-9]{{0,2}}[A-Z])[A-Z0-9]{{1,3}}{_G}{_LOOK}{_SEP}{_LOOK}{{5,9}}{_SEP}{_LOOK}{{1,4}}(?![0-9A-Z])"
    ),
    re.compile(rf"(?<![0-9A-Z./-]){_LOOK}{{3,5}}{_SEP}{_LOOK}{{2}}{_SEP}{_LOOK}{{5,12}}(?![0-9A-Z])"),
)
"""What looks like one of them with a slip: not taken, not kept either. The citizen's own 13 digits may stand in a description:
they are masked wherever others read it (casework.contact)."""
_WHOLE = re.compile(r"[0-9A-Z\s\-._]{4,40}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_DASH = re.compile("[\u2010-\u2015\u2043\u207b\u2212\ufe58\ufe63\uff0d\u30fc]")
_SEVEN = re.compile(r"#|\uff03|(?:\d\D*+){7}")


@dataclass(frozen=True)
class Reading:
    """What a text holds. The numbers are canonical (`JC1123456789`, 14 digits) and secret."""

    service: str | None = None
    laser: str | None = None
    photo: str | None = None
    wrong: bool = False
    """Something was meant as a number, and is none."""
    lookalike: bool = False
    """It would be one with 0 for O or 1 for I: to be asked."""


def perhaps(text: str) -> bool:
    """Cheap and generous: whether card numbers, whole or in part, could be in the text at all (seven digits, or a `#`)."""
    return _SEVEN.search(text) is not None


def folded(text: str) -> str:
    """Upper case, every digit as 0 to 9, every dash as `-`, invisible characters as spaces; the length stays."""
    return "".join(map(_fold, text))


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if _DASH.fullmatch(char):
        return "-"
    if _INVISIBLE.fullmatch(char):
        return " "
    plain = unicodedata.normalize("NFKC", char).upper()
    return plain if len(plain) == 1 else char


def service(text: str) -> str | None:
    """The number before the `#` with which a request begins (`1#…`), else None."""
    found = _SERVICE.match(folded(text[:20]))
    return str(int(found[1])) if found else None


def read(text: str, expects: Kind | None = None) -> Reading:
    """The numbers in a text. `expects`: which one was asked for; then any grouping of it is good, and any slip is told."""
    left = folded(text)
    asked, laser, wrong, lookalike = service(text), None, False, False
    if asked is not None:
        start = left.index("#") + 1
        good = _AFTER_SERVICE.match(left, start)
        tail = _TAIL.match(left, start)
        assert tail is not None
        if good:
            laser = _bare(good[0])
            left = left[: good.end()].translate(_BLANK) + left[good.end() :]
        elif len(_bare(tail[0])) >= 3 and _firm(_LASER, left[start:]) is None:
            wrong, lookalike = True, _lookalike(_bare(tail[0]), "laser")
            left = " " * tail.end() + left[tail.end() :]
        else:
            left = " " * start + left[start:]
    laser = laser or _firm(_LASER, left)
    photo = _firm(_PHOTO, left)
    if not (laser or photo or wrong):
        bare = _bare(left)
        if expects is not None and _WHOLE.fullmatch(left.strip()):
            laser = bare if expects == "laser" and _valid(bare, "laser") else None
            photo = bare if expects == "photo" and _valid(bare, "photo") else None
            wrong = not laser and not photo and sum(c.isdigit() for c in bare) >= 3
            lookalike = wrong and _lookalike(bare, expects)
        elif near := _near(left):
            wrong = True
            lookalike = _lookalike(_bare(near), "laser") or _lookalike(_bare(near), "photo")
    return Reading(asked, laser, photo, wrong, lookalike and wrong)


def mentions(text: str) -> bool:
    """Whether a card number, or something close to one, is in the text: it must not be kept among other words."""
    if not perhaps(text):
        return False
    if firm(text):
        return True
    return _near(folded(text)) is not None


def firm(text: str) -> bool:
    """Whether a well-formed number is in the text, or a request that begins with one (`1#…`)."""
    found = read(text)
    return bool(found.laser or found.photo or (found.service and found.wrong))


def attempt(text: str) -> bool:
    """Whether the whole text is letters and digits of the kind that numbers are made of."""
    plain = folded(text).strip()
    return bool(_WHOLE.fullmatch(plain)) and sum(c.isdigit() for c in plain) >= 3


def mask(number: str) -> str:
    """The number with all but its last two digits hidden."""
    return "•" * (len(number) - 2) + number[-2:]


def blotted(text: str) -> str:
    """The text with every digit hidden: where a number could be in it, however it is grouped, nothing of it is left."""
    return "".join("x" if char.isdecimal() else char for char in text)


def valid(number: str, kind: Kind) -> bool:
    """The offline check of the canonical form: nothing more is known of these numbers without the registrar."""
    return _valid(number, kind)


_BLANK = dict.fromkeys(range(128), " ")


def _bare(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text)


def _firm(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return _bare(found[0]) if found else None


def _valid(bare: str, kind: Kind) -> bool:
    return re.fullmatch("[A-Z]{2}[0-9]{10}" if kind == "laser" else "[0-9]{14}", bare) is not None


def _lookalike(bare: str, kind: Kind) -> bool:
    """Whether only O for 0, I or L for 1 (or the reverse in the two letters) stand between this and a valid number."""
    head = bare[:2].translate(str.maketrans("01", "OI")) if kind == "laser" else ""
    rest = bare[len(head) :].translate(str.maketrans("OIL", "011"))
    return not _valid(bare, kind) and _valid(head + rest, kind)


def _near(text: str) -> str | None:
    for pattern in _NEAR:
        for found in pattern.finditer(text):
            if sum(c.isdigit() for c in found[0]) >= 7:
                return found[0]
    return None
