"""What a conversation may ask of the news. `storage.newsstand` is the real one."""

from __future__ import annotations

from typing import Protocol

from casework.news import Following, News


class Newsstand(Protocol):
    """The news, as one person meets it in one turn."""

    def following(self) -> Following:
        """What the person follows."""

    def follow(self, kind: str, code: str) -> bool:
        """Follow a `district` or a `topic`. False where it was followed already."""

    def unfollow(self, kind: str, code: str) -> bool:
        """Follow it no longer. False where it was not followed."""

    def switch_off(self) -> None:
        """No news at all."""

    def latest(self) -> list[News]:
        """What was announced lately, still holds and is for this person; the latest first."""

    def one(self, number: str) -> News | None:
        """An announcement that has gone out, also one that is over."""

    def own_districts(self) -> list[str]:
        """Codes of the districts of one's own latest cases."""
