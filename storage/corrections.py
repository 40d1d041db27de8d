"""What people put right about the category that was suggested: the rows from which the next model learns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.contact import mask
from storage.models import Case, CaseEvent

PAGE = 500
SORTED = "sorted"
"""The kind of event by which staff put a case into another category."""


class Correction(NamedTuple):
    """A complaint's words (numbers of telephones and cards hidden), what was suggested, what it is, and who said so."""

    text: str
    guessed: str
    category: str
    by: str
    at: datetime


def all_of(session: Session, since: datetime | None = None) -> Iterator[Correction]:
    """Every case whose category is not the suggested one, oldest first."""
    staff = select(CaseEvent.id).where(CaseEvent.case_id == Case.id, CaseEvent.kind == SORTED).exists()
    query = (
        select(Case.id, Case.text, Case.guessed, Case.category, staff, Case.created_at)
        .where(Case.guessed.is_not(None), Case.guessed != Case.category, Case.kind == "complaint")
        .order_by(Case.id)
    )
    if since is not None:
        query = query.where(Case.created_at >= since)
    for _, text, guessed, category, by_staff, at in session.execute(query.execution_options(yield_per=PAGE)):
        yield Correction(mask(text), guessed or "", category, "staff" if by_staff else "citizen", at)
