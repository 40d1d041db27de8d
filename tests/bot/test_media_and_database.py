"""A photo that cannot be written down for a moment is not the photo's fault."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.line import Line
from bot.media import Fetcher
from casework import rules
from storage import media
from storage.engine import Store
from storage.models import InboxEvent, Media
from storage.shelf import Folder
from tests.support.pictures import photo
from tests.support.ready import ready

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Moody(Store):
    """A database that is away for writers when told so."""

    away = False

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Session]:
        if self.away:
            raise OperationalError("UPDATE media", {}, sqlite3.OperationalError("database or disk is full"))
        with super().write(durable=durable) as session:
            yield session


class OnePhoto:
    """A LINE that has a photo, and a database that goes away while it is fetched."""

    def __init__(self, store: Moody) -> None:
        self._store = store

    def content(self, _message_id: str) -> object:
        self._store.away = True

        class Body:
            def stream(self, size: int) -> Iterator[bytes]:
                data = photo(7)
                yield from (data[at : at + size] for at in range(0, len(data), size))

            def close(self) -> None:
                """Nothing to close."""

        return Body()


def test_a_photo_is_fetched_again_as_soon_as_the_database_is_back(tmp_path: Path) -> None:
    store = Moody(f"sqlite:///{tmp_path}/one.db")
    ready(store)
    with store.write() as session:
        media.promise(session, "m1", "U1", "image", None, NOW)
    line = OnePhoto(store)
    fetcher = Fetcher(store, cast(Line, line), Folder(tmp_path / "media"), rules.load(), lambda: NOW)
    (wanted,) = fetcher.due(5)
    fetcher.take(wanted)
    store.away = False
    (again,) = fetcher.due(5)
    assert again.id == wanted.id
    fetcher.take(again)
    store.away = False
    with store.read() as session:
        assert [(m.state, m.error) for m in session.query(Media)] == [("waiting", "the database was away")]
        assert not session.query(InboxEvent).count(), "nobody is told that the photo is bad"
    store.close()
