"""The pages of the handbook as data: complete in both languages, and a file that cannot be used says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.handbook import FOLDER, HandbookProblem, chapters, pages

PAGE = """
order = 1
chapter = "report"
asks = ["ถามอะไร"]
[th]
title = "ชื่อ"
body = "เนื้อ"
[en]
title = "Name"
body = "Words"
"""


def folder(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "_chapters.toml").write_text((FOLDER / "_chapters.toml").read_text("utf-8"), "utf-8")
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    return tmp_path


def test_the_shipped_pages_can_be_used() -> None:
    assert len(pages()) >= 9
    assert {page.chapter for page in pages().values()} <= chapters().keys()


def test_a_new_page_is_one_file(tmp_path: Path) -> None:
    made = pages(folder(tmp_path, water=PAGE))
    assert list(made) == ["water"] and made["water"].text("en").title == "Name" and made["water"].text("th").body == "เนื้อ"


@pytest.mark.parametrize(
    "spoilt, why",
    [
        (PAGE.replace('chapter = "report"', 'chapter = "nowhere"'), "chapter"),
        (PAGE.replace("order = 1", "order = 1\ncolour = 2"), "colour"),
        (PAGE.replace('asks = ["ถามอะไร"]', "asks = []"), "asks"),
        (PAGE.replace('title = "Name"', 'title = " "'), "title"),
        (PAGE.replace('body = "Words"', 'body = "Words"\nsteps = ["one"]'), "steps"),
        (PAGE.replace("order = 1", 'order = 1\nicons = ["pin"]'), "caption"),
        (PAGE.replace('body = "Words"', ""), "body"),
        (PAGE.replace('audience = "x"', "").replace("order = 1", 'order = 1\naudience = "cats"'), "audience"),
    ],
)
def test_a_page_that_cannot_be_used_is_named(tmp_path: Path, spoilt: str, why: str) -> None:
    with pytest.raises(HandbookProblem, match=f"water.toml.*{why}"):
        pages(folder(tmp_path, water=spoilt))


def test_two_pages_of_one_title_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HandbookProblem, match="two pages"):
        pages(folder(tmp_path, one=PAGE, two=PAGE))
