"""Whether card numbers are real: the place where the registrar's own service can be connected later.

The two numbers show that the writer holds the card, not who they are. Offline only their form can be checked, and that is all
that is shipped; the officer looks the person up in the registry, and sees card and face at pick-up. To connect the
Department of Provincial Administration's service: write a class with `check` that calls it, put it into CHECKS under a name,
and name it in `checks` of the services it is for. It is asked by `registry show`, never within a turn (a turn makes no network
call); `unknown` is the honest answer when the service cannot be reached, and never stands in anybody's way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from casework import idcard

Verdict = Literal["well_formed", "confirmed", "wrong", "unknown"]


@dataclass(frozen=True)
class CardNumbers:
    """The numbers in clear, for as long as a check takes."""

    laser: str | None
    photo: str | None


class Verifier(Protocol):
    """One way to check."""

    def check(self, numbers: CardNumbers) -> Verdict:
        """What is known of these numbers. Never raises for a service that cannot be reached: `unknown`."""


class Form:
    """The form alone, offline."""

    def check(self, numbers: CardNumbers) -> Verdict:
        """`well_formed`, `wrong`, or `unknown` where there are no numbers (any more)."""
        if numbers.laser is None or numbers.photo is None:
            return "unknown"
        fits = idcard.valid(numbers.laser, "laser") and idcard.valid(numbers.photo, "photo")
        return "well_formed" if fits else "wrong"


CHECKS: Mapping[str, Verifier] = {"form": Form()}
"""Checks by the name under which a service declares them."""
_WEIGHT: Sequence[Verdict] = ("unknown", "well_formed", "confirmed", "wrong")


def verdict(names: Sequence[str], numbers: CardNumbers) -> Verdict:
    """The verdict of several checks: the one that says most."""
    return max((CHECKS[name].check(numbers) for name in names), key=_WEIGHT.index, default="unknown")
