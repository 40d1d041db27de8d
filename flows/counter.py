"""What a conversation may ask of the registry's counter. `storage.counter` is the real one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from casework.registry import Order, RequestView


class Counter(Protocol):
    """The counter, as one person meets it in one turn."""

    def seal(self, secret: str) -> str:
        """Encrypted, to be kept with the talk."""

    def paused(self) -> int:
        """Minutes for which this person's requests are not taken; 0: they are."""

    def wrong(self) -> int:
        """A wrong number once more. Minutes of the pause that begins with it; 0: none."""

    def right(self) -> None:
        """A well-formed number: the slips before it no longer count."""

    def full_day(self) -> bool:
        """The person has made as many requests today as the rule allows."""

    def consent(self, version: str, given: bool) -> None:
        """Write the answer down."""

    def last_office(self) -> str | None:
        """Where the person asked last."""

    def free_on(self, office: str, day: date) -> list[datetime]:
        """Slots of the day that have room."""

    def has_room(self, office: str, slot: datetime) -> bool:
        """Whether the slot has room now."""

    def alternatives(self, office: str, near: datetime) -> list[datetime]:
        """Slots with room near a moment."""

    def soon(self, office: str) -> list[datetime]:
        """Slots with room on the next days, in the morning and in the afternoon."""

    def same(self, order: Order) -> RequestView | None:
        """The person's live request that is the same as this one."""

    def book(self, office: str, slot: datetime) -> bool:
        """Take a place; False where the slot is full."""

    def ask(self, order: Order) -> RequestView:
        """Write the request down; its place is booked."""

    def mine(self) -> list[RequestView]:
        """The person's requests that are not over."""

    def request(self, which: str) -> RequestView | None:
        """One of the person's own requests, over or not."""

    def move(self, which: int, at: datetime) -> RequestView | None:
        """Another time; None where that is full. Raises Refused where nobody can come then, or the request is over."""

    def cancel(self, which: int) -> RequestView:
        """The person does not come. Raises Refused where the request is over."""

    def to_rate(self) -> RequestView | None:
        """The request that was picked up lately and has no stars."""

    def rate(self, which: int, stars: int) -> None:
        """One to five stars. Raises Refused where it was not picked up."""
