"""What agencies ask the citizen about a case, and whether it was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from casework.case import OPEN
from storage.models import Case
from storage.models_groups import Question

_ASKED = (
    select(Case)
    .join(Question, Question.case_id == Case.id)
    .where(
        Case.reporter == bindparam("person"),
        Question.answered_at.is_(None),
        Question.at > bindparam("since"),
        Case.status.in_(OPEN),
    )
    .order_by(Question.id.desc())
    .limit(1)
)


def asked(session: Session, person: str, since: datetime) -> Case | None:
    """The person's own open case about which an agency asked last and has no answer yet."""
    return session.scalar(_ASKED, {"person": person, "since": since})


def answered(session: Session, case: Case, now: datetime) -> None:
    """What the agency asked about the case has its answer."""
    session.execute(update(Question).where(Question.case_id == case.id, Question.answered_at.is_(None)).values(answered_at=now))
