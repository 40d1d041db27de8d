"""Small facts about this installation, and claims on what one process does for all. Plain functions, a Session first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Fact

LINE_ACCOUNT = "line_account"
"""The account's basic id (`@…`), as LINE told it."""
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def put(session: Session, name: str, value: str, now: datetime) -> None:
    """Write the fact down, whoever else does."""
    made = _INSERT[session.get_bind().dialect.name](Fact).values(name=name, value=value, at=now)
    session.execute(made.on_conflict_do_update(index_elements=["name"], set_={"value": value, "at": now}))
    session.get(Fact, name, populate_existing=True)  # whoever holds the record sees it


def held(session: Session, name: str, value: str, at: datetime) -> Fact:
    """The fact, held for a change; made with this value and moment where there is none."""
    made = _INSERT[session.get_bind().dialect.name](Fact).values(name=name, value=value, at=at)
    session.execute(made.on_conflict_do_nothing(index_elements=["name"]))
    query = select(Fact).where(Fact.name == name).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def drop(session: Session, name: str) -> None:
    """Forget it."""
    session.execute(delete(Fact).where(Fact.name == name))


def claim(session: Session, name: str, before: datetime, now: datetime) -> bool:
    """True for one caller alone: nobody has claimed it since `before`. A claim from the future, left by a clock that was
    set back since, is void."""
    made = _INSERT[session.get_bind().dialect.name](Fact).values(name=name, value="", at=now)
    taken = made.on_conflict_do_update(
        index_elements=["name"], set_={"at": now}, where=or_(Fact.at < before, Fact.at > now)
    ).returning(Fact.name)
    return session.scalar(taken) is not None
