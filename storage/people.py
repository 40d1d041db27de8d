"""People: their language, what they were told about their data, the number they left."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from cryptography.fernet import MultiFernet
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from casework.rules import Rules
from storage.models import Case, Person
from storage.models_registry import RegistryRequest

A_DAY = timedelta(days=1)


_MET = select(Person).where(Person.id == bindparam("person"))
"""Built once: half of what `Session.get` costs, for which every turn would pay."""


def meet(session: Session, person: str, now: datetime) -> Person:
    """The person, written down at the first meeting."""
    found = session.scalar(_MET, {"person": person})
    if found is None:
        found = Person(id=person, language="th", follows=False, created_at=now, seen_at=now, stale=True)
        session.add(found)
    elif found.seen_at is None or now - found.seen_at > A_DAY:
        found.seen_at = now
    return found


def still(session: Session, which: Collection[str]) -> set[str]:
    """Those of these people who are there, for whoever writes something for them outside their own turn.

    They stay until the transaction ends: who is being erased is waited for, and is no longer among them.
    """
    there = select(Person.id).where(Person.id.in_(which)).order_by(Person.id).with_for_update(read=True, key_share=True)
    return set(session.scalars(there)) if which else set()


def wrote(person: Person, rules: Rules, now: datetime) -> None:
    """Somebody wrote: LINE is to be asked for their display name, where it is not known or was asked long ago."""
    if person.name_at is None and (person.named_at is None or now - person.named_at > rules.span("profile", "refresh_days")):
        person.name_at = now


def nameless(session: Session, now: datetime, limit: int) -> list[str]:
    """People whose display name is to be asked for."""
    due = select(Person.id).where(Person.name_at.is_not(None), Person.name_at <= now)
    return list(session.scalars(due.order_by(Person.name_at).limit(limit)))


def claim_name(session: Session, person: str, now: datetime, until: datetime) -> bool:
    """Whether asking is ours; nobody else asks before `until`."""
    mine = update(Person).where(Person.id == person, Person.name_at <= now).values(name_at=until)
    changed = session.execute(mine.execution_options(synchronize_session=False))
    return changed.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def named(session: Session, person: str, name: bytes | None, again: datetime | None, now: datetime) -> None:
    """The name, encrypted; or when to ask again. Somebody erased meanwhile stays unknown."""
    row = session.get(Person, person, with_for_update=True)
    if row is None:
        return
    row.name_at = again
    if again is None:
        row.named_at = now
    if name is not None:
        row.name, row.stale = name, True


def call(person: Person, name: str | None, box: MultiFernet) -> None:
    """What the person asks to be called; None: as LINE has it."""
    person.called, person.stale = None if name is None else box.encrypt(name.encode()), True


def accounts(session: Session, person: Person) -> list[str]:
    """The LINE ids that are this one person's, theirs first."""
    if person.merged_into is None:
        return [person.id]
    others = session.scalars(select(Person.id).where(Person.merged_into == person.merged_into, Person.id != person.id))
    return [person.id, *sorted(others)]


def keep_phone(person: Person, phone: str | None, box: MultiFernet) -> None:
    """Keep the telephone number encrypted, or forget it."""
    person.phone, person.stale = None if phone is None else box.encrypt(phone.encode()), True


def contact(session: Session, case: Case, box: MultiFernet | None) -> str | None:
    """How the agency may reach the reporter, in clear: only where they agreed for this case."""
    if not case.share_contact or case.reporter is None or box is None:
        return None
    person = session.get(Person, case.reporter)
    return None if person is None else phone(person, box)


def called(session: Session, person: str | None, box: MultiFernet | None) -> str | None:
    """How the person calls themself in LINE, where that is known: with a request at the registry that is open."""
    if person is None or box is None:
        return None
    query = select(RegistryRequest.name).where(RegistryRequest.person == person, RegistryRequest.name.is_not(None))
    name = session.scalar(query.order_by(RegistryRequest.asked_at.desc()).limit(1))
    return None if name is None else box.decrypt(name).decode()


def phone(person: Person, box: MultiFernet) -> str | None:
    """The telephone number in clear."""
    return None if person.phone is None else box.decrypt(person.phone).decode()
