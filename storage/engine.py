"""One database, two kinds of transaction: reading, and writing at once (never "read, then hope to write").

SQLite runs in WAL with `BEGIN IMMEDIATE` for writers. Durability: a write is *durable* when it has reached the disk at
commit (synchronous=FULL). Two moments of a conversation need that: an event that is answered 200, and a message that is
about to leave; staff commands and migrations ask for it as well. WAL is one log, so such a commit carries every earlier
commit with it; all other writes may commit at synchronous=NORMAL, which loses nothing that the outside has seen.
PostgreSQL has one log as well: there the same is said with synchronous_commit. See docs/decisions/0002-durability.md.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from casework.wordless import explains

BUSY_MS = 30_000
WAL_BYTES = 64_000_000
"""What the -wal file is cut down to once it has been carried over; it grows while somebody reads for long (a backup)."""
CARRY_PAGES = 4000
"""Pages in the -wal file before it is carried over (16 MB): what was written again meanwhile is carried over once."""
MOST_ROWS = 500
"""In one statement: SQLite knows 32,766 places in one."""
QUIET_S = 5.0
"""A connection that rested longer is asked whether it still lives before it is used."""
# A machine that loses its power leaves its sessions open on the server, with a chat's lock and an event's row in them:
# the server ends what says nothing within a transaction for this long, and asks whether the other side is there.
_SESSION = (
    "SET idle_in_transaction_session_timeout = '20s'",
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 2",
)
_REACH = {"connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2}
"""The same the other way round (libpq's words): a server that is gone is noticed."""


class Store:
    """The database behind a URL. Safe to share between threads."""

    def __init__(self, url: str, *, pool: int = 24) -> None:
        """`url`: SQLAlchemy form; `postgresql://` means psycopg 3. Raises ArgumentError for a URL that is none."""
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.sqlite = parsed.get_backend_name() == "sqlite"
        if self.sqlite and parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # What was written never appears in an error's words.
        # The connection used last goes first: its cache is warm, and those of rare crowds do not fill up.
        options: dict[str, Any] = {"pool_size": pool, "max_overflow": 24, "pool_use_lifo": True, "hide_parameters": True}
        if self.sqlite:
            options["connect_args"] = {"check_same_thread": False}
        else:
            options["connect_args"] = {name: value for name, value in _REACH.items() if name not in parsed.query}
        self.engine = create_engine(parsed, **options)
        # Threads of one process take turns here rather than in SQLite's own wait, which sleeps and is unfair.
        self._writer: Engine
        self._durable: Engine
        self._turn = _Turn() if self.sqlite else _NoTurn()
        self._keeper: PoolProxiedConnection | None = None
        if self.sqlite:
            event.listen(self.engine, "connect", _on_connect)
            event.listen(self.engine, "begin", _on_begin)
            self._writer = self.engine.execution_options(mode="write")
            self._durable = self.engine.execution_options(mode="durable")
        else:
            # Connections of their own: a setting made within a transaction would go back with its rollback.
            self._writer, self._durable = self.engine, create_engine(parsed, **options)
            for engine, waits in ((self.engine, "off"), (self._durable, "on")):
                event.listen(engine, "connect", _in_session(f"SET synchronous_commit = {waits}"))
                event.listen(engine, "checkin", _on_checkin)
                event.listen(engine, "checkout", _on_checkout)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Session]:
        """A transaction that writes; committed at the end of the block, rolled back if the block raises."""
        engine = self._durable if durable else self._writer
        with self._turn.taken(first=False), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def keep(self) -> Iterator[Connection]:
        """A durable transaction that goes before all others: for what somebody waits to have acknowledged."""
        with self._turn.taken(first=True), self._durable.begin() as connection:
            yield connection

    def keep_rows(self, beginning: str, row: str, end: str, rows: Sequence[Sequence[object]]) -> None:
        """keep() in SQLite's own words, for the one statement that every webhook waits for: a fifth of the time.

        `beginning` is `INSERT … VALUES`, `row` the places of one, `end` what follows them. One statement is a transaction by
        itself, and the interpreter is let go once and not three times, which matters where others wait for it. More than
        MOST_ROWS are several transactions.
        """
        for start in range(0, len(rows), MOST_ROWS):
            some = rows[start : start + MOST_ROWS]
            sql = " ".join((beginning, ", ".join([row] * len(some)), end))
            values = [value for each in some for value in each]
            with self._turn.taken(first=True):
                if self._keeper is None:
                    self._keeper = self.engine.raw_connection()
                    self._keeper.cursor().execute("PRAGMA synchronous=FULL")
                try:
                    self._keeper.driver_connection.execute(sql, values)  # type: ignore[union-attr]
                except BaseException:
                    keeper, self._keeper = self._keeper, None
                    keeper.invalidate()
                    raise

    def shorten_log(self, most: int = WAL_BYTES, patience_ms: int = 250) -> bool:
        """Carry SQLite's -wal file over and empty it where it is longer than `most` bytes; True where that was done.

        SQLite begins it anew only in a moment without readers; where one reader always overlaps the next there is none.
        Here writers wait, `patience_ms` at the most, until those who read now are done; later ones do not need the file.
        """
        file = Path(f"{self.url.database}-wal")
        if not self.sqlite or not file.is_file() or file.stat().st_size <= most:
            return False
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()  # most of the work, in nobody's way
            cursor.execute(f"PRAGMA busy_timeout={patience_ms}").fetchall()
            with self._turn.taken(first=True):  # in a queue of writers that never ends it would not come to it
                ((busy, _, _),) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return not busy
        finally:
            connection.invalidate()
            connection.close()

    def rewrite(self, tables: Sequence[str], most: int | None = None) -> bool:
        """Write these tables anew (SQLite: the whole file), without what deleted rows leave behind; writers wait.

        With `most` only what has so many bytes at most, and not what somebody else holds; then False: there is more to be done.
        """
        if not self.sqlite:
            return self._rewrite_tables(tables, most)
        if most is not None and Path(str(self.url.database)).stat().st_size > most:
            return False
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA temp_store=FILE")  # as much room as the database needs: not in memory
            with self._turn.taken(first=False):
                cursor.execute("VACUUM")
        finally:
            connection.invalidate()
            connection.close()
        return True

    def _rewrite_tables(self, tables: Sequence[str], most: int | None) -> bool:
        done = True
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            if most is not None:
                session.exec_driver_sql("SET lock_timeout = '500ms'")  # whoever comes behind us would wait as well
            for table in tables:
                size = session.scalar(text(f"SELECT pg_total_relation_size('{table}')"))
                full = most is None or int(size or 0) <= most
                try:
                    session.exec_driver_sql(f"VACUUM ({'FULL' if full else 'INDEX_CLEANUP ON'}, ANALYZE) {table}")
                except OperationalError:  # held by somebody
                    full = False
                done = done and full
            session.exec_driver_sql("VACUUM pg_statistic")  # the planner's samples of what was there
            session.exec_driver_sql("RESET lock_timeout")
        return done

    def close(self) -> None:
        """Give all connections back."""
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None
        self.engine.dispose()
        if self._durable is not self.engine and not self.sqlite:
            self._durable.dispose()


class _Turn:
    """Whose turn it is to write. Who comes `first` passes all others; nobody is interrupted."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._taken = False
        self._first = 0

    def taken(self, *, first: bool) -> _Taken:
        """The turn, for the length of the block."""
        return _Taken(self, first)

    def take(self, first: bool) -> None:
        """Wait for the turn."""
        with self._changed:
            self._first += first
            try:
                while self._taken or (self._first and not first):
                    self._changed.wait()
            finally:
                self._first -= first
            self._taken = True

    def free(self) -> None:
        """It is over."""
        with self._changed:
            self._taken = False
            self._changed.notify_all()


class _NoTurn(_Turn):
    """PostgreSQL has room for all."""

    def take(self, first: bool) -> None:
        """At once."""

    def free(self) -> None:
        """Nothing to give back."""


class _Taken:
    """A turn within a block; a class of its own, because every webhook passes here."""

    __slots__ = ("_first", "_turn")

    def __init__(self, turn: _Turn, first: bool) -> None:
        self._turn, self._first = turn, first

    def __enter__(self) -> None:
        self._turn.take(self._first)

    def __exit__(self, *_error: object) -> None:
        self._turn.free()


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself: begin() below does, and says which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        "temp_store=MEMORY",
        "cache_size=-20000",
        f"wal_autocheckpoint={CARRY_PAGES}",
        "secure_delete=ON",
        f"journal_size_limit={WAL_BYTES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("explains", 2, explains, deterministic=True)  # for the reports


def _in_session(*more: str) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for said in (*_SESSION, *more):
            cursor.execute(said)
        cursor.close()
        connection.commit()

    return on_connect


def _on_checkin(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info["rests"] = time.monotonic()


def _on_checkout(connection: Any, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    if time.monotonic() - entry.info.get("rests", time.monotonic()) < QUIET_S:
        return
    try:
        connection.execute("")
        connection.rollback()
    except Exception as gone:
        raise DisconnectionError from gone  # the pool opens another one


def _on_begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("mode")
    if mode is None:
        connection.exec_driver_sql("BEGIN")
        return
    if connection.info.get("mode") != mode:
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if mode == 'durable' else 'NORMAL'}")
        connection.info["mode"] = mode
    connection.exec_driver_sql("BEGIN IMMEDIATE")


_PASSING = (
    *("locked", "busy", "disk is full", "disk i/o", "unable to open database file", "no space left", "could not extend"),
    *("deadlock", "serialize", "connection", "shutting down", "too many clients", "out of memory", "recovery mode"),
)
"""Words in which SQLite and PostgreSQL say that it is not the statement's fault."""


def transient(problem: BaseException) -> bool:
    """Whether the database itself is busy, full or away: the same transaction may go through later."""
    if isinstance(problem, PoolTimeout):
        return True
    if not isinstance(problem, DBAPIError):
        return False
    if problem.connection_invalidated or isinstance(problem, InterfaceError):
        return True
    words = str(problem.orig).casefold()
    return isinstance(problem, OperationalError) and any(word in words for word in _PASSING)
