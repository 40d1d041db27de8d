"""Is this photo proof that something was fixed? Compared with the complaint's photos and with earlier results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from casework.places import BadPosition, distance_m
from casework.rules import Rules


@dataclass(frozen=True)
class Proof:
    """What is known of a photo: SHA-256 of the bytes as they came, and its perceptual hash (64 bits; None for films)."""

    sha256: str
    look: str | None


def bits_apart(one: str, other: str) -> int:
    """How many of 64 bits differ between two perceptual hashes in hexadecimal."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def refusal(new: Proof, complaint: Iterable[Proof], earlier: Iterable[Proof], rules: Rules) -> str | None:
    """Why a photo is no proof: same_bytes, same_picture (as the complaint), used_before (for another result); else None.

    domain.md section 4: "a photo with the same bytes or the same picture as the complaint or as an earlier result is refused".
    """
    most = rules.whole("evidence", "alike_bits")

    def same_picture(old: Proof) -> bool:
        return new.look is not None and old.look is not None and bits_apart(new.look, old.look) <= most

    old = list(complaint)
    if any(new.sha256 == each.sha256 for each in old):
        return "same_bytes"
    if any(map(same_picture, old)):
        return "same_picture"
    if any(new.sha256 == each.sha256 or same_picture(each) for each in earlier):
        return "used_before"
    return None


def flags(
    rules: Rules,
    accepted_at: datetime | None,
    now: datetime,
    place: tuple[float, float] | None,
    pin: tuple[float, float] | None,
) -> list[str]:
    """What the centre should look at: `soon` (seconds after acceptance), `far` (the officer's pin is not at the place)."""
    found = []
    if accepted_at is not None and (now - accepted_at).total_seconds() < rules.number("evidence", "soon_seconds"):
        found.append("soon")
    if place is not None and pin is not None:
        try:
            if distance_m(*place, *pin) > rules.number("evidence", "near_m"):
                found.append("far")
        except BadPosition:
            found.append("far")
    return found
