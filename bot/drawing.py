"""Text on pictures, right in Thai on every machine: shaped by HarfBuzz, drawn by Pillow from the glyphs' outlines.

Pillow's own text layout needs a system library (FriBidi) to put tone marks above upper vowels; where that is missing
they fall on each other. Here nothing depends on what is installed (docs/decisions/0007-thai-font.md).
Sizes and positions are pixels; text stands on its baseline.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import uharfbuzz as hb
from PIL import Image, ImageChops, ImageColor, ImageDraw

FAMILY = "Sarabun"
WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold", "ExtraBold")
SMOOTH = 4
"""Glyphs are drawn this many times larger and scaled down."""
_CURVE_STEPS = 8

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ink:
    """Where the ink of a text lies around its starting point on the baseline, and how far the text reaches."""

    left: float
    top: float
    right: float
    bottom: float
    advance: float


class Outline:
    """Collects the contours of one glyph as polygons (a pen as fontTools has it), in font units, y upwards."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.contours: list[list[Point]] = []

    def moveTo(self, point: Point) -> None:
        """Begin a contour."""
        self.contours.append([point])

    def lineTo(self, point: Point) -> None:
        """Straight on."""
        self.contours[-1].append(point)

    def qCurveTo(self, control: Point, end: Point) -> None:
        """A quadratic curve, as short straight pieces."""
        start = self.contours[-1][-1]
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
            self.lineTo(
                (a * start[0] + b * control[0] + c * end[0], a * start[1] + b * control[1] + c * end[1]),
            )

    def curveTo(self, one: Point, two: Point, end: Point) -> None:
        """A cubic curve, as short straight pieces."""
        start = self.contours[-1][-1]
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            self.lineTo(
                (
                    a * start[0] + b * one[0] + c * two[0] + d * end[0],
                    a * start[1] + b * one[1] + c * two[1] + d * end[1],
                )
            )

    def closePath(self) -> None:
        """The polygon closes by itself."""

    endPath = closePath


@cache
def _font(weight: str) -> Any:
    """HarfBuzz font of one weight of the family; ValueError for an unknown weight."""
    if weight not in WEIGHTS:
        raise ValueError(f"no {weight} among {', '.join(WEIGHTS)}")
    data = files("fontpkg_sarabun").joinpath("files", f"{FAMILY}-{weight}.ttf").read_bytes()
    return hb.Font(hb.Face(hb.Blob(data)))


@cache
def _contours(weight: str, glyph: int) -> tuple[tuple[Point, ...], ...]:
    """Polygons of a glyph in font units."""
    outline = Outline()
    _font(weight).draw_glyph_with_pen(glyph, outline)
    return tuple(tuple(contour) for contour in outline.contours if len(contour) > 2)


@cache
def _extent(weight: str, glyph: int) -> tuple[float, float, float, float] | None:
    """Where the ink of a glyph lies: left, bottom, right, top in font units; None for one without ink."""
    points = [point for contour in _contours(weight, glyph) for point in contour]
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


@cache
def shaped(text: str, weight: str = "SemiBold") -> tuple[tuple[int, float, float, float], ...]:
    """Glyphs of a text: (glyph number, x, y, advance so far) in ems from the start on the baseline, y upwards."""
    if not text:
        return ()
    font, buffer = _font(weight), hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    em, pen, glyphs = font.face.upem, 0, []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        place = ((pen + position.x_offset) / em, position.y_offset / em)
        pen += position.x_advance
        glyphs.append((info.codepoint, *place, pen / em))
    return tuple(glyphs)


def polygons(text: str, size: float, weight: str = "SemiBold") -> list[list[list[Point]]]:
    """The text as contours per glyph, pixels from the start on the baseline, y downwards."""
    unit = size / _font(weight).face.upem
    return [
        [[(x * size + px * unit, -(y * size + py * unit)) for px, py in c] for c in _contours(weight, glyph)]
        for glyph, x, y, _ in shaped(text, weight)
    ]


def measure(text: str, size: float, weight: str = "SemiBold") -> Ink:
    """Where the ink of a text of this size (pixels per em) lies; all zero for a text without ink."""
    unit, glyphs = size / _font(weight).face.upem, shaped(text, weight)
    advance = glyphs[-1][3] * size if glyphs else 0.0
    found = [(x, y, extent) for glyph, x, y, _ in glyphs if (extent := _extent(weight, glyph))]
    if not found:
        return Ink(0, 0, 0, 0, advance)
    return Ink(
        min(x * size + e[0] * unit for x, _, e in found),
        min(-(y * size + e[3] * unit) for _, y, e in found),
        max(x * size + e[2] * unit for x, _, e in found),
        max(-(y * size + e[1] * unit) for _, y, e in found),
        advance,
    )


def mask(text: str, size: float, weight: str = "SemiBold") -> tuple[Image.Image, int, int]:
    """Grey picture of a text, and where its upper left corner lies from the start on the baseline."""
    ink = measure(text, size, weight)
    left, top = int(ink.left // 1) - 1, int(ink.top // 1) - 1
    width, height = int(ink.right) + 3 - left, int(ink.bottom) + 3 - top
    large = Image.new("L", (width * SMOOTH, height * SMOOTH))
    for glyph in polygons(text, size, weight):
        if not glyph:
            continue
        xs = [(x - left) * SMOOTH for contour in glyph for x, _ in contour]
        ys = [(y - top) * SMOOTH for contour in glyph for _, y in contour]
        x0, y0 = int(min(xs)), int(min(ys))
        one = Image.new("L", (int(max(xs)) + 2 - x0, int(max(ys)) + 2 - y0))
        for contour in glyph:  # a contour within another is a hole: even-odd
            part = Image.new("L", one.size)
            at = [((x - left) * SMOOTH - x0, (y - top) * SMOOTH - y0) for x, y in contour]
            ImageDraw.Draw(part).polygon(at, fill=255)
            one = ImageChops.difference(one, part)
        large.paste(255, (x0, y0), one)
    return large.resize((width, height), Image.Resampling.BOX), left, top


def draw_text(
    image: Image.Image,
    at: Point,
    text: str,
    *,
    size: float,
    fill: str,
    weight: str = "SemiBold",
    align: str = "left",
) -> None:
    """Draw one line with its baseline at `at`, which is its `left` end, `middle` or `right` end.

    ValueError for another `align` or an unknown weight. Letters that the font lacks come out as empty boxes.
    """
    if not text:
        return
    share = {"left": 0.0, "middle": 0.5, "right": 1.0}.get(align)
    if share is None:
        raise ValueError(f"align {align}")
    grey, left, top = mask(text, size, weight)
    x = at[0] - share * shaped(text, weight)[-1][3] * size
    image.paste(ImageColor.getrgb(fill), (round(x) + left, round(at[1]) + top), grey)


def fitting_size(text: str, size: float, width: float, weight: str = "SemiBold") -> float:
    """The largest size up to `size` at which one line is no wider than `width`."""
    wide = measure(text, size, weight)
    return min(size, size * width / max(wide.right - wide.left, wide.advance, 1))


def lines(text: str, size: float, width: float, weight: str = "SemiBold") -> list[str]:
    """Break a text into lines no wider than `width`, at spaces and zero-width spaces (put those between Thai words).

    A word wider than a line stands alone on one.
    """
    made: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.replace("\u200b", "\u200b\0").replace(" ", " \0").split("\0"):
            longer = (line + word).replace("\u200b", "").rstrip()
            if line and measure(longer, size, weight).advance > width:
                made.append(line.replace("\u200b", "").rstrip())
                line = ""
            line += word
        made.append(line.replace("\u200b", "").rstrip())
    return made


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def light(colour: str) -> float:
        parts = [value / 255 for value in ImageColor.getrgb(colour)[:3]]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
