"""The service in a folder of its own without any setting, and pages to look at it with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import KNOWN
from tests.support import hatch
from tests.support.chromium import opened
from tests.support.service import ROOT, free_port
from tests.support.waiting import until


@pytest.fixture
def surroundings() -> dict[str, str]:
    """The environment of the service and of its command line: nothing set but the port."""
    env = {k: v for k, v in os.environ.items() if k not in {known.name for known in KNOWN}}
    return env | {"PORT": str(free_port()), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def started(tmp_path: Path, surroundings: dict[str, str]) -> Iterator[str]:
    """The address of the service, started as the README starts it."""
    command = [sys.executable, str(ROOT / "app.py")]
    with subprocess.Popen(command, cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "/sandbox" in line:
                break
        yield f"http://127.0.0.1:{surroundings['PORT']}/sandbox"
        process.terminate()
        assert process.wait(60) == 0


@pytest.fixture
def address(tmp_path: Path, surroundings: dict[str, str]) -> Iterator[str]:
    """The address of the service, forked: a process of its own as well, without loading everything again."""
    log = tmp_path / "service.log"
    process = hatch.service("all", surroundings, tmp_path, log)
    until(lambda: log.exists() and "/sandbox" in log.read_text("utf-8"), seconds=60, why="the service")
    yield f"http://127.0.0.1:{surroundings['PORT']}/sandbox"
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0, log.read_text("utf-8")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A telephone-sized page."""
    with opened(browser, 360, 800) as made:
        yield made


@pytest.fixture
def desk(browser: Any) -> Iterator[Any]:
    """A wide page, where several chats stand side by side."""
    with opened(browser, 1400, 900) as made:
        yield made
