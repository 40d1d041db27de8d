"""The history of 1:1 conversations, for `[keep] history_days`: who said what, in words that only DATA_KEY opens.

A card number never comes in (casework.idcard): where one could be in the words, their digits are hidden for good. A message
that is taken back loses its words here too, and so does every answer that repeated them. Groups are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from cryptography.fernet import MultiFernet
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from casework import idcard
from storage.models_history import Message

MOST_WORDS = 5000
"""Code points of a citizen's or an officer's words; LINE's own limit."""
MOST_ANSWER = 500
"""Of the bot's: enough to know what was answered."""
ECHO = 8
"""So many code points of words that were taken back are looked for in what was answered."""
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")


class Entry(NamedTuple):
    """Something to keep."""

    who: str
    kind: str
    words: str | None = None
    message_id: str | None = None
    thread_id: int | None = None
    case_number: str | None = None


class Line(NamedTuple):
    """Something that was kept, its words in clear."""

    id: int
    at: datetime
    who: str
    kind: str
    words: str | None
    message_id: str | None
    thread_id: int | None
    case_number: str | None


# Over the table, not the class: a third of the time.
_KEEP = insert(Message.metadata.tables["messages"])


def keep(session: Session, person: str, entries: Iterable[Entry], box: MultiFernet, now: datetime) -> None:
    """Write entries down, in one statement."""
    rows = [_row(person, entry, box, now) for entry in entries]
    if rows:
        session.connection().execute(_KEEP, rows)


def keep_one(session: Session, person: str, entry: Entry, box: MultiFernet, now: datetime) -> int:
    """Write one entry down; its id."""
    row = Message(**_row(person, entry, box, now))
    session.add(row)
    session.flush()
    return row.id


def words_of(session: Session, entry: int | None, box: MultiFernet) -> str | None:
    """The words of one entry; None where there are none any more."""
    row = session.get(Message, entry) if entry is not None else None
    return None if row is None else opened(row.words, box)


def _row(person: str, entry: Entry, box: MultiFernet, now: datetime) -> dict[str, object]:
    return {
        "person": person,
        "at": now,
        "who": entry.who,
        "kind": entry.kind,
        "words": sealed(entry.words, box, MOST_ANSWER if entry.who == "bot" else MOST_WORDS),
        "message_id": entry.message_id or None,
        "thread_id": entry.thread_id,
        "case_number": entry.case_number,
    }


def sealed(words: str | None, box: MultiFernet, most: int = MOST_WORDS) -> bytes | None:
    """Words as they are kept: cut, without card numbers, encrypted."""
    if not words:
        return None
    clear = words[:most]
    if idcard.mentions(clear):
        clear = idcard.blotted(clear)
    return box.encrypt(clear.encode("utf-8", "replace"))


def opened(words: bytes | None, box: MultiFernet) -> str | None:
    """The words in clear."""
    return None if words is None else box.decrypt(words).decode()


def _lines(rows: Sequence[Message], box: MultiFernet) -> list[Line]:
    return [
        Line(r.id, r.at, r.who, r.kind, opened(r.words, box), r.message_id, r.thread_id, r.case_number) for r in reversed(rows)
    ]


def of_person(session: Session, person: str, box: MultiFernet, limit: int, before: int | None = None) -> list[Line]:
    """The person's latest `limit` entries in order of time; with `before` (an entry's id) those before it.

    Whoever shows them writes that to the audit.
    """
    query = select(Message).where(Message.person == person)
    if before is not None:
        query = query.where(Message.id < before)
    return _lines(session.scalars(query.order_by(Message.id.desc()).limit(limit)).all(), box)


def of_thread(session: Session, thread: int, box: MultiFernet, limit: int) -> list[Line]:
    """The latest `limit` entries of an officer's thread, in order of time. To be audited as of_person()."""
    query = select(Message).where(Message.thread_id == thread, Message.thread_id.is_not(None))
    return _lines(session.scalars(query.order_by(Message.id.desc()).limit(limit)).all(), box)


def retract(session: Session, person: str, message_id: str, words: str | None, box: MultiFernet) -> None:
    """The person took a message back (`words` None) or edited it: its words go, and so do answers that repeat them."""
    query = select(Message).where(Message.person == person, Message.message_id == message_id).order_by(Message.id)
    found = session.scalars(query).all()
    if not found:
        return
    old = [opened(row.words, box) for row in found]
    for row in found:
        row.words = sealed(words, box)
    echoes = {bare[:ECHO] for each in old if each for line in each.splitlines() if len(bare := _bare(line)) > 3}
    if not echoes:
        return
    later = select(Message).where(Message.person == person, Message.id > found[0].id, Message.who == "bot")
    for row in session.scalars(later.order_by(Message.id)):
        said = _bare(opened(row.words, box) or "")
        if any(echo in said for echo in echoes):
            row.words = None


def _bare(words: str) -> str:
    return _INVISIBLE.sub("", words).strip()


def forget(session: Session, person: str) -> None:
    """Delete all that is kept of the person's conversations."""
    session.execute(delete(Message).where(Message.person == person))
