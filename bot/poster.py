"""A poster of A4 at 300 dots an inch: what the account is for, a QR code that leads to it, how to report in three steps,
whom to call in danger, and the place it hangs at. Words are the wording files', Thai is shaped as on the rich menu."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import segno
from PIL import Image, ImageDraw

from bot.cards.parts import breakable
from bot.drawing import draw_text, fitting_size, measure
from bot.drawing import lines as broken
from bot.more_icons import icon
from bot.words import words

WIDTH, HEIGHT, DPI = 2480, 3508, 300
MARGIN = 150
BLUE, DARK, PALE, RED, WHITE, SOFT = "#1565C0", "#12263A", "#E8F1FB", "#B71C1C", "#FFFFFF", "#44525F"
BAND, FOOT = 660, 3060
"""Where the upper band ends and the emergency band begins."""
QR_TOP, QR_ROOM = 960, 1240
STEPS_TOP, DISC, ICON = 2490, 270, 165
STEP_ICONS = ("qr", "report", "track")
QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


@dataclass(frozen=True)
class Line:
    """One line of text: where its baseline is, how large, how wide it may be at most."""

    text: str
    x: float
    y: float
    size: float
    room: float
    colour: str
    weight: str = "Bold"
    align: str = "middle"


@dataclass(frozen=True)
class Poster:
    """What is on a poster."""

    place: str
    link: str
    code: str
    language: str = "th"


def _one(text: str, y: float, size: float, colour: str, weight: str = "Bold") -> Line:
    room = WIDTH - 2 * MARGIN
    return Line(text, WIDTH / 2, y, fitting_size(text, size, room, weight), room, colour, weight)


def lines(poster: Poster) -> Iterator[Line]:
    """All its texts."""
    known = words(poster.language)

    def said(key: str) -> str:
        return known.line(f"poster.{key}")

    yield _one(said("title"), 268, 190, WHITE, "ExtraBold")
    yield _one(said("account"), 447, 112, WHITE, "Bold")
    yield _one(said("what"), 606, 82, WHITE, "Medium")
    yield _one(poster.place, 860, 124, BLUE, "ExtraBold")
    yield _one(said("scan"), QR_TOP + QR_ROOM + 165, 88, DARK, "SemiBold")
    each = (WIDTH - 2 * MARGIN) / 3
    for n in range(3):
        middle = MARGIN + each * (n + 0.5)
        parts = broken(breakable(said(f"step_{n + 1}")), 66, each - 60, "SemiBold")[:3]
        for row, text in enumerate(parts):
            y = STEPS_TOP + DISC + 105 + row * 92
            yield Line(text, middle, y, fitting_size(text, 66, each - 40, "SemiBold"), each - 40, DARK, "SemiBold")
    yield _one(said("danger"), FOOT + 115, 92, WHITE, "ExtraBold")
    yield _one(said("numbers"), FOOT + 245, 92, WHITE, "Bold")
    yield Line(said("telephone"), MARGIN, HEIGHT - 70, 56, 1500, SOFT, "Medium", "left")
    yield Line(poster.code, WIDTH - MARGIN, HEIGHT - 70, 56, 600, SOFT, "Medium", "right")


def box_of(line: Line) -> tuple[float, float, float, float]:
    """Where the ink of a line lies: left, top, right, bottom in pixels."""
    ink = measure(line.text, line.size, line.weight)
    left = line.x - {"left": 0.0, "middle": 0.5, "right": 1.0}[line.align] * ink.advance
    return left + ink.left, line.y + ink.top, left + ink.right, line.y + ink.bottom


def qr_box(link: str) -> tuple[int, int, int, int]:
    """Where the code's first module begins (x, y), pixels of a module, modules of a side; the quiet zone is around it."""
    side = len(segno.make_qr(link, error="q").matrix)
    module = QR_ROOM // (side + 2 * QUIET)
    return (WIDTH - module * side) // 2, QR_TOP + (QR_ROOM - module * side) // 2, module, side


def draw(poster: Poster) -> Image.Image:
    """The picture. Raises ValueError where a text does not fit."""
    image = Image.new("RGB", (WIDTH, HEIGHT), WHITE)
    pen = ImageDraw.Draw(image)
    pen.rectangle([0, 0, WIDTH, BAND], fill=BLUE)
    pen.rectangle([0, FOOT, WIDTH, FOOT + 300], fill=RED)
    pen.rounded_rectangle(
        [(WIDTH - QR_ROOM) // 2 - 24, QR_TOP - 24, (WIDTH + QR_ROOM) // 2 + 24, QR_TOP + QR_ROOM + 24],
        60, fill=WHITE, outline=BLUE, width=14,
    )  # fmt: skip
    _draw_code(pen, poster.link)
    each = (WIDTH - 2 * MARGIN) // 3
    for n, name in enumerate(STEP_ICONS):
        middle = MARGIN + each * n + each // 2
        pen.ellipse([middle - DISC // 2, STEPS_TOP, middle + DISC // 2, STEPS_TOP + DISC], fill=PALE)
        image.paste(icon(name, ICON, BLUE, PALE), (middle - ICON // 2, STEPS_TOP + (DISC - ICON) // 2))
        mark = str(n + 1)
        corner = middle - DISC // 2 - 40
        pen.ellipse([corner, STEPS_TOP - 20, corner + 100, STEPS_TOP + 80], fill=BLUE)
        draw_text(image, (corner + 50, STEPS_TOP + 54), mark, size=70, fill=WHITE, weight="Bold", align="middle")
    for line in lines(poster):
        left, _, right, _ = box_of(line)
        if right - left > line.room + 1:
            raise ValueError(f"{line.text!r} does not fit")
        draw_text(image, (line.x, line.y), line.text, size=line.size, fill=line.colour, weight=line.weight, align=line.align)
    return image


def _draw_code(pen: ImageDraw.ImageDraw, link: str) -> None:
    x, y, module, _ = qr_box(link)
    for row, bits in enumerate(segno.make_qr(link, error="q").matrix):
        for column, dark in enumerate(bits):
            if dark:
                at = (x + column * module, y + row * module)
                pen.rectangle([at, (at[0] + module - 1, at[1] + module - 1)], fill=DARK)


def as_png(poster: Poster) -> bytes:
    """The poster as PNG, 300 dpi."""
    found = io.BytesIO()
    draw(poster).quantize(128, dither=Image.Dither.NONE).save(found, "PNG", optimize=True, dpi=(DPI, DPI))
    return found.getvalue()


def as_pdf(poster: Poster) -> bytes:
    """The poster as PDF, a page of A4."""
    found = io.BytesIO()
    draw(poster).save(found, "PDF", resolution=DPI, quality=95, subsampling=0, title=f"1555 {poster.code}")
    return found.getvalue()
