"""Small pieces of Flex that all cards are made of: one band of colour, few sizes, words broken between words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

import regex

from bot.words import Words, words
from casework.catalog import agencies, categories
from casework.handbook import pages
from casework.news import topics
from casework.quiz import bank
from casework.registry import services
from flows.kit import Button
from nlp.thai import Splitter

Box = dict[str, Any]
_SHORT_END = re.compile("\u200b([\u0e00-\u0e7f]{1,4})(?=$|[ \n])")
"""A short last word, as the polite endings are: it does not stand on a line alone."""
_GRAPHEME = regex.compile(r"\X")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")

RED, AMBER, BLUE, TEAL, GREEN, GREY = "#C62828", "#A66200", "#1565C0", "#00796B", "#2E7D32", "#616161"
INK, SOFT, PAPER = "#1F2933", "#5B6670", "#FFFFFF"
STATUS_COLOUR = {
    "numbered": AMBER,
    "accepted": BLUE,
    "inspecting": BLUE,
    "fixed_reported": TEAL,
    "closed": GREEN,
    "forwarded": BLUE,
    "not_ours": GREY,
    "merged": GREY,
    "withdrawn": GREY,
    "reopened": AMBER,
    "nuisance": GREY,
}
PICKER = "pick_when"
"""The kind of button that opens LINE's date and time picker; its value is `initial/min/max`, Bangkok's clock."""
ALT_LIMIT, TEXT_LIMIT, LABEL_LIMIT, QUICK_LIMIT = 1500, 5000, 40, 20
"""UTF-16 units, UTF-16 units, graphemes, graphemes (LINE's limits)."""
LINE_OF_TEXT = 300
"""Graphemes of a citizen's text that a card shows; the case's page has it all."""


BYTES_A_GRAPHEME = 9
"""What a card allows for one on the average (Thai takes 3 to 9): a pile of marks or joined emoji can be far larger."""


def clip(text: str, most: int) -> str:
    """At most `most` graphemes in at most nine bytes each on the average; a cut is marked and falls between graphemes.

    A single grapheme that is larger than all the room (a pile of marks) is cut within.
    """
    room = most * BYTES_A_GRAPHEME
    if len(text) <= most and len(text.encode()) <= room:
        return text  # no more code points than graphemes allowed: nearly every label
    pieces = _GRAPHEME.findall(text[: room + 1])
    if len(pieces) <= most and len(text.encode()) <= room:
        return text
    taken: list[str] = []
    for piece in pieces[: most - 1]:
        room -= len(piece.encode())
        if room < 0:
            break
        taken.append(piece)
    return ("".join(taken) or pieces[0][: most // 2]).rstrip() + "…"


def clip_units(text: str, most: int) -> str:
    """At most `most` UTF-16 code units, cut between graphemes."""
    if len(text.encode("utf-16-le")) // 2 <= most:
        return text
    taken, room = [], most - 1
    for piece in _GRAPHEME.findall(text):
        room -= len(piece.encode("utf-16-le")) // 2
        if room < 0:
            break
        taken.append(piece)
    return "".join(taken) + "…"


def visible(text: str) -> str:
    """What a telephone can show: NUL as its symbol, and a space where nothing would be left (LINE refuses empty text)."""
    shown = text.replace("\x00", "␀")
    if _DIRECTION.search(shown):
        shown = f"\u2068{shown}\u2069"  # what turns the direction turns no more than itself
    return shown if shown.strip() else "…"


@lru_cache(maxsize=1)
def _splitter() -> Splitter:
    names = [name for agency in agencies().values() for name in (agency.th, agency.short_th)]
    names += [category.th for category in categories().values()]
    names += [*(topic.th for topic in topics().values()), *(service.th for service in services().values())]
    book = [line for page in pages().values() for line in (page.th.title, page.th.body, *page.th.steps, *page.th.captions)]
    asked = [line for each in bank().values() for line in (each.th.ask, *each.th.answers, each.th.why)]
    return Splitter("\n".join([*words("th").lines(), *names, *book, *asked]))


@lru_cache(maxsize=2048)
def breakable(line: str) -> str:
    """Our own Thai words with zero-width spaces between them, so that a card breaks lines between words.

    Never used on what a citizen wrote: that is shown to the letter.
    """
    return line if line.isascii() else _SHORT_END.sub(r"\1", "\u200b".join(_splitter().words(line)))


def text(words: str, *, size: str = "sm", colour: str = INK, weight: str = "regular", **more: Any) -> Box:
    """A wrapping line of text."""
    return {
        "type": "text",
        "text": visible(words),
        "wrap": True,
        "size": size,
        "color": colour,
        "weight": weight,
        **more,
    }


def box(layout: str, contents: Sequence[Box], **more: Any) -> Box:
    """A box."""
    return {"type": "box", "layout": layout, "contents": list(contents), **more}


def band(title: str, colour: str, *, side: str | None = None) -> Box:
    """The coloured strip on top: says the status in words."""
    parts = [text(title, size="sm", colour=PAPER, weight="bold", flex=1)]
    if side:
        parts.append(text(side, size="sm", colour=PAPER, weight="bold", flex=0, align="end"))
    return box("horizontal", parts, backgroundColor=colour, paddingAll="12px", paddingStart="16px", paddingEnd="16px")


def fact(name: str, value: str, **more: Any) -> Box:
    """A small name and its value beside it."""
    return box(
        "horizontal",
        [text(name, size="xs", colour=SOFT, flex=3), text(value, size="sm", flex=8, **more)],
        spacing="sm",
    )


def count(name: str, n: int) -> Box:
    """What is counted, in its whole length, and how many at the right edge, one below the other."""
    return box(
        "horizontal",
        [text(name, size="sm", colour=SOFT, flex=7), text(f"{n:,}", size="sm", weight="bold", align="end", flex=3)],
        spacing="sm",
    )


def rule() -> Box:
    """A thin line."""
    return {"type": "separator", "margin": "md", "color": "#E4E7EB"}


def picture(url: str) -> Box:
    """A photo as the card's head."""
    return {"type": "image", "url": url, "size": "full", "aspectRatio": "20:13", "aspectMode": "cover"}


def side_by_side(left: tuple[str, str], right: tuple[str, str]) -> Box:
    """Two photos, each as (address, name), for the head of a card: what was and what is."""

    def one(url: str, name: str) -> Box:
        shown: Box = {"type": "image", "url": url, "size": "full", "aspectRatio": "1:1", "aspectMode": "cover"}
        return box(
            "vertical", [shown, text(name, size="xs", weight="bold", align="center", margin="xs")], flex=1, paddingBottom="4px"
        )

    return box("horizontal", [one(*left), one(*right)], spacing="xs")


def bubble(*, header: Box | None, body: Sequence[Box], footer: Sequence[Box] = (), hero: Box | None = None) -> Box:
    """A card."""
    made: Box = {"type": "bubble", "size": "mega"}
    if header is not None:
        made["header"] = header | {"type": "box"}
        made["styles"] = {"header": {"backgroundColor": header.get("backgroundColor", PAPER)}}
    if hero is not None:
        made["hero"] = hero
    made["body"] = box("vertical", body, spacing="sm", paddingAll="16px")
    if footer:
        made["footer"] = box("vertical", footer, spacing="sm", paddingAll="12px")
    return made


_quoted = lru_cache(maxsize=4096)(quote_plus)
"""A turn names the same kinds, numbers and talk for a dozen buttons."""


def data_of(button: Button, talk: int | None, seal: str | None = None) -> str:
    """What a press of the button sends back (at most 300 characters): its kind, value, the talk it belongs to, its seal."""
    parts = {"k": button.kind}
    if button.value:
        parts["v"] = button.value
    if seal is not None:
        parts["s"] = seal
    if talk is not None:
        parts["t"] = str(talk)
    return "&".join(f"{name}={_quoted(value)}" for name, value in parts.items())


def action(
    button: Button, words: Words, talk: int | None, limit: int = LABEL_LIMIT, *, seal: str | None = None, shown: str = ""
) -> Box:
    """The LINE action of a button: a postback that shows its label (or `shown`) as the person's words."""
    label = clip(words.label(button), limit)
    if button.kind == PICKER:
        bounds = zip(("initial", "min", "max"), button.value.split("/"), strict=False)
        data = data_of(Button(PICKER), talk)
        return {"type": "datetimepicker", "label": label, "data": data, "mode": "datetime", **dict(bounds)}
    return {"type": "postback", "label": label, "data": data_of(button, talk, seal), "displayText": shown or label}


def link(label: str, uri: str) -> Box:
    """An action that opens an address or dials a number."""
    return {"type": "uri", "label": clip(label, LABEL_LIMIT), "uri": uri}


def press(act: Box, *, filled: bool = False, colour: str = BLUE) -> Box:
    """A button of a card."""
    made: Box = {"type": "button", "action": act, "height": "sm", "style": "primary" if filled else "secondary"}
    if filled:
        made["color"] = colour
    return made


def quick(button: Button, words: Words, talk: int | None) -> Box:
    """A quick reply; pin, camera and album are LINE's own actions and exist only here."""
    label = clip(words.label(button), QUICK_LIMIT)
    own = {"location": "location", "camera": "camera", "album": "cameraRoll"}.get(button.kind)
    act = {"type": own, "label": label} if own else action(button, words, talk, QUICK_LIMIT)
    return {"type": "action", "action": act}


def flex(alt: str, contents: Box) -> Box:
    """A Flex message; `alt` says the same for a screen reader and the notification line."""
    return {"type": "flex", "altText": clip_units(visible(alt), ALT_LIMIT), "contents": contents}
