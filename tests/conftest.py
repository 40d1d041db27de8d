"""What several groups of tests share."""

from __future__ import annotations

import itertools
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import surroundings

surroundings.keep_compiled()
surroundings.write_to_memory()

from hypothesis import HealthCheck, settings  # noqa: E402

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile("short", max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
settings.register_profile("long", max_examples=3000, deadline=None, database=None, suppress_health_check=QUIET)
# Few examples by default, without a time limit: a slow machine is not a failure.
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))
_databases = itertools.count(1)


def pytest_collection_finish() -> None:
    """All is imported."""
    surroundings.collect_seldom()


@pytest.fixture(scope="session", autouse=True)
def no_template_is_left() -> Iterator[None]:
    """A worker of the tests ends without what is to be done at exit."""
    yield
    from tests.support import ready

    ready.forget()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[object]:
    """A PostgreSQL of our own, from a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed: the tests on PostgreSQL need it")
        with tempfile.TemporaryDirectory(prefix="rt-pg-") as folder:
            server = pgserver.get_server(folder, cleanup_mode="stop")
            # It outlives no run: what it would wait for the disk for is lost on nobody.
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                server.psql(f"ALTER SYSTEM SET {name} = off;")
            server.psql("SELECT pg_reload_conf();")
            yield server
            server.cleanup()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    from tests.support.chromium import chromium

    with chromium() as made:
        yield made


@pytest.fixture
def postgres_url(postgres_server: object) -> str:
    """An empty database."""
    name = f"t{next(_databases)}"
    server: object = postgres_server
    server.psql(f"CREATE DATABASE {name};")  # type: ignore[attr-defined]
    uri: str = server.get_uri(name)  # type: ignore[attr-defined]
    return uri


@pytest.fixture
def own_log() -> Iterator[None]:
    """Whatever the test does to logging is undone: what it writes to is gone after it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
