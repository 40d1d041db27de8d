"""Cases on disk: numbering, moves, what was added, what is whose. Plain functions, a Session first."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Exists, bindparam, exists, select, union, update
from sqlalchemy.orm import Session

from casework import numbers
from casework.case import INTERNAL, OPEN, UNFIXED, CaseView, Draft, check_move
from casework.catalog import responsible
from casework.duetimes import acknowledge_by, finish_by
from casework.refusals import Refused
from casework.rules import Rules
from storage import waits
from storage.columns import COMPLAINT, NOT_APOLOGISED, UNSPREAD, UNTOLD, WAITING
from storage.counting import next_running
from storage.models import Case, CaseEvent, Fact, Follower, Media
from storage.views import views

log = logging.getLogger("cases")
PATIENCE = timedelta(minutes=1)
"""How long news waits for the picture that belongs to it."""


def number_key(session: Session) -> bytes:
    """The secret behind this database's case numbers (made with the schema)."""
    fact = session.get(Fact, "case_number_key")
    if fact is None:
        raise LookupError("the database has no case_number_key: run `python -m admin_cli db upgrade`")
    return bytes.fromhex(fact.value)


def new_number(session: Session, at: datetime) -> str:
    """A fresh case number of the fiscal year of `at`."""
    year = numbers.fiscal_year(at)
    return numbers.make(year, next_running(session, f"cases-{year}"), number_key(session))


_MEDIA = Media.metadata.tables["media"]
# Statements of every report are built once: building them costs more than running them.
_WITH_CASE = (
    update(_MEDIA).where(_MEDIA.c.id.in_(bindparam("media", expanding=True))).values(case_id=bindparam("case"), talk_id=None)
)


def file(session: Session, draft: Draft, rules: Rules, now: datetime, *, reporter: str | None, actor: str = "citizen") -> Case:
    """Number a draft and write it down with its first event. `now` is when it was received."""
    agency = draft.agency or responsible(draft.category, draft.district_code)[0]
    complaint = draft.kind == "complaint"
    case = Case(
        number=new_number(session, now),
        kind=draft.kind,
        status="numbered",
        category=draft.category,
        guessed=draft.guessed,
        urgent=draft.urgent,
        text=draft.text,
        parts=[list(part) for part in draft.parts],
        lat=draft.lat,
        lng=draft.lng,
        place_text=draft.place_text,
        district_code=draft.district_code,
        subdistrict_code=draft.subdistrict_code,
        agency=agency if complaint else "1555",
        channel=draft.channel,
        external_no=draft.external_no,
        reporter=reporter,
        share_contact=draft.share_contact,
        created_at=now,
        acknowledge_by=acknowledge_by(rules, urgent=draft.urgent, at=now),
        due_at=finish_by(rules, draft.category, urgent=draft.urgent, at=now),
        origin=draft.origin,
    )
    case.first_acknowledge_by, case.first_due_at = case.acknowledge_by, case.due_at
    session.add(case)
    session.flush()
    _event(session, case, actor, now, None, None, told=True)
    log.info("case filed", extra={"about": {"case": case.number}})
    if case.kind == "inquiry":
        waits.begin(session, now, case=case)
    if draft.media:
        session.connection().execute(_WITH_CASE, {"media": draft.media, "case": case.id})
        if case.urgent and complaint:
            _photos_follow(session, case, draft.media, now, actor)
    return case


def _photos_follow(session: Session, case: Case, media: Collection[int], now: datetime, actor: str) -> None:
    """An alarm does not wait for photos that are still being fetched: they follow as news of the case, all in one."""
    coming = select(Media.id).where(Media.id.in_(media), Media.state == WAITING, Media.kind == "image")
    if session.scalar(coming.limit(1)) is None:
        return
    event = add_note(session, case, "", now, actor=actor, told=True, kind="photo")
    event.note = None
    session.flush()
    session.execute(update(Media).where(Media.id.in_(media), Media.state == WAITING).values(event_id=event.id))


def move(
    session: Session,
    case: Case,
    status: str,
    now: datetime,
    *,
    who: str,
    actor: str,
    note: str | None = None,
    reason: str | None = None,
    told: bool = False,
) -> CaseEvent:
    """Move a case along its lifecycle, with an event. Raises Refused where the table does not allow it to `who`.

    A case that is handed on or reopened has no owner and begins a new round; its alarm starts as its group is alerted.
    """
    check_move(case.status, status, who, note=note, reason=reason)
    case.status = status
    if status == "accepted":
        case.owner = case.owner or actor
    if status in OPEN:
        case.closed_at, case.confirmed, case.merged_into = None, None, None
    else:
        case.closed_at = now
    if status in {"forwarded", "reopened"}:
        case.round, case.owner = case.round + 1, None
    case.clock_at = None
    log.info("case moved to %s", status, extra={"about": {"case": case.number}})
    return _event(session, case, actor, now, note, reason, told=told)


def add_note(
    session: Session,
    case: Case,
    words: str,
    now: datetime,
    *,
    actor: str,
    told: bool,
    reason: str | None = None,
    kind: str = "note",
) -> CaseEvent:
    """Words added to a case, or what else happened (casework.case.EVENT_KINDS); its status stays."""
    return _event(session, case, actor, now, words, reason, told=told, kind=kind)


def _event(
    session: Session,
    case: Case,
    actor: str,
    now: datetime,
    note: str | None,
    reason: str | None,
    *,
    told: bool,
    kind: str = "move",
) -> CaseEvent:
    # What the alarm itself wrote down needs no telling to the groups.
    spread = case.kind != "complaint" or kind in INTERNAL
    event = CaseEvent(
        case_id=case.id,
        status=case.status,
        actor=actor,
        note=note,
        reason=reason,
        at=now,
        kind=kind,
        told=told or kind in INTERNAL,
        spread=spread,
        agency=case.agency,
    )
    session.add(event)
    if case.kind == "inquiry":
        waits.case_event(session, case, kind, actor, note, now)
    return event


def by_number(session: Session, number: str) -> Case | None:
    """The case of this number in any spelling; None for a mistyped or unknown one."""
    parsed = numbers.parse(number)
    return session.scalar(select(Case).where(Case.number == parsed)) if parsed else None


def must(session: Session, number: str) -> Case:
    """The case of this number. Raises Refused where there is none."""
    case = by_number(session, number)
    if case is None:
        raise Refused("refused.unknown_case", number=number)
    return case


def held(session: Session, number: str) -> Case:
    """The case of this number as it stands now, held until the transaction ends: two who change it come one after the other.

    Raises Refused where there is none.
    """
    parsed = numbers.parse(number)
    # What this session has read of it before may be out of date by the time the lock is had.
    query = select(Case).where(Case.number == parsed).with_for_update().execution_options(populate_existing=True)
    case = session.scalar(query) if parsed else None
    if case is None:
        raise Refused("refused.unknown_case", number=number)
    return case


def is_theirs(session: Session, case: Case, *ids: str) -> bool:
    """The person of these accounts reported or follows the case."""
    return case.reporter in ids or any(session.get(Follower, (case.id, each)) is not None for each in ids)


def of_person(
    session: Session, ids: str | Sequence[str], limit: int, offset: int = 0, before: int | None = None
) -> Sequence[Case]:
    """Cases that the person of these accounts reported or follows, latest first; `before`: those with a smaller id."""
    who = [ids] if isinstance(ids, str) else ids
    # Two ways to a case, each with an index of its own: an OR of them would be looked for in all cases.
    theirs = union(
        select(Case.id).where(Case.reporter.in_(who)),
        select(Follower.case_id.label("id")).where(Follower.person.in_(who)),
    ).subquery()
    page = select(theirs.c.id).order_by(theirs.c.id.desc()).limit(limit).offset(offset)
    if before is not None:
        page = page.where(theirs.c.id < before)
    return session.scalars(select(Case).where(Case.id.in_(page)).order_by(Case.id.desc())).all()


def follow(session: Session, case: Case, person: str, now: datetime) -> None:
    """The person gets every later word about the case. Raises Refused where it is over or theirs already."""
    if case.status not in OPEN:
        raise Refused("refused.case_over", number=case.number)
    if not is_theirs(session, case, person):
        session.add(Follower(case_id=case.id, person=person, at=now))


def view(session: Session, case: Case) -> CaseView:
    """The case as it is shown, with its events and photos."""
    return views(session, [case])[0]


def _coming(patient: datetime | BindParameter[datetime]) -> Exists:
    """The picture that came with an event, asked for after `patient`, is still being fetched: the news waits for it."""
    coming = exists().where(Media.event_id == CaseEvent.id, Media.state == WAITING, Media.created_at > patient)
    return coming.correlate(CaseEvent)


def untold(session: Session, now: datetime, limit: int) -> Sequence[CaseEvent]:
    """Events that the citizen has not been told of, oldest first.

    A second scheduler waits here for the first: skipping what that one has in hand would tell later news before earlier.
    """
    query = select(CaseEvent).where(UNTOLD, ~_coming(now - PATIENCE)).order_by(CaseEvent.id).limit(limit)
    return session.scalars(query.with_for_update()).all()


def unspread(session: Session, now: datetime, limit: int) -> Sequence[CaseEvent]:
    """Events that no group has been told of, oldest first; a second scheduler waits as in untold()."""
    query = select(CaseEvent).where(UNSPREAD, ~_coming(now - PATIENCE)).order_by(CaseEvent.id).limit(limit)
    return session.scalars(query.with_for_update()).all()


_UNSPREAD_OF = (
    select(CaseEvent)
    .where(UNSPREAD, CaseEvent.case_id.in_(bindparam("cases", expanding=True)), ~_coming(bindparam("patient")))
    .order_by(CaseEvent.id)
)


def unspread_of(session: Session, case_ids: Collection[int], now: datetime) -> Sequence[CaseEvent]:
    """The same of these cases alone."""
    return session.scalars(_UNSPREAD_OF, {"cases": list(case_ids), "patient": now - PATIENCE}).all()


def ringing(session: Session, now: datetime, limit: int) -> Sequence[Case]:
    """Urgent cases whose alarm goes on now."""
    query = select(Case).where(Case.clock_at.is_not(None), Case.clock_at <= now).order_by(Case.clock_at).limit(limit)
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def audience(session: Session, case: Case) -> list[str]:
    """Whom news of the case concerns: the reporter, then the followers."""
    followers = session.scalars(select(Follower.person).where(Follower.case_id == case.id).order_by(Follower.at))
    found = [case.reporter] if case.reporter else []
    return list(dict.fromkeys([*found, *followers]))


def late(session: Session, now: datetime, limit: int) -> Sequence[Case]:
    """Cases whose date has passed without a reported fix, and whose citizen has not heard of it."""
    due = select(Case).where(Case.due_at < now, NOT_APOLOGISED, Case.closed_at.is_(None))
    # Of open cases: said by what it is not, so that no planner walks along the statuses of all that is open.
    query = due.where(Case.status.not_in(set(OPEN) - set(UNFIXED)), Case.kind == COMPLAINT)
    return session.scalars(query.order_by(Case.due_at).limit(limit).with_for_update(skip_locked=True)).all()


def silent(session: Session, before: datetime, limit: int) -> Sequence[Case]:
    """Cases whose fix was reported before this moment and whose citizen has not answered."""
    told = select(CaseEvent.case_id).where(
        CaseEvent.case_id == Case.id, CaseEvent.status == "fixed_reported", CaseEvent.kind == "move"
    )
    last, newer = (told.where(when).correlate(Case) for when in (CaseEvent.at < before, CaseEvent.at >= before))
    query = select(Case).where(Case.status == "fixed_reported", last.exists(), ~newer.exists()).limit(limit)
    return session.scalars(query.with_for_update(skip_locked=True)).all()
