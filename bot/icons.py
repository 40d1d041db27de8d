"""Six simple icons for the menu, drawn from circles, lines and polygons on a field of 100 by 100."""

import math
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

_SMOOTH = 3

Point = tuple[float, float]


class Pencil:
    """Draws on a square picture in hundredths of its side, in the icon's colour or (`back=True`) the disc's."""

    def __init__(self, side: int, colour: str, back: str) -> None:
        """An empty field, `side` pixels wide once it is done."""
        self.unit = side * _SMOOTH / 100
        self.side = side
        self.colour, self.back = colour, back
        self.image = Image.new("RGB", (side * _SMOOTH, side * _SMOOTH), back)
        self.pen = ImageDraw.Draw(self.image)

    def _at(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.unit, y * self.unit) for x, y in points]

    def _ink(self, back: bool) -> str:
        return self.back if back else self.colour

    def dot(self, x: float, y: float, r: float, *, back: bool = False) -> None:
        """A full circle."""
        self.oval(x, y, r, r, back=back)

    def oval(self, x: float, y: float, rx: float, ry: float, *, back: bool = False) -> None:
        """A full ellipse."""
        self.pen.ellipse(self._at([(x - rx, y - ry), (x + rx, y + ry)]), fill=self._ink(back))

    def ring(self, x: float, y: float, r: float, width: float) -> None:
        """A circle line; `r` is its outer radius."""
        box = self._at([(x - r, y - r), (x + r, y + r)])
        self.pen.ellipse(box, outline=self.colour, width=round(width * self.unit))

    def arc(self, x: float, y: float, r: float, start: float, end: float, width: float) -> None:
        """Part of a circle line with round ends; degrees clockwise from the right, `r` to its middle."""
        out = r + width / 2
        box = self._at([(x - out, y - out), (x + out, y + out)])
        self.pen.arc(box, start, end, fill=self.colour, width=round(width * self.unit))
        for angle in (start, end):
            a = math.radians(angle)
            self.dot(x + r * math.cos(a), y + r * math.sin(a), width / 2)

    def line(self, *points: Point, width: float, back: bool = False) -> None:
        """A line with round ends and corners."""
        at = self._at(points)
        self.pen.line(at, fill=self._ink(back), width=round(width * self.unit), joint="curve")
        for x, y in points:
            self.dot(x, y, width / 2, back=back)

    def area(self, *points: Point, back: bool = False) -> None:
        """A full polygon."""
        self.pen.polygon(self._at(points), fill=self._ink(back))

    def box(self, x0: float, y0: float, x1: float, y1: float, r: float, *, back: bool = False) -> None:
        """A full rectangle with round corners."""
        self.pen.rounded_rectangle(self._at([(x0, y0), (x1, y1)]), r * self.unit, fill=self._ink(back))

    def done(self) -> Image.Image:
        """The picture at its own size."""
        return self.image.resize((self.side, self.side), Image.Resampling.LANCZOS)


def report(p: Pencil) -> None:
    """A map pin with an exclamation mark over a hole in the road."""
    p.oval(50, 86, 30, 7)
    p.oval(50, 85, 20, 3.6, back=True)
    centre, radius, tip = (50.0, 38.0), 29.0, 86.0
    angle = math.acos(radius / (tip - centre[1]))
    x, y = radius * math.sin(angle), radius * math.cos(angle)
    p.area((centre[0] - x, centre[1] + y), (50, tip), (centre[0] + x, centre[1] + y))
    p.dot(*centre, radius)
    p.area((45, 21), (55, 21), (53, 43), (47, 43), back=True)
    p.dot(50, 21.5, 5, back=True)
    p.dot(50, 43, 3, back=True)
    p.dot(50, 53, 4.6, back=True)


def track(p: Pencil) -> None:
    """A magnifying glass over a clock."""
    p.line((63, 63), (84, 84), width=12)
    p.ring(42, 42, 34, 8)
    p.line((42, 24), (42, 43), (54, 50), width=6.5)


def registry(p: Pencil) -> None:
    """A paper with a folded corner, a portrait and lines."""
    p.box(21, 10, 79, 90, 6)
    p.area((59, 8), (82, 8), (82, 31), back=True)
    p.area((59, 10), (59, 30), (79, 30))
    p.line((59, 11), (59, 30), (78, 30), width=3, back=True)
    p.dot(40, 39, 7, back=True)
    p.pen.pieslice(p._at([(28, 48), (52, 72)]), 180, 360, fill=p.back)
    p.line((58, 44), (70, 44), width=5, back=True)
    p.line((58, 56), (70, 56), width=5, back=True)
    p.line((31, 69), (69, 69), width=5, back=True)
    p.line((31, 79), (57, 79), width=5, back=True)


def ask(p: Pencil) -> None:
    """A speech bubble with a question mark."""
    p.box(12, 14, 88, 72, 18)
    p.area((28, 66), (54, 66), (28, 90))
    p.colour, p.back = p.back, p.colour
    p.arc(50, 34, 10, 180, 400, 6.5)
    p.line((57.6, 40.6), (50, 48), (50, 52), width=6.5)
    p.dot(50, 62, 4.2)
    p.colour, p.back = p.back, p.colour


def news(p: Pencil) -> None:
    """A megaphone with three sound lines."""
    p.area((33, 38), (66, 18), (66, 76), (33, 58))
    p.line((66, 19), (66, 75), width=7)
    p.box(11, 36, 38, 60, 9)
    p.area((21, 58), (35, 58), (40, 82), (27, 82))
    p.line((28, 83), (38, 83), width=5)
    p.line((78, 36), (87, 29), width=5.5)
    p.line((80, 47), (91, 47), width=5.5)
    p.line((78, 58), (87, 65), width=5.5)


def officer(p: Pencil) -> None:
    """A person with a headset."""
    p.pen.pieslice(p._at([(14, 61), (86, 131)]), 180, 360, fill=p.colour)
    p.area((42, 60), (58, 60), (50, 76), back=True)
    p.dot(50, 37, 20)
    p.arc(50, 36, 27, 180, 360, 5)
    p.box(17, 32, 29, 51, 5)
    p.box(71, 32, 83, 51, 5)
    p.line((77, 50), (75, 58), (62, 62.5), width=4)
    p.dot(60, 62.5, 4)


ICONS: dict[str, Callable[[Pencil], None]] = {each.__name__: each for each in (report, track, registry, ask, news, officer)}


def icon(name: str, side: int, colour: str, back: str) -> Image.Image:
    """One of ICONS, `side` pixels square, on a plain ground of the colour `back`; KeyError for another name."""
    pencil = Pencil(side, colour, back)
    ICONS[name](pencil)
    return pencil.done()
