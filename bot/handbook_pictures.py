"""The pictures of the handbook's pages: icons in discs with a caption each, in the chapter's colour, as the page's file says.

Drawn when first asked for, the same bytes every time, and kept in memory: there are a few dozen of some 15 KB.
"""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from itertools import pairwise

from flask import Blueprint, Response, abort, request
from PIL import Image, ImageColor, ImageDraw

from bot.drawing import draw_text, fitting_size
from bot.more_icons import ICONS, icon
from casework.handbook import chapters, pages

WIDTH, HEIGHT = 800, 520
"""20:13, as the cards show it; twice what a telephone needs."""
DISC, ICON = 176, 112
SIZE, ROOM = 44.0, 226.0
"""Of a caption: pixels per em, and how wide it may be."""
TOP, BASELINE = 122, 386
SMOOTH = 3
LANGUAGES = ("th", "en")
MOST = 3


@lru_cache(maxsize=256)
def draw(code: str, language: str) -> bytes:
    """The picture as PNG. Raises KeyError for an unknown page or icon."""
    page = pages()[code]
    colour = chapters()[page.chapter].colour
    pale = tint(colour)
    large = Image.new("RGB", (WIDTH * SMOOTH, HEIGHT * SMOOTH), pale)
    pen = ImageDraw.Draw(large)
    middles = [WIDTH * (2 * n + 1) // (2 * len(page.icons)) for n in range(len(page.icons))]
    if len(page.icons) == MOST:
        middles = [150, WIDTH // 2, WIDTH - 150]
    for middle in middles:
        box = (middle - DISC // 2, TOP, middle + DISC // 2, TOP + DISC)
        pen.ellipse([value * SMOOTH for value in box], fill="#FFFFFF")
    for left, right in pairwise(middles):
        x, y = (left + right) / 2, TOP + DISC / 2
        arrow = [(x - 9, y - 17), (x + 13, y), (x - 9, y + 17)]
        pen.polygon([(a * SMOOTH, b * SMOOTH) for a, b in arrow], fill=colour)
    image = large.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    for name, middle in zip(page.icons, middles, strict=True):
        image.paste(icon(name, ICON, colour, "#FFFFFF"), (middle - ICON // 2, TOP + (DISC - ICON) // 2))
    captions = page.text(language).captions
    size = min([fitting_size(caption, SIZE, ROOM) for caption in captions], default=SIZE)
    for caption, middle in zip(captions, middles, strict=True):
        draw_text(image, (middle, BASELINE), caption, size=size, fill="#12263A", align="middle")
    found = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(found, "PNG", optimize=True)
    return found.getvalue()


def tint(colour: str) -> str:
    """The colour, nearly white."""
    red, green, blue = (round(255 - (255 - value) * 0.14) for value in ImageColor.getrgb(colour)[:3])
    return f"#{red:02X}{green:02X}{blue:02X}"


def unknown_icons() -> list[str]:
    """Icons that pages name and nobody draws."""
    return sorted({name for page in pages().values() for name in page.icons} - ICONS.keys())


def pictures() -> Blueprint:
    """`/handbook/CODE.png`, also by its language and version: `CODE.th.1a2b3c4d`."""
    made = Blueprint("handbook", __name__)

    @made.get("/handbook/<name>.png")
    def picture(name: str) -> Response:
        code, _, rest = name.partition(".")
        language = rest.partition(".")[0] or LANGUAGES[0]
        if code not in pages() or language not in LANGUAGES or not pages()[code].icons:
            abort(404)
        data = draw(code, language)
        shown = Response(data, mimetype="image/png")
        shown.cache_control.max_age = 86400
        shown.set_etag(hashlib.sha256(data).hexdigest())
        shown.make_conditional(request)
        shown.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # LINE shows it on pages of its own
        return shown

    return made
