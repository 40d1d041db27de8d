"""Identifiers shaped like LINE's own."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Callable

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def stable(prefix: str, kind: str, number: int) -> str:
    """The same person or group keeps its id over restarts, so the bot's database still knows them."""
    return prefix + hashlib.sha256(f"sandbox {kind} {number}".encode()).hexdigest()[:32]


class Ids:
    """Ids that must never repeat, not even after a restart: time first, then chance."""

    def __init__(self, clock: Callable[[], float], seed: int | None) -> None:
        self._clock = clock
        self.rng = random.Random(seed) if seed is not None else random.SystemRandom()
        self._lock = threading.Lock()
        self._last = 0

    def message(self) -> str:
        with self._lock:
            self._last = max(self._last + 1, int(self._clock() * 1000) * 100_000 + self.rng.randrange(1000))
            return str(self._last)

    def token(self, length: int = 32) -> str:
        with self._lock:
            return f"{self.rng.getrandbits(length * 4):0{length}x}"

    def event(self) -> str:
        """A ULID: 48 bits of milliseconds, 80 bits of chance."""
        with self._lock:
            value = (int(self._clock() * 1000) & ((1 << 48) - 1)) << 80 | self.rng.getrandbits(80)
        return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))
