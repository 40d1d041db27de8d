"""What a conversation may ask of the centre's officers. `storage.officers` is the real thing."""

from __future__ import annotations

from typing import Protocol

from casework.threads import Reach, ThreadView


class Officers(Protocol):
    """The officers, as one person meets them in one turn."""

    def reach(self) -> Reach:
        """Whether they answer now, and how long that takes."""

    def open(self) -> ThreadView | None:
        """The person's open thread."""

    def lately(self) -> ThreadView | None:
        """The person's thread that was closed so lately that writing again goes on with it."""

    def say(
        self, kind: str, words: str | None, message_id: str | None = None, media: int | None = None
    ) -> tuple[ThreadView, bool]:
        """Words or a picture for them, and whether the wait for an answer begins with it. Raises Refused."""

    def close(self) -> ThreadView | None:
        """The person ends the conversation; None where none is open."""

    def to_rate(self) -> int | None:
        """The thread that was closed a short while ago and has no stars yet."""

    def rate(self, thread: int, stars: int) -> bool:
        """One to five stars; False where it has them. Raises Refused for a thread that is not theirs, or not closed."""
