"""One fake LINE and one running service for most journeys (each with people of its own); others start their own.

They end with the journeys: a service that nobody uses still looks for work, beside all the tests that come after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.citizen import Citizen
from tests.support.fake_line import FakeLine
from tests.support.hatch import Hatched
from tests.support.service import Household, Process


@pytest.fixture(scope="package")
def shared_line() -> Iterator[FakeLine]:
    with FakeLine() as line:
        yield line


@pytest.fixture(scope="package")
def shared_service(shared_line: FakeLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    household = Household(tmp_path_factory.mktemp("shared"), shared_line.url, PUBLIC_URL="https://1555.example")
    process = Hatched(household).start()
    yield process
    assert process.stop() == 0, process.log()
    household.close()
    for word in ("Traceback", " ERROR "):
        assert word not in process.log(), process.log()


@pytest.fixture
def line(shared_line: FakeLine) -> Iterator[FakeLine]:
    """The fake LINE of most tests; what the service did must be allowed there."""
    yield shared_line
    shared_line.check()


@pytest.fixture
def service(line: FakeLine, shared_service: Process) -> Process:
    """The running service of most tests."""
    assert shared_service.running, shared_service.log()
    return shared_service


@pytest.fixture
def anna(service: Process, line: FakeLine) -> Citizen:
    return Citizen(service, line)


@pytest.fixture
def bo(service: Process, line: FakeLine) -> Citizen:
    return Citizen(service, line)


@pytest.fixture
def own_line() -> Iterator[FakeLine]:
    """A fake LINE for one test alone."""
    with FakeLine() as line:
        yield line
        line.check()


@pytest.fixture
def household(own_line: FakeLine, tmp_path: Path) -> Iterator[Household]:
    """An installation for one test alone, nothing started yet."""
    made = Household(tmp_path / "house", own_line.url)
    yield made
    made.close()


@pytest.fixture
def processes() -> Iterator[Callable[[Process], Process]]:
    """Remembers processes, and ends those that still run after the test."""
    known: list[Process] = []

    def remember(process: Process) -> Process:
        known.append(process)
        return process

    yield remember
    for process in known:
        if process.running:
            process.kill()
