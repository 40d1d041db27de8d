"""What columns are made of: moments in UTC, words to the letter, ids, indexes over some rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    literal_column,
    text,
)
from sqlalchemy.orm import DeclarativeBase

_NUL, _MARK = "\x00", "\U0010fffd"
"""PostgreSQL text cannot hold NUL. What a citizen wrote is kept to the letter all the same: a private-use mark and 0
stand for NUL, the mark and 1 for the mark itself."""

WAITING = literal_column("'waiting'", String)
SENDING = literal_column("'sending'", String)
UNSURE = literal_column("'unsure'", String)
PARKED = literal_column("'parked'", String)
DEAD = literal_column("'dead'", String)
"""States as they are written into queries: an index over some rows serves only where the database sees the very word."""
OWED = literal_column("'owed'", String)
CLOSED = literal_column("'closed'", String)
COMPLAINT = literal_column("'complaint'", String)
UNTOLD, UNSPREAD, UNTOLD_REGISTRY = text("NOT told"), text("NOT spread"), text("NOT registry_events.told")
OPEN_TALK, NOT_APOLOGISED = text("talks.open"), text("NOT late_told")
Id = BigInteger().with_variant(Integer, "sqlite")


def some(name: str, *columns: str, where: str) -> Index:
    """An index over the rows for which `where` holds, on both databases."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Utc(TypeDecorator[datetime]):
    """A moment: aware in Python, naive UTC in the database (the same bytes on SQLite and PostgreSQL)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def storable(words: str) -> str:
    """Words as they are written into the database."""
    return words.replace(_MARK, _MARK + "1").replace(_NUL, _MARK + "0")


class Words(TypeDecorator[str]):
    """Text that somebody wrote, NUL included."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else value.replace(_MARK + "0", _NUL).replace(_MARK + "1", _MARK)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Utc, dict[str, Any]: JSON, list[Any]: JSON}
