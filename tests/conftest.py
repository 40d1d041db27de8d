"""What several groups of tests share."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator

import pytest

_databases = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[object]:
    """A PostgreSQL of our own, from a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed: the tests on PostgreSQL need it")
        with tempfile.TemporaryDirectory(prefix="rt-pg-") as folder:
            server = pgserver.get_server(folder, cleanup_mode="stop")
            yield server
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: object) -> str:
    """An empty database."""
    name = f"t{next(_databases)}"
    server: object = postgres_server
    server.psql(f"CREATE DATABASE {name};")  # type: ignore[attr-defined]
    uri: str = server.get_uri(name)  # type: ignore[attr-defined]
    return uri
