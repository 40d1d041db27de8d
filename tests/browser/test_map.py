"""The public map in a telephone-sized browser: touched, filtered, read by its tables; and the same as a file from a disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import map_view
from casework import rules
from casework.case import Draft
from storage import cases
from storage.engine import Store
from tests.support.ready import ready

pytestmark = pytest.mark.browser


def fill(folder: Path) -> list[str]:
    """Some cases in the running service's database; their numbers."""
    now, found = datetime.now(UTC), []
    store = Store(f"sqlite:///{folder}/var/rongtook1555.db", pool=1)
    for n, (category, lat, urgent) in enumerate((("road", 13.7563, True), ("light", 13.7573, False), ("road", 13.72, False))):
        with store.write() as session:
            code = "1001" if lat > 13.75 else "1004"
            draft = Draft("ความลับ", category=category, lat=lat, lng=100.5018 + n / 1000, district_code=code, urgent=urgent)
            found.append(cases.file(session, draft, rules.load(), now - timedelta(hours=n), reporter=None).number)
    store.close()
    return found


def test_the_map_on_a_telephone(address: str, browser: Any, tmp_path: Path) -> None:
    numbers = fill(tmp_path)
    base = address.removesuffix("/sandbox")
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, locale="th-TH")
    page, troubles, asked = context.new_page(), [], []
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base}/map")
    told = page.locator("#told")
    told.filter(has_text="แสดง 3 เรื่อง").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "nothing sticks out"
    assert page.locator(".sign.urgent").count() >= 1

    page.select_option("[name=category]", "light")
    told.filter(has_text="แสดง 1 เรื่อง").wait_for()
    page.locator(".leaflet-marker-icon").first.tap(force=True)
    sheet = page.locator(".leaflet-popup-content")
    sheet.filter(has_text=numbers[1]).wait_for()
    assert "แสงสว่าง" in sheet.inner_text() and "ออกเลขแล้ว" in sheet.inner_text() and "ความลับ" not in page.content()

    page.select_option("[name=category]", "")
    page.locator("[name=urgent]").tap()
    told.filter(has_text="แสดง 1 เรื่อง").wait_for()
    page.locator("[name=urgent]").tap()
    page.fill("[name=district]", "บางรัก")
    page.keyboard.press("Enter")
    sheet.filter(has_text="เขตบางรัก").wait_for()
    told.filter(has_text="แสดง 1 เรื่อง").wait_for()
    assert "district=1004" in page.url

    page.locator("[name=metric][value=median]").tap()
    page.locator("#legend", has_text="ไม่มีข้อมูล").wait_for()
    page.locator("#list summary").tap()
    row = page.locator("#list tbody tr")
    assert row.count() == 1 and numbers[2] in row.inner_text()
    page.locator("#list a").first.tap()
    page.locator("h1", has_text=numbers[2]).wait_for()
    assert troubles == [] and all(url.startswith(base) for url in asked), asked
    context.close()
    by_keys(browser, base)


def by_keys(browser: Any, base: str) -> None:
    """The map moved, and a district looked at, without a pointer."""
    page = browser.new_page(viewport={"width": 1000, "height": 800}, locale="en-GB")
    page.goto(f"{base}/map")
    page.locator("#told", has_text="3 cases shown").wait_for()
    before = page.locator(".leaflet-map-pane").get_attribute("style")
    page.locator("#map").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.leaflet-map-pane').getAttribute('style') !== before", arg=before)
    page.locator("#figures button", has_text="Bang Rak").focus()
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup-content", has_text="Bang Rak district").wait_for()
    page.close()


def test_one_file_opens_from_a_disk(browser: Any, tmp_path: Path) -> None:

    store = Store(f"sqlite:///{tmp_path}/var/rongtook1555.db", pool=1)
    ready(store)
    numbers, now = fill(tmp_path), datetime.now(UTC)
    chosen = map_view.choice({}, rules.load())
    with store.read() as session:
        points = map_view.geojson(session, chosen, 100, now)
        figures = map_view.figures(session, chosen.days, rules.load(), now)
    store.close()
    whole = map_view.one_file("en", chosen, figures, points, now, tiles=None, public_url=None)
    (tmp_path / "map.html").write_text(whole, "utf-8")
    page, troubles, asked = browser.new_page(viewport={"width": 360, "height": 740}), [], []
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    page.on("console", lambda said: troubles.append(said.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "map.html").as_uri())
    page.locator("#told", has_text="3 cases shown").wait_for()
    page.select_option("[name=category]", "light")
    page.locator("#told", has_text="1 cases shown").wait_for()
    page.locator(".leaflet-marker-icon").first.click(force=True)
    page.locator(".leaflet-popup-content", has_text=numbers[1]).wait_for()
    assert troubles == [] and len(asked) == 1, (troubles, asked)
    page.close()
