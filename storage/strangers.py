"""A case as another citizen may see it: neither its reporter's numbers nor what they are called, whatever they wrote there.

So nothing of it comes into the history of those who were shown a case nearby, or follow one.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import MultiFernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.anonymous import anonymised
from casework.case import CaseView, Similar
from storage.models import Case, Person
from storage.people_index import names
from storage.views import views


def shown(session: Session, rows: Sequence[Case], seen: Sequence[CaseView], box: MultiFernet | None) -> list[CaseView]:
    """These views of these cases without their reporters."""
    known = _called(session, rows, box)
    return [view.for_strangers(known.get(row.reporter or "", ())) for row, view in zip(rows, seen, strict=True)]


def note(session: Session, case: Case, words: str | None, box: MultiFernet | None) -> str | None:
    """Words that were added to a case, without its reporter."""
    return words and anonymised(words, _called(session, [case], box).get(case.reporter or "", ()))


def similar(session: Session, found: Sequence[tuple[Case, float]], box: MultiFernet | None) -> list[Similar]:
    """Near cases as they are shown, to whomever."""
    rows = [case for case, _ in found]
    seen = shown(session, rows, views(session, rows, events=False), box)
    return [Similar(view, metres) for view, (_, metres) in zip(seen, found, strict=True)]


def _called(session: Session, rows: Sequence[Case], box: MultiFernet | None) -> dict[str, tuple[str, ...]]:
    reporters = {row.reporter for row in rows if row.reporter is not None}
    if box is None or not reporters:
        return {}
    return {person.id: tuple(names(person, box)) for person in session.scalars(select(Person).where(Person.id.in_(reporters)))}
