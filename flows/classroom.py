"""What the quiz may ask of the office. `storage.classroom` is the real one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from casework.quiz import Session


class Classroom(Protocol):
    """Sessions of the quiz, as one person meets them in one turn."""

    def session(self, code: str) -> Session | None:
        """The training with this code; None where there is none."""

    def done(self, code: str) -> dict[str, int]:
        """Parts of it (before, after) that the person has finished, each with how many answers were right."""

    def finish(self, code: str, part: str, right: Sequence[str]) -> None:
        """Write a finished part down; the first time counts."""

    def draw(self) -> tuple[str, ...]:
        """Questions for somebody who plays alone."""

    def seed(self) -> int:
        """From which an order of questions and answers is drawn."""
