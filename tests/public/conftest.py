"""A small city on either database, and the public pages over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import app
from bot import settings
from casework import rules
from casework.case import Draft
from storage import cases
from storage.engine import Store
from storage.models import Case
from tests.support.ready import ready
from tests.support.service import SECRET, TOKEN

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class Public:
    """The service's web part in this process, with a clock of our own."""

    def __init__(self, url: str, folder: Path, **more: str) -> None:
        env = {
            **{"LINE_CHANNEL_SECRET": SECRET, "LINE_CHANNEL_ACCESS_TOKEN": TOKEN, "PUBLIC_URL": "https://1555.example"},
            **{"DATA_KEY": Fernet.generate_key().decode(), "DATABASE_URL": url, "MEDIA_DIR": str(folder / "media")},
        }
        self.now = NOW
        self.settings = settings.load(env | more)
        self.service = app.build(self.settings, "web", lambda: self.now)
        self.store: Store = self.service.store
        self.web: Flask = self.service.web
        self.web.testing = True
        self.client: FlaskClient = self.web.test_client()

    def file(self, text: str = "ถนนเป็นหลุม", *, ago: timedelta = timedelta(hours=1), **fields: Any) -> str:
        """A case in the database; its number."""
        given: dict[str, Any] = {
            "category": "road",
            "lat": 13.7563,
            "lng": 100.5018,
            "district_code": "1001",
            "subdistrict_code": "100101",
        }
        with self.store.write() as session:
            draft = Draft(text, **(given | fields))
            return cases.file(session, draft, rules.load(), self.now - ago, reporter="U" + "a" * 32).number

    def move(self, number: str, *statuses: str, note: str | None = None, ago: timedelta = timedelta()) -> None:
        """Along the lifecycle, by staff; the note with the last."""
        with self.store.write() as session:
            case = cases.held(session, number)
            for status in statuses:
                words = note if status == statuses[-1] else None
                cases.move(session, case, status, self.now - ago, who="staff", actor="staff:malee", note=words, reason="ok")

    def row(self, number: str) -> Case:
        with self.store.read() as session:
            return session.scalars(select(Case).where(Case.number == number)).one()

    def json(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:200])
        return answer.json if answer.is_json else __import__("json").loads(answer.text)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its schema and nothing in it, to be copied."""
    file = tmp_path_factory.mktemp("public") / "empty.db"
    store = Store(f"sqlite:///{file}")
    ready(store)
    store.close()
    return file


@pytest.fixture
def public(tmp_path: Path, empty: Path) -> Iterator[Public]:
    """On SQLite."""
    shutil.copy(empty, tmp_path / "public.db")
    made = Public(f"sqlite:///{tmp_path}/public.db", tmp_path)
    yield made
    made.store.close()
