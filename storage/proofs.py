"""Photos of results on disk: what a new one is compared with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.evidence import Proof
from casework.rules import Rules
from storage.models import Case, CaseEvent, Media


def of(row: Media) -> Proof:
    """What is known of a stored photo."""
    return Proof(row.original_sha256 or row.sha256 or "", row.look)


def complaint(session: Session, case: Case) -> list[Proof]:
    """The photos that the citizen and followers sent."""
    query = select(Media).where(Media.case_id == case.id, Media.role.not_in(("result", "proof")), Media.sha256.is_not(None))
    return [of(row) for row in session.scalars(query)]


def earlier(session: Session, case: Case, rules: Rules, new: int) -> list[Proof]:
    """Results: all of this case, those with the same bytes anywhere, and the agency's latest ones."""
    row = session.get_one(Media, new)
    results = select(Media).where(Media.role == "result", Media.id != new, Media.sha256.is_not(None))
    same = results.where(Media.original_sha256 == row.original_sha256).limit(1)
    latest = (
        results.join(Case, Case.id == Media.case_id)
        .where(Case.agency == case.agency)
        .order_by(Media.id.desc())
        .limit(rules.whole("evidence", "earlier"))
    )
    own = results.where(Media.case_id == case.id)
    return [of(each) for query in (same, own, latest) for each in session.scalars(query)]


def accepted_at(session: Session, case: Case) -> datetime | None:
    """When the case was taken in its present round."""
    query = select(CaseEvent.at).where(CaseEvent.case_id == case.id, CaseEvent.status.in_(("accepted", "inspecting")))
    return session.scalar(query.where(CaseEvent.kind.in_(("move", "arrived"))).order_by(CaseEvent.id.desc()).limit(1))
