"""Running numbers that nobody waits for."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from storage.models import Counter


def _counted(first: postgresql.Insert | sqlite.Insert) -> ReturningInsert[int]:
    """One statement: two that file the first case of a year at once do not meet."""
    many = bindparam("many", type_=Counter.value.type)
    again = first.values(name=bindparam("name"), value=many).on_conflict_do_update(
        index_elements=["name"], set_={"value": Counter.value + many}
    )
    return again.returning(Counter.value)


_COUNT = {"sqlite": _counted(sqlite.insert(Counter)), "postgresql": _counted(postgresql.insert(Counter))}


def next_running(session: Session, name: str, many: int = 1) -> int:
    """The next running number of this name, starting at 1; gaps only where a transaction was rolled back.

    Of `many` drawn together it is the last one.

    On PostgreSQL it is drawn beside the transaction: else all who file would wait for one another's commits.
    """
    engine = session.get_bind().engine
    if engine.dialect.name == "sqlite":
        return int(session.scalars(_COUNT["sqlite"], {"name": name, "many": many}).one())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as beside:
        return int(beside.scalars(_COUNT["postgresql"], {"name": name, "many": many}).one())
