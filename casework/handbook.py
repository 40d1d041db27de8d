"""The handbook (คู่มือ): one data file a page (`data/handbook/CODE.toml`), in chapters (`_chapters.toml`).

A page says one thing in a title, a sentence or two and at most five steps, in Thai and in English; `order` is its place,
`audience` for whom it is, `calls` the numbers it offers, `does` the button it ends with, `icons` and the captions its
picture (drawn by `bot/handbook_pictures.py`), `asks` the words and questions by which it is found.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FOLDER = Path(__file__).parent / "data" / "handbook"
AUDIENCES = ("citizen", "network", "staff")
MOST_STEPS = 5
MOST_ICONS = 3
_FIELDS = {"order", "chapter", "audience", "calls", "does", "icons", "asks", "th", "en"}
_TEXTS = {"title", "body", "steps", "captions"}
_CODE = re.compile(r"[a-z][a-z_]{1,20}")


class HandbookProblem(ValueError):
    """A page cannot be used; the message names its file and what is wrong."""


@dataclass(frozen=True)
class Text:
    """A page in one language."""

    title: str
    body: str
    steps: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    """What stands below the picture's icons, one each."""


@dataclass(frozen=True)
class Page:
    """A page of the handbook."""

    code: str
    order: int
    chapter: str
    audience: str
    asks: tuple[str, ...]
    th: Text
    en: Text
    calls: tuple[str, ...] = ()
    does: str = ""
    icons: tuple[str, ...] = ()

    def text(self, language: str) -> Text:
        """The page in `th` or `en`; Thai for another language."""
        return self.en if language == "en" else self.th


@dataclass(frozen=True)
class Chapter:
    """A chapter: its names and its colour (`#RRGGBB`)."""

    code: str
    th: str
    en: str
    colour: str

    def name(self, language: str) -> str:
        """The name in `th` or `en`."""
        return self.en if language == "en" else self.th


@lru_cache(maxsize=4)
def chapters(folder: Path = FOLDER) -> Mapping[str, Chapter]:
    """The chapters in their order."""
    rows = tomllib.loads((folder / "_chapters.toml").read_text("utf-8"))
    return MappingProxyType({code: Chapter(code, **row) for code, row in rows.items()})


@lru_cache(maxsize=4)
def pages(folder: Path = FOLDER) -> Mapping[str, Page]:
    """The pages in their order. Raises HandbookProblem for a file that cannot be used."""
    found = [_page(file, chapters(folder)) for file in sorted(folder.glob("[a-z]*.toml"))]
    place = list(chapters(folder))
    found.sort(key=lambda page: (place.index(page.chapter), page.order, page.code))
    for language in ("th", "en"):
        titles = [page.text(language).title.casefold() for page in found]
        twice = {title for title in titles if titles.count(title) > 1}
        if twice:
            raise HandbookProblem(f"two pages have the title {sorted(twice)}")
    return MappingProxyType({page.code: page for page in found})


def picture_name(page: Page, language: str) -> str:
    """The name in the address of a page's picture: a new one whenever the picture changes, since LINE keeps pictures."""
    language = language if language in {"th", "en"} else "th"
    recipe = "|".join((*page.icons, *page.text(language).captions, chapters()[page.chapter].colour))
    return f"{page.code}.{language}.{hashlib.sha256(recipe.encode()).hexdigest()[:8]}"


def _page(file: Path, known: Mapping[str, Chapter]) -> Page:
    row: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    wrong = sorted(row.keys() - _FIELDS) + sorted({"order", "chapter", "asks", "th", "en"} - row.keys())
    for language in ("th", "en"):
        wrong += [f"{language}.{name}" for name in row.get(language, {}).keys() - _TEXTS]
    if wrong:
        raise HandbookProblem(f"{file.name}: unknown or missing {wrong}")
    try:
        th, en = (Text(**{name: _tuple(value) for name, value in row[language].items()}) for language in ("th", "en"))
        page = Page(file.stem, **{k: _tuple(v) for k, v in row.items() if k not in {"th", "en", "audience"}}, th=th, en=en,
                    audience=row.get("audience", "citizen"))  # fmt: skip
    except TypeError as problem:
        raise HandbookProblem(f"{file.name}: {problem}") from problem
    _check(file, page, known)
    return page


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check(file: Path, page: Page, known: Mapping[str, Chapter]) -> None:
    problems = {
        "the name is a word of small letters": not _CODE.fullmatch(page.code),
        f"chapter is one of {list(known)}": page.chapter not in known,
        f"audience is one of {AUDIENCES}": page.audience not in AUDIENCES,
        f"at most {MOST_STEPS} steps": max(len(page.th.steps), len(page.en.steps)) > MOST_STEPS,
        "as many steps in both languages": len(page.th.steps) != len(page.en.steps),
        f"at most {MOST_ICONS} icons": len(page.icons) > MOST_ICONS,
        "a caption for each icon": not len(page.icons) == len(page.th.captions) == len(page.en.captions),
        "asks has phrases": not page.asks or not all(phrase.strip() for phrase in page.asks),
        "title and body have words": not all(t.title.strip() and t.body.strip() for t in (page.th, page.en)),
    }
    broken = [rule for rule, is_broken in problems.items() if is_broken]
    if broken:
        raise HandbookProblem(f"{file.name}: {'; '.join(broken)}")
