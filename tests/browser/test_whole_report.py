"""One whole report in the chat page, as a citizen does it: `python app.py`, a browser, a number at the end."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.waiting import until

pytestmark = pytest.mark.browser


def test_a_report_with_words_pin_and_photo_gets_a_number(started: str, page: Any, tmp_path: Path) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    page.goto(started)
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
    until(lambda: _rows(tmp_path, "SELECT state FROM media") == [("ready",)], why="the photo")
    page.get_by_test_id("flex-button").filter(has_text="ดูเรื่องนี้").last.click()
    page.get_by_test_id("flex-button").filter(has_text="ถอนเรื่อง").last.wait_for()
    picture = page.get_by_test_id("flex").last.locator("img").first
    assert picture.evaluate("async i => (await i.decode(), i.naturalWidth)") > 100
    assert troubles == []
    assert _rows(tmp_path, "SELECT number, text, urgent, district_code FROM cases") == [
        (number[0], "ฝาท่อหายหน้าตลาด", 1, "1001")
    ]


def _rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "var" / "rongtook1555.db")) as database:
        return database.execute(query).fetchall()
