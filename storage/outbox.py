"""The outbox: what is owed to LINE. A turn or a job writes rows in its own transaction; the sender alone pays them."""

from __future__ import annotations

import json
import logging
import os
import socket
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Boolean, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storage import ledger
from storage.columns import DEAD, SENDING, UNSURE, WAITING
from storage.models import OutboxMessage

LEASE = timedelta(seconds=20)
"""How long a sender may take for one call; after that the row is looked at as left behind by a dead one."""

Message = dict[str, Any]
ERASED = "erased"
"""The purpose of what goes to somebody who has been erased."""
HOST = socket.gethostname()[:40]


log = logging.getLogger("outbox")


class Owed(NamedTuple):
    """A row that is being paid."""

    id: int
    chat: str
    reply_token: str | None
    reply_until: datetime | None
    messages: str
    retry_key: str
    attempts: int
    created_at: datetime
    first_tried_at: datetime | None
    state: str
    recipients: str | None = None
    """JSON list of the people of a multicast."""


class Outcome(NamedTuple):
    """How one call ended, see settle()."""

    row: Owed
    state: str
    via: str
    error: str | None = None
    retry_in: timedelta | None = None
    drop_token: bool = False
    ids: Sequence[str] = ()
    """LINE's ids of the sent messages."""
    used_up: bool = False
    """LINE said that the month's messages are used up."""
    doubtful: bool = False
    """LINE may have taken it all the same."""


_OPEN = (WAITING, SENDING)
# Statements of every turn are built once: building them costs more than running them.
# Over the table, not the class: half of the time.
_TABLE = OutboxMessage.metadata.tables["outbox"]
_T, _EARLIER = _TABLE.c, _TABLE.alias("earlier").c
_OWE = insert(_TABLE)
_HEADS = (
    select(
        _T.id,
        _T.chat,
        _T.reply_token,
        _T.reply_until,
        _T.messages,
        _T.retry_key,
        _T.attempts,
        _T.created_at,
        _T.first_tried_at,
        _T.state,
        _T.recipients,
    )
    .where(
        _T.state.in_(_OPEN),
        _T.due_at <= bindparam("now"),
        ~exists().where(_EARLIER.state.in_(_OPEN), _EARLIER.chat == _T.chat, _EARLIER.id < _T.id),
    )
    .order_by(_T.id)
    .limit(bindparam("limit"))
)
_HEADS_LOCKED = _HEADS.with_for_update(skip_locked=True, of=_TABLE)
# What a claim found is checked again here: on PostgreSQL another sender may have been quicker.
_CLAIM = (
    update(_TABLE)
    .where(
        _T.id.in_(bindparam("ids", expanding=True)),
        _T.due_at <= bindparam("now"),
        _T.state == bindparam("was"),
    )
    .values(
        state="sending",
        via=bindparam("how"),
        error=bindparam("who"),
        attempts=_T.attempts + 1,
        due_at=bindparam("until"),
        doubtful=or_(_T.doubtful, bindparam("left", type_=Boolean)),
        first_tried_at=func.coalesce(_T.first_tried_at, bindparam("now")),
    )
    .returning(_T.id)
)
_UNSURE_NOW = (
    update(_TABLE)
    .where(
        _T.id.in_(bindparam("ids", expanding=True)),
        _T.due_at <= bindparam("now"),
        _T.state == SENDING,
        _T.via == "reply",
    )
    .values(state="unsure", reply_token=None, error="its sender died")
)
_SENT = (
    update(_TABLE)
    .where(
        _T.id.in_(bindparam("ids", expanding=True)),
        _T.state == SENDING,
    )
    .values(
        state="sent",
        error=None,
        via=bindparam("how"),
        sent_at=bindparam("now"),
        messages="[]",
        reply_token=None,
        recipients=None,
    )
    .returning(_T.id, _T.chat, _T.purpose, _T.about)
)
_UNSURE = select(_T.id, _T.messages).where(_T.chat == bindparam("chat"), _T.state == UNSURE).order_by(_T.id)


def owe(
    session: Session,
    chat: str,
    messages: Sequence[Message],
    now: datetime,
    *,
    reply_token: str | None = None,
    reply_until: datetime | None = None,
    about: str | None = None,
    purpose: str = "talk",
) -> None:
    """Owe the chat these messages (at most five): as a reply while the token is fresh, else as a push.

    `about` (`case:69-0001238`): what a quote of them in a group speaks about. `purpose`: for the ledger of pushes.
    """
    key = str(uuid.uuid4())
    log.info("owed", extra={"about": {"message": name_of(key)}})
    session.connection().execute(
        _OWE,
        {
            "chat": chat,
            "messages": json.dumps(messages, ensure_ascii=False, separators=(",", ":")),
            "reply_token": reply_token,
            "reply_until": reply_until,
            "retry_key": key,
            "state": "waiting",
            "attempts": 0,
            "due_at": now,
            "created_at": now,
            "about": about,
            "purpose": purpose,
        },
    )


def name_of(retry_key: str) -> str:
    """The message's name in the log: enough of its key to find it by, and of no use at LINE."""
    return retry_key[:8]


def heads(session: Session, now: datetime, limit: int) -> list[Owed]:
    """The oldest unpaid row of each chat where it is due: waiting, or left in `sending` beyond its lease."""
    shared = session.get_bind().dialect.name == "postgresql"
    rows = session.connection().execute(_HEADS_LOCKED if shared else _HEADS, {"now": now, "limit": limit})
    return [Owed._make(row) for row in rows]


def claim(session: Session, rows: Sequence[Owed], now: datetime) -> list[Owed]:
    """Take the rows for sending; returns those that are ours to send now. Commit durably before sending any.

    A row found in `sending` was left by a sender that died: its fate is unknown. A push is sent again with its key; a
    reply is never repeated, it becomes `unsure` and is shown when the person writes next.
    """
    left = [row.id for row in rows if row.state == "sending"]
    if left:
        session.connection().execute(_UNSURE_NOW, {"ids": left, "now": now})
        unsure = select(OutboxMessage.id).where(OutboxMessage.id.in_(left), OutboxMessage.state == UNSURE)
        _forget_erased(session, session.scalars(unsure).all())
    found: set[int] = set()
    waiting = [row for row in rows if row.state == "waiting"]
    for via, state, ids in (
        ("reply", "waiting", [row.id for row in waiting if fresh(row, now)]),
        ("push", "waiting", [row.id for row in waiting if not fresh(row, now)]),
        ("push", "sending", left),
    ):
        if ids:
            values = {"ids": ids, "was": state, "how": via, "now": now, "until": now + LEASE, "who": f"{HOST}/{os.getpid()}"}
            values["left"] = state == "sending"
            found.update(session.connection().scalars(_CLAIM, values))
    return [row for row in rows if row.id in found]


def fresh(row: Owed, now: datetime) -> bool:
    """Whether the row still has a reply token that LINE will take."""
    return row.reply_token is not None and row.reply_until is not None and now < row.reply_until


def settle(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write down how the calls ended. A sent row keeps its key and times and forgets its words.

    What was sent is booked with it, once: a row that another process has settled already is left alone.
    """
    for via in ("reply", "push"):
        paid = {out.row.id: out for out in outcomes if out.state == "sent" and out.via == via}
        if paid:
            rows = session.connection().execute(_SENT, {"ids": list(paid), "how": via, "now": now}).all()
            _forget_erased(session, [row for row, _, why, _ in rows if why == ERASED])
            sent = [ledger.Sent(chat, why, about, via, paid[row].ids, _people(paid[row].row)) for row, chat, why, about in rows]
            ledger.book(session, sent, now)
    if any(out.used_up for out in outcomes):
        ledger.refused(session, now)
    for out in outcomes:
        if out.state == "sent":
            continue
        values: dict[str, Any] = {"state": out.state, "error": out.error, "via": out.via}
        if out.state == "waiting":
            values["due_at"] = now + (out.retry_in or timedelta())
        if out.doubtful:
            values["doubtful"] = True
        if out.drop_token:
            values |= {"reply_token": None, "reply_until": None}
        session.execute(
            update(OutboxMessage).where(OutboxMessage.id == out.row.id, OutboxMessage.state == SENDING).values(**values)
        )
        if out.state != "waiting":
            _forget_erased(session, [out.row.id])


def _forget_erased(session: Session, ids: Sequence[int]) -> None:
    """Messages to somebody who has been erased leave nothing behind, however they ended."""
    if ids:
        session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids), OutboxMessage.purpose == ERASED))


def _people(row: Owed) -> int | None:
    return None if row.recipients is None else len(json.loads(row.recipients))


def recover(session: Session, now: datetime) -> None:
    """At start: rows that a dead process of this machine was sending need not wait for their lease."""
    rows = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.state.in_(_OPEN), OutboxMessage.state == SENDING, OutboxMessage.error.like(f"{HOST}/%")
        )
    )
    for row in rows:
        pid = (row.error or "").rpartition("/")[2]
        if pid.isdigit() and (int(pid) == os.getpid() or not _alive(int(pid))):
            row.due_at = now


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def take_unsure(session: Session, chat: str, room: int, *, without: Sequence[Message] = ()) -> list[Message]:
    """The latest messages to this chat that may never have arrived, at most `room`, in order, to be shown again now.

    Their rows are marked as shown; earlier ones stay, for the next time. Messages in `without` are left out.
    """
    found: list[Message] = []
    shown: list[int] = []
    for which, kept in reversed(session.connection().execute(_UNSURE, {"chat": chat}).all()):
        messages = [m for m in json.loads(kept) if m not in without]
        rest = max(0, len(messages) - (room - len(found)))
        found[:0] = messages[rest:]
        if rest:
            left = json.dumps(messages[:rest], ensure_ascii=False, separators=(",", ":"))
            session.execute(update(OutboxMessage).where(OutboxMessage.id == which).values(messages=left))
            break
        shown.append(which)
    if shown:
        session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(shown)).values(state="shown", messages="[]"))
    return found


def oldest_unsent(session: Session) -> datetime | None:
    """When the longest owed message was written."""
    return session.scalar(select(func.min(OutboxMessage.created_at)).where(OutboxMessage.state.in_(_OPEN)))


def counted(session: Session) -> dict[str, int]:
    """How many messages there are in each state that is not the end. What is sent is not counted: that takes a walk."""
    found = dict.fromkeys(("waiting", "sending", "unsure", "dead"), 0)
    state = OutboxMessage.state
    for some in (state.in_(_OPEN), state == UNSURE, state == DEAD):
        found |= {row[0]: row[1] for row in session.execute(select(state, func.count()).where(some).group_by(state))}
    return found
