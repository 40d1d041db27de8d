"""Fair share: how much of one person, or of one group, is taken in a while. See docs/decisions/0014-limits.md.

Counted by the time of receipt, not of the turn: a backlog that is worked off in one go after an outage limits nobody.
Counts live in memory, one set a worker: they only have to stop a flood, not to be exact.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.hearing import Event
from casework.rules import Rules

FILES = {"image", "video", "file", "audio"}
LIMITED = {"message", "postback"}
"""What people send at will. Taking back, leaving, following and our own events are never limited."""
MOST_KEYS = 20_000


@dataclass(frozen=True)
class TooMuch:
    """The event is over a limit. `tell`: it is the first one in this while, so the person hears of it."""

    tell: bool
    what: str
    """`messages` or `files`."""
    minutes: int
    """Until it goes on, rounded up."""


class _Limit(NamedTuple):
    what: str
    key: tuple[str, ...]
    most: str
    span: str


@dataclass
class _Count:
    window: int
    taken: int = 0
    told: bool = False


class Pace:
    """Safe to share between threads."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._counts: dict[tuple[str, ...], _Count] = {}
        self._lock = threading.Lock()

    def too_much(self, event: Event, at: datetime) -> TooMuch | None:
        """Counts the event that was received at `at`; None where it may be taken."""
        with self._lock:
            found = [self._count(limit, at) for limit in _limits(event)]
        return next(filter(None, found), None)

    def is_over(self, event: Event, at: datetime) -> bool:
        """Whether an event that was received at `at` would be too much; it is not counted."""
        with self._lock:
            for limit in _limits(event):
                count = self._counts.get(limit.key)
                if count is not None and count.window == self._window(limit, at)[0] and count.taken >= self._most(limit):
                    return True
        return False

    def _most(self, limit: _Limit) -> float:
        return self._rules.number("limits", limit.most)

    def _window(self, limit: _Limit, at: datetime) -> tuple[int, float]:
        seconds = max(1.0, self._rules.span("limits", limit.span).total_seconds())
        return int(at.timestamp() // seconds), seconds

    def _count(self, limit: _Limit, at: datetime) -> TooMuch | None:
        window, seconds = self._window(limit, at)
        count = self._counts.get(limit.key)
        if count is None or count.window < window:
            if len(self._counts) >= MOST_KEYS:
                self._counts.clear()  # forgets who was noisy; never grows
            count = self._counts[limit.key] = _Count(window)
        count.taken += 1
        if count.taken <= self._most(limit):
            return None
        first, count.told = not count.told, True
        left = (count.window + 1) * seconds - at.timestamp()
        return TooMuch(first, limit.what, max(1, -int(-left // 60)))


def _limits(event: Event) -> list[_Limit]:
    if event.kind not in LIMITED:
        return []
    message = event.body.get("message")
    kind = message.get("type") if isinstance(message, dict) else None
    found = [_Limit("messages", (event.chat, event.person), "person_messages", "person_minutes")]
    if isinstance(kind, str) and kind in FILES:
        found.append(_Limit("files", (event.chat, event.person, "files"), "person_files", "person_files_minutes"))
    if event.group and event.kind == "message":
        # A button in a group is an agency's work: only its own sender can press it too often.
        found.append(_Limit("messages", (event.chat,), "group_messages", "group_minutes"))
    return found
