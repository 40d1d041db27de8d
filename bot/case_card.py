"""The picture that a chat shows beside a link to a case's page (Open Graph): 1200 by 630, nothing personal on it."""

from __future__ import annotations

import io
import threading
from functools import lru_cache

from PIL import Image, ImageDraw

from bot.cards.parts import INK, PAPER, SOFT, breakable
from bot.drawing import draw_text, fitting_size, lines

SIZE = WIDTH, HEIGHT = 1200, 630
_EDGE, _BAND = 72, 150
_ROOM = WIDTH - 2 * _EDGE
_one_at_a_time = threading.Lock()
"""A picture takes a core for a tenth of a second: pages go first."""


@lru_cache(maxsize=128)
def card(status: str, colour: str, number: str, what: str, more: tuple[str, ...], foot: str) -> bytes:
    """PNG: a band with the status, the number, what it is about, up to two lines more, who says so. The same for the same."""
    with _one_at_a_time:
        image = Image.new("RGB", SIZE, PAPER)
        ImageDraw.Draw(image).rectangle((0, 0, WIDTH, _BAND), fill=colour)
        draw_text(image, (_EDGE, 98), status, size=fitting_size(status, 68, _ROOM, "Bold"), fill=PAPER, weight="Bold")
        draw_text(image, (_EDGE, 290), number, size=124, fill=INK, weight="ExtraBold")
        y = 384.0
        for line in lines(breakable(what), 52, _ROOM)[:1]:
            draw_text(image, (_EDGE, y), line, size=52, fill=INK)
        for text in more[:2]:
            y += 66
            draw_text(image, (_EDGE, y), text, size=fitting_size(text, 42, _ROOM, "Medium"), fill=SOFT, weight="Medium")
        draw_text(image, (_EDGE, HEIGHT - 40), foot, size=34, fill=SOFT, weight="Medium")
        made = io.BytesIO()
        image.quantize(64).save(made, "PNG", optimize=True)
    return made.getvalue()
