"""Counting what a reader calls one character.

LINE limits labels by grapheme clusters: a Thai consonant with its vowel and tone mark is one. This
follows the rules of Unicode's UAX 29 that matter for Thai, Latin, Hangul-free text and emoji.
"""

from __future__ import annotations

import unicodedata

ZWJ = "\u200d"
# Letters by category, but they lean on the consonant before them (Thai and Lao AM).
SPACING_LETTERS = {"\u0e33", "\u0eb3"}


def utf16(text: str) -> int:
    """Length in UTF-16 units, the way LINE counts the text of a message."""
    return len(text) + sum(ord(char) > 0xFFFF for char in text)


def _extends(char: str) -> bool:
    if char in SPACING_LETTERS or char == ZWJ or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    return unicodedata.category(char) in {"Mn", "Me", "Mc"} or "\U000e0020" <= char <= "\U000e007f"


def _control(char: str) -> bool:
    return char not in {ZWJ, "\u200c"} and unicodedata.category(char) in {"Cc", "Zl", "Zp"}


def _regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _pictograph(char: str) -> bool:
    return ord(char) >= 0x1F000 or "\u2190" <= char <= "\u2bff" or char in "\u00a9\u00ae\u203c\u2049\u2122\u3030\u303d"


def clusters(text: str) -> list[str]:
    """The text cut into grapheme clusters."""
    found: list[str] = []
    for char in text:
        if found and _joins(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _joins(cluster: str, char: str) -> bool:
    last = cluster[-1]
    if cluster == "\r" and char == "\n":
        return True
    if _control(last) or _control(char):
        return False
    if _extends(char) or char == "\u200c":
        return True
    if last == ZWJ and _pictograph(char) and _pictograph(cluster[0]):
        return True
    return _regional(char) and len(cluster) == 1 and _regional(last)


def count(text: str) -> int:
    """How many characters a reader would count."""
    return len(clusters(text))
