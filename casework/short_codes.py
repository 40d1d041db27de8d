"""Short codes that people type or scan: a letter for what it opens, five letters, and one that notices a mistyped one.

`P-7KX3MQ` a poster, `Q-…` a session of the quiz. They open nothing that has to be kept secret.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

from stdnum.iso7064 import mod_37_2

from casework.digits import ascii_digits

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, 1, I and L: a code is read off a wall."""
LENGTH = 5
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\u200b"
_ONE = re.compile(rf"([A-Z])[{_DASHES}]?([{LETTERS}]{{{LENGTH + 1}}})")
MOST_TEXT = 60
"""A longer text with a code in it tells something else."""


def new(kind: str) -> str:
    """A fresh code of this kind (one capital letter), `K-ABCDEF`: about 29 million of them."""
    made = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return f"{kind}-{made}{mod_37_2.calc_check_digit(made, LETTERS)}"


def read(text: str, kinds: str) -> str | None:
    """The code of one of `kinds` that `text` is, or ends with after a few words; None where there is none.

    Case, the hyphen and Thai digits do not count; one mistyped letter, or two that
    changed places, make it none (ISO 7064, pure system, mod 31).
    """
    folded = unicodedata.normalize("NFKC", ascii_digits(text[: MOST_TEXT + 1])).strip().upper()
    if not folded or len(text.strip()) > MOST_TEXT:
        return None
    found = _ONE.fullmatch(folded.split()[-1].rstrip("."))
    if found is None or found[1] not in kinds or not mod_37_2.is_valid(found[2], LETTERS):
        return None
    return f"{found[1]}-{found[2]}"
