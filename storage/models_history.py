"""The history of 1:1 conversations: what the person wrote, what they were answered in short, what officers wrote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base, Id, some


class Message(Base):
    """One side of one turn, or a message that was pushed. Its words are encrypted with DATA_KEY."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(8))
    """citizen, bot or officer"""
    kind: Mapped[str] = mapped_column(String(12))
    """text, photo, video, file, pin, sticker, audio, button, follow …; of the bot: text, card or news"""
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted; without the digits of card numbers. None where there were none, or where they were taken back."""
    message_id: Mapped[str | None] = mapped_column(String(64))
    """LINE's, of what the person sent."""
    thread_id: Mapped[int | None] = mapped_column(Id)
    """The officer's thread that it belongs to."""
    case_number: Mapped[str | None] = mapped_column(String(24))
    __table_args__ = (
        Index("ix_messages_person", "person", "id"),
        Index("ix_messages_at", "at"),
        some("ix_messages_thread", "thread_id", "id", where="thread_id IS NOT NULL"),
    )
