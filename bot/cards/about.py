"""Cards about the service itself: the menu, the privacy notice, the handbook, and words to check before they go."""

from __future__ import annotations

from typing import Any

from bot.cards.kit import Card, Look
from bot.cards.parts import (
    AMBER,
    BLUE,
    GREY,
    LINE_OF_TEXT,
    SOFT,
    Box,
    band,
    box,
    breakable,
    bubble,
    clip,
    text,
)
from flows.kit import Button

Values = dict[str, Any]
Buttons = tuple[Button, ...]


def menu(look: Look, values: Values, buttons: Buttons) -> Card:
    """The main menu, as on the rich menu, for telephones and computers that do not show that one."""
    names = ("report", "track", "registry", "voice", "news", "officer")
    other = "english" if look.thai else "thai"
    title, body = look.line("menu_title"), look.line("menu_body")
    rows: list[Box] = [text(breakable(body), colour=SOFT)]
    rows.append(look.press(Button(names[0]), filled=True))
    rows += [look.press(Button(name)) for name in names[1:]]
    small = box("horizontal", [look.press(Button("handbook")), look.press(Button(other))], spacing="sm")
    share = look.share("menu")
    foot = [small] if share is None else [small, share]
    labels = " · ".join(look.words.label(Button(name)) for name in names)
    return Card(f"{title} {labels}", bubble(header=band(title, BLUE), body=rows, footer=foot))


def notice(look: Look, values: Values, buttons: Buttons) -> Card:
    """What is kept and why."""
    title, body = look.line("notice.title"), look.line("notice.body")
    version = look.line("notice.version", version=values["version"])
    made = bubble(header=band(title, GREY), body=[text(breakable(body)), text(version, size="xs", colour=SOFT)])
    return Card(f"{title} {body}", made)


def notice_new(look: Look, values: Values, buttons: Buttons) -> Card:
    """What has changed in the notice, and where all of it stands."""
    title, body = look.line("notice.new_title"), look.line("notice.new_body")
    version = look.line("notice.version", version=values["version"])
    footer = [look.press(Button("page", "privacy"))]
    made = bubble(header=band(title, GREY), body=[text(breakable(body)), text(version, size="xs", colour=SOFT)], footer=footer)
    return Card(f"{title} {body}", made)


def voice_summary(look: Look, values: Values, buttons: Buttons) -> Card:
    """A question, suggestion or compliment before it goes."""
    title, kind = look.line("voice_card.title"), look.line(f"kind.{values['kind']}")
    by_kind = {b.kind: b for b in buttons}
    footer = [
        look.press(by_kind["send"], filled=True),
        box("horizontal", [look.press(by_kind[k]) for k in ("edit", "cancel")], spacing="sm"),
    ]
    body = [text(clip(values["text"], LINE_OF_TEXT))]
    if values["photos"]:
        body.append(text(look.line("photos_n", n=values["photos"]), size="xs", colour=SOFT))
    made = bubble(header=band(title, AMBER, side=kind), body=body, footer=footer)
    return Card(f"{title} {kind} · {clip(values['text'], 200)}", made, buttons)


CARDS = {"menu": menu, "notice": notice, "notice_new": notice_new, "voice_summary": voice_summary}
