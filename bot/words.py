"""The words: one TOML file a language, looked up by key; labels of buttons, and the typed words that stand for them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from casework.catalog import agencies, categories
from casework.digits import ascii_digits
from casework.handbook import pages
from casework.news import topics
from casework.registry import services
from casework.thai_time import slot_text
from flows.kit import Button

FOLDER = Path(__file__).with_name("wording")
LANGUAGES = ("th", "en")
_SLOT = re.compile(r"\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\ufe0f\s.,!?ๆ\"'“”~]+")


class Words:
    """The words of one language."""

    def __init__(self, language: str, tree: dict[str, Any]) -> None:
        self.language = language
        self._lines = dict(_flat(tree))
        self._typed: dict[str, list[str]] = tree["typed"]
        self._in_group: dict[str, list[str]] = tree["typed_group"]
        self._polite = sorted(map(_bare, self._typed["polite"]), key=len, reverse=True)

    def __contains__(self, key: str) -> bool:
        return key in self._lines

    def keys(self) -> set[str]:
        """All keys but the typed words."""
        return set(self._lines)

    def lines(self) -> list[str]:
        """All lines, as they stand in the file."""
        return list(self._lines.values())

    def template(self, key: str) -> str:
        """The line as it stands in the file, for whoever fills it elsewhere (a page's script)."""
        return self._lines[key]

    def line(self, key: str, /, **values: Any) -> str:
        """The line, filled. `{name:a|b}` is filled as a + value + b, and with nothing where the value is empty.

        Values are put in as they are: braces in what a citizen wrote mean nothing. Raises KeyError for an unknown key.
        """

        def fill(slot: re.Match[str]) -> str:
            value = values[slot[1]]
            if slot[2] is None:
                return str(value)
            return f"{slot[2]}{value}{slot[3]}" if str(value) else ""

        return _SLOT.sub(fill, self._lines[key]).strip()

    def label(self, button: Button) -> str:
        """What stands on the button."""
        if button.label is not None:
            return button.label
        if button.kind == "category":
            category = categories()[button.value]
            return category.th if self.language == "th" else category.en
        if button.kind == "district":
            agency = agencies()[button.value]
            return agency.short_th if self.language == "th" else agency.en
        if button.kind == "agency":
            agency = agencies()[button.value.partition("@")[0]]
            name = agency.short_th if agency.kind == "centre" else agency.th
            return name if self.language == "th" else agency.en
        if button.kind == "topic":
            topic = topics()[button.value]
            return topic.th if self.language == "th" else topic.en
        if button.kind == "service":
            service = services()[button.value]
            return f"{service.code} {service.short_th if self.language == 'th' else service.short_en}"
        if button.kind in {"star", "rate_booking", "rate_thread"}:
            stars = button.value.partition(".")[0]
            return self.line("button.one_star" if stars == "1" else "button.star", value=stars)
        if button.kind == "slot":
            return slot_text(button.value, self.language)
        if button.kind == "pick":
            return self.line("quiz.letters")[int(button.value.rpartition(".")[2] or 0) % 4]
        if button.kind == "page":
            return pages()[button.value].text(self.language).title
        return self.line(f"button.{button.kind}", value=button.value)

    def alike(self, text: str) -> str:
        """`text` as it is compared with labels: case, spaces, signs and polite endings do not count."""
        bare = _bare(text)
        cut = True
        while cut:
            cut = False
            for ending in self._polite:
                if bare.endswith(ending) and len(bare) > len(ending):
                    bare, cut = bare[: -len(ending)], True
        return bare

    def meant(self, text: str) -> tuple[str, ...]:
        """The kinds of buttons and commands that this whole text stands for when typed."""
        return self._by_typed().get(self.alike(text), ())

    def meant_in_group(self, text: str) -> tuple[str, ...]:
        """The commands and presses that this whole text stands for when typed in a group."""
        said = self.alike(text)
        found = (kind for kind, texts in self._in_group.items() if kind != "opening" and said in map(self.alike, texts))
        return tuple(found)

    def opening(self, text: str) -> str | None:
        """What follows the word that begins a report in a community's group; None where the text begins otherwise.

        The word stands alone: whoever tells the others that something was reported does not report it.
        """
        for word in self._in_group["opening"]:
            if text.strip().casefold().startswith(word):
                rest = text.strip()[len(word) :]
                if not rest or not rest[0].isalpha():
                    return rest.strip(" \t\n:-–")
        return None

    @cache  # noqa: B019 - two instances, as old as the process
    def _by_typed(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for kind, texts in self._typed.items():
            if kind != "polite":
                for text in texts:
                    found.setdefault(self.alike(text), []).append(kind)
        return {text: tuple(kinds) for text, kinds in found.items()}


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", ascii_digits(text[:200])).casefold()
    return _INVISIBLE.sub("", folded)


def _flat(tree: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    found = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += _flat(value, f"{before}{key}.")
        elif isinstance(value, str):
            found.append((f"{before}{key}", value))
    return found


@cache
def words(language: str) -> Words:
    """The words of `language`; Thai for a language there is no file of."""
    if language not in LANGUAGES:
        language = "th"
    return Words(language, tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")))
