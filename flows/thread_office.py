"""What a group's conversation may ask about officers' threads. `storage.thread_office` is the real one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from casework.threads import Answered, LineView, ThreadView, Waiting


class ThreadOffice(Protocol):
    """The threads, as one officer in one group meets them in one turn. Every method raises Refused for an unknown thread."""

    def sealed(self, kind: str, value: str, thread: int, seal: str) -> bool:
        """Whether a button of this kind was given to this very group since the thread was opened last."""

    def view(self, thread: int, limit: int) -> tuple[ThreadView, Sequence[LineView]]:
        """The thread and the latest things said in it, to be shown in the group."""

    def take(self, thread: int) -> tuple[ThreadView, bool]:
        """Look after it; False where a colleague does. Raises Refused where it is closed."""

    def close(self, thread: int) -> tuple[ThreadView, bool]:
        """End it; False where it is ended already."""

    def answer(self, thread: int, words: str, message_id: str) -> Answered:
        """Words for the citizen. Raises Refused where it is closed for long."""

    def answer_canned(self, thread: int, key: str) -> Answered:
        """A prepared answer, in the citizen's language. Raises Refused where the thread is closed, or there is no such."""

    def answer_picture(self, thread: int, kind: str, message_id: str, set_id: str | None) -> Answered:
        """A photo or video for the citizen; it goes on as soon as it is fetched."""

    def waiting(self, limit: int) -> tuple[Sequence[Waiting], int]:
        """Who waits for an answer, the longest first, and how many do."""
