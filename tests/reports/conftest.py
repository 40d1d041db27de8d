"""Worlds on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.engine import Store
from tests.admin_cli.conftest import desk, empty
from tests.reports.world import build
from tests.support.ready import ready

__all__ = ["desk", "empty"]

SEEDS = (1, 2, 3)


@pytest.fixture(
    scope="session", params=[*SEEDS, pytest.param("postgres", marks=pytest.mark.postgres)], ids=lambda p: f"world {p}"
)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A world of its own, never changed by a test."""
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        server.psql("CREATE DATABASE reports;")
        store, seed = Store(server.get_uri("reports")), 7
    else:
        store, seed = Store(f"sqlite:///{tmp_path_factory.mktemp('world')}/world.db"), request.param
    ready(store)
    with store.write() as session:
        build(session, seed)
    yield store
    store.close()
