"""What every card is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.cards.parts import Box, action, link, press
from bot.words import Words
from casework.catalog import agencies, categories
from casework.thai_time import english_date, english_datetime, thai_date, thai_datetime
from flows.kit import Button


@dataclass(frozen=True)
class Look:
    """For whom a card is drawn: language, the talk its buttons belong to, where its pictures are to be had."""

    words: Words
    talk: int | None = None
    public_url: str | None = None
    seal: Callable[[Sequence[str]], str] | None = None
    """In a group: signs a button's parts for that group."""

    def line(self, key: str, **values: Any) -> str:
        """A line of the `card` chapter; a key with a dot stands for itself."""
        return self.words.line(key if "." in key else f"card.{key}", **values)

    @property
    def thai(self) -> bool:
        """Whether the words are Thai."""
        return self.words.language == "th"

    def date(self, at: datetime) -> str:
        """A day as people read it."""
        return thai_date(at) if self.thai else english_date(at)

    def moment(self, at: datetime) -> str:
        """A day and time as people read it."""
        return thai_datetime(at) if self.thai else english_datetime(at)

    def category(self, code: str) -> str:
        """The category with its sign."""
        found = categories().get(code) or categories()["other"]
        return f"{found.icon} {found.th if self.thai else found.en}"

    def agency(self, code: str) -> str:
        """The agency's name."""
        found = agencies().get(code)
        return code if found is None else (found.th if self.thai else found.en)

    def photo(self, path: str) -> str | None:
        """Where LINE fetches the photo; None without PUBLIC_URL."""
        return f"{self.public_url}/media/{path}.jpg" if self.public_url else None

    def film(self, path: str) -> str | None:
        """Where the film is to be had; None without PUBLIC_URL."""
        return f"{self.public_url}/media/{path}.mp4" if self.public_url else None

    def share(self, place: str, *, filled: bool = False, colour: str = "#1565C0") -> Box | None:
        """The button that shares the account, counted for this place in the chat (casework.posters.SHARES); None without
        PUBLIC_URL, over which the count goes."""
        if not self.public_url:
            return None
        return press(link(self.words.line("button.share"), f"{self.public_url}/go/{place}/share"), filled=filled, colour=colour)

    def act(self, button: Button) -> Box:
        """The button's action."""
        return action(button, self.words, self.talk)

    def sealed(self, button: Button, number: str, round_: int, *, filled: bool = False, colour: str = "#1565C0") -> Box:
        """The button, drawn for a group: it works there alone, and only in the case's present round."""
        assert self.seal is not None, "sealed buttons stand in groups"
        seal = self.seal((button.kind, button.value, str(round_)))
        shown = f"{self.words.label(button)} {number}"
        return press(action(button, self.words, self.talk, seal=seal, shown=shown), filled=filled, colour=colour)

    def press(self, button: Button, *, filled: bool = False, colour: str = "#1565C0") -> Box:
        """The button, drawn."""
        return press(self.act(button), filled=filled, colour=colour)


@dataclass(frozen=True)
class Card:
    """A drawn card: its words for a screen reader, its Flex contents, and the buttons that stand on it."""

    alt: str
    contents: Box
    used: Sequence[Button] = field(default=())
