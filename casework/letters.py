"""Letters as people read them: a consonant with its vowels and tone marks is one. For comparing and finding names."""

from __future__ import annotations

import re
import unicodedata

_NOTHING = re.compile("[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff]")
"""Control characters, and signs that are not seen."""
_JOINER = "\u200d"


def normal(text: str) -> str:
    """The text as it is compared: NFKC, lower case, single spaces, nothing invisible; Thai digits as Arabic ones.

    NFKC takes SARA AM apart, in a name and in what is looked for alike.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in plain)
    return " ".join(_NOTHING.sub("", digits).split())


def letters(text: str) -> list[str]:
    """The text in letters: each with the marks that lean on it."""
    found: list[str] = []
    for character in text:
        leans = unicodedata.category(character).startswith("M") or character == _JOINER
        if found and (leans or found[-1].endswith(_JOINER)):
            found[-1] += character
        else:
            found.append(character)
    return found


def bases(text: str) -> list[str]:
    """The letters without their marks: what is typed of a name finds it, though the last letter's vowel is still to come."""
    return [character for character in text if not unicodedata.category(character).startswith("M") and character != _JOINER]
