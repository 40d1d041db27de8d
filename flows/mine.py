"""What the conversation about one's own data may ask. `storage.mydata` is the real one."""

from __future__ import annotations

from typing import Protocol

from casework.mine import Mine


class MyData(Protocol):
    """The person's own data, in one turn."""

    def shown(self) -> Mine:
        """All of it at a glance."""

    def call(self, name: str | None) -> None:
        """How the person wants to be called; None: as LINE has it."""

    def keep_phone(self, phone: str | None) -> None:
        """Another number, or none."""

    def live_in(self, district_code: str | None) -> None:
        """Their own district, or none."""

    def withdraw(self) -> int:
        """Take back every consent: what was held on its ground goes. How many they were."""

    def link(self) -> str | None:
        """The secret part of a link to the download; None where there are no pages."""

    def in_words(self, part: int) -> tuple[str, int]:
        """This part of the download (counted from 0), at most 4,000 letters, and how many parts there are."""

    @property
    def has_pages(self) -> bool:
        """Whether links to pages can be given."""

    def open_cases(self) -> int:
        """Cases of theirs that are open."""

    def erase(self, photos: bool) -> None:
        """Forget the person when this turn is over; `photos`: those of their cases, too."""
