"""Faults to order: what the platform does to a call of the bot, by chance or for the next N calls."""

from __future__ import annotations

import random
import threading
from dataclasses import asdict, dataclass
from typing import Any

FAULTS = ("slow", "500", "500_after", "429", "drop", "drop_after")
ENDPOINTS = ("all", "reply", "push", "multicast", "broadcast", "content", "other")


@dataclass
class Fault:
    """One rule. `next` counts calls still to be hit; None means by probability, for ever."""

    id: int
    endpoint: str
    fault: str
    ms: int = 0
    probability: float = 1.0
    next: int | None = None


class Faults:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._lock = threading.Lock()
        self._rules: list[Fault] = []
        self._count = 0

    def add(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Adds a rule; a ValueError says what is wrong with it."""
        endpoint, fault = str(wish.get("endpoint", "all")), str(wish.get("fault", ""))
        if endpoint not in ENDPOINTS:
            raise ValueError(f"endpoint must be one of {', '.join(ENDPOINTS)}")
        if fault not in FAULTS:
            raise ValueError(f"fault must be one of {', '.join(FAULTS)}")
        ms, probability = int(wish.get("ms", 0)), float(wish.get("probability", 1))
        left = wish.get("next")
        if not 0 <= ms <= 60_000 or not 0 <= probability <= 1 or (left is not None and int(left) < 1):
            raise ValueError("ms must be 0 to 60000, probability 0 to 1, next at least 1")
        with self._lock:
            self._count += 1
            rule = Fault(self._count, endpoint, fault, ms, probability, None if left is None else int(left))
            self._rules.append(rule)
            return asdict(rule)

    def remove(self, number: int | None = None) -> None:
        with self._lock:
            self._rules = [] if number is None else [rule for rule in self._rules if rule.id != number]

    def view(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def take(self, endpoint: str) -> list[Fault]:
        """The faults that strike this call; counted ones are used up."""
        struck: list[Fault] = []
        with self._lock:
            for rule in self._rules:
                if rule.endpoint not in {"all", endpoint} or self._rng.random() >= rule.probability:
                    continue
                if rule.next is not None:
                    rule.next -= 1
                struck.append(rule)
            self._rules = [rule for rule in self._rules if rule.next is None or rule.next > 0]
        return struck
