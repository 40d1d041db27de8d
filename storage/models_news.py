"""The tables of news: who follows what, announcements, who hears them, and in which wave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Id, Utc, Words, some


class Subscription(Base):
    """Somebody follows the news of a district (its code) or of a topic."""

    __tablename__ = "subscriptions"
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    """district or topic."""
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    __table_args__ = (Index("ix_subscriptions_audience", "kind", "code", "person"),)


class NewsOff(Base):
    """Somebody wants no news at all."""

    __tablename__ = "news_off"
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class Announcement(Base):
    """News that staff announce: its words, for whom, from when until when, and how far it has come."""

    __tablename__ = "announcements"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(Words, default="")
    text: Mapped[str] = mapped_column(Words)
    title_en: Mapped[str | None] = mapped_column(Words)
    text_en: Mapped[str | None] = mapped_column(Words)
    image: Mapped[str | None] = mapped_column(String(1000))
    districts: Mapped[list[Any]]
    topics: Mapped[list[Any]]
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of the text: the same said again is noticed."""
    state: Mapped[str] = mapped_column(String(12))
    """casework.news.STATES."""
    start_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When a sweep is to look at it next; empty where nothing is to be done any more."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Words)
    begun_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    reach: Mapped[int] = mapped_column(Integer)
    """People it is for: as reckoned when it was made, exact from the moment it began."""
    source: Mapped[int] = mapped_column(Integer, default=0)
    """While gathering: which list of people, and behind whom in it."""
    behind: Mapped[str] = mapped_column(String(64), default="")
    waves: Mapped[int] = mapped_column(Integer, default=0)
    """Waves made so far."""
    over_budget: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    held: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Waits because the month's messages, less what is kept for alarms, are used up."""
    withdraws: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Cancelled, and whoever heard it is told so."""
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(80))
    cancel_reason: Mapped[str | None] = mapped_column(Words)
    __table_args__ = (
        some("ix_announcements_due", "due_at", where="due_at IS NOT NULL"),
        Index("ix_announcements_text", "fingerprint", "made_at"),
        Index("ix_announcements_shown", "state", "start_at"),
    )


class Recipient(Base):
    """Somebody an announcement is for, fixed when it began. No wave: not told yet; wave 0: left out since."""

    __tablename__ = "announcement_recipients"
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    language: Mapped[str] = mapped_column(String(2))
    wave: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    __table_args__ = (
        some("ix_announcement_recipients_left", "announcement_id", "language", "person", where="wave IS NULL"),
        Index("ix_announcement_recipients_wave", "announcement_id", "wave"),
    )


class Wave(Base):
    """One multicast call: up to 500 recipients of one language. Sending itself is the outbox's."""

    __tablename__ = "announcement_waves"
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    """news, end (of it) or withdrawn."""
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Of the recipients' wave: an end notice goes to the very people of that wave."""
    language: Mapped[str] = mapped_column(String(2))
    people: Mapped[int] = mapped_column(Integer)
    outbox_id: Mapped[int | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(8), default="owed")
    """owed → sent | dropped | dead, as the outbox has it; nothing to send where nobody was left: dropped."""
    at: Mapped[datetime]
    __table_args__ = (some("ix_announcement_waves_owed", "announcement_id", where="state = 'owed'"),)
