"""Further icons in the manner of bot/icons.py, for the handbook's pictures and the posters."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from bot.icons import ICONS as FIRST
from bot.icons import Pencil


def chat(p: Pencil) -> None:
    """A speech bubble with lines of words."""
    p.box(10, 16, 90, 72, 16)
    p.area((26, 66), (52, 66), (24, 90))
    p.line((27, 35), (73, 35), width=6, back=True)
    p.line((27, 52), (58, 52), width=6, back=True)


def pin(p: Pencil) -> None:
    """A map pin."""
    p.oval(50, 88, 24, 6)
    p.area((24, 50), (50, 88), (76, 50))
    p.dot(50, 38, 29)
    p.dot(50, 38, 11, back=True)


def camera(p: Pencil) -> None:
    """A camera."""
    p.box(8, 28, 92, 82, 12)
    p.area((32, 30), (38, 17), (62, 17), (68, 30))
    p.dot(50, 55, 20, back=True)
    p.dot(50, 55, 13)
    p.dot(80, 40, 4, back=True)


def number(p: Pencil) -> None:
    """A slip with a number."""
    p.box(14, 12, 86, 88, 8)
    for y in (40, 60):
        p.line((32, y), (68, y), width=6, back=True)
    for x in (43, 57):
        p.line((x + 2, 28), (x - 3, 72), width=6, back=True)


def clock(p: Pencil) -> None:
    """A clock."""
    p.ring(50, 50, 41, 9)
    p.line((50, 26), (50, 51), (67, 60), width=8)


def phone(p: Pencil) -> None:
    """A telephone."""
    p.box(28, 6, 72, 94, 10)
    p.box(34, 18, 66, 76, 3, back=True)
    p.dot(50, 85, 4.5, back=True)
    p.line((43, 12), (57, 12), width=3, back=True)


def siren(p: Pencil) -> None:
    """A warning light."""
    p.pen.pieslice(p._at([(26, 28), (74, 88)]), 180, 360, fill=p.colour)
    p.area((26, 57), (74, 57), (74, 72), (26, 72))
    p.box(16, 74, 84, 88, 5)
    p.line((50, 6), (50, 18), width=6)
    p.line((18, 18), (26, 27), width=6)
    p.line((82, 18), (74, 27), width=6)
    p.line((50, 42), (50, 56), width=6, back=True)
    p.dot(50, 66, 3.4, back=True)


def check(p: Pencil) -> None:
    """A tick in a disc."""
    p.dot(50, 50, 42)
    p.line((30, 51), (45, 66), (71, 36), width=10, back=True)


def star(p: Pencil) -> None:
    """A star."""
    p.area((50, 6), (62, 38), (96, 39), (69, 59), (79, 92), (50, 72), (21, 92), (31, 59), (4, 39), (38, 38))


def shield(p: Pencil) -> None:
    """A shield."""
    p.area((50, 6), (86, 19), (86, 48), (74, 74), (50, 94), (26, 74), (14, 48), (14, 19))
    p.line((34, 50), (46, 62), (67, 37), width=8, back=True)


def lock(p: Pencil) -> None:
    """A lock."""
    p.arc(50, 38, 19, 180, 360, 9)
    p.line((31, 38), (31, 50), width=9)
    p.line((69, 38), (69, 50), width=9)
    p.box(20, 46, 80, 92, 8)
    p.dot(50, 66, 7, back=True)
    p.line((50, 68), (50, 80), width=6, back=True)


def person(p: Pencil) -> None:
    """One person."""
    p.dot(50, 30, 20)
    p.pen.pieslice(p._at([(16, 54), (84, 134)]), 180, 360, fill=p.colour)


def people(p: Pencil) -> None:
    """Three people."""
    for x in (22, 78):
        p.dot(x, 38, 12)
        p.pen.pieslice(p._at([(x - 20, 54), (x + 20, 110)]), 180, 360, fill=p.colour)
    p.dot(50, 30, 21, back=True)
    p.pen.pieslice(p._at([(20, 49), (80, 129)]), 180, 360, fill=p.back)
    p.dot(50, 31, 16)
    p.pen.pieslice(p._at([(25, 54), (75, 124)]), 180, 360, fill=p.colour)


def trash(p: Pencil) -> None:
    """A dustbin."""
    p.line((18, 24), (82, 24), width=9)
    p.line((40, 13), (60, 13), width=7)
    p.area((24, 34), (76, 34), (70, 92), (30, 92))
    for x in (41, 50, 59):
        p.line((x, 46), (x, 80), width=4.5, back=True)


def speaker(p: Pencil) -> None:
    """A loud speaker."""
    p.area((10, 38), (28, 38), (52, 16), (52, 84), (28, 62), (10, 62))
    p.arc(54, 50, 14, -50, 50, 6.5)
    p.arc(54, 50, 29, -50, 50, 6.5)


def fire(p: Pencil) -> None:
    """A flame."""
    p.area((52, 4), (68, 30), (82, 52), (80, 74), (66, 92), (34, 92), (20, 74), (20, 54), (32, 38), (38, 50), (46, 34))
    p.area((50, 54), (62, 70), (60, 86), (40, 86), (37, 72), (44, 66), back=True)


def tree(p: Pencil) -> None:
    """A tree that has fallen."""
    p.line((8, 88), (92, 88), width=6)
    p.line((16, 78), (56, 58), width=9)
    p.dot(66, 52, 20)
    p.dot(78, 40, 15)
    p.dot(58, 38, 15)
    p.line((16, 78), (8, 66), width=5)
    p.line((16, 78), (6, 80), width=5)


def hands(p: Pencil) -> None:
    """A heart held in a hand."""
    p.dot(39, 30, 14)
    p.dot(61, 30, 14)
    p.area((26.5, 36), (73.5, 36), (50, 62))
    p.line((12, 66), (32, 66), (50, 76), (72, 68), width=8)
    p.line((50, 76), (62, 76), width=8)
    p.line((12, 84), (54, 90), (88, 70), width=8)


def germ(p: Pencil) -> None:
    """A germ."""
    for dx, dy in ((0, -1), (0, 1), (1, 0), (-1, 0), (0.71, 0.71), (-0.71, 0.71), (0.71, -0.71), (-0.71, -0.71)):
        p.line((50 + dx * 24, 50 + dy * 24), (50 + dx * 38, 50 + dy * 38), width=5)
        p.dot(50 + dx * 39, 50 + dy * 39, 5)
    p.dot(50, 50, 27)
    p.dot(42, 43, 5, back=True)
    p.dot(58, 48, 4, back=True)
    p.dot(46, 60, 4, back=True)


def road(p: Pencil) -> None:
    """A road with a hole."""
    p.area((36, 8), (64, 8), (94, 92), (6, 92))
    p.line((50, 16), (50, 28), width=4.5, back=True)
    p.line((50, 38), (50, 48), width=4.5, back=True)
    p.oval(50, 70, 22, 11, back=True)
    p.oval(50, 73, 15, 6)


def bulb(p: Pencil) -> None:
    """A street lamp."""
    p.line((26, 94), (26, 24), width=8)
    p.line((26, 22), (44, 10), (64, 12), width=8)
    p.area((56, 10), (88, 22), (82, 34), (52, 24))
    p.line((58, 46), (52, 60), width=5)
    p.line((70, 48), (72, 62), width=5)
    p.line((82, 44), (90, 56), width=5)
    p.line((12, 94), (42, 94), width=7)


def wave(p: Pencil) -> None:
    """A house in the water."""
    p.area((50, 8), (88, 40), (12, 40))
    p.box(22, 38, 78, 64, 2)
    p.box(43, 46, 57, 64, 1, back=True)
    for y in (74, 90):
        p.line((6, y), (20, y - 6), (35, y), (50, y - 6), (65, y), (80, y - 6), (94, y), width=6)


def cloud(p: Pencil) -> None:
    """A cloud of smoke."""
    p.dot(34, 44, 20)
    p.dot(58, 36, 24)
    p.dot(76, 52, 16)
    p.box(16, 44, 90, 66, 11)
    p.line((24, 80), (64, 80), width=6)
    p.line((40, 93), (82, 93), width=6)


def before_after(p: Pencil) -> None:
    """Two pictures, one after the other."""
    p.box(4, 26, 46, 78, 5)
    p.box(54, 26, 96, 78, 5)
    p.line((14, 38), (36, 66), width=5.5, back=True)
    p.line((36, 38), (14, 66), width=5.5, back=True)
    p.line((63, 54), (72, 63), (87, 42), width=5.5, back=True)
    p.line((38, 92), (60, 92), width=5)
    p.area((60, 84), (72, 92), (60, 100))


def twins(p: Pencil) -> None:
    """Two pins at one place."""
    for x in (28, 72):
        p.area((x - 18, 40), (x, 82), (x + 18, 40))
        p.dot(x, 33, 20.5)
        p.dot(x, 33, 7.5, back=True)
    p.oval(50, 90, 40, 5)


def reopen(p: Pencil) -> None:
    """An arrow that turns back."""
    p.arc(50, 52, 31, -60, 220, 9)
    p.area((58, 2), (58, 38), (86, 22))


def listed(p: Pencil) -> None:
    """A list with ticks."""
    p.box(14, 8, 86, 92, 8)
    for y in (28, 50, 72):
        p.line((24, y), (30, y + 6), (40, y - 7), width=4.5, back=True)
        p.line((52, y), (75, y), width=5, back=True)


def share(p: Pencil) -> None:
    """Three points joined."""
    p.line((26, 50), (74, 22), width=7)
    p.line((26, 50), (74, 78), width=7)
    for x, y in ((24, 50), (76, 21), (76, 79)):
        p.dot(x, y, 15)


def qr(p: Pencil) -> None:
    """A code to scan."""
    for x, y in ((10, 10), (60, 10), (10, 60)):
        p.box(x, y, x + 30, y + 30, 4)
        p.box(x + 6, y + 6, x + 24, y + 24, 2, back=True)
        p.box(x + 11, y + 11, x + 19, y + 19, 1)
    for x, y in ((60, 60), (76, 60), (68, 70), (60, 80), (82, 82), (76, 74)):
        p.box(x, y, x + 9, y + 9, 1)


MORE: dict[str, Callable[[Pencil], None]] = {
    each.__name__: each
    for each in (
        *(chat, pin, camera, number, clock, phone, siren, check, star, shield, lock, person, people, trash, speaker, fire),
        *(tree, hands, germ, road, bulb, wave, cloud, before_after, twins, reopen, share, qr),
    )
}
MORE["list"] = listed
ICONS: dict[str, Callable[[Pencil], None]] = {**FIRST, **MORE}


def icon(name: str, side: int, colour: str, back: str) -> Image.Image:
    """One of ICONS, `side` pixels square, on a plain ground of the colour `back`; KeyError for another name."""
    pencil = Pencil(side, colour, back)
    ICONS[name](pencil)
    return pencil.done()
