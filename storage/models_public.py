"""Tables of what other systems and strangers see: photos released, keys of Open311 and what was posted with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Id, Utc, Words


class PhotoRelease(Base):
    """A decision by hand whether strangers see a photo; without one, casework.public decides."""

    __tablename__ = "photo_releases"
    media_id: Mapped[int] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    shown: Mapped[bool] = mapped_column(Boolean)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Words)


class ApiKey(Base):
    """A key of Open311: whose it is and what it may do. The key itself is shown once and never kept."""

    __tablename__ = "api_keys"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    begins: Mapped[str] = mapped_column(String(12))
    """Its first letters, to tell keys apart."""
    scopes: Mapped[str] = mapped_column(String(40))
    """Separated by spaces (casework.open311.SCOPES)."""
    channel: Mapped[str] = mapped_column(String(16))
    per_minute: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(80))


class ApiPost(Base):
    """A case that was posted, by what the same post would be known: a repeat makes no second case."""

    __tablename__ = "api_posts"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    token: Mapped[str | None] = mapped_column(String(64))
    """Hash of the caller's Idempotency-Key."""
    digest: Mapped[str] = mapped_column(String(64))
    """Hash of what was posted."""
    case_number: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    __table_args__ = (
        Index("uq_api_posts_token", "key_id", "token", unique=True),
        Index("ix_api_posts_digest", "key_id", "digest", "at"),
    )
