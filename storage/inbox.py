"""The inbox: webhook events on disk before they are answered, then taken one by one, a chat's in LINE's order."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.columns import PARKED, WAITING, storable
from storage.engine import Store
from storage.models import InboxEvent

NOBODY = ""
"""In the place of the chat once an event is handled: what is kept of it is its id, to know repeats."""
GIVE_UP_AFTER = 3
"""Failures of a turn before its event is parked for a person to look at."""


LEASE = timedelta(seconds=15)
"""How long a worker of several keeps an event to itself; longer than any turn, short enough after a death."""


class RawEvent(NamedTuple):
    """An event as it came: LINE's id, the chat it belongs to, LINE's time (ms), its JSON text."""

    event_id: str
    chat: str
    at: int
    raw: str


class Waiting(NamedTuple):
    """An event whose turn it is."""

    id: int
    event_id: str
    chat: str
    raw: str
    attempts: int
    received_at: datetime


_KEEP = {
    "sqlite": sqlite.insert(InboxEvent).on_conflict_do_nothing(index_elements=["event_id"]),
    "postgresql": postgresql.insert(InboxEvent).on_conflict_do_nothing(index_elements=["event_id"]),
}


def keep(connection: Connection, events: Sequence[RawEvent], now: datetime) -> None:
    """Insert the events; one whose id is known already is left alone (LINE repeats itself)."""
    rows = [
        {
            "event_id": e.event_id,
            "chat": e.chat,
            "at": e.at,
            "raw": e.raw,
            "due_at": now,
            "received_at": now,
            "state": "waiting",
            "attempts": 0,
        }
        for e in events
    ]
    if rows:
        connection.execute(_KEEP[connection.dialect.name], rows)


_KEEP_SQL = (
    "INSERT INTO inbox (event_id, chat, at, raw, state, attempts, due_at, received_at) VALUES",
    "(?, ?, ?, ?, 'waiting', 0, ?, ?)",
    "ON CONFLICT (event_id) DO NOTHING",
)


def _as_written(events: Sequence[RawEvent], now: datetime) -> list[tuple[object, ...]]:
    """Events in the form that SQLAlchemy writes into SQLite (a test holds that both ways agree)."""
    at = now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return [(e.event_id, e.chat, e.at, storable(e.raw), at, at) for e in events]


# Statements of every turn are built once: building them costs more than running them. Over the table, not the class: a third
# of the time.
_TABLE = InboxEvent.metadata.tables["inbox"]
_T, _EARLIER = _TABLE.c, _TABLE.alias("earlier").c
_SHOWN = (_T.id, _T.event_id, _T.chat, _T.raw, _T.attempts, _T.received_at)
_HEADS = (
    select(*_SHOWN)
    .where(
        _T.state == WAITING,
        _T.due_at <= bindparam("now"),
        ~exists().where(
            _EARLIER.state == WAITING,
            _EARLIER.chat == _T.chat,
            or_(_EARLIER.at < _T.at, and_(_EARLIER.at == _T.at, _EARLIER.id < _T.id)),
        ),
    )
    .order_by(_T.id)
    .limit(bindparam("limit"))
)
_NEXT = _HEADS.with_only_columns(_T.id).with_for_update(skip_locked=True, of=_TABLE)
_LEASE = update(_TABLE).where(_T.id.in_(_NEXT.scalar_subquery())).values(due_at=bindparam("until")).returning(*_SHOWN)
_TAKE = (
    update(_TABLE)
    .where(_T.id == bindparam("which"), _T.state == WAITING)
    .values(state="done", raw=None, error=None, chat=NOBODY)
)
# With the chat itself, until the transaction ends: an earlier event that came late does not run beside a later one.
_TAKE_ALONE = _TAKE.where(func.pg_try_advisory_xact_lock(func.hashtextextended(_T.chat, 0)))


def heads(session: Session, now: datetime, limit: int) -> list[Waiting]:
    """The oldest waiting event of each chat, oldest first, where it is due. A chat whose head waits for a retry waits."""
    return [_waiting(row) for row in session.connection().execute(_HEADS, {"now": now, "limit": limit})]


def _waiting(row: Sequence[Any]) -> Waiting:
    which, event_id, chat, raw, attempts, received_at = row
    return Waiting(which, event_id, chat, raw or "{}", attempts, received_at)


def lease(session: Session, now: datetime, limit: int) -> list[Waiting]:
    """heads() for one of several workers: the others do not see these events until LEASE has passed.

    Only to spare them work in vain; that an event has one effect is take()'s business. PostgreSQL only.
    """
    rows = session.connection().execute(_LEASE, {"now": now, "limit": limit, "until": now + LEASE})
    return sorted(map(_waiting, rows), key=lambda event: event.id)


def release(session: Session, events: Sequence[Waiting], at: datetime) -> None:
    """Give leased events back: due at `at`."""
    ids = [event.id for event in events]
    session.execute(update(InboxEvent).where(InboxEvent.id.in_(ids), InboxEvent.state == WAITING).values(due_at=at))


def take(session: Session, event: Waiting) -> bool:
    """Mark the event as handled and forget what it said; call first in its turn.

    False where somebody else has it, or where a turn of its chat is under way in another worker (PostgreSQL).
    """
    shared = session.get_bind().dialect.name == "postgresql"
    return session.connection().execute(_TAKE_ALONE if shared else _TAKE, {"which": event.id}).rowcount == 1


def waiting_of(session: Session, chat: str, limit: int) -> list[Waiting]:
    """What else waits in a chat, in LINE's order."""
    query = select(*_SHOWN).where(_T.state == WAITING, _T.chat == chat).order_by(_T.at, _T.id).limit(limit)
    return [_waiting(row) for row in session.execute(query)]


def alone(session: Session, chat: str) -> bool:
    """Hold the chat until the transaction ends; False where another worker holds it (PostgreSQL)."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(chat, 0)))))


def set_aside(session: Session, ids: Sequence[int]) -> None:
    """Events that are over a limit: done without an effect, their words forgotten."""
    session.execute(
        update(InboxEvent)
        .where(InboxEvent.id.in_(ids), InboxEvent.state == WAITING)
        .values(state="done", raw=None, error="over the limit", chat=NOBODY)
        .execution_options(synchronize_session=False)
    )


def failed(session: Session, event: Waiting, error: str, now: datetime) -> bool:
    """Put a failed event back with a growing delay; True when it has failed often enough and is parked instead."""
    attempts = event.attempts + 1
    parked = attempts >= GIVE_UP_AFTER
    # Two workers may have tried it at the same time: the failure counts once, and one of them says sorry.
    changed = session.execute(
        update(InboxEvent)
        .where(InboxEvent.id == event.id, InboxEvent.state == WAITING, InboxEvent.attempts == event.attempts)
        .values(
            state="parked" if parked else "waiting",
            attempts=attempts,
            due_at=now + timedelta(seconds=0.5 * 4**event.attempts),
            error=error,
        )
    )
    return parked and changed.rowcount == 1  # type: ignore[attr-defined]


def oldest_waiting(session: Session) -> datetime | None:
    """When the longest waiting event came in."""
    return session.scalar(select(func.min(InboxEvent.received_at)).where(InboxEvent.state == WAITING))


def counted(session: Session) -> dict[str, int]:
    """How many events there are in each state that is not the end. What is done is not counted: that takes a walk."""
    counts = {"waiting": WAITING, "parked": PARKED}
    events = select(func.count()).select_from(InboxEvent)
    return {name: int(session.scalar(events.where(InboxEvent.state == state)) or 0) for name, state in counts.items()}


def add_internal(session: Session, event_id: str, chat: str, raw: str, now: datetime) -> None:
    """An event of the service's own (a photo that could not be fetched), taken like any other."""
    session.execute(
        insert(InboxEvent).values(
            event_id=event_id,
            chat=chat,
            at=int(now.timestamp() * 1000),
            raw=raw,
            due_at=now,
            received_at=now,
            state="waiting",
            attempts=0,
        )
    )


@dataclass(slots=True)
class _Ticket:
    events: Sequence[RawEvent]
    now: datetime
    turn: threading.Lock | None = None
    """Held until it is this one's turn; a caller that leads at once needs none."""
    done: bool = False
    error: BaseException | None = None


class GroupCommit:
    """Keeps events durably, many callers in one commit.

    The first caller leads: it commits all that waits, wakes the others and hands the lead to one that came meanwhile.
    So a lone event costs one commit and a storm costs one commit for as many as came during the last.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._waiting: list[_Ticket] = []
        self._led = False

    def keep(self, events: Sequence[RawEvent], now: datetime) -> None:
        """Return when the events are on disk. Raises what the database raised; kept or not, they may come again."""
        mine = _Ticket(events, now)
        with self._lock:
            self._waiting.append(mine)
            if self._led:
                mine.turn = threading.Lock()
                mine.turn.acquire()
            self._led = True
        if mine.turn is not None:
            mine.turn.acquire()
        if not mine.done:
            self._lead()
        if mine.error is not None:
            raise mine.error

    def _lead(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, []
        error: BaseException | None = None
        try:
            events = [e for ticket in batch for e in ticket.events]
            if self._store.sqlite:
                self._store.keep_rows(*_KEEP_SQL, _as_written(events, batch[0].now))
            else:
                with self._store.keep() as connection:
                    keep(connection, events, batch[0].now)
        except BaseException as problem:
            error = problem
        with self._lock:
            heir = self._waiting[0] if self._waiting else None
            self._led = heir is not None
        for ticket in batch:
            ticket.error, ticket.done = error, True
            if ticket.turn is not None and ticket is not batch[0]:  # the first is this one, awake
                ticket.turn.release()
        if heir is not None and heir.turn is not None:
            heir.turn.release()
