"""The rich menu: six large buttons below the chat. Its picture, its object for LINE, and putting it in place.

LINE's limits: picture PNG or JPEG of at most 1 MB, 2500 by 1686; at most 14 graphemes on the bar, 20 on a label.
"""

import io
import json
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import regex
from PIL import Image, ImageDraw

from bot.drawing import draw_text, fitting_size
from bot.icons import icon

WIDTH, HEIGHT = 2500, 1686
MAX_BYTES = 1_000_000
_EDGES_X = (0, 833, 1667, 2500)
_EDGES_Y = (0, 843, 1686)
_GAP = 14  # from an area's edge to its tile
_DISC, _ICON, _CORNER = 380, 250, 60
_LABEL_SIZE, _LABEL_ROOM = 118.0, 750.0  # pixels per em; pixels across
_BASELINE, _LINE = 172, 142  # from the disc to the first line of the label; from line to line
_FOOT = 26  # room below the last line
_SMOOTH = 3


class MenuApi(Protocol):
    """What `deploy` asks of LINE; each may raise what its maker raises."""

    def create_rich_menu(self, menu: dict[str, Any]) -> str:
        """Create and give the identifier."""

    def set_rich_menu_image(self, menu_id: str, image: bytes, mime: str) -> None:
        """Upload the picture."""

    def set_default_rich_menu(self, menu_id: str) -> None:
        """Show it to everybody."""

    def list_rich_menus(self) -> Sequence[dict[str, Any]]:
        """All menus of the channel, with `richMenuId` and `name`."""

    def delete_rich_menu(self, menu_id: str) -> None:
        """Take one away."""


@cache
def settings() -> dict[str, Any]:
    """Labels, colours and what the bar says (`richmenu.toml`)."""
    return tomllib.loads(Path(__file__).with_name("richmenu.toml").read_text(encoding="utf-8"))


def areas() -> list[dict[str, int]]:
    """The six areas in the order of the labels, without a gap: x, y, width, height in pixels."""
    return [
        {"x": left, "y": top, "width": right - left, "height": bottom - top}
        for top, bottom in pairwise(_EDGES_Y)
        for left, right in pairwise(_EDGES_X)
    ]


def _checked(labels: Sequence[str] | None) -> Sequence[str]:
    """The labels, or the shipped ones; ValueError when they do not fit LINE."""
    labels = settings()["labels"] if labels is None else labels
    if len(labels) != len(areas()):
        raise ValueError(f"the menu has {len(areas())} areas, not {len(labels)}")
    for label in labels:
        if not 1 <= graphemes(label) <= 20:
            raise ValueError(f"a label of {graphemes(label)} graphemes: 1 to 20 fit")
    return labels


def graphemes(text: str) -> int:
    """Letters as people count them (a consonant with its vowel and tone mark is one)."""
    return len(regex.findall(r"\X", text))


def menu_object(labels: Sequence[str] | None = None) -> dict[str, Any]:
    """The menu as LINE wants it: a tap sends the label as the citizen's message.

    Raises ValueError for other than six labels, an empty one, one over 20 graphemes, or a bar text over 14.
    """
    bar = settings()["chat_bar"]
    if graphemes(bar) > 14:
        raise ValueError("the text of the bar is longer than 14 graphemes")
    return {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "name": settings()["name"],
        "chatBarText": bar,
        "areas": [
            {"bounds": bounds, "action": {"type": "message", "label": label, "text": label}}
            for bounds, label in zip(areas(), _checked(labels), strict=True)
        ],
    }


def draw(labels: Sequence[str] | None = None) -> bytes:
    """The picture as PNG, at most 1 MB (ValueError otherwise, and for labels that do not fit)."""
    return _drawn(tuple(_checked(labels)))


@lru_cache(maxsize=2)
def _drawn(labels: tuple[str, ...]) -> bytes:
    looks = settings()
    shown = [looks["breaks"].get(label, label).split("\n") for label in labels]
    size = min(fitting_size(line, _LABEL_SIZE, _LABEL_ROOM) for lines in shown for line in lines)
    tall = {area["y"]: 0 for area in areas()}
    for area, lines in zip(areas(), shown, strict=True):
        tall[area["y"]] = max(tall[area["y"]], _DISC + _BASELINE + _LINE * (len(lines) - 1) + _FOOT)
    tops = [area["y"] + (area["height"] - tall[area["y"]]) // 2 for area in areas()]  # one height for a row
    image = _tiles(tops)
    for area, top, lines, name, colours in zip(areas(), tops, shown, looks["icons"], looks["colours"], strict=True):
        _, text, disc, ink = colours
        middle = area["x"] + area["width"] // 2
        image.paste(icon(name, _ICON, ink, disc), (middle - _ICON // 2, top + (_DISC - _ICON) // 2))
        for number, line in enumerate(lines):
            at = (middle, top + _DISC + _BASELINE + number * _LINE)
            draw_text(image, at, line, size=size, fill=text, align="middle")
    found = io.BytesIO()
    image.quantize(192, dither=Image.Dither.NONE).save(found, "PNG", optimize=True)
    made = found.getvalue()
    if len(made) > MAX_BYTES:
        raise ValueError(f"the picture has {len(made)} bytes: LINE takes {MAX_BYTES}")
    return made


def _tiles(tops: Sequence[int]) -> Image.Image:
    """The ground with six tiles and a disc on each, its upper edge at `tops`."""
    looks = settings()
    image = Image.new("RGB", (WIDTH * _SMOOTH, HEIGHT * _SMOOTH), looks["background"])
    pen = ImageDraw.Draw(image)
    for area, top, (tile, _, disc, _) in zip(areas(), tops, looks["colours"], strict=True):
        x, y = area["x"], area["y"]
        box = (x + _GAP, y + _GAP, x + area["width"] - _GAP, y + area["height"] - _GAP)
        pen.rounded_rectangle([value * _SMOOTH for value in box], _CORNER * _SMOOTH, fill=tile)
        left = x + area["width"] // 2 - _DISC // 2
        circle = (left, top, left + _DISC, top + _DISC)
        pen.ellipse([value * _SMOOTH for value in circle], fill=disc)
    return image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)


def deploy(api: MenuApi, labels: Sequence[str] | None = None) -> str:
    """Put the menu in place of the old one and give its identifier.

    The new one is shown before the old ones (those of our name only) go, so that nobody is ever without a menu; one
    whose picture is refused is taken away again and the old one stays.
    """
    menu, image = menu_object(labels), draw(labels)
    old = [each["richMenuId"] for each in api.list_rich_menus() if each.get("name") == menu["name"]]
    made = api.create_rich_menu(menu)
    try:
        api.set_rich_menu_image(made, image, "image/png")
        api.set_default_rich_menu(made)
    except Exception:
        api.delete_rich_menu(made)
        raise
    for menu_id in old:
        api.delete_rich_menu(menu_id)
    return made


def preview(labels: Sequence[str] | None = None) -> tuple[str, bytes]:
    """The menu's object as readable JSON and its picture, for looking at before deploying."""
    return json.dumps(menu_object(labels), ensure_ascii=False, indent=2), draw(labels)
