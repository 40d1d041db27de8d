"""The tables of officers' threads: who talks with an officer, what happened there, and what waits for an answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Id, some


class Thread(Base):
    """A conversation of one person with the centre's officers. Its words are in the history (`messages.thread_id`)."""

    __tablename__ = "threads"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person: Mapped[str | None] = mapped_column(String(64))
    """None once the person is erased."""
    state: Mapped[str] = mapped_column(String(8), default="open")
    """open or closed"""
    round: Mapped[int] = mapped_column(Integer, default=0)
    """How often it was opened again: buttons of an earlier round are void."""
    owner: Mapped[str | None] = mapped_column(String(80))
    """Who looks after it, as `thread_events.actor`."""
    opened_at: Mapped[datetime]
    first_answer_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    """The latest answer."""
    answered_by: Mapped[str | None] = mapped_column(String(80))
    close_at: Mapped[datetime | None]
    """When silence closes it; only while nothing waits for an answer."""
    next_card_at: Mapped[datetime | None]
    """What is said before this moment is gathered: officers are shown it on one card then."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(8))
    """citizen, officer or silence"""
    rating: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (
        Index("ix_threads_person", "person", "id"),
        Index("ix_threads_opened", "opened_at"),
        some("ix_threads_open", "id", where="state = 'open'"),
        some("ix_threads_close", "close_at", where="close_at IS NOT NULL"),
        some("ix_threads_answered", "first_answer_at", where="first_answer_at IS NOT NULL"),
    )


class ThreadEvent(Base):
    """What happened in a thread. Never changed, but for `told`, and emptied of its content when that is due."""

    __tablename__ = "thread_events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    kind: Mapped[str] = mapped_column(String(10))
    """said (by the citizen), answered, taken, closed, reopened, rated"""
    actor: Mapped[str] = mapped_column(String(80))
    """citizen, system, agency:CODE NAME, or staff:NAME"""
    at: Mapped[datetime]
    words_id: Mapped[int | None] = mapped_column(Id)
    """The entry of the history that holds what was said."""
    media_id: Mapped[int | None] = mapped_column(Id)
    group_id: Mapped[str | None] = mapped_column(String(64))
    """The group where an officer did it: that one need not be told."""
    canned: Mapped[str | None] = mapped_column(String(32))
    """The prepared answer that it was."""
    told: Mapped[bool] = mapped_column(Boolean, default=False)
    """The other side has heard of it."""
    __table_args__ = (
        Index("ix_thread_events_thread", "thread_id", "id"),
        some("ix_thread_events_untold", "id", where="NOT told"),
        some("ix_thread_events_kept", "at", where="words_id IS NOT NULL OR media_id IS NOT NULL"),
        some("ix_thread_events_media", "media_id", where="media_id IS NOT NULL"),
    )


class Wait(Base):
    """Somebody waits for an officer's answer: in a thread, or with a question that has a case's number."""

    __tablename__ = "waits"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    since: Mapped[datetime]
    told: Mapped[bool] = mapped_column(Boolean, default=True)
    """Of a case: staff have been shown the question."""
    reminded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    quiet_since: Mapped[datetime | None]
    """Of a question that was answered and is open: since the last answer, as long as the asker says nothing more."""
    __table_args__ = (
        some("ix_waits_quiet", "quiet_since", where="quiet_since IS NOT NULL"),
        some("ix_waits_open", "since", "id", where="ended_at IS NULL"),
        Index("ix_waits_thread", "thread_id"),
        Index("ix_waits_case", "case_id"),
        some("ix_waits_untold", "id", where="NOT told AND ended_at IS NULL"),
        some("ix_waits_unreminded", "since", "id", where="ended_at IS NULL AND reminded_at IS NULL"),
    )
