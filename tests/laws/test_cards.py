"""Every card, in both languages, at its fullest: within LINE's limits, and understood by LINE's own models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import regex

from bot.cards.dress import CARDS, dress
from bot.cards.kit import Look
from bot.words import LANGUAGES, words
from casework import rules
from casework.case import KINDS, STATUSES, CaseView, EventView, Similar
from casework.catalog import agencies, categories
from casework.digest import Digest
from casework.groups import Week
from casework.handbook import pages
from casework.mine import Given, Mine
from casework.news import END, NEWS, WITHDRAWN, News, checked_text, topics
from casework.place_data import tables
from casework.quiz import bank
from casework.refusals import Refused
from casework.registry import RequestView, services
from casework.threads import LineView, ThreadView, Waiting
from flows.groups import PRESSES
from flows.kit import Button, Say
from flows.lobby import MENU
from flows.mydata import MyData
from flows.thread_work import offered as thread_offered
from sandbox.limits_message import check_messages

NOW = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
LONGEST = {
    "thai": ("ที่นี่น้ำท่วมสูงมากผู้ใหญ่เดินไม่ได้ " * 200)[:5000],
    "one word": "ก" * 5000,
    "marks": ("ก" + "\u0e49\u0e38" * 12) * 200,
    "emoji": "👨‍👩‍👧‍👦🇹🇭👍🏽" * 300,
    "astral": "𠀋" * 2500,
    "quotes": '"\\\n{}%s<b>' * 500,
    "nul": "\x00\u200b\u202e" * 1500,
    "space": " \u200b",
    "zalgo": "ก" + "\u0e49" * 4999,
    "plain": "ไฟดับ",
}
TALK = 999_999_999_999_999


def case(text: str, status: str = "numbered", category: str = "road", district: str | None = "1001", **more: Any) -> CaseView:
    fields: dict[str, Any] = {
        "number": "69-99999999",
        "kind": "complaint",
        "status": status,
        "category": category,
        "urgent": True,
        "text": text,
        "lat": 13.7563309,
        "lng": 100.5017651,
        "place_text": text[:500],
        "district_code": district,
        "district": "ป้อมปราบศัตรูพ่าย",
        "subdistrict_code": next(iter(tables().subdistricts)),
        "subdistrict": "วัดเทพศิรินทร์",
        "agency": district or "1555",
        "owner": "staff:x",
        "channel": "line",
        "rating": 5,
        "confirmed": None,
        "merged_into": "69-99999998",
        "created_at": NOW,
        "due_at": NOW + timedelta(days=30),
        "closed_at": None,
        "photos": ("A" * 24, "B" * 24),
        "events": tuple(
            EventView(s, a, text[:5000] or None, NOW)
            for s, a in zip(STATUSES * 3, ["citizen", "staff:สมชาย", "system", "agency:1001"] * 9, strict=False)
        ),
    }
    return CaseView(**(fields | more))


def request(text: str, key: str) -> RequestView:
    status = key if key in {"asked", "approved", "rejected", "collected"} else "approved"
    return RequestView(
        999_999_999, "5" if key == "asked" else "1", "1008", status, 10, NOW, NOW, Decimal("99999.50"), text, None
    )


def summary(text: str, category: str = "road", district: str | None = "1008") -> Say:
    values = {
        "text": text,
        "category": category,
        "urgent": False,
        "urgent_unsure": True,
        "district": district,
        "subdistrict": next(iter(tables().subdistricts)),
        "lat": 13.7,
        "lng": 100.5,
        "place_text": text[:500],
        "photos": list(range(10)),
        "phone": True,
        "agency": district or "1555",
    }
    kinds = ("urgent", "not_urgent", "send", "edit", "cancel")
    buttons = (*map(Button, kinds), Button("category", "obstruction"), Button("category", "conduct"))
    return Say("summary", values, card=True, buttons=buttons)


def similar(text: str) -> Say:
    found = [Similar(case(text, number=f"69-9999999{n}"), 59.9) for n in range(5)]
    buttons = (*(Button("same", s.case.number) for s in found), Button("different"))
    return Say("similar_cases", {"found": found}, card=True, buttons=buttons)


def listed(text: str) -> Say:
    found = [case(text, number=f"69-9999999{n}") for n in range(10)]
    buttons = (*(Button("show", c.number, c.number) for c in found), Button("more"))
    return Say("case_list", {"cases": found}, card=True, buttons=buttons)


@cache
def announced(text: str, districts: int = 50) -> News:
    """An announcement with as much of the text as one may have."""
    known = rules.load()

    def most_of(words: str, *, title: bool) -> str:
        while True:
            try:
                return checked_text(words, known, title=title)
            except Refused as no:
                if no.why == "refused.news_empty":
                    return "x"
                words = words[: len(words) * 9 // 10]

    title, body = most_of(text, title=True), most_of(text, title=False)
    everywhere = tuple(a.code for a in agencies().values() if a.kind == "district")[:districts]
    image = "https://" + "a" * 990
    return News(999_999_999, title, body, title, body, everywhere, tuple(topics()), image, NOW, NOW)


NUMBER = Say("number", {"case": case("x"), "expected": (12.0, 88.0)}, card=True)


def thread_cards(text: str) -> Iterator[Say]:
    """Of officers' threads."""
    who = f"agency:staff {text[:60]}"
    open_, closed = (
        ThreadView(999_999_999_999, state, 99, text[:100], who, NOW, NOW, NOW, who, None, None, None)
        for state in ("open", "closed")
    )
    lines = [LineView(w, "text", text, NOW, "A" * 24, "B" * 24) for w in ("citizen", who, "citizen", who, "citizen")]
    pin = LineView("citizen", "pin", f"-13.756331, 100.501765 {text}", NOW)
    for view in (open_, closed):
        buttons = tuple(Button(kind, str(view.id)) for kind in thread_offered(replace(view, owner=None)))
        for said in (lines, [pin], [LineView("citizen", "photo", None, NOW, "A" * 24)], []):
            yield Say("thread", {"thread": view, "lines": said, "key": "said"}, card=True, buttons=buttons)
    yield Say("canned_list", {"thread": open_}, card=True)
    waiting = [
        Waiting(
            NOW - timedelta(days=n * 30),
            999_999_999_999 if n % 2 else None,
            9,
            None if n % 2 else "69-99999999",
            text,
            text,
            who,
            NOW,
        )
        for n in range(10)
    ]
    for key in ("remind", "list"):
        yield Say("threads_waiting", {"waiting": waiting, "total": 99_999, "now": NOW, "key": key}, card=True)
    yield Say("question", {"case": case(text)}, card=True)
    stars = tuple(Button("rate_thread", f"{n}.999999999999") for n in "12345")
    yield Say("thread_stars", {"thread": 1}, card=True, buttons=stars)
    yield Say("officer_photo", {"photo": "https://1555.example/media/" + "A" * 24 + ".jpg"}, card=True)


def fixed_cards() -> Iterator[Say]:
    """Cards without a word that somebody wrote."""
    picks = tuple(Button("pick", f"9.{n}") for n in range(4))
    for code in bank():
        values = {"code": code, "order": [3, 2, 1, 0], "at": 10, "of": 10}
        yield Say("quiz_question", values, card=True, buttons=picks)
    for part in ("before", "after", "alone"):
        wrong = list(bank())[:10] if part != "before" else []
        ended = {"part": part, "score": 0, "of": 10, "before": 10, "wrong": wrong}
        yield Say("quiz_result", ended, card=True, buttons=tuple(Button("page", code) for code in list(pages())[:3]))
    for page in pages():
        yield Say("handbook_page", {"page": page}, card=True, buttons=(Button("next"), Button("list")))
        yield Say("handbook_page", {"page": page}, card=True, buttons=MENU)


def cards(text: str) -> Iterator[Say]:
    """Every card there is, holding `text` wherever a citizen's or officer's words can stand."""
    yield summary(text)
    yield similar(text)
    yield listed(text)
    yield Say("number", {"case": case(text), "expected": (12.0, 88.0)}, card=True)
    yield Say("joined", {"case": case(text)}, card=True)
    yes_no = (Button("yes"), Button("no"))
    names = [text[:200]] * 3
    yield Say("place_guess", {"district": "1008", "names": names}, card=True, buttons=yes_no)
    yield Say("outside", {}, card=True)
    yield Say("emergency", {}, card=True)
    yield Say("emergency", {"despair": True}, card=True)
    yield Say("categories", {}, card=True, buttons=tuple(Button("category", code) for code in categories()))
    fix = (Button("fixed", "69-99999999"), Button("not_fixed", "69-99999999"), Button("list"))
    yield Say("timeline", {"case": case(text, "fixed_reported")}, card=True, buttons=fix)
    yield Say("timeline", {"case": case(text)}, card=True, buttons=(Button("add"), Button("withdraw"), Button("list")))
    yield Say("public_case", {"case": case(text)}, card=True)
    yield Say("menu", {}, card=True)
    yield from own_data(text)
    yield Say("notice", {"version": "2569-99"}, card=True)
    yield Say("notice_new", {"version": "2569-99"}, card=True)
    send = (Button("send"), Button("edit"), Button("cancel"))
    yield Say("voice_summary", {"text": text, "kind": "suggestion", "photos": 10}, card=True, buttons=send)
    yield Say("handbook_contents", {}, card=True, buttons=tuple(Button("page", code) for code in pages()))
    yield from thread_cards(text)
    for status in STATUSES[1:]:
        event = EventView(status, "staff:x", text, NOW)
        yield Say("news", {"case": case(text, status), "event": event, "key": status, "photo": "C" * 24}, card=True)
    for key in ("arrived", "asked"):
        event = EventView("inspecting", "agency:1004 x", text, NOW, key)
        yield Say("news", {"case": case(text, "inspecting"), "event": event, "key": key}, card=True)
    presses = tuple(Button(kind, "69-99999999") for kind in PRESSES)
    for key in ("best", "ordinary", "reopened", "doubted", "handed", "nobody", "reminded", "escalated", "staff"):
        yield Say(
            "alarm",
            {"case": case(text, contact="0812345678"), "key": key, "words": text, "minutes": "15"},
            card=True,
            buttons=presses,
        )
    for said in ("", "accepted", "arrived"):
        yield Say("work_card", {"case": case(text), "said": said}, card=True, buttons=presses)
    for key in (
        "staff",
        "note",
        "added",
        "answered",
        "rated",
        "disagreed",
        "proof_gone",
        "confirmed",
        "silent",
        "withdrawn",
        "taken",
        "progress",
    ):
        yield Say("told", {"case": case(text, "closed"), "key": key, "words": text, "photos": ("C" * 24,)}, card=True)
    whose = tuple(Button("agency", f"{code}@69-99999999") for code in ("1008", "works", "mea", "1555"))
    yield Say("hand_on", {"case": case(text)}, card=True, buttons=whose)
    yield Say("open_cases", {"cases": [case(text)] * 10, "total": 99, "following": 10}, card=True)
    yield Say("week", {"week": Week(*[99999] * 7), "agency": "1008"}, card=True)
    many = [case(text, number=f"69-9999999{n}") for n in range(10)]
    yield Say("digest", {"digest": Digest(many, 9999, 9999, 9999, 9999, True), "agency": "1555"}, card=True)
    yield Say("registry_services", {}, card=True, buttons=tuple(Button("service", code) for code in services()))
    consent = {"service": "1", "days": 30, "version": "2569-99"}
    yield Say("registry_consent", consent, card=True, buttons=(Button("consent"), Button("no_consent")))
    for key in ("asked", "same", "moved", "approved", "rejected", "collected", "reminder"):
        yield Say("registry_request", {"request": request(text, key), "key": key}, card=True)
    yield Say("registry_mine", {"requests": [request(text, "approved")] * 10}, card=True)
    for kind in (NEWS, END, WITHDRAWN):
        yield Say("announcement", {"news": announced(text), "kind": kind}, card=True)
    yield Say("announcements", {"found": [announced(text, n) for n in range(5)]}, card=True)
    for key in ("closed_silent", "closed_answered", "note", "late"):
        event = EventView("closed", "system", text, NOW)
        yield Say("news", {"case": case(text, "closed"), "event": event, "key": key}, card=True)


def looks() -> Iterator[Look]:
    for language in LANGUAGES:
        for url in (None, "https://" + "a" * 40 + ".example.go.th"):
            yield Look(words(language), TALK, url, lambda parts: "6" * 8 + "." + "x" * 27)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@cache
def graphemes(text: str) -> int:
    return len(regex.findall(r"\X", text))


def walk(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from walk(value)
    elif isinstance(part, list):
        for value in part:
            yield from walk(value)


def check_limits(messages: list[dict[str, Any]]) -> None:
    """The limits of LINE's documentation, counted here anew."""
    assert 1 <= len(messages) <= 5
    assert len(json.dumps(messages, ensure_ascii=False).encode()) < 2_000_000
    for n, message in enumerate(messages):
        if message["type"] == "text":
            assert message["text"].strip() and units(message["text"]) <= 5000
        else:
            assert message["altText"].strip() and units(message["altText"]) <= 1500
            flex = message["contents"]
            bubbles = flex["contents"] if flex["type"] == "carousel" else [flex]
            assert 1 <= len(bubbles) <= 12
            assert all(len(json.dumps(b, ensure_ascii=False, separators=(",", ":")).encode()) <= 30_000 for b in bubbles)
            assert len(json.dumps(flex, ensure_ascii=False, separators=(",", ":")).encode()) <= 50_000
        if "quickReply" in message:
            assert n == len(messages) - 1
            assert 1 <= len(message["quickReply"]["items"]) <= 13
        for part in walk(message):
            check_part(part)


def check_part(part: dict[str, Any]) -> None:
    quick = part.get("type") == "action"
    action = part.get("action")
    if isinstance(action, dict) and "label" in action:
        assert action["label"].strip() and graphemes(action["label"]) <= (20 if quick else 40)
        if action["type"] == "postback":
            assert 1 <= units(action["data"]) <= 300 and units(action.get("displayText", "")) <= 300
        if action["type"] == "uri":
            assert len(action["uri"]) <= 1000 and re.match("(https|tel|line|http):", action["uri"])
    if part.get("type") == "text" and "wrap" in part:
        assert part["text"].strip()
        assert not re.search("[\ud800-\udfff]", part["text"])
    if part.get("type") == "image":
        assert part["url"].startswith("https://") and len(part["url"]) <= 2000


def check_whole(say: Say, look: Look) -> None:
    messages = dress([say], look)
    check_limits(messages)
    assert not check_messages(messages), check_messages(messages)[:3]


def own_data(long: str) -> Iterator[Say]:
    """The cards of one's own data."""
    given = tuple(Given("registry", "2569-99", NOW) for _ in range(3))
    everything = (*topics(), *(str(code) for code in range(1001, 1051)))
    mine = Mine(long[:60], "0812345678", long[:40], "th", 999, 999, everything, given, "2569-99", NOW, NOW)
    none = Mine(None, None, None, "th", 0, 0, (), (), None, None, NOW)
    for each in (mine, none, replace(none, news_off=True)):
        news = (Button("follow_news"), Button("unfollow_news"), Button("news_off"))
        buttons = (*MyData.states[0].buttons, *news, Button("erase_me"))
        yield Say("my_data", {"mine": each, "history": 90, "silent": 1095}, card=True, buttons=buttons)
    yield Say("my_data_link", {"token": "x" * 64, "hours": 24}, card=True)
    sure = next(state for state in MyData.states if state.name == "sure")
    yield Say("my_data_end", {"open": 99}, card=True, buttons=sure.buttons)


@pytest.mark.parametrize("name", LONGEST)
def test_every_card_with_the_longest_words(name: str) -> None:
    for look in looks():
        for say in cards(LONGEST[name]):
            check_whole(say, look)


def test_the_pages_of_the_handbook_and_the_quiz() -> None:
    for look in looks():
        for say in fixed_cards():
            check_whole(say, look)


def test_every_card_is_tried_here() -> None:
    assert {say.key for say in (*cards("x"), *fixed_cards())} >= set(CARDS)


def test_every_status_category_district_and_kind() -> None:
    text = LONGEST["thai"]
    for language in LANGUAGES:
        look = Look(words(language), 1, "https://1555.example")
        for status in STATUSES:
            check_whole(Say("timeline", {"case": case(text, status)}, card=True, buttons=(Button("list"),)), look)
            check_whole(Say("public_case", {"case": case(text, status)}, card=True), look)
        for category in categories():
            check_whole(summary(text, category), look)
            check_whole(Say("number", {"case": case(text, "numbered", category), "expected": None}, card=True), look)
        for agency in agencies():
            check_whole(Say("number", {"case": case(text, agency=agency), "expected": None}, card=True), look)
        for district in [a for a in agencies() if a.isdigit() and a.startswith("10")]:
            check_whole(summary(text, district=district), look)
            check_whole(
                Say("place_guess", {"district": district, "names": []}, card=True, buttons=(Button("yes"), Button("no"))), look
            )
        for kind in KINDS:
            check_whole(Say("number", {"case": case(text, kind=kind), "expected": None}, card=True), look)


def test_bare_cases_can_be_drawn() -> None:
    """As imported from elsewhere: no place, no due time, no photo, no event."""
    bare = case("x", district=None, lat=None, lng=None, place_text=None, due_at=None, photos=(), events=(), rating=None)
    for look in looks():
        for key in ("timeline", "public_case", "joined", "number"):
            check_whole(Say(key, {"case": bare, "expected": None}, card=True), look)


@cache
def wide_button(kind: str) -> Button:
    value = {"copies": "10", "category": "obstruction", "district": "1008", "page": "report"}.get(kind, "69-99999999")
    return Button(kind, value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_where_they_stand_uncut(language: str) -> None:
    """A label that is cut reads badly, and can no longer be typed instead of pressed."""
    said = words(language)
    kinds = sorted(key.removeprefix("button.") for key in said.keys() - {"x"} if key.startswith("button."))
    for kind in kinds:
        assert graphemes(said.label(wide_button(kind))) <= 20, kind
    for code in categories():
        assert graphemes(said.label(Button("category", code))) <= 40, code
    for code in agencies():
        if code.isdigit() and code.startswith("10"):
            assert graphemes(said.label(Button("district", code))) <= 20, code
    for page in pages():
        assert graphemes(said.label(Button("page", page))) <= 20, page


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_one_question_differ(language: str) -> None:
    """Two buttons of one label could not be told apart when typed."""
    from flows.lobby import FLOWS

    for flow in FLOWS.values():
        for state in flow.states:
            labels = [words(language).label(b) for b in state.buttons]
            assert len(labels) == len(set(labels)), f"{flow.name}.{state.name}: {labels}"


def test_lines_own_models_lose_nothing() -> None:
    """Into the SDK's message models and back: no field that they do not know."""
    from linebot.v3.messaging.models import Message

    for look in looks():
        for say in [*cards(LONGEST["plain"]), *fixed_cards(), Say("router.greeting", buttons=MENU)]:
            for message in dress([say], look):
                back = Message.from_dict(json.loads(json.dumps(message)))
                assert back is not None
                assert without_empty(back.to_dict()) == without_empty(message), say.key


def without_empty(part: Any) -> Any:
    if isinstance(part, dict):
        # The model of an image writes its default down.
        return {k: without_empty(v) for k, v in part.items() if v is not None and (k, v) != ("animated", False)}
    return [without_empty(value) for value in part] if isinstance(part, list) else part


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    first, second = sorted((light(one), light(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def test_words_stand_out_from_their_ground() -> None:
    def look_at(part: Any, ground: str) -> None:
        if isinstance(part, dict):
            ground = part.get("backgroundColor", ground)
            if part.get("type") == "text" and "color" in part:
                assert contrast(part["color"], ground) >= 4.5, (part["text"][:40], part["color"], ground)
            if part.get("type") == "button" and part.get("style") == "primary":
                assert contrast("#FFFFFF", part["color"]) >= 4.5, part
            for key, value in part.items():
                if key != "action":
                    look_at(value, ground)
        elif isinstance(part, list):
            for value in part:
                look_at(value, ground)

    look = Look(words("th"), 1, "https://1555.example", lambda parts: "seal")
    for say in cards(LONGEST["plain"]):
        for message in dress([say], look):
            look_at(message.get("contents", {}), "#FFFFFF")


def test_the_alternative_text_says_what_the_card_says() -> None:
    look = Look(words("th"), 1, None)
    for say in (summary("ไฟทางดับ"), NUMBER, Say("timeline", {"case": case("ไฟทางดับ")}, card=True, buttons=(Button("list"),))):
        (message,) = dress([say], look)
        assert ("69-99999999" if say.key != "summary" else "ไฟทางดับ") in message["altText"]


def test_public_cards_hide_telephone_numbers() -> None:
    secret = case("โทร 081-234-5678", events=(EventView("accepted", "staff:สมชาย", "โทร 081-234-5678", NOW),))
    drawn = json.dumps(dress([Say("public_case", {"case": secret}, card=True)], Look(words("th"), 1, None)), ensure_ascii=False)
    assert "234" not in drawn and "สมชาย" not in drawn
