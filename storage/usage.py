"""What is counted day by day, so that it outlasts the rows it was counted from. Nobody can be found in it.

`what` of usage_days → `detail`: `heard`, `answered` (messages of citizens in 1:1 chats, and those with an answer by the time
of counting), `people` (who wrote on that day), `wait` (seconds until LINE took the answer, as the upper bound of a step),
`sent` (reply, push), `talk` (`flow question end`), `followers`, `reach`, `blocks` (what LINE says).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from casework.groups import CODES
from casework.periods import day_end
from casework.thai_time import bangkok
from storage import facts
from storage.models import Fact, OutboxMessage
from storage.models_history import Message
from storage.models_reports import TalkEnd, UsageDay

COUNTED = "usage_counted"
"""The fact that holds the last day that was counted."""
LATE = timedelta(minutes=15)
"""A day is counted so long after its end: its last messages are answered by then."""
STEPS = (1, 2, 3, 5, 10, 20, 30, 60, 300, 3600)
"""Upper bounds of the steps of waiting, in seconds; beyond them `more`."""
MORE = "more"
NO_MESSAGES = ("follow", "unfollow", "join", "leave", "unsend", "messageEdited")
_OVER = text("outbox.state IN ('sent','shown','dropped','unsure')")
"""As the index has it, so that it serves."""
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
Counts = dict[tuple[str, str], int]


def ended(session: Session, flow: str, left_at: str, end: str, now: datetime) -> None:
    """A conversation ended: with what, and which question was open last."""
    if flow == CODES:
        return
    session.add(TalkEnd(at=now, flow=flow, left_at=left_at[:32], ended=end[:32]))


def due(session: Session, now: datetime) -> date | None:
    """The next day to be counted; None where that is done. The first time: yesterday."""
    yesterday = (bangkok(now - LATE) - timedelta(days=1)).date()
    fact = session.get(Fact, COUNTED)
    day = yesterday if fact is None else date.fromisoformat(fact.value) + timedelta(days=1)
    return day if day <= yesterday else None


def count(session: Session, day: date, fresh: timedelta) -> Counts:
    """Everything of a day but what LINE tells. `fresh`: how long after its message a reply's token is used."""
    start, end = day_end(day - timedelta(days=1)), day_end(day)
    found: Counts = {}
    theirs = (Message.at >= start, Message.at < end, Message.who == "citizen", Message.kind.not_in(NO_MESSAGES))
    later = aliased(Message)
    answer = exists().where(later.person == Message.person, later.id > Message.id, later.who != "citizen", later.kind != "news")
    heard = select(func.count(), func.count(func.distinct(Message.person))).where(*theirs)
    found["heard", ""], found["people", ""] = map(int, session.execute(heard).one())
    found["answered", ""] = int(session.scalar(select(func.count()).where(*theirs, answer)) or 0)
    sent = select(
        *(OutboxMessage.via, OutboxMessage.purpose, OutboxMessage.reply_until, OutboxMessage.created_at, OutboxMessage.sent_at)
    ).where(
        _OVER,
        OutboxMessage.created_at >= start,
        OutboxMessage.created_at < end,
        OutboxMessage.sent_at.is_not(None),
    )
    made: Counter[tuple[str, str]] = Counter()
    for via, purpose, until, created, at in session.execute(sent):
        made["sent", via or ""] += 1
        if purpose == "talk":
            # A reply's token is good for so long after its message came in; without it the turn's own time must do.
            since = created if until is None else until - fresh
            if at is not None:
                made["wait", step((at - since).total_seconds())] += 1
    ends = select(TalkEnd.flow, TalkEnd.left_at, TalkEnd.ended, func.count()).where(TalkEnd.at >= start, TalkEnd.at < end)
    for flow, left_at, end_, n in session.execute(ends.group_by(TalkEnd.flow, TalkEnd.left_at, TalkEnd.ended)):
        made["talk", f"{flow} {left_at} {end_}"[:64]] += int(n)
    return found | made


def step(seconds: float) -> str:
    """The step of waiting that so many seconds belong to."""
    return next((str(bound) for bound in STEPS if seconds <= bound), MORE)


def keep(session: Session, day: date, counts: Counts, now: datetime) -> bool:
    """Write a day's counts down, and forget the ends of talks in them. False where another process has done it."""
    fact = facts.held(session, COUNTED, (day - timedelta(days=1)).isoformat(), now)
    if date.fromisoformat(fact.value) >= day:
        return False
    put(session, day, counts)
    session.execute(delete(TalkEnd).where(TalkEnd.at < day_end(day)))
    fact.value, fact.at = day.isoformat(), now
    return True


def put(session: Session, day: date, counts: Counts) -> None:
    """Write counts of a day down; what was known of it before is replaced."""
    rows = [{"day": day.isoformat(), "what": what, "detail": detail, "n": n} for (what, detail), n in counts.items()]
    if rows:
        made = _INSERT[session.get_bind().dialect.name](UsageDay).values(rows)
        again = made.on_conflict_do_update(index_elements=["day", "what", "detail"], set_={"n": made.excluded.n})
        session.execute(again)


def days(session: Session, first: date, last: date, what: str) -> list[tuple[str, str, int]]:
    """(day, detail, n) of these days, in their order."""
    query = select(UsageDay.day, UsageDay.detail, UsageDay.n).where(
        UsageDay.day >= first.isoformat(), UsageDay.day <= last.isoformat(), UsageDay.what == what
    )
    return [(day, detail, int(n)) for day, detail, n in session.execute(query.order_by(UsageDay.day, UsageDay.detail))]


def share_of_steps(steps: dict[str, int], share: float) -> str | None:
    """The step within which this share of all waits lies: `5` (seconds) or `more`; None of no waits."""
    total, below = sum(steps.values()), 0
    for bound in (*map(str, STEPS), MORE):
        below += steps.get(bound, 0)
        if total and below >= share * total - 1e-9:
            return bound
    return None


def known_steps() -> Sequence[str]:
    """All steps, the shortest first."""
    return (*map(str, STEPS), MORE)
