"""The tables of reports: figures that were given out, what is counted day by day, how talks ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Id, Words


class ReportSnapshot(Base):
    """The figures of a report of a period that is over, as they were given out. Never changed: a correction is a new row."""

    __tablename__ = "report_snapshots"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    report: Mapped[str] = mapped_column(String(16))
    fiscal_year: Mapped[int] = mapped_column(Integer)
    quarter: Mapped[int] = mapped_column(Integer)
    """1 to 4; 0: the whole year."""
    until: Mapped[str] = mapped_column(String(10))
    """The last day that is counted, 2019-06-24."""
    scope: Mapped[str] = mapped_column(String(16))
    """An agency's code, or `all`."""
    version: Mapped[int] = mapped_column(Integer)
    figures: Mapped[dict[str, Any]]
    checksum: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the figures in canonical JSON."""
    last_event: Mapped[int] = mapped_column(BigInteger)
    """The newest event that was there: what has a higher id and an earlier time came late."""
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Words)
    """Why it was corrected; none for the first version."""
    __table_args__ = (UniqueConstraint("report", "fiscal_year", "quarter", "until", "scope", "version"),)


class UsageDay(Base):
    """Something counted on one day (Bangkok): messages, people, ends of talks. Whose they were is not kept."""

    __tablename__ = "usage_days"
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    what: Mapped[str] = mapped_column(String(24), primary_key=True)
    detail: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of what sort: `report photo` for a talk that was left there; empty where there is but one."""
    n: Mapped[int] = mapped_column(BigInteger)


class TalkEnd(Base):
    """A conversation that ended: which, at which question, with what. Kept until its day has been counted."""

    __tablename__ = "talk_ends"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    flow: Mapped[str] = mapped_column(String(32))
    left_at: Mapped[str] = mapped_column(String(32))
    """The question that was open last."""
    ended: Mapped[str] = mapped_column(String(32))
    """The state it ended in; `expired` where nobody came back."""
    __table_args__ = (Index("ix_talk_ends_at", "at"),)
