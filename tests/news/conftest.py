"""The newsroom as a fixture, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.news.newsroom import Newsroom


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom without readers."""
    sqlite = request.param == "sqlite"
    made = Newsroom(f"sqlite:///{tmp_path}/news.db" if sqlite else str(request.getfixturevalue("postgres_url")))
    yield made
    made.store.close()
