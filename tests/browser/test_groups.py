"""The BEST loop in the chat page: a citizen and two coordinators of the district's group, side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import typed

pytestmark = pytest.mark.browser


@pytest.fixture
def code(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surroundings: dict[str, str]) -> str:
    """A binding code of Phra Nakhon, from the command line beside the running service."""
    monkeypatch.chdir(tmp_path)
    done = typed(["groups", "code", "--agency", "1001", "--by", "malee", "--json"], surroundings)
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["code"])


class Chat:
    """One chat on the page."""

    def __init__(self, page: Any, name: str) -> None:
        self.page = page
        tab = page.locator(f'[data-testid="chat-tab"][data-name="{name}"]')
        if tab.get_attribute("aria-pressed") != "true":
            tab.click()
        self.root = page.locator(f'[data-testid="chat"][data-name="{name}"]')
        self.root.wait_for()

    def speak_as(self, name: str) -> None:
        self.root.get_by_test_id("speaker").select_option(label=name)

    def write(self, words: str) -> None:
        self.root.get_by_test_id("input").fill(words)
        self.root.get_by_test_id("send").click()

    def press(self, label: str) -> None:
        self.root.locator(f'[data-testid="flex-button"][data-label="{label}"]').last.click()

    def hears(self, words: str) -> None:
        self.root.get_by_test_id("message").filter(has_text=words).last.wait_for()

    def photo(self, which: int) -> None:
        self.root.get_by_test_id("plus").click()
        self.page.get_by_test_id("plus-sample").click()
        self.page.get_by_test_id("sample-photo").nth(which).click()
        self.page.get_by_test_id("sample-send").click()


def test_from_alarm_to_confirmation(address: str, desk: Any, code: str) -> None:
    troubles: list[str] = []
    desk.on("pageerror", lambda problem: troubles.append(str(problem)))
    desk.goto(address)
    send = {"headers": {"X-Sandbox": "1"}}
    members = [
        desk.request.post(f"{address}/api/people", data={"name": name, "follow": False}, **send).json()["id"]
        for name in ("วิชัย", "มานี")
    ]
    desk.request.post(f"{address}/api/groups", data={"name": "เขตพระนคร", "members": members, "bot": True}, **send)
    desk.locator('[data-testid="chat-tab"][data-name="เขตพระนคร"]').wait_for()
    citizen = desk.locator('[data-testid="chat-tab"]').first.get_attribute("data-name")
    nid, group = Chat(desk, citizen), Chat(desk, "เขตพระนคร")
    group.hears("@ร้องทุกข์1555 มาแล้วค่ะ")
    group.speak_as("วิชัย")
    group.write(code)
    group.hears("ผูกกลุ่มนี้กับ สำนักงานเขตพระนคร แล้วค่ะ")

    nid.write("ฝาท่อหายหน้าตลาด อันตรายมาก")
    nid.root.get_by_test_id("quick-reply").filter(has_text="ส่งตำแหน่ง").click()
    desk.get_by_test_id("latlng").fill("13.7563, 100.5018")
    desk.get_by_test_id("pin-confirm").click()
    nid.hears("มีรูปไหมคะ")
    nid.photo(0)
    nid.press("ส่งเรื่อง")
    group.hears("เรื่องเร่งด่วน BEST")

    group.press("รับเรื่อง")
    group.hears("รับเรื่องแล้วค่ะ")
    group.speak_as("มานี")
    group.root.locator('[data-testid="flex-button"][data-label="รับเรื่อง"]').first.click()
    group.hears("รับไปแล้วค่ะ")
    nid.hears("สำนักงานเขตพระนครรับเรื่องแล้วค่ะ")
    group.press("แก้ไขแล้ว")
    group.hears("ส่งรูปหลังแก้ไข")
    group.photo(2)
    group.hears("รับรูปผลงาน")
    nid.hears("แจ้งว่าแก้ไขแล้วค่ะ")
    nid.press("แก้ไขแล้วจริง")
    nid.root.get_by_test_id("quick-reply").filter(has_text="5 ดาว").click()
    group.hears("ผู้แจ้งยืนยันว่าแก้ไขแล้วจริง")
    group.write("ค้าง")
    group.hears("ไม่มีเรื่องค้าง")
    assert troubles == []
