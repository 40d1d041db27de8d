"""Proof that a backup can be restored: what was written down beside it, and a copy that is restored, migrated and read whole.

A backup that was never restored is a hope. `db check FILE` restores it into a place of its own, brings the schema up to date as
the next start would, reads every row of every table, and compares the counts with those written down when it was made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import URL, LargeBinary, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from casework.refusals import Refused
from storage import backup, pg_tools, schema
from storage.columns import Base
from storage.engine import Store

SAMPLE = 50
"""So many encrypted values of each column are opened with DATA_KEY."""
PIECE = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What is written beside a backup (FILE.manifest.json) when it is made."""

    made_at: str
    schema: str | None
    bytes: int
    sha256: str
    rows: dict[str, int]


@dataclass
class Proof:
    """What was found. `problems` empty: it restores."""

    schema: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    restored: bool = False


def manifest_of(file: Path) -> Path:
    """The file beside it."""
    return file.with_name(f"{file.name}.manifest.json")


def digest(file: Path) -> str:
    """SHA-256 of its bytes."""
    found = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def describe(file: Path, rows: dict[str, int], schema_: str | None, now: datetime) -> Manifest:
    """Write down beside the backup what is in it; readable by its owner alone."""
    made = Manifest(now.isoformat(timespec="seconds"), schema_, file.stat().st_size, digest(file), rows)
    beside = manifest_of(file)
    beside.touch(0o600)
    beside.write_text(json.dumps(asdict(made), indent=2) + "\n", "utf-8")
    return made


def dump(store: Store, file: Path) -> dict[str, int]:
    """A consistent copy of a PostgreSQL database by pg_dump while the service runs; the rows of each table in that very copy.

    Raises Refused as backup.copy() does, and where there is no pg_dump.
    """
    backup.must_be_new(file)
    coming = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(coming, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with store.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            rows = _counted(Session(connection))
            pg_tools.run("pg_dump", store.url, "--format=custom", f"--snapshot={snapshot}", f"--file={coming}")
        backup.put_in_place(coming, file)
    finally:
        coming.unlink(missing_ok=True)
    return rows


def prove(file: Path, server: URL | None = None, box: MultiFernet | None = None) -> Proof:
    """Restore the backup beside everything else and read it whole. `server`: the PostgreSQL for a dump of one; `box`: DATA_KEY.

    Raises Refused where there is no such file, or nothing can be made of it.
    """
    if not file.is_file():
        raise Refused("refused.no_such_database", file=file)
    proof = Proof()
    with file.open("rb") as opened:
        dumped = opened.read(len(pg_tools.MAGIC)) == pg_tools.MAGIC
    known = _known(file, proof)
    if dumped:
        _prove_dump(file, server, box, proof)
    else:
        found = backup.check_file(file)
        proof.schema, proof.rows = found.schema, found.rows
        proof.problems += found.problems
        if not proof.problems:
            with tempfile.TemporaryDirectory(prefix="rt1555-check-") as folder:
                shutil.copy(file, Path(folder) / "restored.db")
                _read(f"sqlite:///{folder}/restored.db", box, proof)
    if known is not None and proof.rows:
        for table, count in known.rows.items():
            if proof.rows.get(table) != count:
                proof.problems.append(f"{table}: {proof.rows.get(table)} rows, {count} were written down when it was made")
    return proof


def _known(file: Path, proof: Proof) -> Manifest | None:
    beside = manifest_of(file)
    try:
        known = Manifest(**json.loads(beside.read_text("utf-8")))
    except FileNotFoundError:
        proof.hints.append(f"{beside.name} is not there: the counts cannot be compared")
        return None
    except (ValueError, TypeError):
        proof.problems.append(f"{beside.name} cannot be read")
        return None
    if digest(file) != known.sha256:
        proof.problems.append("its bytes are not those that were written when it was made")
    return known


def _prove_dump(file: Path, server: URL | None, box: MultiFernet | None, proof: Proof) -> None:
    pg_tools.contents(file, server or URL.create("postgresql"))
    if server is None or server.get_backend_name() != "postgresql":
        proof.hints.append("it can be read as a dump; to restore it for proof, DATABASE_URL must name a PostgreSQL")
        return
    try:
        with _scratch(server) as scratch:
            pg_tools.run("pg_restore", scratch, "--no-owner", "--exit-on-error", str(file))
            url = scratch.render_as_string(hide_password=False)
            store = Store(url, pool=1)
            try:
                with store.read() as session:
                    proof.schema = session.scalar(text("SELECT version_num FROM alembic_version"))
                    proof.rows = _counted(session)
            finally:
                store.close()
            _read(url, box, proof)
    except SQLAlchemyError as problem:
        words = str(getattr(problem, "orig", None) or problem).partition("\n")[0]
        proof.hints.append(f"it can be read as a dump; no database could be made to restore it into ({words})")


@contextmanager
def _scratch(server: URL) -> Iterator[URL]:
    """An empty database beside the service's own, dropped afterwards."""
    name = f"rt1555_check_{os.getpid()}"
    store = Store(server.render_as_string(hide_password=False), pool=1)
    try:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
            try:
                yield server.set(database=name)
            finally:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        store.close()


def _read(url: str, box: MultiFernet | None, proof: Proof) -> None:
    """Migrate it as the next start would, and read every row."""
    store = Store(url, pool=1)
    try:
        schema.upgrade(store)
        with store.read() as session:
            for table in Base.metadata.sorted_tables:
                for _row in session.execute(select(table).execution_options(yield_per=1000)):
                    pass  # every value is read and understood
            if box is not None:
                _open_some(session, box, proof)
        proof.restored = True
    except (SQLAlchemyError, ValueError, LookupError) as problem:
        proof.problems.append(f"restored, it cannot be read: {type(problem).__name__}")
    finally:
        store.close()


def _open_some(session: Session, box: MultiFernet, proof: Proof) -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                found = session.scalars(select(column).where(column.is_not(None)).limit(SAMPLE))
                if not all(_opens(box, value) for value in found):
                    proof.problems.append(f"{table.name}.{column.name}: encrypted with a key that is not in DATA_KEY")


def _opens(box: MultiFernet, value: bytes) -> bool:
    try:
        box.decrypt(value)
    except InvalidToken:
        return False
    return True


def _counted(session: Session) -> dict[str, int]:
    there = {name for (name,) in session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))}
    tables = [table for table in Base.metadata.sorted_tables if table.name in there]
    return {table.name: int(session.scalar(select(func.count()).select_from(table)) or 0) for table in tables}
