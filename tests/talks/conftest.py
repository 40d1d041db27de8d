"""A stage a test: a fresh database, copied from one that was made once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.talks.theatre import Stage, fresh


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its schema."""
    folder = tmp_path_factory.mktemp("made")
    stage = fresh(folder)
    stage.store.close()
    return folder / "stage.db"


@pytest.fixture
def stage(tmp_path: Path, made: Path) -> Stage:
    """The stage."""
    shutil.copy(made, tmp_path / "stage.db")
    return fresh(tmp_path)
