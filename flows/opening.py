"""Words that open something by how they begin or are made: a search in the handbook."""

from __future__ import annotations

from dataclasses import replace

from casework.handbook_search import asked_for, search
from flows.beside import Beside
from flows.kit import Heard


class Opening(Beside):
    """The router's part for texts that name what they open, at any time."""

    def _opening(self, heard: Heard) -> Heard | None:
        """The same as the button that would open it; None for all other texts."""
        sought = asked_for(heard.text)
        return None if sought is None else replace(heard, kind="search", text=sought)

    def _with_words(self, intent: str, heard: Heard) -> Heard | None:
        """What a conversation begins with, where the words already tell what is wanted."""
        if intent == "handbook" and search(heard.text).pages:
            return replace(heard, kind="search")
        return heard if intent in {"registry", "news"} else None
