"""Seals: what leaves in a button and comes back is signed, so that it counts only where and as long as it was meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from itsdangerous import Signer

LIFE = timedelta(days=60)
"""How long a card's buttons work."""


class Seal:
    """Signs with the first key, knows the signatures of all of them (keys as in DATA_KEY)."""

    def __init__(self, keys: str) -> None:
        self._keys = [key.strip() for key in keys.split(",") if key.strip()]
        # itsdangerous signs with the last of several keys.
        self._signer = Signer(list(reversed(self._keys)), salt="rongtook1555.button")

    def code_keys(self) -> list[bytes]:
        """Keys for the hashes of binding codes, the one in use first."""
        return [f"rongtook1555.code:{key}".encode() for key in self._keys]

    def index_keys(self) -> list[bytes]:
        """Keys for the blind index of people, the one in use first."""
        return [f"rongtook1555.people:{key}".encode() for key in self._keys]

    def sign(self, parts: Sequence[str], now: datetime) -> str:
        """`EXPIRY.SIGNATURE` (about 36 characters) over the parts, good for LIFE."""
        until = format(int((now + LIFE).timestamp()), "x")
        return f"{until}.{self._signer.get_signature(_message(parts, until)).decode()}"

    def holds(self, parts: Sequence[str], seal: str, now: datetime) -> bool:
        """Whether the seal was made by us over these very parts and is not too old."""
        until, _, signature = seal.partition(".")
        try:
            fresh = int(until, 16) >= now.timestamp()
        except ValueError:
            return False
        return fresh and self._signer.verify_signature(_message(parts, until), signature)


def _message(parts: Sequence[str], until: str) -> str:
    return "\x1f".join((*parts, until))
