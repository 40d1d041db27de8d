"""Draws the README's pictures: plays a short report on the chat page of a running sandbox, in headless Chromium.

    python -m docs.pictures.make_pictures http://127.0.0.1:1555

Needs what requirements-dev.txt installs, and `chromium` on the path. Writes chat.png and report.png beside this file.
Start the service in an empty folder first: cases that are near an older report would change the talk.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDE = {"width": 1280, "height": 960}
NARROW = {"width": 400, "height": 860}
COLOURS = 256
PATIENCE = 15_000
SAME_DRAWINGS = "let seed = 1555; Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;"
"""The sample photos are drawn with chance in them; the same chance every time."""

MIDDLE = "() => Object.assign(document.getElementById('phones').style, {justifyContent: 'center', gap: '48px'})"
FIRST, SECOND = "สมชาย", "สมหญิง"
SPOT, NEARBY = "13.76490, 100.53830", "13.76502, 100.53842"
POTHOLE, SAME_HOLE = "ถนนเป็นหลุมหน้าตลาด รถหลบกันทุกคัน", "มีหลุมบนถนนตรงหน้าตลาดค่ะ"
TREE = "ต้นไม้ล้มขวางซอยครับ รถผ่านไม่ได้"


class Telephone:
    """One person's chat on the page."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.root: Locator = page.locator(f"[data-testid=chat][data-name={name}]")
        self.root.wait_for()

    def type(self, words: str) -> None:
        """Write a message."""

        def send() -> None:
            self.root.get_by_test_id("input").fill(words)
            self.root.get_by_test_id("send").click()

        self._answered(send)

    def pin(self, spot: str) -> None:
        """Send a place."""

        def send() -> None:
            self._plus("plus-pin")
            sheet = self.page.get_by_test_id("map-sheet")
            sheet.get_by_test_id("latlng").fill(spot)
            sheet.get_by_test_id("pin-confirm").click()

        self._answered(send)

    def photo(self, kind: str) -> None:
        """Send a sample photo."""

        def send() -> None:
            self._plus("plus-sample")
            self.page.locator(f"[data-testid=sample-photo][data-kind={kind}]").click()
            self.page.get_by_test_id("sample-send").click()

        self._answered(send)

    def press(self, label: str) -> None:
        """Press the last button of this label."""
        places = (f"[data-testid={kind}][data-label='{label}']" for kind in ("flex-button", "quick-reply"))
        self._answered(self.root.locator(", ".join(places)).last.click)

    def tidy(self) -> None:
        """Fold the menu, so that more of the talk is seen, and show its end."""
        toggle = self.root.get_by_test_id("richmenu-toggle")
        if toggle.count() and self.root.get_by_test_id("richmenu-button").first.is_visible():
            toggle.click()
        self.root.get_by_test_id("message-log").evaluate("log => { log.scrollTop = log.scrollHeight; }")

    def _plus(self, what: str) -> None:
        self.root.get_by_test_id("plus").click()
        self.page.get_by_test_id(what).click()

    def _answered(self, act: Callable[[], None]) -> None:
        said = self.root.locator("[data-testid=message][data-sender=bot]")
        before = said.count()
        act()
        said.nth(before).wait_for(timeout=PATIENCE)
        self.page.wait_for_timeout(700)  # a further message of the same answer


def opened(browser: Browser, base: str, size: dict[str, int]) -> Page:
    """The chat page, greeted."""
    page = browser.new_page(viewport=size, locale="th-TH", timezone_id="Asia/Bangkok")  # type: ignore[arg-type]
    page.add_init_script(SAME_DRAWINGS)
    page.goto(f"{base}/sandbox")
    page.get_by_test_id("chat").first.wait_for(state="attached")
    page.wait_for_timeout(2500)
    return page


def two_telephones(browser: Browser, base: str) -> bytes:
    """A report from its first word to its number; beside it somebody who saw the same hole."""
    page = opened(browser, base, WIDE)
    first = Telephone(page, FIRST)
    first.type(POTHOLE)
    first.pin(SPOT)
    first.photo("pothole")
    first.press("ส่งเรื่อง")
    page.get_by_test_id("add-person").click()
    page.get_by_test_id("person-name").fill(SECOND)
    page.get_by_test_id("person-create").click()
    second = Telephone(page, SECOND)
    page.wait_for_timeout(2500)
    second.type(SAME_HOLE)
    second.pin(NEARBY)
    second.press("ไม่มีรูป")
    second.press("ส่งเรื่อง")
    page.evaluate(MIDDLE)
    return _taken(page, first, second)


def one_telephone(browser: Browser, base: str) -> bytes:
    """A BEST case on a telephone's screen: the card to check before it is sent."""
    page = opened(browser, base, NARROW)
    page.locator(f"[data-testid=chat-tab][data-name={FIRST}]").click()
    first = Telephone(page, FIRST)
    first.type(TREE)
    first.photo("tree")
    first.pin("13.73070, 100.54180")
    return _taken(page, first)


def _taken(page: Page, *telephones: Telephone) -> bytes:
    for telephone in telephones:
        telephone.tidy()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1200)
    for telephone in telephones:
        telephone.tidy()
    made: bytes = page.screenshot(animations="disabled", caret="hide")
    page.close()
    return made


def keep(picture: bytes, file: Path) -> None:
    """Few colours are enough, and the file stays small."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)


def main() -> int:
    """Exit code 0; 1 where there is no browser."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running sandbox, for example http://127.0.0.1:1555")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the pictures")
    args = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("chromium is not on the path\n")
        return 1
    from playwright.sync_api import sync_playwright

    base = args.address.rstrip("/")
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=FLAGS)
        keep(two_telephones(browser, base), args.out / "chat.png")
        keep(one_telephone(browser, base), args.out / "report.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
