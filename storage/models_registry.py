"""The tables of the registry: requests and what happened to them, slots, consents, who is paused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Id, Words, some


class RegistryRequest(Base):
    """A request at a district office's registry. Card numbers and topic are encrypted with DATA_KEY."""

    __tablename__ = "registry_requests"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The display name in LINE, encrypted; erased with the numbers."""
    name_at: Mapped[datetime | None]
    """When LINE is to be asked for it."""
    service: Mapped[str] = mapped_column(String(2))
    office: Mapped[str] = mapped_column(String(4))
    status: Mapped[str] = mapped_column(String(10))
    copies: Mapped[int] = mapped_column(Integer)
    topic: Mapped[bytes | None] = mapped_column(LargeBinary)
    laser: Mapped[bytes | None] = mapped_column(LargeBinary)
    photo: Mapped[bytes | None] = mapped_column(LargeBinary)
    consent_version: Mapped[str | None] = mapped_column(String(16))
    consent_at: Mapped[datetime | None]
    wanted_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    slot: Mapped[datetime | None]
    """The slot it holds; none once it is over."""
    fee: Mapped[int | None] = mapped_column(Integer)
    """Satang."""
    reason: Mapped[str | None] = mapped_column(Words)
    """Why it was rejected, as the citizen was told."""
    asked_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    stars: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (
        Index("ix_registry_requests_person", "person", "asked_at"),
        Index("ix_registry_requests_office", "office", "status", "asked_at"),
        Index("ix_registry_requests_asked", "asked_at"),
        Index("ix_registry_requests_status", "status", "asked_at", "id"),
        some("ix_registry_requests_remind", "remind_at", where="remind_at IS NOT NULL"),
        some("ix_registry_requests_name", "name_at", where="name_at IS NOT NULL"),
        some("ix_registry_requests_ended", "ended_at", where="person <> ''"),
        some("ix_registry_requests_secret", "asked_at", where="laser IS NOT NULL OR photo IS NOT NULL OR topic IS NOT NULL"),
    )


class RegistryEvent(Base):
    """What happened to a request. Never changed, but for `told`."""

    __tablename__ = "registry_events"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("registry_requests.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    """asked, approved, rejected, collected, cancelled, moved"""
    actor: Mapped[str] = mapped_column(String(80))
    """citizen, or staff:NAME"""
    reason: Mapped[str | None] = mapped_column(Words)
    at: Mapped[datetime]
    told: Mapped[bool] = mapped_column(Boolean, default=False)
    """The other side has heard of it."""
    __table_args__ = (
        some("ix_registry_events_untold", "id", where="NOT told"),
        some("ix_registry_events_reason", "at", where="reason IS NOT NULL"),
    )


class RegistrySlot(Base):
    """How many people hold a slot in an office: counted up in one statement, so that no two get the last place."""

    __tablename__ = "registry_slots"
    office: Mapped[str] = mapped_column(String(4), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    taken: Mapped[int] = mapped_column(Integer, default=0)


class RegistryCaller(Base):
    """Wrong card numbers of a person in a row, and until when they are paused."""

    __tablename__ = "registry_callers"
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    wrong: Mapped[int] = mapped_column(Integer, default=0)
    paused_until: Mapped[datetime | None]


class Consent(Base):
    """An answer to a question for consent: to what, to which wording, when. Never changed."""

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person: Mapped[str] = mapped_column(String(64), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    version: Mapped[str] = mapped_column(String(16))
    given: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime]
