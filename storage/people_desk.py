"""What staff do with people: look at one, label, flag, merge, erase. Each look and each deed is written to the audit.

Plain functions, a Session first; `by` and `reason` are the member of staff and why.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import MultiFernet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.letters import letters, normal
from casework.refusals import Refused
from storage import audit, cases, desk_staff, erasing, history, people, people_find
from storage.history import Line
from storage.models import Case, Person
from storage.models_groups import Deed
from storage.models_people import Tag
from storage.models_registry import RegistryRequest
from storage.models_threads import Thread, ThreadEvent
from storage.mydata import standing, subscriptions
from storage.people_index import clear

LONGEST_TAG = 30
MOST_TOLD = 20


@dataclass(frozen=True)
class Row:
    """A person in a list: masked."""

    id: str
    name: str | None
    phone: str | None
    """The last four digits."""
    district: str | None
    cases: int
    open: int
    tags: tuple[str, ...]
    nuisance: bool
    by: str
    """How they were found."""


def must(session: Session, which: str, *, lock: bool = False) -> Person:
    """The person. Raises Refused for an unknown id."""
    # Who looks waits for an erasure under way, as who changes does: nothing is written down of somebody who has gone.
    row = session.get(Person, which.strip(), with_for_update=lock or {"read": True, "key_share": True})
    if row is None:
        raise Refused("refused.unknown_person", id=which)
    return row


def find(
    session: Session,
    words: str,
    box: MultiFernet,
    keys: Sequence[bytes],
    limit: int,
    now: datetime,
    *,
    by: str,
    reason: str | None,
) -> tuple[list[Row], bool]:  # fmt: skip
    """People for what was typed, and whether there may be more. Of what was typed the audit keeps a keyed hash."""
    found = people_find.find(session, words, box, keys, limit)
    mark = hmac.digest(keys[0], normal(words).encode(), "sha256").hex()[:12] if keys else hashlib.sha256().hexdigest()[:12]
    audit.note(session, now, by, "people find", f"search:{mark} ({len(found.people)})", reason)
    rows = []
    for person, way in found.people[:limit]:
        audit.note(session, now, by, "people find", person.id, reason)
        rows.append(row_of(session, person, box, way))
    return rows, found.more


def row_of(session: Session, person: Person, box: MultiFernet, way: str = "") -> Row:
    """A person as a line of a list."""
    ids = people.accounts(session, person)
    mine = Case.reporter.in_(ids)
    phone = clear(person.phone, box)
    latest = session.scalar(
        select(Case.district_code).where(mine, Case.district_code.is_not(None)).order_by(Case.id.desc()).limit(1)
    )
    return Row(
        person.id,
        clear(person.called, box) or clear(person.name, box),
        f"…{phone[-4:]}" if phone else None,
        person.district_code or latest,
        int(session.scalar(select(func.count()).select_from(Case).where(mine)) or 0),
        int(session.scalar(select(func.count()).select_from(Case).where(mine, Case.closed_at.is_(None))) or 0),
        tuple(session.scalars(select(Tag.tag).where(Tag.person.in_(ids)).order_by(Tag.tag))),
        person.nuisance_at is not None,
        way,
    )


@dataclass(frozen=True)
class Whole:
    """A person on one screen."""

    row: Row
    person: Person
    name: str | None
    phone: str | None
    accounts: list[str]
    consents: list[tuple[str, str, datetime]]
    subscriptions: list[tuple[str, str]]
    cases: Sequence[Case]
    requests: Sequence[RegistryRequest]
    threads: Sequence[tuple[Thread, datetime | None]]
    """Conversations with officers, the latest first, and when something happened in each last."""
    history: list[Line]


def show(
    session: Session, which: str, box: MultiFernet, now: datetime, *, by: str, reason: str | None,
    limit: int = 20, before: int | None = None, most_cases: int = MOST_TOLD, cases_before: str | None = None,
) -> Whole:  # fmt: skip
    """All of one person, of all accounts; the conversation's latest `limit` messages, or those before one. Audited.

    The latest `most_cases` cases, or those before the case of a number. Raises Refused for an unknown person or number.
    """
    person = must(session, which)
    earlier = None if cases_before is None else desk_staff.must(session, cases_before).id
    audit.note(session, now, by, "people show", person.id, reason)
    ids = people.accounts(session, person)
    said = [line for each in ids for line in history.of_person(session, each, box, limit, before)]
    asked = select(RegistryRequest).where(RegistryRequest.person.in_(ids)).order_by(RegistryRequest.id.desc()).limit(MOST_TOLD)
    last = select(ThreadEvent.at).where(ThreadEvent.thread_id == Thread.id).order_by(ThreadEvent.id.desc()).limit(1)
    talked = select(Thread, last.correlate(Thread).scalar_subquery())
    talked = talked.where(Thread.person.in_(ids)).order_by(Thread.id.desc()).limit(MOST_TOLD)
    return Whole(
        row_of(session, person, box),
        person,
        clear(person.name, box),
        clear(person.phone, box),
        ids,
        [(each.purpose, each.version, each.at) for which_ in ids for each in standing(session, which_)],
        [each for which_ in ids for each in subscriptions(session, which_)],
        cases.of_person(session, ids, most_cases, before=earlier),
        session.scalars(asked).all(),
        [(thread, at) for thread, at in session.execute(talked)],
        sorted(said, key=lambda line: (line.at, line.id), reverse=True)[:limit],
    )


def tag(session: Session, which: str, word: str, now: datetime, *, by: str, reason: str | None, remove: bool) -> Person:
    """Give or take a label. Raises Refused for one that is empty or too long, or that is not there."""
    person = must(session, which, lock=True)
    word = " ".join(word.split())
    if not 0 < len(letters(word)) <= LONGEST_TAG:
        raise Refused("refused.bad_tag", most=LONGEST_TAG)
    held = session.get(Tag, (person.id, word))
    if remove and held is None:
        raise Refused("refused.no_such_tag", tag=word)
    if remove:
        session.delete(held)
    elif held is None:
        session.add(Tag(person=person.id, tag=word, by=by, at=now))
    audit.note(session, now, by, "people untag" if remove else "people tag", person.id, reason)
    session.flush()
    return person


def flag(session: Session, which: str, now: datetime, *, by: str, reason: str | None, off: bool) -> Person:
    """Nuisance, or no longer. Raises Refused without a reason."""
    person = must(session, which, lock=True)
    if not reason or not reason.strip():
        raise Refused("refused.flag_needs_reason")
    person.nuisance_at, person.nuisance_why = (None, None) if off else (now, reason.strip())
    audit.note(session, now, by, "people unflag" if off else "people flag", person.id, reason)
    session.flush()
    return person


def merge(session: Session, which: str, into: str, now: datetime, *, by: str, reason: str | None) -> Person:
    """Two accounts are one person's: shown as one; each goes on hearing what is its own. Raises Refused."""
    one, other = must(session, which, lock=True), must(session, into, lock=True)
    if one.id == other.id:
        raise Refused("refused.same_person")
    if one.merged_into is not None and one.merged_into == other.merged_into:
        raise Refused("refused.merged_already", id=one.id)
    root = other.merged_into or other.id
    for each in {*people.accounts(session, one), *people.accounts(session, other)}:
        must(session, each, lock=True).merged_into = root
    for account in (one, other):
        audit.note(session, now, by, "people merge", account.id, reason)
    session.flush()
    return other


def unmerge(session: Session, which: str, now: datetime, *, by: str, reason: str | None) -> Person:
    """This account stands by itself again. Raises Refused where it does already."""
    person = must(session, which, lock=True)
    if person.merged_into is None:
        raise Refused("refused.not_merged", id=person.id)
    erasing.leave_group(session, person)
    person.merged_into = None
    audit.note(session, now, by, "people unmerge", person.id, reason)
    session.flush()
    return person


def erase(
    session: Session, which: str, box: MultiFernet, now: datetime, *, by: str, reason: str | None, photos: bool, accounts: bool
) -> tuple[int, list[str]]:
    """Forget the person (storage.erasing), `accounts`: with all their accounts. Returns how many, and the cases that stay.

    Raises Refused without a reason. The audit keeps that somebody was erased, not who.
    """
    person = must(session, which)
    if not reason or not reason.strip():
        raise Refused("refused.erase_needs_reason")
    ids = people.accounts(session, person) if accounts else [person.id]
    audit.note(session, now, by, "people erase", person.id, reason)
    stay = [number for each in ids for number in erasing.erase(session, each, box, now, photos=photos)]
    return len(ids), stay


def looked(session: Session, limit: int, *, person: str | None, by: str | None, since: datetime | None) -> Sequence[Deed]:
    """The audit, newest first: who did or looked at what."""
    query = select(Deed)
    if person is not None:
        query = query.where(Deed.thing == person.strip())
    if by is not None:
        query = query.where(Deed.who == by)
    if since is not None:
        query = query.where(Deed.at >= since)
    return session.scalars(query.order_by(Deed.id.desc()).limit(limit)).all()
