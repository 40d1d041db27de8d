"""Looking after the database: is its schema current, is it sound, and a copy of it while the service runs."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from casework.refusals import Refused
from storage.columns import Base
from storage.engine import BUSY_MS, Store
from storage.schema import MIGRATIONS

MOST_PROBLEMS = 20


class Soundness(NamedTuple):
    """What a check found. `problems` is empty when all is well; `rows` counts by table."""

    schema: str | None
    head: str
    problems: tuple[str, ...]
    rows: dict[str, int]


def head() -> str:
    """The newest schema of this program. Migrations are named in their order: `0001_what.py`."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def is_current(store: Store) -> bool:
    """Whether the schema needs nothing: cheaper than an upgrade, which has to take the writers' turn to find out."""
    try:
        with store.read() as session:
            version = session.scalar(text("SELECT version_num FROM alembic_version"))
            keyed = session.scalar(text("SELECT 1 FROM facts WHERE name = 'case_number_key'"))
    except SQLAlchemyError:
        return False  # no such table yet; what is really wrong shows in the upgrade
    return version == head() and keyed is not None


def database_file(store: Store) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL and for a database in memory."""
    name = store.url.database
    return Path(name) if store.sqlite and name and name != ":memory:" and not name.startswith("file:") else None


def copy(store: Store, file: Path) -> None:
    """A consistent copy of the SQLite database as of now, on disk when this returns; the service may go on writing.

    Raises Refused where there is such a file already, no such folder, or the database is not SQLite.
    """
    source = database_file(store)
    if source is None:
        plain = store.url.set(drivername=store.url.get_backend_name())
        raise Refused("refused.backup_by_pg_dump", url=plain.render_as_string(hide_password=True))
    must_be_new(file)
    coming = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        # Made before it is filled, so that nobody else may read what is inside.
        os.close(os.open(coming, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(_opened(source)) as one, closing(sqlite3.connect(coming)) as other:
            one.backup(other)
            other.execute("PRAGMA journal_mode=DELETE").fetchall()
        put_in_place(coming, file)
    finally:
        for left in (coming, coming.with_name(f"{coming.name}-wal"), coming.with_name(f"{coming.name}-shm")):
            left.unlink(missing_ok=True)


def must_be_new(file: Path) -> None:
    """Raises Refused where there is such a file already, or no such folder."""
    if file.exists():
        raise Refused("refused.file_exists", file=file)
    if not file.absolute().parent.is_dir():
        raise Refused("refused.no_such_folder", folder=file.absolute().parent)


def put_in_place(coming: Path, file: Path) -> None:
    """Give a finished file its name, on disk, never over one that came meanwhile. Raises Refused then."""
    with coming.open("rb") as opened:
        os.fsync(opened.fileno())
    try:
        os.link(coming, file)
    except FileExistsError:
        raise Refused("refused.file_exists", file=file) from None
    except OSError:  # a file system without links
        if file.exists():
            raise Refused("refused.file_exists", file=file) from None
        coming.rename(file)


def check_file(file: Path) -> Soundness:
    """Is this SQLite database or backup sound? Read only. Raises Refused where there is none."""
    if not file.is_file():
        raise Refused("refused.no_such_database", file=file)
    try:
        with closing(_opened(file)) as database:
            problems = [f"integrity: {row[0]}" for row in database.execute(f"PRAGMA integrity_check({MOST_PROBLEMS})")]
            problems = [] if problems == ["integrity: ok"] else problems
            broken = database.execute("PRAGMA foreign_key_check").fetchmany(MOST_PROBLEMS)
            problems += [f"foreign key: {row[0]} row {row[1]} names a row of {row[2]} that is not there" for row in broken]
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            found = (
                database.execute("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in tables else None
            )
            ours = [name for name in _tables() if name in tables]
            rows = {name: int(database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in ours}  # noqa: S608 - our own names
    except sqlite3.DatabaseError as problem:
        raise Refused("refused.not_a_database", file=file, problem=problem) from problem
    schema = found[0] if found else None
    return Soundness(schema, head(), tuple(problems + _missing(schema, rows)), rows)


def check(store: Store) -> Soundness:
    """Is the running database sound? PostgreSQL looks after its own pages and keys: here schema and rows alone."""
    source = database_file(store)
    if source is not None:
        return check_file(source)
    with store.read() as session:
        tables = set(inspect(session.connection()).get_table_names())
        schema = session.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in tables else None
        counted = {
            table.name: int(session.scalar(select(func.count()).select_from(table)) or 0)
            for table in Base.metadata.sorted_tables
            if table.name in tables
        }
    return Soundness(schema, head(), tuple(_missing(schema, counted)), counted)


def _missing(schema: str | None, rows: Iterable[str]) -> list[str]:
    if schema is None:
        return ["schema: this is no database of this service, or its schema was never made"]
    gone = sorted(set(_tables()) - set(rows)) if schema == head() else []
    return [f"schema: the table {name} is missing" for name in gone]


def _tables() -> list[str]:
    return sorted(table.name for table in Base.metadata.sorted_tables)


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000)
