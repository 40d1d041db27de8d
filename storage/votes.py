"""Followers' votes on a fix. The reporter's word counts for the case; theirs decides where the reporter says nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import cases
from storage.models import Case, Follower


def vote(session: Session, case: Case, person: str, fixed: bool, now: datetime) -> bool:
    """A follower says whether it is fixed, once in a round; False where that was said before."""
    follower = session.get_one(Follower, (case.id, person))
    if follower.vote_round == case.round and follower.vote == fixed:
        return False
    follower.vote, follower.vote_round = fixed, case.round
    cases.add_note(session, case, "", now, actor="follower", told=True, kind="agreed" if fixed else "disagreed").note = None
    return True


def doubted(session: Session, case: Case) -> bool:
    """More followers say that it is not fixed than say that it is, in this round."""
    votes = session.scalars(select(Follower.vote).where(Follower.case_id == case.id, Follower.vote_round == case.round)).all()
    return votes.count(False) > votes.count(True)
