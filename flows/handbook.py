"""คู่มือ: a contents page and the pages; which pages there are, and what they say, is in the wording files."""

from __future__ import annotations

from flows.kit import Button, Flow, Heard, asks, ends, on

PAGES = ("report", "track", "urgent", "voice", "registry", "news", "officer", "privacy", "emergency")


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
        return heard.value in PAGES

    def choose(self, heard: Heard) -> None:
        """A page's button."""
        self.data["page"] = heard.value

    def turn_over(self, heard: Heard) -> None:
        """The next page."""
        self.data["page"] = PAGES[(PAGES.index(self.data["page"]) + 1) % len(PAGES)]

    def ask_page(self) -> None:
        """A page."""
        self.show("handbook_page", page=self.data["page"])

    def buttons_page(self) -> tuple[Button, ...]:
        """On, or back to the contents."""
        return (Button("next"), Button("list"))

    def buttons_contents(self) -> tuple[Button, ...]:
        """The pages."""
        return tuple(Button("page", page) for page in PAGES)
