"""Who waits for an officer's answer, in a thread or with a question that has a number: one list, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.fernet import MultiFernet
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casework.case import OPEN
from casework.catalog import for_groups
from casework.contact import mask
from casework.rules import Rules
from casework.threads import Waiting
from storage import people
from storage.models import Case
from storage.models_threads import Thread, Wait

ENDED = {"closed", "not_ours", "merged", "withdrawn", "nuisance", "fixed_reported"}
"""Statuses that answer a question, or end it."""
_NOT_ENDED = text("waits.ended_at IS NULL")
_NOT_REMINDED = text("waits.reminded_at IS NULL")
_NOT_TOLD = text("NOT waits.told")


def of_thread(session: Session, thread: int) -> Wait | None:
    """The open wait of a thread."""
    return session.scalar(select(Wait).where(Wait.thread_id == thread, _NOT_ENDED).limit(1))


def of_case(session: Session, case: int) -> Wait | None:
    """The open wait of a case."""
    return session.scalar(select(Wait).where(Wait.case_id == case, _NOT_ENDED).limit(1))


def begin(session: Session, now: datetime, *, thread: Thread | None = None, case: Case | None = None) -> Wait:
    """Somebody waits from now on; who waits already goes on waiting since then."""
    if thread is not None:
        found = of_thread(session, thread.id)
    else:
        assert case is not None
        found = of_case(session, case.id)
    if found is None:
        told = case is None or not for_groups(case.category)
        found = Wait(thread_id=thread and thread.id, case_id=case and case.id, since=now, told=told)
        session.add(found)
        session.flush()
    return found


def end(session: Session, wait: Wait | None, now: datetime, by: str) -> None:
    """Answered, or over."""
    if wait is not None and wait.ended_at is None:
        wait.ended_at, wait.ended_by = now, by
        session.flush()


def case_event(session: Session, case: Case, kind: str, actor: str, note: str | None, now: datetime) -> None:
    """Something happened to a case: a question begins to wait with its words, and ends with an answer."""
    if case.kind != "inquiry":
        return
    if actor.startswith(("staff:", "agency:")) or case.status in ENDED:
        if case.status in ENDED or (note and kind in {"note", "replied", "asked", "move"}):
            end(session, of_case(session, case.id), now, actor)
            _quiet(session, case.id, now if case.status in OPEN else None)
    elif case.status in OPEN and (kind in {"photo", "answered"} or (note and kind == "note") or case.status == "reopened"):
        begin(session, now, case=case)
        _quiet(session, case.id, None)


def _quiet(session: Session, case: int, since: datetime | None) -> None:
    """Of the question's latest wait: since when nothing more is asked, or that it is not quiet."""
    last = session.scalar(
        select(Wait).where(Wait.case_id == case, Wait.ended_at.is_not(None)).order_by(Wait.id.desc()).limit(1)
    )
    if last is not None:
        last.quiet_since = since


def quiet(session: Session, before: datetime, limit: int) -> Sequence[Wait]:
    """Questions that were answered before this moment, and nothing was said since; to be closed by the caller."""
    query = select(Wait).where(Wait.quiet_since.is_not(None), Wait.quiet_since < before).order_by(Wait.quiet_since)
    return session.scalars(query.limit(limit).with_for_update(skip_locked=True)).all()


def answered(session: Session, limit: int | None) -> Sequence[Wait]:
    """Questions that were answered and are still open, those that close first at the top."""
    return session.scalars(select(Wait).where(Wait.quiet_since.is_not(None)).order_by(Wait.quiet_since).limit(limit)).all()


def unanswered(session: Session, limit: int | None = None) -> Sequence[Wait]:
    """Who waits, the longest first."""
    return session.scalars(select(Wait).where(_NOT_ENDED).order_by(Wait.since, Wait.id).limit(limit)).all()


def count(session: Session) -> int:
    """How many wait."""
    return int(session.scalar(select(func.count()).select_from(Wait).where(_NOT_ENDED)) or 0)


def untold(session: Session, limit: int) -> Sequence[Wait]:
    """Questions that staff have not been shown yet; a second scheduler waits here for the first."""
    query = select(Wait).where(_NOT_TOLD, _NOT_ENDED).order_by(Wait.id).limit(limit)
    return session.scalars(query.with_for_update()).all()


def overdue(session: Session, rules: Rules, now: datetime, limit: int) -> Sequence[Wait]:
    """Those who have waited longer than the rules allow and of whom nobody was reminded; to be marked by the caller."""
    limits: dict[bool, timedelta] = {
        True: rules.span("officer", "remind_minutes"),
        False: rules.span("officer", "inquiry_hours"),
    }
    query = select(Wait).where(_NOT_ENDED, _NOT_REMINDED, Wait.since <= now - min(limits.values()))
    long_, short = max(limits.values()), limits[True] <= limits[False]
    patient = Wait.case_id if short else Wait.thread_id
    query = query.where(patient.is_(None) | (Wait.since <= now - long_))
    return session.scalars(query.order_by(Wait.since, Wait.id).limit(limit).with_for_update()).all()


def shown(session: Session, found: Sequence[Wait], box: MultiFernet | None) -> list[Waiting]:
    """As they are listed: of a question its words, numbers in them hidden; of a thread who it is."""
    threads = {t.id: t for t in session.scalars(select(Thread).where(Thread.id.in_([w.thread_id for w in found])))}
    cases = {c.id: c for c in session.scalars(select(Case).where(Case.id.in_([w.case_id for w in found])))}
    rows = []
    for wait in found:
        thread, case = threads.get(wait.thread_id or 0), cases.get(wait.case_id or 0)
        name = people.called(session, thread.person, box) if thread is not None else None
        number, words = (case.number, mask(case.text)) if case is not None else (None, None)
        owner = thread.owner if thread is not None else case.owner if case is not None else None
        rows.append(
            Waiting(
                wait.since,
                wait.thread_id,
                thread.round if thread is not None else 0,
                number,
                name,
                words,
                owner,
                wait.reminded_at,
            )
        )
    return rows
