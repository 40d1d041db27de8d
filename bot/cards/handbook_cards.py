"""Cards of the handbook: the contents, a bubble a chapter, and the pages."""

from __future__ import annotations

from typing import Any

from bot.cards.kit import Card, Look
from bot.cards.parts import RED, Box, band, box, breakable, bubble, link, picture, press, text
from casework.handbook import chapters, pages, picture_name
from flows.kit import Button

Values = dict[str, Any]
Buttons = tuple[Button, ...]


def contents(look: Look, values: Values, buttons: Buttons) -> Card:
    """All pages by chapters, to swipe through."""
    mine = {b.value: b for b in buttons if b.kind == "page"}
    bubbles: list[Box] = []
    for chapter in chapters().values():
        rows = [look.press(mine[p.code]) for p in pages().values() if p.chapter == chapter.code and p.code in mine]
        if rows:
            bubbles.append(bubble(header=band(chapter.name(look.words.language), chapter.colour), body=rows))
    titles = " · ".join(look.words.label(b) for b in mine.values())
    title = look.line("handbook.contents")
    return Card(f"{title} {titles}", {"type": "carousel", "contents": bubbles}, tuple(mine.values()))


def page(look: Look, values: Values, buttons: Buttons) -> Card:
    """A page of the handbook."""
    shown = pages()[values["page"]]
    said, colour = shown.text(look.words.language), chapters()[shown.chapter].colour
    footer: list[Box] = [
        press(link(look.line(f"call.{n}"), f"tel:{n}"), filled=True, colour=RED if shown.code == "emergency" else colour)
        for n in shown.calls
    ]
    share = look.share("menu", filled=True, colour=colour) if shown.does == "share" else None
    if share is not None:
        footer.append(share)
    elif shown.does and shown.does != "share":
        footer.append(look.press(Button(shown.does), filled=True, colour=colour))
    mine = [b for b in buttons if b.kind in {"next", "list"}]
    if mine:
        footer.append(box("horizontal", [look.press(b) for b in mine], spacing="sm"))
    body: list[Box] = [text(breakable(said.body))]
    for n, step in enumerate(said.steps, 1):
        number = text(str(n), weight="bold", colour=colour, flex=1)
        body.append(box("horizontal", [number, text(breakable(step), flex=12)], spacing="sm"))
    hero = None
    if look.public_url and shown.icons:
        hero = picture(f"{look.public_url}/handbook/{picture_name(shown, look.words.language)}.png")
    made = bubble(header=band(said.title, colour), body=body, footer=footer, hero=hero)
    return Card(" ".join((said.title, said.body, *said.steps)), made, mine)


CARDS = {"handbook_contents": contents, "handbook_page": page}
