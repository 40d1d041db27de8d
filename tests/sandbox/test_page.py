"""The chat page in a real browser, with a bot that answers with everything Flex can do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .echo import Json, Rig

pytestmark = pytest.mark.browser

BASE = "https://sandbox.invalid"
PICTURE = f"{BASE}/sandbox/static/icon.svg"
SQUARE = [[100.4, 13.6], [100.7, 13.6], [100.7, 13.9], [100.4, 13.9], [100.4, 13.6]]


def text(words: str, **more: Any) -> Json:
    return {"type": "text", "text": words, **more}


def button(label: str, action: Json, **more: Any) -> Json:
    return {"type": "button", "action": {"label": label, **action}, **more}


CARD: Json = {
    "type": "bubble",
    "header": {
        "type": "box",
        "layout": "vertical",
        "background": {"type": "linearGradient", "angle": "90deg", "startColor": "#1565C0", "endColor": "#00796B"},
        "contents": [text("head", color="#FFFFFF", weight="bold")],
    },
    "hero": {"type": "image", "url": PICTURE, "size": "full", "aspectRatio": "20:13", "aspectMode": "cover"},
    "body": {
        "type": "box",
        "layout": "vertical",
        "spacing": "md",
        "contents": [
            text("69-0001238", size="xxl", weight="bold"),
            text("<img src=x onerror=alert(1)>", wrap=True, maxLines=2, lineSpacing="4px"),
            {
                "type": "box",
                "layout": "baseline",
                "contents": [{"type": "icon", "url": PICTURE, "size": "sm"}, text("where", flex=5, margin="sm")],
            },
            {"type": "separator", "margin": "lg", "color": "#C62828"},
            {
                "type": "box",
                "layout": "horizontal",
                "contents": [
                    text("left", flex=1),
                    {
                        "type": "text",
                        "align": "end",
                        "flex": 2,
                        "contents": [{"type": "span", "text": "24", "decoration": "underline"}],
                    },
                ],
            },
            {
                "type": "box",
                "layout": "vertical",
                "cornerRadius": "md",
                "borderWidth": "medium",
                "borderColor": "#C62828",
                "paddingAll": "10px",
                "justifyContent": "center",
                "alignItems": "center",
                "height": "60px",
                "contents": [text("tap me"), {"type": "filler"}],
                "action": {"type": "postback", "data": "box"},
            },
        ],
    },
    "footer": {
        "type": "box",
        "layout": "vertical",
        "contents": [
            button("accept", {"type": "postback", "data": "a", "displayText": "accepted"}, style="primary", color="#1565C0"),
            button("when", {"type": "datetimepicker", "data": "d", "mode": "date"}, style="secondary", height="sm"),
        ],
    },
    "styles": {"footer": {"separator": True}},
}


def answer(event: Json) -> list[Json]:
    """Flex to a text, a quick reply to a new friend, otherwise the event's own name and facts."""
    if event["type"] == "follow":
        reply = {"type": "action", "action": {"type": "message", "label": "card please", "text": "card"}}
        return [text("welcome", quickReply={"items": [reply]})]
    if event["type"] == "message" and event["message"]["type"] == "text":
        small = {"type": "bubble", "size": "kilo", "body": {"type": "box", "layout": "vertical", "contents": [text("one")]}}
        row = {"type": "carousel", "contents": [small] * 3}
        return [
            {"type": "flex", "altText": "a card", "contents": CARD},
            {"type": "flex", "altText": "a row", "contents": row},
        ]
    told = event.get("postback") or event.get("message") or {}
    return [text("heard " + json.dumps(told)[:400])]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    shape = {"type": "Polygon", "coordinates": [SQUARE]}
    district = {"type": "Feature", "properties": {"code": "1001", "name_th": "Phra Nakhon"}, "geometry": shape}
    outlines = tmp_path / "districts.geojson"
    outlines.write_text(json.dumps({"type": "FeatureCollection", "features": [district]}))
    with Rig(outlines=outlines, media_base=BASE) as made:
        made.bot.answer = answer
        yield made


@pytest.fixture
def page(browser: Any, rig: Rig) -> Iterator[Any]:
    wrong: list[str] = []
    tab = browser.new_page(viewport={"width": 1280, "height": 860})
    tab.set_default_timeout(8000)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda message: wrong.extend([message.text] if message.type == "error" else []))
    tab.goto(f"{rig.base}/sandbox")
    yield tab
    tab.close()
    assert wrong == []


def last(page: Any) -> Any:
    return page.locator("[data-testid=message][data-sender=bot]").last


def heard(page: Any, words: str) -> None:
    page.locator("[data-testid=message][data-sender=bot]", has_text=words).last.wait_for()


def test_a_card_with_everything(page: Any, rig: Rig) -> None:
    page.get_by_test_id("quick-reply").click()
    page.get_by_test_id("flex-bubble").nth(3).wait_for()
    assert page.get_by_test_id("quick-reply").count() == 0
    card = page.get_by_test_id("flex").first
    assert card.get_attribute("aria-label") == "a card"
    assert card.locator("img[src=x]").count() == 0  # words stay words
    assert card.locator(".fx-hero img").evaluate("node => node.naturalWidth > 0")
    assert card.get_by_test_id("flex-button").first.evaluate("n => getComputedStyle(n).backgroundColor") == "rgb(21, 101, 192)"
    overflow = "() => [...document.querySelectorAll('.log')].some(log => log.scrollWidth > log.clientWidth)"
    assert not page.evaluate(overflow)
    card.get_by_test_id("flex-action").press("Enter")
    heard(page, '"box"')
    card.get_by_test_id("flex-button").first.click()
    heard(page, '"a"')
    assert page.locator("[data-sender=me]", has_text="accepted").count() == 1
    card.get_by_test_id("flex-button").nth(1).click()
    page.get_by_test_id("datetime-input").fill("2026-12-01")
    page.get_by_test_id("datetime-confirm").click()
    heard(page, "2026-12-01")


def test_photos_and_a_pin(page: Any, rig: Rig) -> None:
    page.get_by_test_id("quick-reply").wait_for()
    page.get_by_test_id("plus").click()
    page.get_by_test_id("plus-sample").click()
    for index in (0, 1):
        page.get_by_test_id("sample-photo").nth(index).click()
    page.get_by_test_id("sample-send").click()
    heard(page, '"total": 2')
    page.get_by_test_id("photo-files").set_input_files(
        [{"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}]
    )
    page.locator("[data-type=image]").nth(2).wait_for()
    page.get_by_test_id("plus").click()
    page.get_by_test_id("plus-pin").click()
    sheet = page.get_by_test_id("map-sheet")
    sheet.get_by_test_id("latlng").fill("13.75, 100.5")
    assert "Phra Nakhon" in sheet.get_by_test_id("map-district").inner_text()
    sheet.get_by_test_id("map").focus()
    page.keyboard.press("ArrowUp")
    assert sheet.get_by_test_id("latlng").input_value() != "13.75, 100.5"
    sheet.get_by_test_id("latlng").fill("13.8, 100.6")
    sheet.get_by_test_id("pin-confirm").click()
    heard(page, '"latitude": 13.8')
    page.get_by_test_id("location").wait_for()


def test_a_group_speaks_unsends_and_blocks(page: Any, rig: Rig) -> None:
    page.get_by_test_id("add-group").click()
    page.get_by_test_id("group-new-members").fill("Nok, Lek")
    page.get_by_test_id("group-create").click()
    group = page.locator("[data-testid=chat][data-kind=group]")
    group.wait_for()
    group.get_by_test_id("speaker").select_option(label="Lek")
    group.get_by_test_id("input").fill("first\nsecond")
    group.get_by_test_id("input").press("Enter")
    mine = group.locator("[data-sender=me]")
    mine.wait_for()
    mine.get_by_test_id("message-menu").click()
    page.get_by_test_id("menu-edit").click()
    group.get_by_test_id("input").fill("better")
    group.get_by_test_id("send").click()
    group.locator("[data-sender=me]", has_text="better").wait_for()
    mine.get_by_test_id("message-menu").click()
    page.get_by_test_id("menu-unsend").click()
    group.locator("[data-sender=me] .gone").wait_for()
    page.get_by_test_id("panel-toggle").click()
    page.get_by_test_id("fault-add").click()
    page.get_by_test_id("fault-rule").wait_for()
    assert page.get_by_test_id("call").count() > 3


def test_a_narrow_telephone(browser: Any, rig: Rig) -> None:
    rig.person()
    rig.person("other")
    tab = browser.new_page(viewport={"width": 360, "height": 740})
    tab.goto(f"{rig.base}/sandbox")
    tab.get_by_test_id("chat-tab").nth(1).wait_for()
    assert tab.locator("[data-testid=chat]:visible").count() == 1
    tab.get_by_test_id("chat-tab").nth(1).click()
    tab.locator("[data-testid=chat][data-name=other]:visible").wait_for()
    tab.locator("[data-testid=richmenu-button]:visible").nth(5).wait_for()
    tab.locator("[data-testid=quick-reply]:visible").click()
    tab.locator("[data-testid=flex]:visible").first.wait_for()
    assert tab.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    tab.close()
