"""What the understanding of one message looks like.

The JSON keys and their order are the outer contract of ``python -m nlp``; attributes that are not in
``as_dict`` (``urgent_sure``, ``small_talk`` …) are for the conversation only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INTENTS = (
    "report", "track", "registry", "inquiry", "suggestion", "compliment", "officer", "news", "my_data",
    "handbook", "greeting", "thanks", "cancel", "menu", "abuse", "emergency", "other",
)  # fmt: skip
CATEGORIES = (
    "road", "pavement", "flood", "drain", "light", "waste", "tree", "obstruction", "sign", "traffic", "safety",
    "bridge", "wire", "canal", "noise", "air", "animal", "health", "social", "fire", "water", "building",
    "conduct", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """A category code and the probability that it applies; it applies when it is first or ``p >= 0.5``."""

    code: str
    p: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in the text. ``kind``: district, subdistrict, road, soi, landmark, province.

    ``district_code`` is one of 1001 to 1050 or None; another province never has one. ``p >= 0.5`` is firm.
    """

    kind: str
    name: str
    district_code: str | None
    p: float


@dataclass(frozen=True, slots=True)
class When:
    """A wanted date (YYYY-MM-DD) and time (HH:MM), Bangkok time; ``reason``: None, ``past`` or ``impossible``."""

    date: str | None
    time: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A number with a meaning: service, laser, photo, copies, case, phone.

    ``value`` is kept for service, copies and case only: what stands on a card or rings at home is never repeated.
    """

    kind: str
    valid: bool
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything ``understand`` reads out of one message."""

    intent: str
    intent_p: float
    emergency: bool
    categories: tuple[Guess, ...]
    urgent: bool
    urgent_why: str
    places: tuple[Place, ...] = ()
    when: When | None = None
    codes: tuple[Code, ...] = ()
    urgent_sure: bool = True
    urgent_reasons: tuple[str, ...] = ()
    despair: bool = False
    """Words of suicide."""
    stars: int | None = None
    """One to five, where the whole text is so many stars."""
    small_talk: str = ""
    """Which kind of words that tell nothing (``nlp.small_talk``); ``question``: words put as one, that name no place; empty
    where they may tell something."""

    @property
    def category(self) -> str:
        """The code of the best category."""
        return self.categories[0].code

    def applying(self) -> tuple[str, ...]:
        """Codes of the categories that apply: the first, and every other with ``p >= 0.5``."""
        return tuple(g.code for n, g in enumerate(self.categories) if n == 0 or g.p >= 0.5)

    def district_codes(self) -> tuple[str, ...]:
        """Districts firmly named, best first, each once."""
        firm = sorted((p for p in self.places if p.district_code and p.p >= 0.5), key=lambda p: -p.p)
        return tuple(dict.fromkeys(p.district_code for p in firm if p.district_code))

    def as_dict(self) -> dict[str, Any]:
        """The contract's JSON object."""
        return {
            "intent": self.intent,
            "intent_p": round(self.intent_p, 3),
            "emergency": self.emergency,
            "categories": [{"code": g.code, "p": round(g.p, 4)} for g in self.categories],
            "urgent": self.urgent,
            "urgent_why": self.urgent_why,
            "places": [
                {"kind": p.kind, "name": p.name, "district_code": p.district_code, "p": round(p.p, 3)} for p in self.places
            ],
            "when": None if self.when is None else {"date": self.when.date, "time": self.when.time, "reason": self.when.reason},
            "codes": [{"kind": c.kind, "valid": c.valid, "value": c.value} for c in self.codes],
        }
