"""คู่มือ: a contents page by chapters and the pages; which pages there are, and what they say, are data files."""

from __future__ import annotations

from casework.handbook import pages
from flows.kit import Button, Flow, Heard, asks, ends, on


class Handbook(Flow):
    """Contents → a page → the contents again."""

    name = "handbook"
    states = [asks("contents"), asks("page"), ends("dropped")]
    turns = [
        on("page", to="page", do="choose", when="page_exists"),
        on("next", at="page", do="turn_over"),
        on("list", at="page", to="contents"),
    ]

    def page_exists(self, heard: Heard) -> bool:
        """One of the pages."""
        return heard.value in pages()

    def choose(self, heard: Heard) -> None:
        """A page's button."""
        self.data["page"] = heard.value

    def turn_over(self, heard: Heard) -> None:
        """The next page; the first again after the last."""
        codes = list(pages())
        here = self.data["page"]
        self.data["page"] = codes[(codes.index(here) + 1) % len(codes)] if here in codes else codes[0]

    def ask_page(self) -> None:
        """A page; the first where the one that was read is gone since."""
        if self.data.get("page") not in pages():
            self.data["page"] = next(iter(pages()))
        self.show("handbook_page", page=self.data["page"])

    def ask_contents(self) -> None:
        """All pages, by chapters."""
        self.show("handbook_contents")

    def buttons_page(self) -> tuple[Button, ...]:
        """On, or back to the contents."""
        return (Button("next"), Button("list"))

    def buttons_contents(self) -> tuple[Button, ...]:
        """The pages."""
        return tuple(Button("page", page) for page in pages())
