"""The tables. Plain records; what is done with them lives in the modules named after each group of tables.

Times are stored in UTC. Ids are numbers given by the database, but for people and chats, whose ids are LINE's.
Groups, news, the registry and others have files of their own: models_*.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, ForeignKey, Index, Integer, LargeBinary, String, Text, false, true
from sqlalchemy.orm import Mapped, mapped_column

import storage.models_groups
import storage.models_history
import storage.models_news
import storage.models_operation
import storage.models_people
import storage.models_public
import storage.models_registry
import storage.models_reports
import storage.models_threads
import storage.models_training  # noqa: F401
from storage.columns import Base, Id, Utc, Words, some

MAP_COLUMNS = ("created_at", "kind", "status", "category", "urgent", "district_code", "subdistrict_code", "lat", "lng")


class InboxEvent(Base):
    """One webhook event as LINE sent it. `raw` is emptied in the transaction that handles it."""

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    event_id: Mapped[str] = mapped_column(String(64), unique=True)
    chat: Mapped[str] = mapped_column(String(64))
    at: Mapped[int] = mapped_column(BigInteger)
    """LINE's own time of the event in milliseconds: the order of a chat, whatever order they came in."""
    raw: Mapped[str | None] = mapped_column(Words)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime]
    received_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        some("ix_inbox_waiting", "chat", "at", "id", where="state = 'waiting'"),
        some("ix_inbox_heads", "id", where="state = 'waiting'"),
        some("ix_inbox_parked", "id", where="state = 'parked'"),
        some("ix_inbox_done", "received_at", where="state = 'done'"),
    )


class OutboxMessage(Base):
    """One call to LINE that is owed: up to five rendered messages to one chat, or to many people, in the order of `id`."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat: Mapped[str] = mapped_column(String(64))
    reply_token: Mapped[str | None] = mapped_column(String(128))
    reply_until: Mapped[datetime | None]
    messages: Mapped[str] = mapped_column(Words)
    """JSON list of LINE message objects, rendered once so that a retry is identical."""
    retry_key: Mapped[str] = mapped_column(String(36), unique=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting → sending → sent | unsure (a reply of unknown fate) | dead (for a person); unsure → shown."""
    via: Mapped[str | None] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    first_tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(String(64))
    """What the messages are about (`case:69-0001238`): whoever quotes one of them in a group speaks about that."""
    purpose: Mapped[str] = mapped_column(String(16), default="talk", server_default="talk")
    """Why it is sent, for the ledger of pushes."""
    recipients: Mapped[str | None] = mapped_column(Text)
    """Of a multicast: JSON list of at most 500 people, fixed with the retry key; forgotten once it is sent."""
    doubtful: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """A push of which LINE may have taken an earlier try: it can no longer be called back."""
    __table_args__ = (
        some("ix_outbox_open", "chat", "id", where="state IN ('waiting','sending')"),
        some("ix_outbox_heads", "id", where="state IN ('waiting','sending')"),
        some("ix_outbox_unsure", "chat", where="state = 'unsure'"),
        some("ix_outbox_over", "created_at", where="state IN ('sent','shown','dropped','unsure')"),
        some("ix_outbox_dead", "id", where="state = 'dead'"),
        some("ix_outbox_said", "chat", where="state IN ('sent','shown','dropped')"),
    )


class Person(Base):
    """Somebody who wrote to the account or follows it."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), default="th")
    follows: Mapped[bool] = mapped_column(Boolean, default=False)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted with DATA_KEY."""
    notice_version: Mapped[str | None] = mapped_column(String(16))
    notice_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    nr: Mapped[int | None] = mapped_column(Integer)
    """A short number for the index; given by the sweep that indexes, never twice."""
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The display name in LINE, encrypted."""
    name_at: Mapped[datetime | None]
    """When LINE is to be asked for it next."""
    named_at: Mapped[datetime | None]
    """When LINE was asked last."""
    called: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What they asked to be called, encrypted; goes before the display name."""
    district_code: Mapped[str | None] = mapped_column(String(4))
    """Their own district, where they told it."""
    seen_at: Mapped[datetime | None]
    """The day of their last sign of life."""
    left_at: Mapped[datetime | None]
    """Since when they block the account."""
    merged_into: Mapped[str | None] = mapped_column(String(64))
    """One person with several accounts: the first of them, also on itself; none otherwise."""
    nuisance_at: Mapped[datetime | None]
    nuisance_why: Mapped[str | None] = mapped_column(Words)
    stale: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Something changed that the index has not seen."""
    grams: Mapped[str | None] = mapped_column(Text)
    """The index's entries of this person (base64 of three bytes each), so that they can be taken out again."""
    __table_args__ = (
        some("ix_people_name", "name_at", where="name_at IS NOT NULL"),
        some("ix_people_stale", "id", where="stale"),
        some("ix_people_merged", "merged_into", where="merged_into IS NOT NULL"),
        some("ix_people_left", "left_at", where="left_at IS NOT NULL"),
        Index("ix_people_seen", "seen_at"),
        Index("uq_people_nr", "nr", unique=True),
        some("ix_people_nuisance", "nuisance_at", where="nuisance_at IS NOT NULL"),
    )


class Talk(Base):
    """A conversation under way: which flow, where in it, what it knows so far."""

    __tablename__ = "talks"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(64))
    flow: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(32))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    open: Mapped[bool] = mapped_column(Boolean, default=True)
    current: Mapped[bool] = mapped_column(Boolean, default=True)
    """The one that the next message goes to; a menu keeps a talk open without it being current."""
    case_number: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_talks_person", "chat", "person", "open"),
        some("ix_talks_open", "touched_at", where="open"),
        some("ix_talks_over", "touched_at", where="NOT open"),
        Index("ix_talks_who", "person"),
    )


class Case(Base):
    """A case (เรื่อง): what was reported, where, who owns it, how it stands."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(16))
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    text: Mapped[str] = mapped_column(Words)
    parts: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The chat messages that `text` is made of, as [message id, words], and those of `place_text` with a third element `place`:
    what is taken back can be found."""
    lat: Mapped[float | None] = mapped_column(Float)
    lng: Mapped[float | None] = mapped_column(Float)
    place_text: Mapped[str | None] = mapped_column(Words)
    district_code: Mapped[str | None] = mapped_column(String(4))
    subdistrict_code: Mapped[str | None] = mapped_column(String(6))
    agency: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16), default="line")
    external_no: Mapped[str | None] = mapped_column(String(64), unique=True)
    reporter: Mapped[str | None] = mapped_column(String(64))
    share_contact: Mapped[bool] = mapped_column(Boolean, default=False)
    """The reporter agreed that the agency sees how to reach them."""
    guessed: Mapped[str | None] = mapped_column(String(16))
    """The category that was suggested; it differs where the citizen chose another."""
    rating: Mapped[int | None] = mapped_column(Integer)
    confirmed: Mapped[bool | None] = mapped_column(Boolean)
    merged_into: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    first_acknowledge_by: Mapped[datetime | None]
    """What was promised when it was received; never changed, so that reports can judge by it later."""
    first_due_at: Mapped[datetime | None]
    late_told: Mapped[bool] = mapped_column(Boolean, default=False)
    """The citizen has heard an apology for the missed date."""
    closed_at: Mapped[datetime | None]
    clock_at: Mapped[datetime | None]
    """BEST: when somebody is to be reminded next, as long as nobody has acknowledged."""
    clock_step: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """How far the alarm has gone: 0 alerted, 1 reminded, 2 escalated, 3 staff."""
    round: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """How often it was handed on or reopened: buttons of an earlier round are void."""
    origin: Mapped[str | None] = mapped_column(String(64))
    """The community group in which it was reported, and which hears the result."""
    __table_args__ = (
        some("ix_cases_clock", "clock_at", where="clock_at IS NOT NULL"),
        Index("ix_cases_agency", "agency", "status"),
        some("ix_cases_near", "category", "lat", "lng", where="closed_at IS NULL"),
        Index("ix_cases_reporter", "reporter", "id"),
        some("ix_cases_kind", "kind", "id", where="kind <> 'complaint'"),
        Index("ix_cases_district", "district_code", "status"),
        Index("ix_cases_status", "status", "created_at"),
        some("ix_cases_history", "category", "district_code", "closed_at", "created_at", where="status = 'closed'"),
        some("ix_cases_late", "due_at", where="NOT late_told AND closed_at IS NULL AND kind = 'complaint'"),
        # By time of receipt, with all that the map counts and sieves by: it reads no row that it does not show.
        Index("ix_cases_map", *MAP_COLUMNS),
    )


class CaseEvent(Base):
    """What happened to a case. Never changed, never deleted; `told` alone moves on as the news is passed to the citizen."""

    __tablename__ = "case_events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    status: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(80))
    """citizen, follower, system, or staff:NAME; never a LINE id."""
    note: Mapped[str | None] = mapped_column(Words)
    reason: Mapped[str | None] = mapped_column(Words)
    """Why a member of staff overrode; for the record, not for the citizen."""
    message_id: Mapped[str | None] = mapped_column(String(64))
    """The chat message that `note` came with: taken back there, it is emptied here."""
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12), default="move", server_default="move")
    """move, note, or what else happened while the status stayed (casework.case.EVENT_KINDS)."""
    told: Mapped[bool] = mapped_column(Boolean, default=True)
    """The citizen has been told."""
    spread: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """The groups have been told."""
    agency: Mapped[str | None] = mapped_column(String(16))
    """Whose the case is after this event (events from before there was this column: the case's own)."""
    __table_args__ = (
        some("ix_case_events_unspread", "id", where="NOT spread"),
        some("ix_case_events_fixed", "at", "case_id", where="status = 'fixed_reported' AND kind = 'move'"),
        Index("ix_case_events_at", "at", "case_id"),
        Index("ix_case_events_case", "case_id", "id"),
        some("ix_case_events_untold", "id", where="NOT told"),
    )


class Follower(Base):
    """Somebody who said [เรื่องเดียวกัน]: gets every later word about the case."""

    __tablename__ = "followers"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    """Or a community's group, which hears the news there."""
    at: Mapped[datetime]
    vote: Mapped[bool | None] = mapped_column(Boolean)
    """Whether it is fixed, as this follower sees it."""
    vote_round: Mapped[int | None] = mapped_column(Integer)
    """The case's round in which they said so."""


class Media(Base):
    """A photo, video or file that somebody sent: first a promise, then a file under MEDIA_DIR named by its hash."""

    __tablename__ = "media"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    chat: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    set_id: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting → ready | refused (not what it claims, too large) | gone (LINE no longer has it, or it was taken back)."""
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("talks.id", ondelete="SET NULL"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("case_events.id"))
    role: Mapped[str] = mapped_column(String(10), default="report")
    path: Mapped[str] = mapped_column(String(32), unique=True)
    """Unguessable name in the public address; says nothing of the content or the sender."""
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    original_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    """Of the bytes as they came, before they were drawn anew without their hidden data."""
    look: Mapped[str | None] = mapped_column(String(16))
    """A perceptual hash (64 bits, hexadecimal): the same picture in other bytes has nearly the same."""
    mime: Mapped[str | None] = mapped_column(String(32))
    size: Mapped[int | None] = mapped_column(Integer)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        some("ix_media_waiting", "due_at", where="state = 'waiting'"),
        some("ix_media_event", "event_id", where="event_id IS NOT NULL"),
        some("ix_media_set", "set_id", where="set_id IS NOT NULL"),
        some("ix_media_loose", "created_at", where="case_id IS NULL AND sha256 IS NOT NULL"),
        some("ix_media_case", "case_id", where="case_id IS NOT NULL"),
        Index("ix_media_talk", "talk_id"),
        Index("ix_media_chat", "chat"),
    )


class Lookup(Base):
    """The name of a place that a talk would like to have looked up; deleted with the answer."""

    __tablename__ = "lookups"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat: Mapped[str] = mapped_column(String(64))
    talk_id: Mapped[int] = mapped_column(ForeignKey("talks.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Words)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = mapped_column(Utc, index=True)
    created_at: Mapped[datetime]


class Counter(Base):
    """Running numbers, one row each (a fiscal year's cases)."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int] = mapped_column(Id)


class Fact(Base):
    """Small facts about this database: the key of its case numbers, heartbeats of its parts."""

    __tablename__ = "facts"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
