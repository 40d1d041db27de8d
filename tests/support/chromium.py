"""Headless Chromium for the tests that look at pages: one for all of them, with pages that share nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run"]
PATIENCE = 60_000


@contextmanager
def chromium() -> Iterator[Any]:
    """Started, and ended with the block; skips where there is none."""
    if PROGRAM is None:
        pytest.skip("no Chromium is found on PATH: pages cannot be looked at")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pages cannot be looked at")
    with sync_api.sync_playwright() as started:
        made = started.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        yield made
        made.close()


@contextmanager
def opened(browser: Any, width: int, height: int) -> Iterator[Any]:
    """A page of this size, with cookies and storage of its own."""
    context = browser.new_context(viewport={"width": width, "height": height})
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    yield made
    context.close()
