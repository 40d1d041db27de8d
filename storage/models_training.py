"""The tables of training and of bringing people in: sessions of the quiz and what was answered; codes of posters and shares,
who came by which, and the counts of it by day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Id, Words, some


class QuizSession(Base):
    """A training: the code that its participants type, and the questions they are asked."""

    __tablename__ = "quiz_sessions"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(Words)
    """The group that is trained: a community, an office. Nobody's own name."""
    agency: Mapped[str | None] = mapped_column(String(16))
    asked: Mapped[list[Any]] = mapped_column()
    """Codes of the questions, in the bank's own order."""
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    closes_at: Mapped[datetime]


class QuizTry(Base):
    """A finished quiz of a session. Of those that people play for themselves nothing is kept."""

    __tablename__ = "quiz_tries"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("quiz_sessions.id"))
    person: Mapped[str | None] = mapped_column(String(64))
    """Emptied when the person is erased, and after `[keep] quiz_days`."""
    pair: Mapped[str] = mapped_column(String(24))
    """Drawn by lot: keeps before and after of one person together, and says nothing else."""
    part: Mapped[str] = mapped_column(String(8))
    """before, after"""
    right: Mapped[list[Any]] = mapped_column()
    """Codes of the questions that were answered rightly."""
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_quiz_tries_session", "session_id", "person", "part", unique=True),
        Index("ix_quiz_tries_person", "person"),
        some("ix_quiz_tries_named", "at", where="person IS NOT NULL"),
    )


class PosterCode(Base):
    """Something by which people come: a poster at a place, or a place in the chat where the account can be shared."""

    __tablename__ = "poster_codes"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    """district, place, share"""
    name: Mapped[str] = mapped_column(Words)
    """The place; of a district its name, of a share the place in the chat."""
    district_code: Mapped[str | None] = mapped_column(String(4))
    about: Mapped[str] = mapped_column(String(160), unique=True)
    """Kind, district and name: one code for each."""
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class PosterDay(Base):
    """What came of a code on a day (Bangkok's). Numbers alone: they stay when people go."""

    __tablename__ = "poster_days"
    code_id: Mapped[int] = mapped_column(ForeignKey("poster_codes.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    shared: Mapped[int] = mapped_column(Integer, default=0)
    """The share button was pressed."""
    scans: Mapped[int] = mapped_column(Integer, default=0)
    """The link was opened."""
    added: Mapped[int] = mapped_column(Integer, default=0)
    """New people sent the code."""
    known: Mapped[int] = mapped_column(Integer, default=0)
    """People sent it who had been here before."""
    reports: Mapped[int] = mapped_column(Integer, default=0)
    """New people who came by it filed their first case."""


class CameBy(Base):
    """By which code a person came first."""

    __tablename__ = "came_by"
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("poster_codes.id"))
    at: Mapped[datetime]
    new: Mapped[bool] = mapped_column()
    """They had not been here before."""
    reported_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_came_by_at", "at"),)
