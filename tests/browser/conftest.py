"""The service as the README starts it, and a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import KNOWN
from tests.support.service import ROOT, free_port

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run"]
PATIENCE = 60_000


@pytest.fixture
def surroundings() -> dict[str, str]:
    """The environment of the service and of its command line: nothing set but the port."""
    env = {k: v for k, v in os.environ.items() if k not in {known.name for known in KNOWN}}
    return env | {"PORT": str(free_port()), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def address(tmp_path: Path, surroundings: dict[str, str]) -> Iterator[str]:
    """The service as the README starts it, in a folder of its own."""
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
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is found on PATH: the chat page cannot be tested")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def page(browser: Any) -> Any:
    """A telephone-sized browser page."""
    made = browser.new_page(viewport={"width": 360, "height": 800})
    made.set_default_timeout(PATIENCE)
    return made


@pytest.fixture
def desk(browser: Any) -> Any:
    """A wide page, where several chats stand side by side."""
    made = browser.new_page(viewport={"width": 1400, "height": 900})
    made.set_default_timeout(PATIENCE)
    return made
