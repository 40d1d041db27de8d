"""Cards of one's own data: all at a glance, the link to the download, what is said before somebody is erased."""

from __future__ import annotations

from typing import Any

from bot.cards.kit import Card, Look
from bot.cards.news_cards import topic_name
from bot.cards.parts import BLUE, GREY, SOFT, Box, band, breakable, bubble, clip, fact, link, press, text
from casework.mine import Mine
from casework.news import topics
from flows.kit import Button

Values = dict[str, Any]
Buttons = tuple[Button, ...]
RED = "#C62828"
MOST_NEWS = 6
LONG = 60


def my_data(look: Look, values: Values, buttons: Buttons) -> Card:
    """What is held, and for how long; each thing can be changed."""
    mine: Mine = values["mine"]

    def words(key: str, **more: Any) -> str:
        return look.line(f"my_data_card.{key}", **more)

    none, title = words("none"), words("title")
    news = [_news(look, code) for code in mine.subscriptions]
    unnamed = words("news_off" if mine.news_off else "news_of_all")
    facts = [
        (words("name"), clip(mine.name or none, LONG)),
        (words("phone"), mine.phone or none),
        (words("district"), mine.district or none),
        (words("language"), words("speaks")),
        (words("cases"), words("counted", own=mine.cases, followed=mine.followed)),
        (words("subscriptions"), clip(", ".join(news[:MOST_NEWS]) + (" …" if len(news) > MOST_NEWS else ""), 120) or unnamed),
    ]
    for given in mine.consents:
        purpose = words(f"purpose_{given.purpose}")
        facts.append((words("consents"), words("consent", purpose=purpose, version=given.version, at=look.date(given.at))))
    if mine.notice_at is not None:
        facts.append((words("notice"), words("notice_seen", version=mine.notice_version or "", at=look.date(mine.notice_at))))
    kept = words("kept", history=values["history"], silent=values["silent"])
    body: list[Box] = [fact(name, value) for name, value in facts]
    body.append(text(breakable(kept), size="xs", colour=SOFT))
    footer = [look.press(button, colour=RED if button.kind == "erase_me" else BLUE) for button in buttons]
    said = " · ".join(f"{name} {value}" for name, value in facts)
    return Card(f"{title} {said}", bubble(header=band(title, BLUE), body=body, footer=footer), buttons)


def _news(look: Look, code: str) -> str:
    return topic_name(look, code) if code in topics() else look.agency(code)


def my_data_link(look: Look, values: Values, buttons: Buttons) -> Card:
    """A link that only this person has."""
    title = look.line("my_data_card.link_title")
    body = look.line("my_data_card.link_body", hours=values["hours"])
    footer = []
    if look.public_url is not None:
        address = f"{look.public_url}/me/{values['token']}?lang={look.words.language}"
        footer = [press(link(look.line("my_data_card.link_open"), address), filled=True)]
    return Card(f"{title} {body}", bubble(header=band(title, BLUE), body=[text(breakable(body))], footer=footer))


def my_data_end(look: Look, values: Values, buttons: Buttons) -> Card:
    """What goes, what stays."""
    title = look.line("my_data_card.end_title")
    lines = [look.line("my_data_card.end_goes"), look.line("my_data_card.end_stays")]
    if values["open"]:
        lines.append(look.line("my_data_card.end_open", n=values["open"]))
    lines.append(look.line("my_data_card.end_new"))
    footer = [look.press(button, colour=GREY if button.kind == "leave_it" else RED) for button in buttons]
    made = bubble(header=band(title, RED), body=[text(breakable(line)) for line in lines], footer=footer)
    return Card(f"{title} {' '.join(lines)}", made, buttons)


CARDS = {"my_data": my_data, "my_data_link": my_data_link, "my_data_end": my_data_end}
