"""The real desk: flows.desk.Desk over one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from casework.case import OPEN, CaseView, Draft, Similar, may_answer_fix
from casework.catalog import CENTRE
from casework.refusals import Refused
from casework.rules import Rules
from storage import cases, media, nearby, nuisance, people, posters, questions, strangers, votes
from storage.classroom import StoredClassroom
from storage.counter import StoredCounter
from storage.models import Case, Media
from storage.mydata import StoredMyData
from storage.newsstand import StoredNewsstand
from storage.officers import StoredOfficers
from storage.views import views


class StoredDesk:
    """What one person's turn may do."""

    def __init__(self, session: Session, person: str, rules: Rules, box: MultiFernet, now: datetime) -> None:
        self.now, self.rules = now, rules
        self._session, self._box = session, box
        self._person = people.meet(session, person, now)
        self._ids = people.accounts(session, self._person)
        self.has_pages = False
        """Whether links to pages of ours can be given."""
        self.leaving: bool | None = None
        """The person wants to be erased at the end of this turn; True: with the photos of their cases."""
        self._near: tuple[Draft, list[Similar]] | None = None
        self.to_look_up: list[str] = []
        """Names of places that the talk would like to have looked up."""
        self.officers = StoredOfficers(session, person, rules, box, now)
        """See flows.desk.Desk."""
        self.touched: set[int] = set()
        """Cases that changed in this turn: their groups are to hear of it."""
        self._looked_up: dict[str, tuple[CaseView, bool] | None] = {}
        """A turn asks for the same case several times; every change forgets what was looked up."""
        self._mine: dict[tuple[int, int], list[CaseView]] = {}

    @property
    def mine(self) -> StoredMyData:
        """The person's own data."""
        return StoredMyData(self._session, self._person, self._box, self.rules, self.now, self)

    @property
    def language(self) -> str:
        """See flows.desk.Desk, as for all that follows."""
        return self._person.language

    @property
    def registry(self) -> StoredCounter:
        """The counter, for this person."""
        return StoredCounter(self._session, self._person.id, self.rules, self._box, self.now)

    @property
    def news(self) -> StoredNewsstand:
        """The newsstand, for this person."""
        return StoredNewsstand(self._session, self._person, self.rules, self.now)

    @property
    def classroom(self) -> StoredClassroom:
        """The quiz, for this person."""
        return StoredClassroom(self._session, self._person.id, self.rules, self.now)

    def came_by(self, code: str) -> str | None:
        """Written down at the first time."""
        row = posters.came(self._session, self._person, code, self.rules, self.now)
        return None if row is None else row.name

    def choose_language(self, language: str) -> None:
        """Remember it."""
        self._person.language = language

    @property
    def notice_seen(self) -> str | None:
        """The version of the privacy notice that was shown last."""
        return self._person.notice_version

    def note_shown(self, version: str) -> None:
        """The notice was shown."""
        self._person.notice_version, self._person.notice_at = version, self.now

    def wrote(self) -> None:
        """The person wrote: they follow (who has blocked the account cannot), and their name may have to be asked for."""
        self.follows(True)
        people.wrote(self._person, self.rules, self.now)

    def follows(self, yes: bool) -> None:
        """Added or blocked."""
        # Only where it is new: a row that is touched is looked through at every flush.
        if self._person.follows is not yes or (self._person.left_at is None) is not yes:
            self._person.follows, self._person.left_at = yes, None if yes else self.now

    def phone(self) -> str | None:
        """In clear."""
        return people.phone(self._person, self._box)

    def keep_phone(self, phone: str | None) -> None:
        """Encrypted."""
        people.keep_phone(self._person, phone, self._box)

    def look_up(self, words: str) -> None:
        """Noted; the turn knows whether there is a geocoder to ask."""
        self.to_look_up.append(words)

    def similar(self, draft: Draft) -> list[Similar]:
        """Nearest first."""
        if self._near is None or self._near[0] != draft:
            found = nearby.near(self._session, draft, self.rules, self.now)
            self._near = draft, strangers.similar(self._session, found, self._box)
        return self._near[1]

    def file(self, draft: Draft) -> CaseView:
        """Numbered."""
        self._changed()
        nuisance.may_file(self._session, self._person, draft, self.rules, self.now)
        held = replace(draft, agency=CENTRE) if self._person.nuisance_at is not None else draft
        case = cases.file(self._session, held, self.rules, self.now, reporter=self._person.id)
        self._person.stale = True
        self.touched.add(case.id)
        posters.reported(self._session, self._person.id, self.now)
        return self._view(case)

    def join(self, number: str) -> CaseView:
        """Followed."""
        self._changed()
        case = cases.must(self._session, number)
        cases.follow(self._session, case, self._person.id, self.now)
        return self._view(case)

    def case(self, number: str) -> tuple[CaseView, bool] | None:
        """With whether it is theirs."""
        if number not in self._looked_up:
            case = cases.by_number(self._session, number)
            self._looked_up[number] = (
                None if case is None else (self._view(case), cases.is_theirs(self._session, case, *self._ids))
            )
        return self._looked_up[number]

    def reported(self, number: str) -> bool:
        """By its reporter."""
        case = cases.by_number(self._session, number)
        return case is not None and case.reporter in self._ids

    def my_cases(self, limit: int, offset: int = 0) -> list[CaseView]:
        """Latest first."""
        if (limit, offset) not in self._mine:
            found = cases.of_person(self._session, self._ids, limit, offset)
            shown = views(self._session, found, events=False)
            seen = zip(found, shown, strict=True)
            self._mine[limit, offset] = [v if c.reporter in self._ids else self._as_stranger(c, v) for c, v in seen]
        return self._mine[limit, offset]

    def _changed(self) -> None:
        self._looked_up.clear()
        self._mine.clear()

    def _view(self, case: Case) -> CaseView:
        view = cases.view(self._session, case)
        return view.for_reporter() if case.reporter in self._ids else self._as_stranger(case, view)

    def _as_stranger(self, case: Case, view: CaseView) -> CaseView:
        return strangers.shown(self._session, [case], [view], self._box)[0]

    def _own(self, number: str, *, is_open: bool) -> Case:
        """The case, about to be changed."""
        self._changed()
        case = cases.held(self._session, number)
        if not cases.is_theirs(self._session, case, *self._ids):
            raise Refused("refused.unknown_case", number=number)
        if is_open and case.status not in OPEN:
            raise Refused("refused.case_over", number=case.number)
        self.touched.add(case.id)
        return case

    def _actor(self, case: Case) -> str:
        return "citizen" if case.reporter in self._ids else "follower"

    def add_words(self, number: str, text: str, message_id: str = "") -> CaseView:
        """As an event."""
        case = self._own(number, is_open=True)
        actor = self._actor(case)
        event = cases.add_note(self._session, case, text, self.now, actor=actor, told=True)
        event.message_id = message_id or None
        self._session.flush()
        return self._view(case)

    def add_media(self, number: str, media: int) -> CaseView:
        """The photo belongs to the case from now on."""
        case = self._own(number, is_open=False)
        self._attach(case, media, "photo" if case.status in OPEN else None)
        self._session.flush()
        return self._view(case)

    def _attach(self, case: Case, media: int, kind: str | None) -> None:
        """The picture belongs to the case, and to an event of this kind that tells of it."""
        row = self._session.get(Media, media)
        if row is not None:
            row.case_id, row.talk_id = case.id, None
        if kind is None:
            return
        event = cases.add_note(self._session, case, "", self.now, actor=self._actor(case), told=True, kind=kind)
        event.note = None
        self._session.flush()
        if row is not None:
            row.event_id = event.id

    def answer_question(self, number: str, text: str, message_id: str = "", media: int | None = None) -> CaseView:
        """On to the group that asked."""
        case = self._own(number, is_open=True)
        if media is not None:
            self._attach(case, media, "answered")
        else:
            event = cases.add_note(self._session, case, text, self.now, actor=self._actor(case), told=True, kind="answered")
            event.message_id = message_id or None
        if case.reporter in self._ids:
            questions.answered(self._session, case, self.now)
        return self._view(case)

    def place_answered(self, number: str, lat: float, lng: float, words: str, message_id: str = "") -> CaseView:
        """The place of a case that had none; in any case words for the group."""
        case = self._own(number, is_open=True)
        if case.lat is None and case.reporter in self._ids:
            case.lat, case.lng = lat, lng
        return self.answer_question(number, f"📍 {lat:.6f}, {lng:.6f} {words}".strip(), message_id)

    def asked(self) -> str | None:
        """The latest question's case."""
        case = questions.asked(self._session, self._person.id, self.now - self.rules.span("talk", "keep_days"))
        return None if case is None else case.number

    def withdraw(self, number: str) -> CaseView:
        """Only the reporter's own."""
        case = self._own(number, is_open=True)
        if case.reporter != self._person.id:
            raise Refused("refused.not_yours_to_do", to="withdrawn")
        cases.move(self._session, case, "withdrawn", self.now, who="citizen", actor="citizen", told=True)
        self._session.flush()
        return self._view(case)

    def answer_fix(self, number: str, fixed: bool, words: str | None = None) -> CaseView:
        """Yes closes, no reopens; a yes that comes after the silent closing is written down as one."""
        case = self._own(number, is_open=False)
        if not may_answer_fix(case.status, case.confirmed, case.closed_at, self.now, fixed=fixed, rules=self.rules):
            raise Refused("refused.no_fix_reported", number=case.number)
        if fixed and case.status == "closed":
            note = cases.add_note(self._session, case, words or "", self.now, actor="citizen", told=True, kind="agreed")
            note.note = words
        else:
            to = "closed" if fixed else "reopened"
            cases.move(self._session, case, to, self.now, who="citizen", actor="citizen", note=words, told=True)
        case.confirmed = True if fixed else None
        if not fixed:
            case.rating = None
        self._session.flush()
        return self._view(case)

    def vote(self, number: str, fixed: bool) -> None:
        """As a follower."""
        case = self._own(number, is_open=True)
        votes.vote(self._session, case, self._person.id, fixed, self.now)

    def decides(self, number: str) -> bool:
        """The reporter, or anybody who follows where there is no reporter in LINE."""
        case = cases.by_number(self._session, number)
        return case is not None and (case.reporter is None or case.reporter in self._ids)

    def rate(self, number: str, stars: int) -> None:
        """Kept with the case, and as an event: reports tell of a moment what was known then."""
        case = self._own(number, is_open=False)
        case.rating = stars
        cases.add_note(self._session, case, str(stars), self.now, actor=self._actor(case), told=True, kind="stars")

    def remark(self, number: str, text: str, message_id: str = "") -> None:
        """As an event, also of a case that is closed."""
        case = self._own(number, is_open=False)
        event = cases.add_note(self._session, case, text, self.now, actor=self._actor(case), told=True, kind="rated")
        event.message_id = message_id or None

    def drop_media(self, media: int) -> None:
        """Not wanted."""
        _drop(self._session, media)

    def expected_days(self, category: str, district_code: str | None) -> tuple[float, float] | None:
        """From this category's and district's history."""
        return nearby.expected_days(self._session, category, district_code, self.rules)


def _drop(session: Session, which: int) -> None:
    media.drop(session, which)
