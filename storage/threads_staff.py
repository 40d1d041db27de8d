"""What staff do with threads on the command line: list, read (audited), answer, take, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import numbers
from casework.refusals import Refused
from casework.rules import Rules
from casework.threads import Answered, LineView, ThreadView, must_canned, read_id
from storage import audit, cases, desk_staff, people, threads, waits
from storage.desk_staff import actor
from storage.models import Case, Person
from storage.models_threads import Thread
from storage.threads import Said


def thread_of(session: Session, given: str) -> Thread | Case:
    """The thread (`12`, `#12`) or the case (its number) that was named. Raises Refused where there is neither."""
    if numbers.parse(given) is not None or numbers.looks_like(given):
        return desk_staff.must(session, given)
    which = read_id(given)
    if which is None:
        raise Refused("refused.no_thread", thread=given)
    return threads.must(session, which)


def must_thread(session: Session, given: str) -> Thread:
    """The thread that was named. Raises Refused for a case's number as well."""
    found = thread_of(session, given)
    if isinstance(found, Case):
        raise Refused("refused.case_not_thread", number=found.number)
    return found


def listed(session: Session, box: MultiFernet, *, state: str | None, limit: int | None) -> list[ThreadView]:
    """Threads, the latest first."""
    query = select(Thread)
    if state is not None:
        query = query.where(threads.OPEN_STATE if state == "open" else Thread.state == state)
    rows = session.scalars(query.order_by(Thread.id.desc()).limit(limit)).all()
    return [threads.view(session, row, people.called(session, row.person, box)) for row in rows]


def answered(session: Session, rules: Rules, box: MultiFernet, limit: int | None) -> list[dict[str, Any]]:
    """Questions with a number that were answered and are quiet; `closes_at`: when they close by themselves."""
    found = waits.answered(session, limit)
    quiet = [(wait, wait.quiet_since + rules.span("officer", "answered_days")) for wait in found if wait.quiet_since]
    seen = zip(quiet, waits.shown(session, [wait for wait, _ in quiet], box), strict=True)
    return [
        {
            "case_number": row.case_number,
            "words": row.words,
            "answered_at": wait.quiet_since and wait.quiet_since.isoformat(),
            "answered_by": wait.ended_by,
            "closes_at": closes.isoformat(),
        }
        for (wait, closes), row in seen
    ]


def show(
    session: Session, given: str, box: MultiFernet, now: datetime, *, by: str, reason: str | None, limit: int
) -> tuple[ThreadView, Sequence[LineView]]:
    """A thread and what was said in it; that somebody looked is written down."""
    row = must_thread(session, given)
    audit.note(session, now, by, "threads show", f"thread {row.id}", reason)
    view = threads.view(session, row, people.called(session, row.person, box))
    return view, threads.lines(session, row.id, box, limit)


def reply(
    session: Session,
    given: str,
    words: str | None,
    canned: str | None,
    rules: Rules,
    box: MultiFernet,
    now: datetime,
    *,
    by: str,
    reason: str | None,
) -> Answered | Case:
    """Answer a thread, or a question that has a case's number. Raises Refused where there is nothing to say or to answer."""
    found = thread_of(session, given)
    person_id = found.reporter if isinstance(found, Case) else found.person
    person = session.get(Person, person_id) if person_id is not None else None
    if canned is not None:
        words = must_canned(canned).words(person.language if person is not None else "th")
    if words is None or not words.strip():
        raise Refused("refused.no_text")
    if isinstance(found, Case):
        if found.kind != "inquiry":
            raise Refused("refused.no_inquiry", number=found.number)
        held = cases.held(session, found.number)
        if held.closed_at is not None:
            raise Refused("refused.case_over", number=held.number)
        cases.add_note(session, held, words, now, actor=actor(by), told=False, reason=reason, kind="replied")
        return held
    audit.note(session, now, by, "threads reply", f"thread {found.id}", reason)
    return threads.answer(session, found.id, Said("text", words), actor(by), rules, box, now, canned=canned)


def take(session: Session, given: str, now: datetime, *, by: str, reason: str | None) -> ThreadView:
    """Look after it, whoever did before."""
    row = must_thread(session, given)
    audit.note(session, now, by, "threads take", f"thread {row.id}", reason)
    return threads.take(session, row.id, actor(by), now, over=True)[0]


def close(session: Session, given: str, now: datetime, *, by: str, reason: str | None) -> ThreadView:
    """End it. Raises Refused where it is ended already."""
    row = must_thread(session, given)
    view, done = threads.close(session, row.id, "officer", actor(by), now)
    if not done:
        raise Refused("refused.thread_closed", thread=row.id)
    audit.note(session, now, by, "threads close", f"thread {row.id}", reason)
    return view
