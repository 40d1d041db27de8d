"""The poster: the code on it is the link's, every text lies whole on the page and on nothing else."""

from __future__ import annotations

import io
from functools import cache

import pytest
import segno
from PIL import Image

from bot import poster
from bot.drawing import measure
from bot.poster import HEIGHT, MARGIN, WIDTH, Poster
from casework.catalog import agencies

LONG = Poster("ชุมชนหมู่บ้านนักกีฬาแหลมทองปู่ย่าน้ำทุ่งใหญ่ฎีกาญี่ปุ่นซอยสี่สิบเก้า", "https://1555.example.go.th/go/P-7FHE5R", "P-7FHE5R")
SHORT = Poster("วัด", "https://line.me/R/oaMessage/%401555sandbox/?P-7FHE5R", "P-7FHE5R", "en")


@cache
def png(one: Poster) -> bytes:
    return poster.as_png(one)


@cache
def drawn(one: Poster) -> Image.Image:
    return Image.open(io.BytesIO(png(one))).convert("L")


@pytest.mark.parametrize("one", [LONG, SHORT])
def test_the_code_on_the_picture_is_the_links(one: Poster) -> None:
    """Module by module, read off the drawn picture, with its white border."""
    x, y, module, side = poster.qr_box(one.link)
    image = drawn(one)
    quiet = range(-poster.QUIET, side + poster.QUIET)
    read = {
        (column, row): image.getpixel((x + column * module + module // 2, y + row * module + module // 2)) < 128  # type: ignore[operator]
        for row in quiet
        for column in quiet
    }
    right = segno.make_qr(one.link, error="q").matrix
    assert side == len(right) and module * 25.4 / poster.DPI >= 1.0, "a module of at least a millimetre"
    for (column, row), dark in read.items():
        inside = 0 <= column < side and 0 <= row < side
        assert dark == (bool(right[row][column]) if inside else False), (column, row)


@pytest.mark.parametrize("language", ["th", "en"])
def test_no_text_leaves_the_page_or_touches_another(language: str) -> None:
    for name in [LONG.place, *(a.th for a in agencies().values() if a.kind == "district")]:
        one = Poster(name, LONG.link, LONG.code, language)
        boxes = [(line.text, poster.box_of(line)) for line in poster.lines(one)]
        x, y, module, side = poster.qr_box(one.link)
        boxes.append(("the code", (x, y, x + module * side, y + module * side)))
        for text, (left, top, right, bottom) in boxes:
            assert MARGIN - 8 <= left < right <= WIDTH - MARGIN + 2 and 60 <= top < bottom <= HEIGHT - 40, text
        for n, (text, one_box) in enumerate(boxes):
            for other, other_box in boxes[n + 1 :]:
                apart = one_box[2] <= other_box[0] or other_box[2] <= one_box[0]
                assert apart or one_box[3] <= other_box[1] or other_box[3] <= one_box[1], (text, other)


def test_all_the_ink_of_a_line_is_on_the_picture() -> None:
    """Marks above and below included: as many dark pixels as the line has by itself."""
    image = drawn(LONG)
    (place,) = [line for line in poster.lines(LONG) if line.text == LONG.place]
    left, top, right, bottom = (round(value) for value in poster.box_of(place))
    ink = measure(place.text, place.size, place.weight)
    assert ink.top < -place.size * 0.9 and ink.bottom > place.size * 0.15, "marks above and below"
    for edge in (top, bottom):
        rows = image.crop((left, edge - 3, right, edge + 3)).point(lambda value: 255 if value < 200 else 0)
        assert rows.getbbox() is not None, "ink up to the very edge of its box"
    around = image.crop((left - 40, top - 12, right + 40, bottom + 12)).point(lambda value: 255 if value < 200 else 0)
    box = around.getbbox()
    assert box is not None and box[1] >= 8 and box[3] <= around.height - 8, "and none beyond"


def test_the_same_poster_has_the_same_bytes() -> None:
    assert poster.as_png(SHORT) == png(SHORT)


def test_the_pdf_is_a_page_of_a4() -> None:
    data = poster.as_pdf(SHORT)
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    box = data[data.index(b"MediaBox") :].split(b"]")[0].split(b"[")[1].split()
    width, height = float(box[2]), float(box[3])
    assert abs(width - 595.2) < 1 and abs(height - 841.9) < 1


def test_a_name_that_cannot_be_fitted_is_made_smaller_not_cut() -> None:
    sizes = [line.size for line in poster.lines(LONG) if line.text == LONG.place]
    assert sizes[0] < next(line.size for line in poster.lines(SHORT) if line.text == SHORT.place)
