"""One whole report in the chat page, as a citizen does it: `python app.py`, a browser, a number at the end."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import KNOWN
from tests.support.service import ROOT, free_port

pytestmark = pytest.mark.browser
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run"]
PATIENCE = 60_000


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The service as the README starts it, in a folder of its own."""
    port = free_port()
    env = {k: v for k, v in os.environ.items() if k not in {known.name for known in KNOWN}}
    env |= {"PORT": str(port), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(ROOT / "app.py")]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "/sandbox" in line:
                break
        yield f"http://127.0.0.1:{port}/sandbox"
        process.terminate()
        assert process.wait(60) == 0


@pytest.fixture
def page() -> Iterator[Any]:
    """A telephone-sized browser page."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is found on PATH: the chat page cannot be tested")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        made = browser.new_page(viewport={"width": 360, "height": 800})
        made.set_default_timeout(PATIENCE)
        yield made
        browser.close()


def test_a_report_with_words_pin_and_photo_gets_a_number(address: str, page: Any, tmp_path: Path) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    page.goto(address)
    page.get_by_test_id("flex-button").filter(has_text="แจ้งปัญหา").first.wait_for()
    page.get_by_test_id("richmenu-toggle").first.click()

    page.get_by_test_id("input").first.fill("ฝาท่อหายหน้าตลาด")
    page.get_by_test_id("send").first.click()
    page.get_by_test_id("quick-reply").filter(has_text="ส่งตำแหน่ง").first.click()
    page.get_by_test_id("latlng").first.fill("13.7563, 100.5018")
    page.get_by_test_id("pin-confirm").first.click()

    page.get_by_test_id("quick-reply").filter(has_text="ไม่มีรูป").first.wait_for()
    page.get_by_test_id("plus").first.click()
    page.get_by_test_id("plus-sample").first.click()
    page.get_by_test_id("sample-photo").first.click()
    page.get_by_test_id("sample-send").first.click()

    page.get_by_test_id("flex-button").filter(has_text="ส่งเรื่อง").first.click()
    card = page.get_by_test_id("flex").filter(has_text="เลขเรื่อง").first
    card.wait_for()
    number = re.search(r"\d\d-\d{7,}", card.inner_text())
    assert number is not None
    page.get_by_test_id("flex-button").filter(has_text="ดูเรื่องนี้").last.click()
    page.get_by_test_id("flex-button").filter(has_text="ถอนเรื่อง").last.wait_for()
    picture = page.get_by_test_id("flex").last.locator("img").first
    assert picture.evaluate("async i => (await i.decode(), i.naturalWidth)") > 100
    assert troubles == []
    with sqlite3.connect(tmp_path / "var" / "rongtook1555.db") as database:
        rows = database.execute("SELECT number, text, urgent, district_code FROM cases").fetchall()
    database.close()
    assert rows == [(number[0], "ฝาท่อหายหน้าตลาด", 1, "1001")]
