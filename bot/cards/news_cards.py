"""Cards of news: one announcement with its end or withdrawal, and the latest ones side by side."""

from __future__ import annotations

from typing import Any

from bot.cards.kit import Card, Look
from bot.cards.parts import BLUE, GREY, SOFT, Box, band, breakable, bubble, clip, picture, rule, text
from bot.cards.report_cards import district_name
from casework.news import END, NEWS, WITHDRAWN, News, topics
from flows.kit import Button

Values = dict[str, Any]
Buttons = tuple[Button, ...]
COLOURS = {NEWS: BLUE, END: GREY, WITHDRAWN: GREY}
SHORT = 240
"""Graphemes of a text among others; the whole of it is one press away."""
REMINDER = 160
"""Graphemes of the text that an end notice repeats, so that people know what it speaks about."""


def topic_name(look: Look, code: str) -> str:
    """The topic with its sign."""
    found = topics()[code]
    return f"{found.icon} {found.th if look.thai else found.en}"


def _for_whom(look: Look, news: News) -> str:
    named = [district_name(look, code) for code in news.districts[:3]]
    if len(news.districts) > 3:
        named.append(look.line("news_card.more_districts", n=len(news.districts) - 3))
    return " · ".join([*(topic_name(look, code) for code in news.topics[:3]), *(("📍 " + ", ".join(named),) if named else ())])


def _rows(look: Look, news: News, most: int | None) -> tuple[list[Box], str]:
    title, words = news.words(look.words.language)
    whom = _for_whom(look, news)
    shown = words if most is None else clip(words, most)
    rows = [text(title, size="md", weight="bold")] if title else []
    if whom:
        rows.append(text(breakable(whom), size="xs", colour=SOFT))
    rows.append(text(shown))
    return rows, " · ".join(filter(None, (title, whom, shown)))


def announcement(look: Look, values: Values, buttons: Buttons) -> Card:
    """An announcement (`kind` news), its end, or its withdrawal."""
    news: News = values["news"]
    kind: str = values["kind"]
    band_title = look.line(f"news_card.{kind}")
    rows, said = _rows(look, news, None if kind == NEWS else REMINDER)
    if kind != NEWS:
        lead = look.line(f"news_card.{kind}_body")
        rows = [text(breakable(lead), weight="bold"), rule(), *rows]
        said = f"{lead} {said}"
    when = look.line("news_card.since", at=look.moment(news.since))
    if kind == NEWS and news.until is not None:
        when = look.line("news_card.until", at=look.moment(news.until))
    rows += [rule(), text(when, size="xs", colour=SOFT)]
    footer = [look.press(Button("unfollow_news"))] if kind == NEWS else []
    hero = picture(news.image) if news.image and kind == NEWS else None
    made = bubble(header=band(band_title, COLOURS[kind]), hero=hero, body=rows, footer=footer)
    return Card(f"{band_title} {said} · {when}", made)


def announcements(look: Look, values: Values, buttons: Buttons) -> Card:
    """The latest announcements, a card each."""
    found: list[News] = values["found"]
    cards, alts = [], []
    for news in found:
        rows, said = _rows(look, news, SHORT)
        key = "since" if news.until is None else "until"
        when = look.line(f"news_card.{key}", at=look.moment(news.until or news.since))
        long = len(news.words(look.words.language)[1]) > SHORT or news.image
        footer = [look.press(Button("read_news", str(news.number)))] if long else []
        body = [*rows, rule(), text(when, size="xs", colour=SOFT)]
        cards.append(bubble(header=band(look.line("news_card.news"), BLUE), body=body, footer=footer))
        alts.append(f"{clip(said, 200)} ({when})")
    title = look.line("news_card.latest")
    made: Box = {"type": "carousel", "contents": cards} if len(cards) > 1 else cards[0]
    return Card(f"{title} {' / '.join(alts)}", made)


CARDS = {"announcement": announcement, "announcements": announcements}
