"""Fair share: how much of one person, or of one group, is taken in a while. See docs/decisions/0014-limits.md.

Counted by the time of receipt, not of the turn: a backlog that is worked off in one go after an outage limits nobody.
Counts live in memory, one set a worker: they only have to stop a flood, not to be exact.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
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


class _Share(NamedTuple):
    """So many in so many seconds."""

    most: float
    seconds: float


class _Limit(NamedTuple):
    what: str
    key: tuple[str, ...]
    share: _Share


@dataclass
class _Count:
    window: int
    taken: int = 0
    told: bool = False


class Pace:
    """Safe to share between threads."""

    def __init__(self, rules: Rules) -> None:
        self._person = _share(rules.number("limits", "person_messages"), rules.span("limits", "person_minutes"))
        self._files = _share(rules.number("limits", "person_files"), rules.span("limits", "person_files_minutes"))
        self._group = _share(rules.number("limits", "group_messages"), rules.span("limits", "group_minutes"))
        self._counts: dict[tuple[str, ...], _Count] = {}
        self._lock = threading.Lock()

    def too_much(self, event: Event, at: datetime) -> TooMuch | None:
        """Counts the event that was received at `at`; None where it may be taken."""
        with self._lock:
            found = [self._count(limit, at) for limit in self._limits(event)]
        return next(filter(None, found), None)

    def is_over(self, event: Event, at: datetime) -> bool:
        """Whether an event that was received at `at` would be too much; it is not counted."""
        with self._lock:
            for limit in self._limits(event):
                count = self._counts.get(limit.key)
                if count is not None and count.window == _window(limit.share, at) and count.taken >= limit.share.most:
                    return True
        return False

    def _count(self, limit: _Limit, at: datetime) -> TooMuch | None:
        window = _window(limit.share, at)
        count = self._counts.get(limit.key)
        if count is None or count.window < window:
            if len(self._counts) >= MOST_KEYS:
                self._counts.clear()  # forgets who was noisy; never grows
            count = self._counts[limit.key] = _Count(window)
        count.taken += 1
        if count.taken <= limit.share.most:
            return None
        first, count.told = not count.told, True
        left = (count.window + 1) * limit.share.seconds - at.timestamp()
        return TooMuch(first, limit.what, max(1, -int(-left // 60)))

    def _limits(self, event: Event) -> list[_Limit]:
        if event.kind not in LIMITED:
            return []
        message = event.body.get("message")
        kind = message.get("type") if isinstance(message, dict) else None
        found = [_Limit("messages", (event.chat, event.person), self._person)]
        if isinstance(kind, str) and kind in FILES:
            found.append(_Limit("files", (event.chat, event.person, "files"), self._files))
        if event.group and event.kind == "message":
            # A button in a group is an agency's work: only its own sender can press it too often.
            found.append(_Limit("messages", (event.chat,), self._group))
        return found


def _share(most: float, span: timedelta) -> _Share:
    return _Share(most, max(1.0, span.total_seconds()))


def _window(share: _Share, at: datetime) -> int:
    return int(at.timestamp() // share.seconds)
