"""A stage a test: a fresh database, copied from one that was made once.

The Store stays, and with it the statements it has compiled: that takes a fifth of a talk's time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import Store
from tests.talks.theatre import Stage, fresh


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its schema."""
    folder = tmp_path_factory.mktemp("made")
    stage = fresh(folder)
    stage.store.close()
    return folder / "stage.db"


@pytest.fixture(scope="session")
def boards(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Where all stages stand, one after the other."""
    return Store(f"sqlite:///{tmp_path_factory.mktemp('boards')}/stage.db")


@pytest.fixture
def stage(boards: Store, made: Path) -> Iterator[Stage]:
    """The stage."""
    file = str(boards.url.database)
    for part in ("", "-wal", "-shm"):
        Path(file + part).unlink(missing_ok=True)
    shutil.copy(made, file)
    yield Stage(str(boards.url), store=boards)
    boards.close()
