"""The tables around people: the blind index by which they are found, labels that staff give, links to one's own data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Utc


class Gram(Base):
    """Somebody (`people.nr`) of whom a piece of name, number or place hashes to `gram` (keyed: storage.people_index)."""

    __tablename__ = "people_grams"
    gram: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    nr: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Tag(Base):
    """A label that staff gave to a person. The ten tags of work orders are no labels: they follow from the cases."""

    __tablename__ = "people_tags"
    person: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class DataLink(Base):
    """A link by which somebody downloads their own data; only the hash of its secret is kept."""

    __tablename__ = "data_links"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(Utc, index=True)
    used: Mapped[bool] = mapped_column(Boolean, default=False)
