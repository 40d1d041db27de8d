"""คู่มือ: a contents page by chapters and the pages; which pages there are, and what they say, are data files."""

from __future__ import annotations

from casework.handbook import pages
from casework.handbook_search import search
from flows.kit import Button, Flow, Heard, asks, ends, on


class Handbook(Flow):
    """Contents → a page → the contents again; `คู่มือ …` looks for the page that answers."""

    name = "handbook"
    states = [asks("contents"), asks("found"), asks("page"), ends("dropped")]
    turns = [
        on("search", to="page", do="choose_found", when="finds_one"),
        on("search", to="found", do="keep_found", when="finds_some"),
        on("search", to="contents", do="find_nothing"),
        on("page", to="page", do="choose", when="page_exists"),
        on("next", at="page", do="turn_over"),
        on("list", at=("page", "found"), to="contents"),
    ]

    def finds_one(self, heard: Heard) -> bool:
        """One page that is certain, or the only one."""
        found = search(heard.text)
        return found.certain or len(found.pages) == 1

    def finds_some(self, heard: Heard) -> bool:
        """Several that may be meant."""
        return bool(search(heard.text).pages)

    def choose_found(self, heard: Heard) -> None:
        """The page."""
        self.data["page"] = search(heard.text).pages[0]

    def keep_found(self, heard: Heard) -> None:
        """At most three, to choose from."""
        self.data["found"] = list(search(heard.text).pages)

    def find_nothing(self, heard: Heard) -> None:
        """The contents instead."""
        self.say("nothing_found")

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

    def buttons_found(self) -> tuple[Button, ...]:
        """What was found, all there is, or somebody to ask."""
        found = (page for page in self.data.get("found", ()) if page in pages())
        return (*(Button("page", page) for page in found), Button("list"), Button("voice"))

    def buttons_page(self) -> tuple[Button, ...]:
        """On, or back to the contents."""
        return (Button("next"), Button("list"))

    def buttons_contents(self) -> tuple[Button, ...]:
        """The pages."""
        return tuple(Button("page", page) for page in pages())
