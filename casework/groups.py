"""Groups: which kinds there are, binding codes, who may press what, and whom an alarm reaches next."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casework.catalog import CENTRE, agencies, responsible
from casework.refusals import Refused

KINDS = ("district", "bureau", "utility", "community", "centre", "staff")
WORKING = ("district", "bureau", "utility", "centre", "staff")
"""Kinds of groups that work on cases; a community only reports and hears."""
STAFF = "staff"
CODES = "codes"
"""Under this name a member's wrong binding codes are counted: kept like a talk, but none."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, 1, I and L: a code is read out on the telephone."""
LENGTH = 8
_SHAPE = re.compile(r"[0-9A-Za-z]{4} ?[-\u2010-\u2014] ?[0-9A-Za-z]{4}")
_READ = str.maketrans("", "", " -\u2010\u2011\u2012\u2013\u2014\u200b")


def new_code() -> str:
    """A fresh binding code, `ABCD-2345`: 8 letters of 31, about 40 bits."""
    made = "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))
    return f"{made[:4]}-{made[4:]}"


def read_code(text: str) -> str | None:
    """The code that `text` bare is, without hyphens and in capitals; None where it cannot be one."""
    bare = text.strip().translate(_READ).upper()
    return bare if len(bare) == LENGTH and all(letter in _LETTERS for letter in bare) else None


def looks_like_code(text: str) -> bool:
    """Whether `text` is meant for a code: four and four letters or digits with a hyphen, a letter among them."""
    return bool(_SHAPE.fullmatch(text.strip())) and any(letter.isalpha() for letter in text)


def hash_code(code: str, key: bytes) -> str:
    """What is kept of a code: HMAC-SHA256 under a key from outside the database, so that a copy of it opens no group."""
    return hmac.new(key, b"group-code:" + (read_code(code) or "").encode(), hashlib.sha256).hexdigest()


def kind_of(agency: str, kind: str | None = None) -> str:
    """The kind of an agency's group; a community group is asked for by its kind. Raises Refused for an unknown agency."""
    found = agencies().get(agency)
    if found is None:
        raise Refused("refused.unknown_agency", agency=agency)
    if kind is None:
        return str(found.kind)
    if kind not in KINDS:
        raise Refused("refused.unknown_kind", kind=kind, known=", ".join(KINDS))
    if kind not in {found.kind, "community"}:
        raise Refused("refused.other_kind", agency=agency, kind=kind, right=found.kind)
    return kind


def may_work(group_kind: str | None, group_agency: str | None, case_agency: str, reached: Sequence[str]) -> bool:
    """Whether a group may act on a case: its own agency's, one the alarm has reached, or the centre's and staff's."""
    if group_kind not in WORKING:
        return False
    return group_kind in {"centre", "staff"} or group_agency == case_agency or group_agency in reached


@dataclass(frozen=True)
class Bound:
    """To whom a group was bound just now."""

    agency: str
    kind: str


@dataclass(frozen=True)
class Week:
    """What `สรุป` tells of the last seven days."""

    received: int
    accepted: int
    fixed: int
    confirmed: int
    disputed: int
    open: int
    overdue: int


class Rung(NamedTuple):
    """A step of the alarm: the agencies whose groups are alerted at it."""

    step: int
    agencies: tuple[str, ...]


def ladder(agency: str, category: str, district: str | None) -> tuple[Rung, ...]:
    """Whom the alarm of a case reaches: 0 and 1 its agency, 2 the bureau for it or the centre, 3 staff.

    domain.md section 4: not acknowledged, again after 5 minutes, the bureau's or centre's group after 10, staff after 15.
    """
    bureaus = [a for a in responsible(category, district) if a != agency and agencies()[a].kind == "bureau"]
    above = agencies()[agency].escalates_to if agency in agencies() else CENTRE
    second = (*bureaus[:1], CENTRE) if agency != CENTRE else (STAFF,)
    if above and above not in second and above != agency:
        second = (above, *second)
    return (
        Rung(0, (agency,)),
        Rung(1, (agency,)),
        Rung(2, tuple(dict.fromkeys(a for a in second if a != agency))),
        Rung(3, (STAFF, CENTRE)),
    )


def whom(rung: Rung, bound: Mapping[str, Sequence[str]]) -> list[str]:
    """The groups of a rung: of all its agencies, at the last step of the first that has any (`bound`: agency → groups)."""
    if rung.step == 3:
        return next((list(bound[a]) for a in rung.agencies if bound.get(a)), [])
    return list(dict.fromkeys(group for a in rung.agencies for group in bound.get(a, ())))
