"""Sessions of the quiz on disk: made by staff, answered by people, summed up without names. A Session first."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import quiz, short_codes
from casework.catalog import agencies
from casework.quiz import Results, Try
from casework.refusals import Refused
from casework.rules import Rules
from storage.models_training import QuizSession, QuizTry

KIND = "Q"
"""The letter that a session's code begins with."""


def open_session(
    session: Session, name: str, agency: str | None, rules: Rules, now: datetime, who: str, *, days: float | None = None
) -> QuizSession:
    """A training's quiz with a code of its own. Raises Refused for no name or an unknown agency."""
    name = " ".join(name.split())
    if not name:
        raise Refused("refused.no_text")
    if agency is not None and agency not in agencies():
        raise Refused("refused.unknown_agency", agency=agency)
    asked = list(quiz.draw(secrets.randbits(32), rules.whole("quiz", "questions")))
    lasts = rules.span("quiz", "session_days") if days is None else timedelta(days=days)
    code = short_codes.new(KIND)
    while session.scalar(select(QuizSession.id).where(QuizSession.code == code)) is not None:
        code = short_codes.new(KIND)
    row = QuizSession(code=code, name=name, agency=agency, asked=asked, made_by=who, made_at=now, closes_at=now + lasts)
    session.add(row)
    session.flush()
    return row


def by_code(session: Session, code: str) -> QuizSession | None:
    """The session with this code, as `short_codes.read` gives it."""
    return session.scalar(select(QuizSession).where(QuizSession.code == code))


def must(session: Session, typed: str) -> QuizSession:
    """The session whose code staff typed. Raises Refused."""
    code = short_codes.read(typed, KIND)
    row = by_code(session, code) if code else None
    if row is None:
        raise Refused("refused.unknown_quiz", code=typed)
    return row


def listed(session: Session, limit: int = 200) -> list[tuple[QuizSession, dict[str, int]]]:
    """The latest sessions, each with how many did which part."""
    rows = session.scalars(select(QuizSession).order_by(QuizSession.id.desc()).limit(limit)).all()
    counted = select(QuizTry.session_id, QuizTry.part, func.count()).where(QuizTry.session_id.in_([r.id for r in rows]))
    done: dict[int, dict[str, int]] = {row.id: {"before": 0, "after": 0} for row in rows}
    for session_id, part, count in session.execute(counted.group_by(QuizTry.session_id, QuizTry.part)):
        done[session_id][part] = count
    return [(row, done[row.id]) for row in rows]


def done_parts(session: Session, row: QuizSession, person: str) -> dict[str, int]:
    """Parts this person has finished, each with how many were right."""
    found = select(QuizTry.part, QuizTry.right).where(QuizTry.session_id == row.id, QuizTry.person == person)
    return {part: len(right) for part, right in session.execute(found)}


def finish(session: Session, row: QuizSession, person: str, part: str, right: Sequence[str], now: datetime) -> bool:
    """Write a finished part down; False where this person has done it before: the first one counts."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    other = select(QuizTry.pair).where(QuizTry.session_id == row.id, QuizTry.person == person).limit(1)
    pair = session.scalar(other) or secrets.token_urlsafe(12)
    made = insert(QuizTry).values(session_id=row.id, person=person, pair=pair, part=part, right=sorted(right), at=now)
    taken = made.on_conflict_do_nothing(index_elements=["session_id", "person", "part"]).returning(QuizTry.id)
    return session.scalar(taken) is not None


def sum_up(session: Session, row: QuizSession) -> Results:
    """A session's results, for the trainer and the reports: numbers, no names."""
    tries = session.execute(select(QuizTry.pair, QuizTry.part, QuizTry.right).where(QuizTry.session_id == row.id))
    return quiz.results([Try(pair, part, frozenset(right)) for pair, part, right in tries], row.asked)


def between(session: Session, since: datetime, until: datetime) -> list[tuple[QuizSession, Results]]:
    """For the reports: the sessions that were made in `[since, until)`, with what came of them."""
    made = select(QuizSession).where(QuizSession.made_at >= since, QuizSession.made_at < until).order_by(QuizSession.id)
    return [(row, sum_up(session, row)) for row in session.scalars(made)]
