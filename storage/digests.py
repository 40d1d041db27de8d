"""What a group's digest tells, and whose it is. Plain functions, a Session first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy import case as if_else
from sqlalchemy.orm import Session

from casework.case import UNACKNOWLEDGED, UNFIXED
from casework.catalog import CENTRE, agencies, categories, for_groups
from casework.digest import Digest
from casework.groups import STAFF, WORKING
from storage.models import Case, CaseEvent
from storage.models_groups import Group
from storage.views import views

MOST = 10
"""Cases on one card; of the others the number is told."""
SET_BACK = timedelta(days=1)


def due(session: Session, slot: datetime, now: datetime, limit: int) -> Sequence[Group]:
    """Groups that have had no digest since this hour, held for this transaction.

    One that seems to have had it in the future had it before the clock was set back.
    """
    last = Group.digest_at
    query = select(Group).where(
        Group.kind.in_(WORKING), Group.left_at.is_(None), or_(last.is_(None), last < slot, last > now + SET_BACK)
    )
    return session.scalars(query.order_by(Group.id).limit(limit).with_for_update(skip_locked=True)).all()


def with_groups(session: Session) -> set[str]:
    """Agencies that have a group."""
    query = select(Group.agency).where(Group.kind.in_(WORKING), Group.left_at.is_(None), Group.agency.is_not(None))
    return {agency for agency in session.scalars(query) if agency is not None}


def theirs(agency: str, have_groups: Collection[str]) -> list[str]:
    """Whose cases this agency's group is told of: its own; the centre's also of those without a group.

    Staff stand in for a centre without a group.
    """
    if agency == CENTRE or (agency == STAFF and CENTRE not in have_groups):
        return [code for code in agencies() if code not in have_groups or code == agency]
    return [] if agency == STAFF else [agency]


def digest(session: Session, codes: Sequence[str], since: datetime, now: datetime) -> Digest | None:
    """What these agencies need to know now; None where there is nothing."""
    if not codes:
        return None
    alerted = select(CaseEvent.id).where(CaseEvent.case_id == Case.id, CaseEvent.kind == "alerted").exists()
    waiting = Case.status.in_(UNACKNOWLEDGED)
    new = and_(Case.urgent.is_(False), waiting, Case.created_at > since, ~alerted)
    late = and_(waiting, Case.acknowledge_by < now)
    overdue = Case.due_at < now
    fresh = or_(new, and_(late, Case.acknowledge_by >= since), and_(overdue, Case.due_at >= since))
    wanted = and_(
        Case.agency.in_(codes),
        Case.status.in_(UNFIXED),
        Case.kind == "complaint",
        Case.category.not_in([code for code in categories() if not for_groups(code)]),
        or_(new, late, overdue),
    )

    def count(which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(if_else((which, 1), else_=0)), 0)

    counts = select(func.count(), count(new), count(late), count(overdue), count(fresh)).select_from(Case).where(wanted)
    total, n_new, n_late, n_overdue, n_fresh = map(int, session.execute(counts).one())
    if not total:
        return None
    order = (if_else((Case.urgent, 0), else_=1), Case.due_at, Case.id)
    rows = session.scalars(select(Case).where(wanted).order_by(*order).limit(MOST)).all()
    shown = [view.for_others() for view in views(session, rows, events=False)]
    return Digest(shown, total, n_new, n_late, n_overdue, n_fresh > 0)
