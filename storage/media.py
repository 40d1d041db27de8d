"""Photos, videos and files: promised by a turn, fetched by a worker, stored by the hash of their content (storage.shelf)."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from storage.columns import WAITING
from storage.models import Case, Media, Talk
from storage.models_threads import ThreadEvent

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""When a picture that is to go is said to have come: the next look for files that belong to nothing takes it."""
LEASE = timedelta(minutes=3)
"""How long a fetch may take before another worker tries."""

log = logging.getLogger("media")
_TABLE = Media.metadata.tables["media"]
_ANY_DUE = select(_TABLE.c.id).where(_TABLE.c.state == WAITING, _TABLE.c.due_at <= bindparam("now")).limit(1)


class Wanted(NamedTuple):
    """A photo or file that is to be fetched."""

    id: int
    message_id: str
    kind: str
    chat: str
    attempts: int
    created_at: datetime


def promise(session: Session, message_id: str, chat: str, kind: str, set_id: str | None, now: datetime) -> int:
    """Remember that this message's content is to be fetched; returns the id by which talks and cases name it."""
    known = session.scalar(select(Media.id).where(Media.message_id == message_id))
    if known is not None:
        return known
    row = Media(
        message_id=message_id,
        chat=chat,
        kind=kind,
        set_id=set_id,
        state="waiting",
        path=secrets.token_urlsafe(18),
        due_at=now,
        created_at=now,
        attempts=0,
        role="report",
    )
    session.add(row)
    session.flush()
    log.info("to be fetched", extra={"about": {"media": row.id}})
    return row.id


def take_due(session: Session, now: datetime, limit: int) -> list[Wanted]:
    """Claim content that is to be fetched now, oldest first."""
    rows = session.scalars(
        select(Media)
        .where(Media.state == WAITING, Media.due_at <= now)
        .order_by(Media.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.attempts += 1
        row.due_at = now + LEASE
    return [Wanted(r.id, r.message_id, r.kind, r.chat, r.attempts, r.created_at) for r in rows]


def give_back(session: Session, wanted: Sequence[Wanted], now: datetime) -> None:
    """Claimed and not begun: another may fetch it at once."""
    ids = [each.id for each in wanted]
    session.execute(
        update(Media)
        .where(Media.id.in_(ids), Media.state == WAITING)
        .values(due_at=now, attempts=Media.attempts - 1)
        .execution_options(synchronize_session=False)
    )


def recover(session: Session, now: datetime) -> None:
    """At start: what a dead process was fetching need not wait for its lease (fetching twice does no harm)."""
    session.execute(
        update(Media).where(Media.state == WAITING, Media.error.is_(None), Media.due_at <= now + LEASE).values(due_at=now)
    )


def ready(
    session: Session,
    media: int,
    *,
    sha256: str,
    original: str,
    mime: str,
    size: int,
    width: int | None,
    height: int | None,
    look: str | None = None,
) -> None:
    """The content is stored. Where nobody wants it any more (taken back, its sender erased), the next tidying removes it."""
    came = session.execute(
        update(Media)
        .where(Media.id == media, Media.state == WAITING)
        .values(
            state="ready",
            sha256=sha256,
            original_sha256=original,
            mime=mime,
            size=size,
            width=width,
            height=height,
            look=look,
            error=None,
        )
    )
    if not came.rowcount:  # type: ignore[attr-defined]
        unwanted = update(Media).where(Media.id == media, Media.state == "gone", Media.sha256.is_(None))
        session.execute(unwanted.values(sha256=sha256))


def later(session: Session, media: int, at: datetime, error: str) -> None:
    """The content could not be fetched; again at this time."""
    session.execute(update(Media).where(Media.id == media).values(due_at=at, error=error))


def lost(session: Session, media: int, state: str, error: str) -> bool:
    """The content will never come (`refused` or `gone`); False where that was known already."""
    changed = session.execute(update(Media).where(Media.id == media, Media.state == WAITING).values(state=state, error=error))
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def drop(session: Session, media: int) -> None:
    """Nobody wants this any more; the sweep removes the file if no other row needs it."""
    session.execute(update(Media).where(Media.id == media, Media.case_id.is_(None)).values(state="gone", talk_id=None))


def by_path(session: Session, path: str) -> Media | None:
    """A stored photo by its public name."""
    return session.scalar(select(Media).where(Media.path == path, Media.state == "ready"))


def of_message(session: Session, message_id: str) -> Media | None:
    """What came with this message."""
    return session.scalar(select(Media).where(Media.message_id == message_id))


def of_event(session: Session, event: int) -> tuple[str, ...]:
    """Public names of the pictures that came with an event."""
    query = select(Media.path).where(Media.event_id == event, Media.state == "ready", Media.kind == "image")
    return tuple(session.scalars(query.order_by(Media.id)))


def came(session: Session, event: int) -> bool:
    """Whether any picture or film of a case's event is there."""
    query = select(Media.id).where(Media.event_id == event, Media.state == "ready").limit(1)
    return session.scalar(query) is not None


def of_case(session: Session, case: Case) -> Sequence[Media]:
    """All of a case's media that are kept or on their way."""
    query = select(Media).where(Media.case_id == case.id, Media.state.in_(("ready", "waiting"))).order_by(Media.id)
    return session.scalars(query).all()


def orphans(session: Session, before: datetime, limit: int) -> list[str]:
    """Give up media that belong to no case, no open talk and no officer's thread; returns hashes that no row needs any more.

    Their rows keep the hash until forget() says that the files are gone, so that a removal that failed comes again.
    """
    said = exists().where(ThreadEvent.media_id == Media.id, ThreadEvent.media_id.is_not(None))
    still_open = exists().where(Talk.id == Media.talk_id, Talk.open)
    rows = session.scalars(
        select(Media)
        .where(
            Media.case_id.is_(None),
            Media.created_at < before,
            ~still_open,
            ~said,
            Media.state.in_(("ready", "gone")),
            Media.sha256.is_not(None),
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    hashes = {row.sha256 for row in rows if row.sha256}
    for row in rows:
        row.state = "gone"
    session.flush()
    kept = _needed(session, hashes)
    for row in rows:
        if row.sha256 in kept:
            row.sha256 = None
    return sorted(hashes - kept)


def _needed(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of the hashes that a row shows."""
    query = select(Media.sha256).where(Media.sha256.in_(hashes), Media.state == "ready").group_by(Media.sha256)
    return {found for found in session.scalars(query) if found}


def forget(session: Session, hashes: Collection[str], now: datetime) -> None:
    """The files of these hashes are gone. Who got the same photo meanwhile fetches it again."""
    named = Media.sha256.in_(hashes)
    quiet = {"synchronize_session": False}
    session.execute(update(Media).where(named, Media.state == "gone").values(sha256=None), execution_options=quiet)
    again = {"state": "waiting", "due_at": now, "sha256": None, "attempts": 0}
    session.execute(update(Media).where(named, Media.state == "ready").values(again), execution_options=quiet)


def unknown(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of the hashes that no row names."""
    known = session.scalars(select(Media.sha256).where(Media.sha256.in_(hashes)).group_by(Media.sha256))
    return set(hashes) - {found for found in known if found}


def count_waiting(session: Session) -> int:
    """How much is still to be fetched."""
    return int(session.scalar(select(func.count()).select_from(Media).where(Media.state == WAITING)) or 0)


def any_due(session: Session, now: datetime) -> bool:
    """Whether there is anything to fetch now."""
    return session.connection().scalar(_ANY_DUE, {"now": now}) is not None
