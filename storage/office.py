"""The real office of a group: what a conversation in a group may ask, over one transaction (flows.office.Office)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography.fernet import MultiFernet
from sqlalchemy import and_, func, select
from sqlalchemy import case as if_else
from sqlalchemy.orm import Session

from casework.case import OPEN, UNACKNOWLEDGED, UNFIXED, CaseView, Draft
from casework.catalog import CENTRE, agencies, categories, for_groups, responsible
from casework.evidence import flags
from casework.groups import STAFF, WORKING, Bound, Week, ladder, may_work
from casework.owners import owner_named
from casework.places import locate
from casework.refusals import Refused
from casework.rules import Rules
from casework.seal import Seal
from storage import cases, groups, media, people
from storage.models import Case, CaseEvent, Media
from storage.models_groups import Coordinator, Group, Question
from storage.office_near import NearOffice
from storage.thread_office import StoredThreadOffice
from storage.views import views

WEEK = timedelta(days=7)
MOST_HANDED = 2
"""Hand-ons between agencies; the third goes to the centre."""


class StoredOffice(NearOffice):
    """What one member of a group may do in one turn."""

    def __init__(
        self,
        session: Session,
        group: Group,
        member: Coordinator | None,
        rules: Rules,
        seal: Seal,
        now: datetime,
        box: MultiFernet | None = None,
    ) -> None:
        self._box = box
        self.now, self.rules = now, rules
        self._session, self._group, self._member, self._seal = session, group, member, seal
        self.threads = StoredThreadOffice(session, group.id, self.actor, rules, seal, box, now)
        """See flows.office.Office."""
        self.touched: set[int] = set()
        """Cases that changed in this turn."""

    @property
    def kind(self) -> str | None:
        """See flows.office.Office."""
        return self._group.kind

    @property
    def agency(self) -> str | None:
        """See flows.office.Office."""
        return self._group.agency

    @property
    def name(self) -> str:
        """See flows.office.Office."""
        member = self._member
        return "" if member is None else member.name or f"#{member.running}"

    @property
    def actor(self) -> str:
        """Who acts, as it is written into the case's events."""
        return f"agency:{self._group.agency} {self.name}".strip()[:80]

    # Binding.

    def bind(self, text: str) -> Bound | None:
        """See flows.office.Office."""
        row = groups.bind(self._session, self._seal.code_keys(), text, self._group, self.now)
        return None if row is None else Bound(row.agency, row.kind)

    # Cases.

    def _reached(self, case: Case) -> list[str]:
        """Agencies whom the alarm has reached."""
        rungs = ladder(case.agency, case.category, case.district_code)
        return [agency for rung in rungs if rung.step <= case.clock_step for agency in rung.agencies]

    def _may(self, case: Case) -> bool:
        return for_groups(case.category) and may_work(self._group.kind, self._group.agency, case.agency, self._reached(case))

    def _own(self, number: str) -> Case:
        """The case, held for a change by this group."""
        case = cases.held(self._session, number)
        if not self._may(case):
            raise Refused("refused.not_your_area", number=case.number, agency=case.agency)
        if case.status not in OPEN:
            raise Refused("refused.over_here", number=case.number)
        self.touched.add(case.id)
        return case

    def _view(self, case: Case) -> CaseView:
        self._session.flush()
        shown = cases.view(self._session, case).for_others()
        if self._group.kind not in WORKING or self._group.agency != case.agency or not self._may(case):
            return shown
        return replace(shown, contact=people.contact(self._session, case, self._box))

    def case(self, number: str) -> tuple[CaseView, bool] | None:
        """See flows.office.Office."""
        case = cases.by_number(self._session, number)
        return None if case is None else (self._view(case), self._may(case))

    def sealed(self, kind: str, value: str, seal: str) -> bool:
        """See flows.office.Office."""
        case = cases.by_number(self._session, value.rpartition("@")[2])
        if case is None:
            return False
        return self._seal.holds((kind, value, str(case.round), self._group.id), seal, self.now)

    def accept(self, number: str) -> tuple[CaseView, bool]:
        """See flows.office.Office."""
        case = self._own(number)
        if case.status not in UNACKNOWLEDGED:
            return self._view(case), False
        case.owner = self._owner()
        cases.move(self._session, case, "accepted", self.now, who="agency", actor=self.actor)
        return self._view(case), True

    def _owner(self) -> str:
        """A person of this agency, named so that colleagues know who."""
        found = agencies().get(self._group.agency or "")
        return f"{found.short_th if found else ''} {self.name}".strip()[:64]

    def arrive(self, number: str) -> CaseView:
        """See flows.office.Office."""
        case = self._own(number)
        if case.status == "fixed_reported":
            raise Refused("refused.no_such_move")
        case.owner = case.owner or self._owner()
        if case.status == "inspecting":
            cases.add_note(self._session, case, "", self.now, actor=self.actor, told=True, kind="arrived").note = None
        else:
            cases.move(self._session, case, "inspecting", self.now, who="agency", actor=self.actor).kind = "arrived"
        return self._view(case)

    def ask(self, number: str, words: str, photos: Sequence[int] = (), message_id: str = "") -> CaseView:
        """See flows.office.Office."""
        case = self._own(number)
        if case.reporter is None:
            raise Refused("refused.nobody_to_ask", number=case.number)
        event = cases.add_note(self._session, case, words, self.now, actor=self.actor, told=False, kind="asked")
        event.message_id = message_id or None
        self._session.flush()
        for row in self._session.scalars(select(Media).where(Media.id.in_(photos))):
            row.case_id, row.talk_id, row.role, row.event_id = case.id, None, "question", event.id
        self._session.add(Question(case_id=case.id, group_id=self._group.id, at=self.now))
        return self._view(case)

    def hand_on(self, number: str, agency: str | None, words: str, message_id: str = "") -> CaseView:
        """See flows.office.Office."""
        case = self._own(number)
        central = self._group.kind in {"centre", STAFF}
        if central and agency is None and owner_named(words) is not None:
            event = cases.move(self._session, case, "not_ours", self.now, who="agency", actor=self.actor, note=words)
            event.message_id = message_id or None
            return self._view(case)
        to = agency or CENTRE
        if not central and self._handed(case) >= MOST_HANDED:
            to = CENTRE
        if to == case.agency:
            raise Refused("refused.already_theirs_here", number=case.number, agency=to)
        case.agency = to
        if case.status == "forwarded":
            event = cases.add_note(self._session, case, words, self.now, actor=self.actor, told=False, kind="move")
            event.note = words or None
            case.round, case.owner = case.round + 1, None
        else:
            event = cases.move(self._session, case, "forwarded", self.now, who="agency", actor=self.actor, note=words or None)
        event.message_id = message_id or None
        return self._view(case)

    def _handed(self, case: Case) -> int:
        """How often agencies have handed it on among themselves since the centre did last."""
        query = select(CaseEvent.actor).where(
            CaseEvent.case_id == case.id, CaseEvent.status == "forwarded", CaseEvent.kind == "move"
        )
        count = 0
        for actor in self._session.scalars(query.order_by(CaseEvent.id)):
            count = 0 if actor.startswith(("staff:", f"agency:{CENTRE}", f"agency:{STAFF}")) else count + 1
        return count

    def has_group(self, agency: str) -> bool:
        """See flows.office.Office."""
        return bool(groups.bound(self._session, (agency,)))

    def waits(self, number: str) -> bool:
        """See flows.office.Office."""
        return cases.must(self._session, number).status in UNFIXED

    def compare_place(self, number: str, lat: float, lng: float) -> None:
        """See flows.office.Office."""
        case = self._own(number)
        place = (case.lat, case.lng) if case.lat is not None and case.lng is not None else None
        for flag in flags(self.rules, None, self.now, place, (lat, lng)):
            cases.add_note(self._session, case, flag, self.now, actor="system", told=True, kind="evidence")

    def may_report(self, number: str) -> CaseView:
        """See flows.office.Office."""
        case = self._own(number)
        if case.status not in UNFIXED:
            raise Refused("refused.fix_is_reported", number=case.number)
        return self._view(case)

    def keep_result(self, number: str, which: int) -> None:
        """See flows.office.Office."""
        self._own(number)
        self._session.get_one(Media, which).role = "proof"

    def report_fix(self, case: Case, words: str | None, message_id: str = "") -> None:
        """The agency says it is done, with a photo that was looked at."""
        self.touched.add(case.id)
        case.owner = case.owner or self._owner()
        event = cases.move(self._session, case, "fixed_reported", self.now, who="agency", actor=self.actor, note=words)
        event.message_id = message_id or None

    def note(self, number: str, words: str, message_id: str = "") -> CaseView:
        """See flows.office.Office."""
        case = self._own(number)
        kind = "replied" if case.kind == "inquiry" else "note"
        event = cases.add_note(self._session, case, words, self.now, actor=self.actor, told=False, kind=kind)
        event.message_id = message_id or None
        return self._view(case)

    def promise(self, message_id: str, kind: str, set_id: str | None) -> int:
        """See flows.office.Office."""
        return media.promise(self._session, message_id, self._group.id, kind, set_id, self.now)

    def drop_media(self, which: int) -> None:
        """See flows.office.Office."""
        media.drop(self._session, which)

    # Lists.

    def _theirs(self) -> object:
        if self._group.kind == STAFF:
            return Case.category.not_in([c for c in categories() if not for_groups(c)])
        return and_(Case.agency == self._group.agency, Case.category.not_in([c for c in categories() if not for_groups(c)]))

    def open_cases(self, limit: int, offset: int = 0) -> list[CaseView]:
        """See flows.office.Office."""
        query = (
            select(Case)
            .where(self._theirs(), Case.status.in_(UNFIXED), Case.kind == "complaint")  # type: ignore[arg-type]
            .order_by(if_else((Case.urgent, 0), else_=1), Case.due_at, Case.id)
        )
        rows = self._session.scalars(query.limit(limit).offset(offset)).all()
        return [view.for_others() for view in views(self._session, rows, events=False)]

    def count_open(self) -> int:
        """See flows.office.Office."""
        query = select(func.count()).select_from(Case).where(self._theirs(), Case.status.in_(UNFIXED))  # type: ignore[arg-type]
        return int(self._session.scalar(query.where(Case.kind == "complaint")) or 0)

    def week(self) -> Week:
        """See flows.office.Office."""
        since = self.now - WEEK
        mine = select(Case.id).where(self._theirs(), Case.kind == "complaint")  # type: ignore[arg-type]
        received = select(func.count()).select_from(Case).where(Case.id.in_(mine), Case.created_at >= since)

        def moved(status: str, *more: object) -> int:
            found = select(func.count(func.distinct(CaseEvent.case_id))).where(
                CaseEvent.case_id.in_(mine),
                CaseEvent.status == status,
                CaseEvent.kind == "move",
                CaseEvent.at >= since,
                *more,  # type: ignore[arg-type]
            )
            return int(self._session.scalar(found) or 0)

        late = select(func.count()).select_from(Case).where(Case.id.in_(mine), Case.status.in_(UNFIXED), Case.due_at < self.now)
        return Week(
            received=int(self._session.scalar(received) or 0),
            accepted=moved("accepted"),
            fixed=moved("fixed_reported"),
            confirmed=moved("closed", CaseEvent.actor == "citizen"),
            disputed=moved("reopened", CaseEvent.actor == "citizen"),
            open=self.count_open(),
            overdue=int(self._session.scalar(late) or 0),
        )

    def neighbours(self, number: str) -> list[str]:
        """See flows.office.Office."""
        case = cases.must(self._session, number)
        found: list[str] = []
        if case.lat is not None and case.lng is not None:
            here = locate(case.lat, case.lng)
            found = [code for code, _ in here.near] + ([here.district_code] if here.district_code else [])
        found += responsible(case.category, case.district_code)
        return [a for a in dict.fromkeys(found) if a and a != case.agency][:4]

    # Communities.

    def _reported(self, number: str) -> Case | None:
        case = cases.by_number(self._session, number)
        person = self._member.person if self._member is not None else None
        return case if case is not None and case.origin == self._group.id and case.reporter == person is not None else None

    def reported(self, number: str) -> bool:
        """See flows.office.Office."""
        return self._reported(number) is not None

    def answer_fix(self, number: str, fixed: bool) -> None:
        """See flows.office.Office."""
        case = self._reported(number)
        if case is None or case.status != "fixed_reported":
            raise Refused("refused.no_fix_reported", number=number)
        self.touched.add(case.id)
        cases.move(self._session, case, "closed" if fixed else "reopened", self.now, who="citizen", actor="citizen", told=True)
        case.confirmed = True if fixed else None

    def add_words(self, number: str, text: str, message_id: str) -> None:
        """See flows.office.Office."""
        case = self._reported(number)
        if case is not None and case.status in OPEN:
            self.touched.add(case.id)
            event = cases.add_note(self._session, case, text, self.now, actor="citizen", told=True)
            event.message_id = message_id or None

    def add_photo(self, number: str, which: int) -> None:
        """See flows.office.Office."""
        row, case = self._session.get_one(Media, which), cases.must(self._session, number)
        if case.origin == self._group.id:
            row.case_id, row.talk_id = case.id, None

    def file(self, draft: Draft) -> CaseView:
        """See flows.office.Office."""
        person = None if self._member is None or self._member.person == "-" else self._member.person
        draft.origin, draft.channel = self._group.id, "group"
        case = cases.file(self._session, draft, self.rules, self.now, reporter=person)
        self.touched.add(case.id)
        return self._view(case)
