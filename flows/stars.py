"""Stars as they are typed: a number, `5 ดาว`, `ห้าดาวค่ะ`, five star signs."""

from __future__ import annotations

import re

from casework.digits import ascii_digits
from flows.kit import Heard

_TYPED = re.compile(r"\s*([1-5])\s*\D*")


def typed(heard: Heard) -> int | None:
    """One to five where stars are asked for: a digit and whatever follows it, or stars in words."""
    found = _TYPED.fullmatch(ascii_digits(heard.text))
    return int(found[1]) if found else said(heard)


def said(heard: Heard) -> int | None:
    """One to five where the whole text gives stars; a bare digit does not."""
    return None if heard.understood is None else heard.understood.stars
