"""What a conversation in a group may ask of the office behind it. `storage.office` is the real one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from casework.case import CaseView, Draft, Similar
from casework.groups import Bound, Week
from casework.rules import Rules
from flows.thread_office import ThreadOffice


class Office(Protocol):
    """The office, as one member of one group meets it in one turn."""

    now: datetime
    rules: Rules

    @property
    def kind(self) -> str | None:
        """The group's kind; None before it is bound."""

    @property
    def agency(self) -> str | None:
        """The agency it is bound to."""

    @property
    def threads(self) -> ThreadOffice:
        """The officers' threads."""

    @property
    def name(self) -> str:
        """How the member is called here."""

    def bind(self, text: str) -> Bound | None:
        """Bind the group where `text` is a binding code that is still good."""

    def case(self, number: str) -> tuple[CaseView, bool] | None:
        """The case and whether this group may act on it; None where there is none."""

    def sealed(self, kind: str, value: str, seal: str) -> bool:
        """Whether a button of this kind was given to this very group for the case's present round.

        `value`: the case's number, after an `@` where there is more to say (`works@69-0001238`).
        """

    def accept(self, number: str) -> tuple[CaseView, bool]:
        """Own the case; False where somebody owns it already. Raises Refused."""

    def arrive(self, number: str) -> CaseView:
        """Somebody is at the place. Raises Refused."""

    def ask(self, number: str, words: str, photos: Sequence[int] = (), message_id: str = "") -> CaseView:
        """Ask the citizen. Raises Refused."""

    def hand_on(self, number: str, agency: str | None, words: str, message_id: str = "") -> CaseView:
        """Hand the case to that agency, or back to the centre with the reason. Raises Refused.

        After two hand-ons between agencies the third goes to the centre, whatever was named. Where the centre names an owner
        outside the city, the case is `not_ours`.
        """

    def has_group(self, agency: str) -> bool:
        """Whether the agency can be reached in LINE."""

    def waits(self, number: str) -> bool:
        """Whether the fix of the case is still to be reported."""

    def compare_place(self, number: str, lat: float, lng: float) -> None:
        """A coordinator's pin that came after the fix was reported; written down where it is far from the place."""

    def reported(self, number: str) -> bool:
        """The member reported this case in this group."""

    def answer_fix(self, number: str, fixed: bool) -> None:
        """The reporter's yes or no. Raises Refused where none is asked for."""

    def add_words(self, number: str, text: str, message_id: str) -> None:
        """More words of the member who reported the case here."""

    def may_report(self, number: str) -> CaseView:
        """The case, where a fix may be reported by this group. Raises Refused."""

    def keep_result(self, number: str, which: int) -> None:
        """This photo or film is to show the result; it is looked at as soon as it is fetched."""

    def note(self, number: str, words: str, message_id: str = "") -> CaseView:
        """Words of the agency's for the citizen. Raises Refused."""

    def open_cases(self, limit: int, offset: int = 0) -> list[CaseView]:
        """What this group has open: BEST first, then by due date."""

    def count_open(self) -> int:
        """How many that are."""

    def week(self) -> Week:
        """The last seven days."""

    def neighbours(self, number: str) -> list[str]:
        """Agencies whom the case may belong to instead, the likeliest first."""

    def promise(self, message_id: str, kind: str, set_id: str | None) -> int:
        """This message's content is wanted: it is fetched. Returns its id."""

    def drop_media(self, which: int) -> None:
        """Not wanted."""

    def add_photo(self, number: str, which: int) -> None:
        """A photo that comes after the number belongs to the case as well."""

    def similar(self, draft: Draft) -> list[Similar]:
        """Open cases of the same kind nearby, nearest first, as strangers see them."""

    def join(self, number: str) -> CaseView:
        """What the member reports is this case: they hear of it in their own chat too, where they have one with us.
        Raises Refused where it is over."""

    def file(self, draft: Draft) -> CaseView:
        """Number what was reported in a community group."""
