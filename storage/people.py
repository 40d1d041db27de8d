"""People: their language, what they were told about their data, the number they left."""

from __future__ import annotations

from datetime import datetime

from cryptography.fernet import MultiFernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case, Person
from storage.models_registry import RegistryRequest


def meet(session: Session, person: str, now: datetime) -> Person:
    """The person, written down at the first meeting."""
    found = session.get(Person, person)
    if found is None:
        found = Person(id=person, language="th", follows=False, created_at=now)
        session.add(found)
    return found


def keep_phone(person: Person, phone: str | None, box: MultiFernet) -> None:
    """Keep the telephone number encrypted, or forget it."""
    person.phone = None if phone is None else box.encrypt(phone.encode())


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
