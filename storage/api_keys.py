"""Keys of Open311: issued, shown once, revoked. Plain functions, a Session first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case import CHANNELS
from casework.open311 import SCOPES, hash_key, new_key
from casework.refusals import Refused
from storage.models_public import ApiKey

_NAME = re.compile(r"\w[\w .-]{0,38}\w|\w")
FOR_KEYS = tuple(channel for channel in CHANNELS if channel not in {"line", "group"})
"""Channels that a key's cases can come by."""


def issue(
    session: Session, name: str, channel: str, scopes: Sequence[str], per_minute: int, now: datetime, by: str
) -> tuple[str, ApiKey]:
    """A fresh key, shown this once. Raises Refused for a name that is none or taken, an unknown channel or scope."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise Refused("refused.key_name", name=name)
    if channel not in FOR_KEYS:
        raise Refused("refused.key_channel", channel=channel, known=", ".join(FOR_KEYS))
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Refused("refused.key_scope", scopes=" ".join(scopes), known=", ".join(SCOPES))
    if session.scalar(select(ApiKey.id).where(ApiKey.name == name)) is not None:
        raise Refused("refused.key_taken", name=name)
    key = new_key()
    row = ApiKey(
        name=name,
        hash=hash_key(key),
        begins=key[:8],
        scopes=" ".join(dict.fromkeys(scopes)),
        channel=channel,
        per_minute=per_minute,
        made_by=by,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return key, row


def listed(session: Session) -> Sequence[ApiKey]:
    """All keys, also revoked ones."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id)).all()


def revoke(session: Session, name: str, now: datetime, by: str) -> ApiKey:
    """The key opens nothing any more. Raises Refused where there is none of this name, or it was revoked before."""
    row = session.scalar(select(ApiKey).where(ApiKey.name == name).with_for_update())
    if row is None:
        raise Refused("refused.unknown_key", name=name)
    if row.revoked_at is not None:
        raise Refused("refused.key_revoked", name=name)
    row.revoked_at, row.revoked_by = now, by
    return row


def known(session: Session, key: str, *, lock: bool = False) -> ApiKey | None:
    """The row of a key that is good; `lock` holds it, so that what is posted with it comes one after the other."""
    query = select(ApiKey).where(ApiKey.hash == hash_key(key), ApiKey.revoked_at.is_(None))
    return session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
