"""What the router needs of talks between turns, and what a turn answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from flows.kit import Button, Say


class OpenTalk(Protocol):
    """A talk as kept between turns."""

    id: int
    flow: str
    state: str
    data: dict[str, Any]
    current: bool
    open: bool
    case_number: str | None
    touched_at: datetime


class Talks(Protocol):
    """The talks of one person in one chat."""

    def current(self) -> OpenTalk | None:
        """The talk that the next message goes to."""

    def by_id(self, talk: int) -> OpenTalk | None:
        """A talk of this person's, also one that is over."""

    def waiting(self, flow: str | None = None) -> OpenTalk | None:
        """The latest open talk that is not current (of this flow)."""

    def begin(self, flow: str) -> OpenTalk:
        """A new talk, current from now on."""

    def keep(self, talk: Any) -> None:
        """Write a talk that came from here down as it is now."""

    def last_filed(self) -> OpenTalk | None:
        """The latest talk that ended in a case."""

    def media_talk(self, set_id: str) -> OpenTalk | None:
        """The talk that an earlier photo of this set went to."""


@dataclass
class Answer:
    """What a turn says, and the talk its buttons belong to."""

    said: list[Say] = field(default_factory=list)
    talk: int | None = None


Command = Callable[[str], tuple[str, ...]]
"""Text → the kinds of buttons and commands (`menu`, `yes`, …) that it stands for as a whole."""
Reread = Callable[[str], Any]
"""Words that were kept → what they mean, read again."""
Label = Callable[[Button], str]
Alike = Callable[[str], str]
"""Text → the form in which labels and typed words are compared."""
