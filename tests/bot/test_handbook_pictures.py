"""Pictures of the handbook: every page has one, the same each time, with whole captions, served under a name that changes."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from bot import handbook_pictures as drawn
from bot.drawing import contrast, fitting_size, measure
from bot.handbook_pictures import HEIGHT, ROOM, SIZE, WIDTH, draw, pictures
from casework.handbook import chapters, pages, picture_name


def test_every_page_has_icons_that_are_drawn() -> None:
    assert not drawn.unknown_icons()
    assert all(page.icons for page in pages().values())


@pytest.mark.parametrize("language", drawn.LANGUAGES)
def test_every_caption_is_whole_and_legible(language: str) -> None:
    for page in pages().values():
        captions = page.text(language).captions
        size = min(fitting_size(caption, SIZE, ROOM) for caption in captions)
        # The picture is 800 wide and shown at about 300 on a telephone of 360.
        assert size * 300 / WIDTH >= 11, (page.code, captions, size)
        for caption in captions:
            ink = measure(caption, size)
            assert ink.right - ink.left <= ROOM + 1, caption
            assert drawn.BASELINE + ink.top > drawn.TOP + drawn.DISC and drawn.BASELINE + ink.bottom < HEIGHT, caption
        assert contrast("#12263A", drawn.tint(chapters()[page.chapter].colour)) >= 4.5


def test_pictures_are_small_the_same_each_time_and_differ() -> None:
    made = {}
    for code in pages():
        made[code] = draw(code, "th")
        assert len(made[code]) < 60_000
        assert Image.open(io.BytesIO(made[code])).size == (WIDTH, HEIGHT)
    draw.cache_clear()
    assert draw("report", "th") == made["report"] != draw("report", "en")
    assert len(set(made.values())) == len(made)


def test_they_are_served() -> None:
    web = Flask("pictures")
    web.register_blueprint(pictures())
    client = web.test_client()
    for path in ("report", "report.en", picture_name(pages()["report"], "th"), picture_name(pages()["report"], "xx")):
        answer = client.get(f"/handbook/{path}.png")
        assert answer.status_code == 200 and answer.mimetype == "image/png", path
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        again = client.get(f"/handbook/{path}.png", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    for path in ("nobody", "report.de", "..", "report/../x", "_chapters", "%00"):
        assert client.get(f"/handbook/{path}.png").status_code == 404, path
