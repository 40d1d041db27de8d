"""The tables of groups: who is bound to whom, who is a member, what was said there, and what pushes cost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Id, Utc, Words, some


class Group(Base):
    """A LINE group that the account is a member of; `kind` is empty until a coordinator typed a binding code."""

    __tablename__ = "groups"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str | None] = mapped_column(String(12))
    agency: Mapped[str | None] = mapped_column(String(16))
    name: Mapped[str | None] = mapped_column(Words)
    members: Mapped[int] = mapped_column(Integer, default=1)
    """What a push to it costs: one message for each."""
    joined_at: Mapped[datetime]
    bound_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None]
    """When LINE is to be asked for its name and members next."""
    digest_at: Mapped[datetime | None]
    """The moment up to which the last digest told."""
    __table_args__ = (
        Index("ix_groups_agency", "agency"),
        some("ix_groups_look", "look_at", where="look_at IS NOT NULL"),
    )


class GroupCode(Base):
    """A one-time code that binds a group to an agency; only its keyed hash is kept."""

    __tablename__ = "group_codes"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    agency: Mapped[str] = mapped_column(String(16))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None] = mapped_column(String(64))


class Coordinator(Base):
    """A member of a group: known by joining, or by acting."""

    __tablename__ = "coordinators"
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str | None] = mapped_column(Words)
    """As LINE shows it in that group; asked for after the first sign of life."""
    running: Mapped[int] = mapped_column(Integer)
    """Which member of this group, counted from 1: how they are called as long as there is no name."""
    first_at: Mapped[datetime]
    acted_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class Quotable(Base):
    """A message of ours in a group and what it is about, so that a quote of it is understood."""

    __tablename__ = "quotables"
    message_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    chat: Mapped[str] = mapped_column(String(64))
    about: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc, index=True)


class Question(Base):
    """What an agency asked the citizen about a case."""

    __tablename__ = "questions"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    group_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Push(Base):
    """The ledger: a push that LINE accepted, and what it cost of the month's messages."""

    __tablename__ = "pushes"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    chat: Mapped[str] = mapped_column(String(64))
    """The group; empty where it went to a person."""
    purpose: Mapped[str] = mapped_column(String(16))
    cost: Mapped[int] = mapped_column(Integer)


class Deed(Base):
    """What staff did on the command line that no case tells of."""

    __tablename__ = "deeds"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    who: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(40))
    thing: Mapped[str] = mapped_column(String(80), index=True)
    reason: Mapped[str | None] = mapped_column(Words)
