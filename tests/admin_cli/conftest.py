"""The desk as a fixture, in a folder of its own: no `.env` and no `var/` of the checkout is touched."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import Store
from tests.admin_cli.desk import StaffDesk
from tests.support.ready import ready


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its schema and nothing in it, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "empty.db"
    store = Store(f"sqlite:///{file}")
    ready(store)
    store.close()
    return file


@pytest.fixture
def desk(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StaffDesk]:
    """A fresh one."""
    monkeypatch.chdir(tmp_path)
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "LINE_API_HOST", "DATA_KEY", "RULES_FILE", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOGNAME", "malee")
    shutil.copy(empty, tmp_path / "desk.db")
    made = StaffDesk(tmp_path)
    yield made
    made.store.close()
