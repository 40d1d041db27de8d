"""From what a turn says to LINE messages: texts joined into one bubble, cards drawn, buttons put where they last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cards import (
    about,
    case_cards,
    group_cards,
    handbook_cards,
    mydata_cards,
    news_cards,
    quiz_cards,
    registry_cards,
    report_cards,
    thread_cards,
)
from bot.cards.kit import Card, Look
from bot.cards.parts import TEXT_LIMIT, Box, clip_units, flex, quick, visible
from flows.kit import Button, Say

CARDS: dict[str, Callable[[Look, dict[str, Any], tuple[Button, ...]], Card]] = {
    **report_cards.CARDS,
    **case_cards.CARDS,
    **about.CARDS,
    **handbook_cards.CARDS,
    **quiz_cards.CARDS,
    **group_cards.CARDS,
    **registry_cards.CARDS,
    **news_cards.CARDS,
    **thread_cards.CARDS,
    **mydata_cards.CARDS,
}
MOST_MESSAGES = 5
MOST_QUICK = 13


@dataclass
class _Bubble:
    message: Box
    buttons: tuple[Button, ...] = ()
    plain: bool = False


def _quick(button: Button, look: Look) -> Box | None:
    """A quick reply; one that shares the account leads out of the chat, where there is a way to count it."""
    if button.kind != "share" or not button.value:
        return quick(button, look.words, look.talk)
    share = look.share(button.value)
    return None if share is None else {"type": "action", "action": share["action"]}


def dress(said: Sequence[Say], look: Look, *, quick_replies: bool = True) -> list[Box]:
    """LINE message objects for one reply: at most five, quick replies on the last. Raises KeyError for an unknown key."""
    bubbles: list[_Bubble] = []
    for say in said:
        if say.card:
            card = CARDS[say.key](look, say.values, say.buttons)
            left = tuple(b for b in say.buttons if b not in card.used)
            bubbles.append(_Bubble(flex(card.alt, card.contents), left))
            continue
        line = visible(look.words.line(say.key, **say.values))
        before = bubbles[-1] if bubbles else None
        if before is not None and before.plain and not before.buttons:
            joined = before.message["text"] + "\n" + line
            before.message["text"], before.buttons = clip_units(joined, TEXT_LIMIT), say.buttons
        else:
            bubbles.append(_Bubble({"type": "text", "text": clip_units(line, TEXT_LIMIT)}, say.buttons, plain=True))
    messages = [b.message for b in bubbles][-MOST_MESSAGES:]
    if bubbles and bubbles[-1].buttons and quick_replies:
        items = [item for b in bubbles[-1].buttons if (item := _quick(b, look)) is not None]
        if items:
            messages[-1]["quickReply"] = {"items": items[:MOST_QUICK]}
    return messages
