"""Talks between turns. One current talk a person in a chat; others may wait, for `[talk] keep_days`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from storage import usage
from storage.columns import OPEN_TALK
from storage.models import Media, Talk


@dataclass
class KeptTalk:
    """A talk as the conversations see it (flows.router.OpenTalk)."""

    id: int
    flow: str
    state: str
    data: dict[str, Any]
    current: bool
    open: bool
    case_number: str | None
    touched_at: datetime


_OPEN_TALKS = (
    select(Talk)
    .where(Talk.chat == bindparam("chat"), Talk.person == bindparam("person"), Talk.open)
    .order_by(Talk.touched_at.desc())
    .execution_options(autoflush=False)  # read at the very start of a turn
)


_MEDIA = Media.metadata.tables["media"]
_IN_TALK = (
    update(_MEDIA)
    .where(_MEDIA.c.id.in_(bindparam("photos", expanding=True)), _MEDIA.c.case_id.is_(None))
    .values(talk_id=bindparam("talk"))
)


class StoredTalks:
    """flows.router.Talks over the database."""

    def __init__(self, session: Session, chat: str, person: str, now: datetime) -> None:
        self._session, self._chat, self._person, self._now = session, chat, person, now
        self.now = now
        rows = session.scalars(_OPEN_TALKS, {"chat": chat, "person": person})
        self._rows = {row.id: row for row in rows}
        self._seen: dict[int, KeptTalk] = {}

    def _view(self, row: Talk) -> KeptTalk:
        if row.id not in self._seen:
            self._seen[row.id] = KeptTalk(
                row.id, row.flow, row.state, row.data, row.current, row.open, row.case_number, row.touched_at
            )
        return self._seen[row.id]

    def current(self) -> KeptTalk | None:
        """See flows.router.Talks."""
        return next((self._view(r) for r in self._rows.values() if r.open and r.current), None)

    def by_id(self, talk: int) -> KeptTalk | None:
        """See flows.router.Talks."""
        row = self._rows.get(talk) or self._session.get(Talk, talk)
        if row is None or row.chat != self._chat or row.person != self._person:
            return None
        self._rows[row.id] = row
        return self._view(row)

    def waiting(self, flow: str | None = None) -> KeptTalk | None:
        """See flows.router.Talks."""
        rows = (r for r in self._rows.values() if r.open and not r.current and (flow is None or r.flow == flow))
        return next(map(self._view, rows), None)

    def any_of(self, flow: str) -> bool:
        """Whether a talk of this flow was open in this turn."""
        return any(row.flow == flow for row in self._rows.values())

    def begin(self, flow: str) -> KeptTalk:
        """See flows.router.Talks."""
        row = Talk(
            chat=self._chat,
            person=self._person,
            flow=flow,
            state="",
            data={},
            open=True,
            current=True,
            created_at=self._now,
            touched_at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        self._rows[row.id] = row
        talk = self._view(row)
        talk.state = ""
        return talk

    def keep(self, talk: KeptTalk) -> None:
        """See flows.router.Talks."""
        row = self._rows[talk.id]
        if row.open and not talk.open:
            usage.ended(self._session, talk.flow, row.state, talk.state, self._now)
        row.state, row.data = talk.state, talk.data
        flag_modified(row, "data")  # changes inside it are not noticed otherwise
        row.open, row.current = talk.open, talk.current
        row.case_number, row.touched_at = talk.case_number, talk.touched_at
        photos = [m for m in talk.data.get("photos", ()) if isinstance(m, int)]
        if photos:
            self._session.connection().execute(_IN_TALK, {"photos": photos, "talk": talk.id})

    def last_filed(self) -> KeptTalk | None:
        """See flows.router.Talks."""
        row = self._session.scalar(
            select(Talk)
            .where(Talk.chat == self._chat, Talk.person == self._person, Talk.case_number.is_not(None))
            .order_by(Talk.id.desc())
            .limit(1)
        )
        return None if row is None else self._view(row)

    def media_talk(self, set_id: str) -> KeptTalk | None:
        """See flows.router.Talks."""
        joined = self._session.scalar(
            select(Media.id).where(Media.chat == self._chat, Media.set_id == set_id, Media.case_id.is_not(None)).limit(1)
        )
        return None if joined is None else self.last_filed()


def busy(session: Session, person: str, flow: str) -> bool:
    """Whether the person is in the middle of a talk other than of this flow."""
    current = select(Talk.id).where(Talk.chat == person, Talk.person == person, Talk.open, Talk.current, Talk.flow != flow)
    return session.scalar(current.limit(1)) is not None


def expire(session: Session, before: datetime) -> list[int]:
    """End the talks nobody touched since; what they knew is forgotten. Returns their ids."""
    rows = session.scalars(select(Talk).where(OPEN_TALK, Talk.touched_at < before).limit(500)).all()
    for row in rows:
        usage.ended(session, row.flow, row.state, "expired", row.touched_at)
        row.open = row.current = False
        row.data, row.state = {}, "dropped"
    return [row.id for row in rows]
