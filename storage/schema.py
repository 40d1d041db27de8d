"""Bringing the schema up to date at start: one process does it, the others wait for its transaction."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.engine import Store
from storage.models import Fact

MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 1555


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings; no ini file."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    if connection is not None:
        made.attributes["connection"] = connection
    return made


def upgrade(store: Store) -> None:
    """Run the migrations that are missing, in one transaction, and make the secret behind case numbers once."""
    with store.write(durable=True) as session:
        connection = session.connection()
        if not store.sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(config(connection), "head")
        if session.get(Fact, "case_number_key") is None:
            session.add(Fact(name="case_number_key", value=secrets.token_hex(16), at=datetime.now(UTC)))


def versions(store: Store) -> tuple[str | None, str | None]:
    """The schema's version in the database and in the code; equal when all is up to date."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    with store.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision(), head
