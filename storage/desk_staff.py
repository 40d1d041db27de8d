"""What the centre's staff do to cases: find, enter, move, explain, hand on, merge. Functions with a Session first.

Each change is an event with the actor `staff:NAME`; the scheduler tells the citizen what is not marked as told.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from casework import numbers
from casework.case import OPEN, UNFIXED, CaseView, Draft, check_move
from casework.catalog import agencies, categories
from casework.place_data import tables
from casework.refusals import Refused
from casework.rules import Rules
from casework.tags import Tag
from storage import cases
from storage.engine import Store
from storage.models import Case, CaseEvent, Follower
from storage.views import views

PAGE = 500
NO_COMPLAINT = text("cases.kind <> 'complaint'")
"""In words that the index over such cases has."""
AHEAD = timedelta(minutes=5)
"""How much another clock may be ahead of ours."""


@dataclass(frozen=True)
class Wanted:
    """Which cases to list; nothing set: all. `overdue_at`: only those not fixed in time as of this moment."""

    statuses: tuple[str, ...] = ()
    district_code: str | None = None
    category: str | None = None
    urgent: bool | None = None
    since: datetime | None = None
    overdue_at: datetime | None = None
    tag: Tag | None = None
    limit: int | None = None


def actor(by: str) -> str:
    """How staff are named in a case's events."""
    return f"staff:{by}"


def listed(store: Store, wanted: Wanted) -> Iterator[CaseView]:
    """The cases, latest first, page by page: no more than a page is held, and no transaction while the reader reads."""
    found = ids(store, wanted)
    for start in range(0, len(found), PAGE):
        page = found[start : start + PAGE].tolist()
        with store.read() as session:
            rows = session.scalars(select(Case).where(Case.id.in_(page)).order_by(Case.id.desc()).options(defer(Case.parts)))
            made = views(session, rows.all(), staff=True)
        yield from made


def ids(store: Store, wanted: Wanted) -> array[int]:
    """The ids of the cases, latest first: eight bytes a case."""
    with store.read() as session:
        return array("q", session.scalars(_query(wanted).execution_options(yield_per=10_000)))


def _query(wanted: Wanted) -> Select[int]:
    query = select(Case.id)
    if wanted.statuses:
        query = query.where(Case.status.in_(wanted.statuses))
    if wanted.district_code is not None:
        query = query.where(Case.district_code == wanted.district_code)
    if wanted.category is not None:
        query = query.where(Case.category == wanted.category)
    if wanted.urgent is not None:
        query = query.where(Case.urgent == wanted.urgent)
    if wanted.since is not None:
        query = query.where(Case.created_at >= wanted.since)
    if wanted.overdue_at is not None:
        query = query.where(Case.due_at < wanted.overdue_at, Case.status.in_(UNFIXED))
    if wanted.tag is not None and wanted.tag.kind is not None:
        query = query.where(Case.kind == wanted.tag.kind, NO_COMPLAINT)
    elif wanted.tag is not None:
        query = query.where(Case.kind == "complaint", Case.status == wanted.tag.status)
    # Where a time is asked for, the index over it bounds the work; an order that no index has keeps the planner to it.
    latest = Case.id.desc() if wanted.since is None else (Case.id + 0).desc()
    return query.order_by(latest).limit(wanted.limit)


def view(session: Session, case: Case) -> CaseView:
    """One case as staff see it, after what this transaction did to it."""
    session.flush()
    return views(session, [case], staff=True)[0]


def record(session: Session, case: Case) -> Sequence[CaseEvent]:
    """The case's events with the reasons that are for staff alone (stars stand in the case itself)."""
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.kind != "stars")
    return session.scalars(query.order_by(CaseEvent.id)).all()


def must(session: Session, number: str, *, lock: bool = False) -> Case:
    """The case of this number in any spelling; `lock` holds it until the transaction ends.

    Raises Refused, and says apart what is mistyped and what is no number at all.
    """
    parsed = numbers.parse(number)
    if parsed is None:
        raise Refused("refused.mistyped_number" if numbers.looks_like(number) else "refused.no_number", number=number)
    query = select(Case).where(Case.number == parsed)
    case = session.scalar(query.with_for_update() if lock else query)
    if case is None:
        raise Refused("refused.unknown_case", number=parsed)
    return case


def add(
    session: Session, draft: Draft, rules: Rules, received: datetime, now: datetime, *, by: str, reason: str | None = None
) -> Case:
    """Number a case that came by another channel. Raises Refused for one that was entered before, or cannot be."""
    if not draft.text.strip():
        raise Refused("refused.no_text")
    if received > now + AHEAD:
        raise Refused("refused.in_the_future", at=received.isoformat())
    if numbers.fiscal_year(received) < numbers.FIRST_YEAR:
        raise Refused("refused.too_long_ago", at=received.isoformat())
    known_category(draft.category)
    known = select(Case.number).where(Case.external_no == draft.external_no)
    before = session.scalar(known) if draft.external_no else None
    if before is None:
        try:
            with session.begin_nested():
                case = cases.file(session, draft, rules, received, reporter=None, actor=actor(by))
                session.flush()
            for event in record(session, case):
                event.reason = reason
            return case
        except IntegrityError:  # somebody entered it at the same moment
            before = session.scalar(known) if draft.external_no else None
            if before is None:
                raise
    raise Refused("refused.external_no_known", external_no=draft.external_no, number=before)


def change_status(
    session: Session, case: Case, status: str, now: datetime, *, by: str, note: str | None, reason: str | None
) -> None:
    """Along the lifecycle as staff. What needs more than a status has a function (and a verb) of its own."""
    if status in {"forwarded", "merged"} and status != case.status:
        check_move(case.status, status, "staff", note=note, reason=reason)
        raise Refused(f"refused.{status}_by_verb", number=case.number)
    if status == "reopened":
        reopen(session, case, now, by=by, note=note, reason=reason)
        return
    cases.move(session, case, status, now, who="staff", actor=actor(by), note=note, reason=reason)


def reopen(session: Session, case: Case, now: datetime, *, by: str, note: str | None, reason: str | None) -> None:
    """Open a case again; one that was merged stands for itself from now on."""
    cases.move(session, case, "reopened", now, who="staff", actor=actor(by), note=note, reason=reason)
    case.merged_into = None


def add_note(session: Session, case: Case, words: str, now: datetime, *, by: str, internal: bool, reason: str | None) -> None:
    """Words for the citizen, or (`internal`) for the record alone: kept as a reason, which no citizen is ever shown."""
    if not words.strip():
        raise Refused("refused.no_text")
    if internal:
        kept = f"{words} ({reason})" if reason else words
        event = cases.add_note(session, case, "", now, actor=actor(by), told=True, reason=kept)
        event.note = None
        return
    cases.add_note(session, case, words, now, actor=actor(by), told=False, reason=reason)


def sort(session: Session, case: Case, category: str, now: datetime, *, by: str, reason: str | None) -> None:
    """Put the case into another category; its finish date and agency stay (`assign` hands it on)."""
    known_category(category)
    if category == case.category:
        raise Refused("refused.already_sorted", number=case.number, category=category)
    case.guessed = case.guessed or case.category
    words = f"{case.category} → {category}"
    case.category = category
    cases.add_note(session, case, words, now, actor=actor(by), told=True, reason=reason, kind="sorted")


def assign(session: Session, case: Case, agency: str, now: datetime, *, by: str, note: str | None, reason: str | None) -> None:
    """Hand the case to another agency, which has yet to accept it."""
    if agency not in agencies():
        raise Refused("refused.unknown_agency", agency=agency)
    if case.agency == agency:
        raise Refused("refused.already_theirs", number=case.number, agency=agency)
    again = case.status == "forwarded"
    if not again:
        check_move(case.status, "forwarded", "staff", note=note, reason=reason)
    case.agency, case.owner = agency, None
    if again:  # the lifecycle knows no move from a status to itself, the record needs the event all the same
        words = note or f"→ {agencies()[agency].th}"
        cases.add_note(session, case, words, now, actor=actor(by), told=False, reason=reason, kind="move")
        case.round += 1
        return
    cases.move(session, case, "forwarded", now, who="staff", actor=actor(by), note=note, reason=reason)


def merge(
    session: Session,
    number: str,
    into: str,
    now: datetime,
    *,
    by: str,
    note: str | None,
    reason: str | None,
    anyway: bool = False,
) -> tuple[Case, Case]:
    """Merge a case into another one that is open; whoever waited for word of the first follows the second from now on.

    Cases that differ in kind, category or district are refused: `anyway`, with a reason, they are merged all the same.
    """
    one, other = must(session, number), must(session, into)
    if one.id == other.id:
        raise Refused("refused.into_itself", number=one.number)
    for held in sorted((one, other), key=lambda case: case.id):
        session.refresh(held, with_for_update=True)
    if other.status not in OPEN:
        why = "refused.into_merged" if other.merged_into else "refused.into_closed"
        raise Refused(why, number=other.number, status=other.status, into=other.merged_into)
    apart = _apart(one, other)
    if apart and not (anyway and reason and reason.strip()):
        raise Refused("refused.merge_apart", number=one.number, into=other.number, apart=apart)
    cases.move(session, one, "merged", now, who="staff", actor=actor(by), note=note, reason=reason)
    one.merged_into = other.number
    for person in cases.audience(session, one):
        if not cases.is_theirs(session, other, person):
            session.add(Follower(case_id=other.id, person=person, at=now))
            session.flush()
    return one, other


def _apart(one: Case, other: Case) -> str:
    """What speaks against their being one matter, in words; a district that is not known says nothing."""
    pairs = [(one.kind, other.kind), (one.category, other.category)]
    if one.district_code and other.district_code:
        pairs.append((one.district_code, other.district_code))
    return ", ".join(f"{a} and {b}" for a, b in pairs if a != b)


def known_category(code: str) -> str:
    """The category's code. Raises Refused for one that is none."""
    if code not in categories():
        raise Refused("refused.unknown_category", category=code, known=", ".join(categories()))
    return code


def known_district(name: str) -> str:
    """The code of a district, given by code or by its Thai or English name. Raises Refused for one that is none."""

    def bare(text: str) -> str:
        return "".join(numbers.plain(text).split()).casefold()

    typed = bare(name)
    for code, row in tables().districts.items():
        thai = typed.endswith(bare(row.name_th)) and bare(row.office_th).endswith(typed)
        if thai or typed in {code, bare(row.name_en)}:
            return code
    raise Refused("refused.unknown_district", district=name)
