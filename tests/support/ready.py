"""A database with the present schema, made once and then copied: hundreds of tests want one of their own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from storage import schema
from storage.engine import Store

TEMPLATE = "rt_ready"
_folders: list[str] = []


def ready(store: Store) -> None:
    """Bring a database up to date; one that is new, and that nobody has connected to yet, becomes a copy of one that is."""
    file = Path(store.url.database or "")
    if store.sqlite and not file.exists():
        shutil.copyfile(_template(), file)
    elif store.sqlite or not _is_empty(store.url):
        schema.upgrade(store)
    else:
        _from_template(store.url)


def _is_empty(url: URL) -> bool:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return not inspect(connection).get_table_names()


def forget() -> None:
    """Drop the file that SQLite databases are copied from."""
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)
    _folders.clear()
    _template.cache_clear()


@cache
def _template() -> Path:
    folder = tempfile.mkdtemp(prefix="rt-schema-")
    _folders.append(folder)
    atexit.register(forget)
    file = Path(folder) / "empty.db"
    with closing(Store(f"sqlite:///{file}")) as store:
        schema.upgrade(store)
    assert not file.with_name("empty.db-wal").exists()
    return file


def _from_template(url: URL) -> None:
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": TEMPLATE}):
            connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
            with closing(Store(url.set(database=TEMPLATE).render_as_string(hide_password=False))) as store:
                schema.upgrade(store)
        connection.execute(text(f'DROP DATABASE "{url.database}"'))
        connection.execute(text(f'CREATE DATABASE "{url.database}" TEMPLATE {TEMPLATE}'))
    server.dispose()
