"""How an announcement goes out, step by step, each step one short transaction: gather, wave after wave, the end.

Nothing is sent here. A wave is an outbox row with up to 500 recipients, written together with the note of who is in it:
whatever dies afterwards, the row is sent with one retry key until its fate is known, and nobody stands in two waves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from casework.news import END, MOVING, NEWS, WAVE, WITHDRAWN
from casework.rules import Rules
from storage import announcements, ledger, multicasts, news
from storage.columns import OWED
from storage.models import Fact, OutboxMessage
from storage.models_news import Announcement, Recipient, Wave
from storage.people import still

AHEAD = 20
"""Waves of one announcement that may wait to be sent: who leaves meanwhile is left out of the later ones."""
LONGEST_LOOK = timedelta(seconds=30)
"""How far ahead a sweep writes waves at the most, however seldom it comes."""
NOT_OVER = ("owed", "dead")
"""States of a wave that may still change: staff can have a dead one tried again."""
_INSERT: dict[str, Any] = {
    "sqlite": sqlite.insert(Recipient).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Recipient).on_conflict_do_nothing(),
}
Render = Callable[[Announcement, str, str], list[dict[str, Any]]]
"""Announcement, kind of wave, language → LINE messages."""


class Tempo(NamedTuple):
    """How quickly waves follow one another."""

    gap: timedelta
    look: timedelta
    """Until the next sweep: waves of that time are written now, each due at its own moment."""


def tempo(rules: Rules) -> Tempo:
    """By `[news] waves_minute` and `[jobs] sweep_seconds`."""
    gap = timedelta(minutes=1) / max(0.01, rules.number("news", "waves_minute"))
    return Tempo(gap, min(LONGEST_LOOK, rules.span("jobs", "sweep_seconds")))


def largest(rules: Rules) -> int:
    """People in a wave: `[news] wave_people`, within what LINE takes."""
    return max(1, min(WAVE, rules.whole("news", "wave_people")))


def due(session: Session, now: datetime, pace: Tempo) -> bool:
    """Whether an announcement has something to do."""
    return session.scalar(_due(now, pace).with_only_columns(Announcement.id)) is not None


def take(session: Session, now: datetime, pace: Tempo) -> Announcement | None:
    """The one that is due the longest, held for a step; one that another process is at is passed over."""
    found: Announcement | None = session.scalar(_due(now, pace).with_for_update(skip_locked=True))
    return found


def _due(now: datetime, pace: Tempo) -> Any:
    soon = or_(Announcement.due_at <= now, and_(Announcement.due_at <= now + pace.look, Announcement.state.in_(MOVING)))
    return select(Announcement).where(Announcement.due_at.is_not(None), soon).order_by(Announcement.due_at).limit(1)


def step(session: Session, row: Announcement, rules: Rules, render: Render, now: datetime) -> None:
    """The next step of an announcement that is due."""
    pace = tempo(rules)
    over = row.until_at is not None and row.until_at <= now
    if row.state == "scheduled":
        _begin(row, now, over=over)
        return
    _look_after(session, row, now)
    if row.state in {"gathering", "sending", "sent"} and over:
        _stop(session, row, now)
        row.state, row.due_at = "ending", now
    elif row.state == "gathering":
        _gather(session, row, now)
    elif row.state == "sending":
        _send(session, row, rules, pace, render, now)
    elif row.state in {"ending", "stopping"}:
        _tell_again(session, row, rules, pace, render, now)
    else:
        row.due_at = row.until_at  # sent: nothing before its end


def _begin(row: Announcement, now: datetime, *, over: bool) -> None:
    if over:
        row.state, row.due_at, row.done_at = "missed", None, now
    else:
        row.state, row.begun_at, row.due_at = "gathering", now, now


def _gather(session: Session, row: Announcement, now: datetime) -> None:
    """The next page of its audience."""
    lists = news.sources(row.districts, row.topics)
    if row.source < len(lists):
        readers, behind = news.page(session, lists[row.source], row.behind, row.districts, row.topics)
        there = still(session, [who for who, _ in readers])
        of = {"announcement_id": row.id, "at": now}
        found = [{**of, "person": who, "language": language} for who, language in readers if who in there]
        if found:
            session.execute(_INSERT[session.get_bind().dialect.name], found)
        row.source, row.behind = (row.source, behind) if behind is not None else (row.source + 1, "")
    if row.source >= len(lists):
        row.reach = int(session.scalar(select(func.count()).where(Recipient.announcement_id == row.id)) or 0)
        row.state = "sending"
    row.due_at = now


def _send(session: Session, row: Announcement, rules: Rules, pace: Tempo, render: Render, now: datetime) -> None:
    """One more wave, or the end of sending where all is sent."""
    at = max(now, row.due_at or now)
    if _owed(session, row) >= AHEAD + pace.look / pace.gap:
        row.due_at = now + pace.look + pace.gap
        return
    language = _language_left(session, row)
    if language is None:
        if _owed(session, row):
            row.due_at = now + pace.look + pace.gap
        else:
            row.state, row.done_at, row.held, row.due_at = "sent", now, False, row.until_at
        return
    row.held = _must_wait(session, row, rules, now)
    if row.held:
        row.due_at = now + pace.look + pace.gap
        return
    query = select(Recipient.person).where(
        Recipient.announcement_id == row.id, Recipient.wave.is_(None), Recipient.language == language
    )
    people = session.scalars(query.order_by(Recipient.person).limit(largest(rules))).all()
    staying = news.still(session, people, row.districts, row.topics)
    row.waves += bool(staying)
    _enlist(session, row, staying, row.waves)
    _enlist(session, row, sorted(set(people) - set(staying)), 0)
    if staying:
        _owe(session, row, (NEWS, row.waves, language), staying, render, at, now)
        at += pace.gap * _rivals(session)
    row.due_at = at


def _language_left(session: Session, row: Announcement) -> str | None:
    """The language of those who are not told yet, Thai first."""
    for language in ("th", "en"):
        left = select(Recipient.person).where(
            Recipient.announcement_id == row.id, Recipient.wave.is_(None), Recipient.language == language
        )
        if session.scalar(left.limit(1)) is not None:
            return language
    return None


def _enlist(session: Session, row: Announcement, people: Sequence[str], wave: int) -> None:
    if people:
        theirs = update(Recipient).where(Recipient.announcement_id == row.id, Recipient.person.in_(people))
        session.execute(theirs.values(wave=wave).execution_options(synchronize_session=False))


def _owe(
    session: Session,
    row: Announcement,
    wave: tuple[str, int, str],
    people: Sequence[str],
    render: Render,
    at: datetime,
    now: datetime,
) -> None:
    """The outbox row and the wave's own: `wave` is its kind, number and language."""
    kind, number, language = wave
    made = Wave(announcement_id=row.id, kind=kind, number=number, language=language, people=len(people), at=at, state="dropped")
    if people:
        messages = render(row, kind, language)
        made.outbox_id = multicasts.owe(session, f"wave:{row.id}", people, messages, at, now, "announce")
        made.state = "owed"
    session.add(made)
    session.flush()


def _rivals(session: Session) -> int:
    """Announcements that go out at this time: they share the pace."""
    moving = select(func.count()).where(Announcement.due_at.is_not(None), Announcement.state.in_(MOVING))
    return max(1, int(session.scalar(moving) or 1))


def _must_wait(session: Session, row: Announcement, rules: Rules, now: datetime) -> bool:
    """Whether another wave would take what is kept for alarms.

    One that staff sent over the budget is only held by what LINE itself allows.
    """
    most = ledger.budget(session, rules)
    if row.over_budget and most is not None:
        fact = session.get(Fact, ledger.QUOTA)
        said = fact.value.split(" ")[0] if fact is not None else ""
        most = max(most, int(said)) if said.isdecimal() else None
    if most is None:
        return False
    owed = int(session.scalar(select(func.coalesce(func.sum(Wave.people), 0)).where(Wave.state == OWED)) or 0)
    next_one = min(largest(rules), max(1, row.reach))
    return ledger.used(session, now) + owed + next_one > most - announcements.reserve(rules, most)


def _owed(session: Session, row: Announcement) -> int:
    """Waves of it that are on their way."""
    query = select(func.count()).select_from(Wave).where(Wave.announcement_id == row.id, Wave.state == OWED)
    return int(session.scalar(query) or 0)


def _look_after(session: Session, row: Announcement, now: datetime) -> None:
    """What became of waves that were on their way."""
    going = (
        select(Wave, OutboxMessage.state)
        .join(OutboxMessage, OutboxMessage.id == Wave.outbox_id)
        .where(Wave.announcement_id == row.id, Wave.state.in_(NOT_OVER))
    )
    for wave, state in session.execute(going):
        wave.state = {"sent": "sent", "dropped": "dropped", "dead": "dead"}.get(state, "owed")
    session.flush()


def _stop(session: Session, row: Announcement, now: datetime) -> None:
    """Nothing more of it leaves: waves that LINE has certainly not taken are called back, the rest is not made."""
    going = select(Wave.outbox_id).where(
        Wave.announcement_id == row.id, Wave.state.in_(NOT_OVER), Wave.kind == NEWS, Wave.outbox_id.is_not(None)
    )
    back = multicasts.call_back(session, [which for which in session.scalars(going) if which is not None])
    if back:
        gone = update(Wave).where(Wave.announcement_id == row.id, Wave.outbox_id.in_(back)).values(state="dropped")
        session.execute(gone.execution_options(synchronize_session=False))
    rest = update(Recipient).where(Recipient.announcement_id == row.id, Recipient.wave.is_(None)).values(wave=0)
    session.execute(rest.execution_options(synchronize_session=False))


def _tell_again(session: Session, row: Announcement, rules: Rules, pace: Tempo, render: Render, now: datetime) -> None:
    """The end notice or the withdrawal, to each wave that was sent; then it is over."""
    if row.state == "stopping":
        _stop(session, row, now)
    kind = END if row.state == "ending" else WITHDRAWN
    at = max(now, row.due_at or now)
    heard = _unanswered(session, row, kind) if kind == END or row.withdraws else None
    if heard is not None:
        people = session.scalars(
            select(Recipient.person)
            .where(Recipient.announcement_id == row.id, Recipient.wave == heard.number)
            .order_by(Recipient.person)
        ).all()
        _owe(session, row, (kind, heard.number, heard.language), news.reachable(session, people), render, at, now)
        row.due_at = at + pace.gap * _rivals(session)
    elif _owed(session, row):
        row.due_at = now + pace.look + pace.gap
    else:
        row.state = "ended" if row.state == "ending" else "cancelled"
        row.due_at, row.done_at = None, now


def _unanswered(session: Session, row: Announcement, kind: str) -> Wave | None:
    """A wave of the announcement that was sent and has not been told its end, or its withdrawal."""
    told = aliased(Wave)
    query = select(Wave).where(
        Wave.announcement_id == row.id,
        Wave.kind == NEWS,
        Wave.state == "sent",
        ~select(told.number)
        .where(told.announcement_id == row.id, told.kind == kind, told.number == Wave.number)
        .correlate(Wave)
        .exists(),
    )
    return session.scalar(query.order_by(Wave.number).limit(1))
