"""What a conversation may ask of the office behind it. `storage.desk` is the real one; a flow sees no more than this."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from casework.case import CaseView, Draft, Similar
from casework.rules import Rules
from flows.classroom import Classroom
from flows.counter import Counter
from flows.mine import MyData
from flows.newsstand import Newsstand
from flows.officers import Officers


class Desk(Protocol):
    """The office, as one person in one chat meets it in one turn."""

    now: datetime
    rules: Rules

    @property
    def language(self) -> str:
        """The person's language: `th` or `en`."""

    @property
    def mine(self) -> MyData:
        """What is held of the person."""

    @property
    def registry(self) -> Counter:
        """The registry's counter."""

    @property
    def news(self) -> Newsstand:
        """The newsstand."""

    @property
    def classroom(self) -> Classroom:
        """Sessions of the quiz."""

    def came_by(self, code: str) -> str | None:
        """The person sent a poster's code: the place's name, None where there is no such code."""

    @property
    def officers(self) -> Officers:
        """The centre's officers."""

    def choose_language(self, language: str) -> None:
        """Remember the language."""

    def note_shown(self, version: str) -> None:
        """Remember which privacy notice the person has seen, and when."""

    def follows(self, yes: bool) -> None:
        """The person added or blocked the account."""

    def phone(self) -> str | None:
        """The telephone number the person left."""

    def keep_phone(self, phone: str | None) -> None:
        """Keep it (encrypted), or forget it."""

    def look_up(self, words: str) -> None:
        """Where is this? The answer, if there is one, comes as `place_found` to the talk of this turn."""

    def similar(self, draft: Draft) -> list[Similar]:
        """Open cases of the same kind nearby, nearest first (rules: radius, days, how many)."""

    def file(self, draft: Draft) -> CaseView:
        """Number the case and write it down."""

    def join(self, number: str) -> CaseView:
        """Follow somebody's case. Raises Refused where it is not open any more."""

    def case(self, number: str) -> tuple[CaseView, bool] | None:
        """The case and whether it is the person's own or followed; None where there is none."""

    def reported(self, number: str) -> bool:
        """The person reported the case themself; a follower did not."""

    def my_cases(self, limit: int, offset: int = 0) -> list[CaseView]:
        """The person's own and followed cases, latest first."""

    def add_words(self, number: str, text: str, message_id: str = "") -> CaseView:
        """Words of the citizen's added to the case; `message_id`: the chat message they came with.

        Raises Refused where the case is closed or not theirs.
        """

    def add_media(self, number: str, media: int) -> CaseView:
        """A photo or film added to the case. Raises Refused as add_words."""

    def answer_question(self, number: str, text: str, message_id: str = "", media: int | None = None) -> CaseView:
        """The citizen's answer to what the agency asked: words, or a photo or film. Raises Refused as add_words."""

    def place_answered(self, number: str, lat: float, lng: float, words: str, message_id: str = "") -> CaseView:
        """A pin as the answer; it becomes the place of a case that had none. Raises Refused as add_words."""

    def asked(self) -> str | None:
        """The person's own case about which an agency asked last and waits for the answer."""

    def withdraw(self, number: str) -> CaseView:
        """The citizen takes the case back. Raises Refused where that is too late."""

    def answer_fix(self, number: str, fixed: bool, words: str | None = None) -> CaseView:
        """The citizen confirms or disputes a reported fix. Raises Refused where none is reported."""

    def decides(self, number: str) -> bool:
        """Whether this person's word on the fix counts for the case: the reporter's does, a follower's is a vote."""

    def vote(self, number: str, fixed: bool) -> None:
        """A follower's vote on the fix. Raises Refused where the case is over."""

    def rate(self, number: str, stars: int) -> None:
        """One to five stars."""

    def remark(self, number: str, text: str, message_id: str = "") -> None:
        """Words that go with the stars."""

    def drop_media(self, media: int) -> None:
        """The person does not want this photo kept."""

    def expected_days(self, category: str, district_code: str | None) -> tuple[float, float] | None:
        """p50 and p80 of the days to a reported fix here, once there is enough history."""
