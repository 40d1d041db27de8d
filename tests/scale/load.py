"""Rows into a database by the quickest way it has: without indexes first, without a journal, COPY on PostgreSQL."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import psycopg
from psycopg import sql

from storage import schema
from storage.engine import Store
from tests.scale.rows import COLUMNS, NOW, TABLES, City, Row, key, stamp

AT_ONCE = 20_000
MARK = "scale"
"""The fact that says: this database was generated."""


def generate(url: str, city: City, say: Callable[[str], None] = lambda _: None) -> None:
    """Fill the (new) database at `url`. Raises ValueError where there are cases in it already."""
    store = Store(url, pool=2)
    try:
        schema.upgrade(store)
        with store.read() as session:
            if session.connection().exec_driver_sql("SELECT 1 FROM cases LIMIT 1").first():
                raise ValueError("there are cases in this database already: generate into a new one")
    finally:
        store.close()
    began = time.monotonic()
    load = _into_sqlite if store.sqlite else _into_postgres
    load(str(store.url.database) if store.sqlite else url.replace("+psycopg", ""), city, say)
    say(f"{time.monotonic() - began:.0f} s in all")


def fingerprint(city: City) -> str:
    """SHA-256 over all rows: the same for the same arguments."""
    digest = hashlib.sha256()
    for table, row in city.rows():
        digest.update(f"{table}{row}".encode())
    return digest.hexdigest()


def _batches(city: City, say: Callable[[str], None]) -> Iterator[tuple[str, list[Row]]]:
    waiting: dict[str, list[Row]] = {table: [] for table in TABLES}
    written = 0
    for table, row in city.rows():
        waiting[table].append(row)
        if len(waiting[table]) == AT_ONCE:
            for name, rows in waiting.items():  # in the order of foreign keys
                if rows:
                    yield name, rows
                    written += len(rows)
                    rows.clear()
            if written % 1_000_000 < AT_ONCE:
                say(f"{written:,} rows")
    yield from ((name, rows) for name, rows in waiting.items() if rows)


def _into_sqlite(file: str, city: City, say: Callable[[str], None]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1500000", "locking_mode=EXCLUSIVE"):
            database.execute(f"PRAGMA {pragma}").fetchall()
        made = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        for name, _ in made:
            database.execute(f'DROP INDEX "{name}"')
        database.execute("BEGIN")
        for table, rows in _batches(city, say):
            places = ",".join("?" * len(COLUMNS[table]))
            database.executemany(f"INSERT INTO {table} ({','.join(COLUMNS[table])}) VALUES ({places})", rows)
        database.execute("UPDATE facts SET value = ? WHERE name = 'case_number_key'", (key(city.seed).hex(),))
        database.execute("INSERT INTO facts VALUES (?, ?, ?)", _mark(city))
        database.execute("COMMIT")
        say("indexes")
        for _, statement in made:
            database.execute(statement)
        database.execute("PRAGMA locking_mode=NORMAL").fetchall()
        database.execute("PRAGMA journal_mode=WAL").fetchall()


def _into_postgres(url: str, city: City, say: Callable[[str], None]) -> None:
    with psycopg.connect(url) as database:
        with suppress(psycopg.errors.InsufficientPrivilege), database.transaction():
            database.execute("SET session_replication_role = replica")  # foreign keys hold by the order of rows
        made = database.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'ix%'"
        ).fetchall()
        for name, _ in made:
            database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        for table, rows in _batches(city, say):
            names = sql.SQL(",").join(map(sql.Identifier, COLUMNS[table]))
            command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
            with database.cursor() as cursor, cursor.copy(command) as copy:
                for row in rows:
                    copy.write_row(row)
        database.execute("UPDATE facts SET value = %s WHERE name = 'case_number_key'", (key(city.seed).hex(),))
        database.execute("INSERT INTO facts VALUES (%s, %s, %s)", _mark(city))
        for table in TABLES:
            if COLUMNS[table][0] == "id" and table != "people":
                database.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}".encode())
        say("indexes")
        for _, statement in made:
            database.execute(statement.encode())
        database.commit()
        database.autocommit = True
        database.execute("VACUUM ANALYZE")


def _mark(city: City) -> tuple[str, str, str]:
    return MARK, f"{city.cases} cases, {city.messages} messages, seed {city.seed}", stamp(NOW.timestamp())
