"""A new DATA_KEY: everything encrypted is written anew with the first key, so that the old ones can be thrown away."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from storage import people_index
from storage.columns import OPEN_TALK, PARKED, WAITING, Base
from storage.models import InboxEvent, Talk

BATCH = 500
BEGINS = "gAAAA"
"""How every Fernet token begins: version 0x80 and the first bytes of its time."""


def rotate(session: Session, box: MultiFernet) -> dict[str, int]:
    """Encrypt anew every column of bytes, open talks, and events that wait; how many values in each.

    Raises InvalidToken where a value was encrypted with a key that is not among those given: nothing is changed then.
    """
    done: dict[str, int] = {}
    for mapper in Base.registry.mappers:
        for column in mapper.columns:
            if isinstance(column.type, LargeBinary):
                done[f"{mapper.local_table.name}.{column.name}"] = _column(session, mapper.class_, column.key, box)  # type: ignore[attr-defined]
    people_index.all_stale(session)  # the index hangs on the key as well: the sweep writes it anew
    done["talks.data"] = _talks(session, box)
    done["inbox.raw"] = _inbox(session, box)
    return done


def _column(session: Session, table: Any, name: str, box: MultiFernet) -> int:
    column, last, count = getattr(table, name), None, 0
    while True:
        query = select(table).where(column.is_not(None)).order_by(table.id).limit(BATCH)
        rows = session.scalars(query if last is None else query.where(table.id > last)).all()
        for row in rows:
            setattr(row, name, box.rotate(getattr(row, name)))
        count += len(rows)
        if len(rows) < BATCH:
            return count
        last = rows[-1].id
        session.flush()


def _talks(session: Session, box: MultiFernet) -> int:
    count = 0

    def anew(token: str) -> str:
        nonlocal count
        count += 1
        return box.rotate(token).decode()

    for talk in session.scalars(select(Talk).where(OPEN_TALK)):
        if _walk(talk.data, anew):
            flag_modified(talk, "data")
    return count


def _inbox(session: Session, box: MultiFernet) -> int:
    count = 0
    for event in session.scalars(select(InboxEvent).where(InboxEvent.state.in_((WAITING, PARKED)))):
        try:
            body = json.loads(event.raw or "null")
        except ValueError:
            continue
        message = body.get("message") if isinstance(body, dict) else None
        if isinstance(message, dict) and isinstance(message.get("sealed"), str):
            message["sealed"] = box.rotate(message["sealed"]).decode()
            event.raw = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
            count += 1
    return count


def _walk(part: Any, anew: Callable[[str], str]) -> bool:
    """Tokens anywhere in a talk's data, replaced in place; only under the names that hold them."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    changed = False
    for key, value in list(items):
        if isinstance(value, str) and value.startswith(BEGINS) and key in {"laser", "photo", "topic"}:
            part[key] = anew(value)
            changed = True
        else:
            changed = _walk(value, anew) or changed
    return changed
