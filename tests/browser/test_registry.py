"""The guided way to a copy in the chat page: buttons, LINE's date and time picker, two numbers; nothing in clear on disk."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from casework import appointments, rules
from casework.thai_time import bangkok

pytestmark = pytest.mark.browser


def a_working_day() -> str:
    """Some day of the coming weeks on which offices are open."""
    now = datetime.now(UTC)
    days = (bangkok(now).date() + timedelta(days=n) for n in range(3, 30))
    return next(day.isoformat() for day in days if appointments.slots(rules.load(), day, now))


def test_a_copy_is_asked_for_by_buttons(address: str, page: Any, tmp_path: Path) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    page.goto(address)
    page.get_by_test_id("flex-button").filter(has_text="งานทะเบียน").first.click()
    page.get_by_test_id("flex-button").filter(has_text="1 สำเนาทะเบียนบ้าน").first.click()
    page.get_by_test_id("flex-button").filter(has_text="ยินยอม").first.click()
    _type(page, "ตัวเลข 10 ตัว", "JC1-1234567-89")
    _type(page, "สำนักงานเขตไหน", "บางแค")
    page.get_by_test_id("quick-reply").filter(has_text="2 ฉบับ").first.click()
    page.get_by_test_id("quick-reply").filter(has_text="เลือกวันเวลา").first.click()
    page.get_by_test_id("datetime-input").fill(f"{a_working_day()}T10:00")
    page.get_by_test_id("datetime-input").press("Enter")
    _type(page, "เลขใต้รูปถ่าย", "1040-02-12345678")
    card = page.get_by_test_id("flex").filter(has_text="ส่งคำขอแล้ว").first
    card.wait_for()
    assert "คำขอที่ 1" in card.inner_text().replace("\u200b", "") and "10:00" in card.inner_text()
    assert troubles == []
    file = tmp_path / "var" / "rongtook1555.db"
    with sqlite3.connect(file) as database:
        rows = database.execute("SELECT service, office, copies, status, length(laser) > 60 FROM registry_requests").fetchall()
    database.close()
    assert rows == [("1", "1040", 2, "asked", 1)]
    held = b"".join(f.read_bytes() for f in file.parent.glob("rongtook1555.db*"))
    assert b"1234567" not in held


def _type(page: Any, after: str, words: str) -> None:
    """Once the bot has asked, type and send."""
    page.get_by_text(after).last.wait_for()
    page.get_by_test_id("input").first.fill(words)
    page.get_by_test_id("send").first.click()
