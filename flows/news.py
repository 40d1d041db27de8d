"""ข่าวประชาสัมพันธ์: what is announced, and following districts and topics: by name, by pin, by a button."""

from __future__ import annotations

from casework import places
from casework.catalog import agencies
from casework.news import Following, left_over, topics, topics_in
from flows.kit import Button, Flow, Heard, asks, ends, on

A_NAME = 24
"""Code points of a text that may be meant as the name of a district or topic, though none is understood of it."""
BESIDE = 8
"""Code points beside names that a text may have and still be no more than names."""
MOST_BUTTONS = 11


class News(Flow):
    """The latest news → follow, stop following, as many as wanted."""

    name = "news"
    states = [
        asks("latest"),
        asks("reading"),
        asks("what", "location"),
        asks("which"),
        ends("left"),
        ends("off"),
        ends("dropped"),
    ]
    turns = [
        on("follow_news", to="what"),
        on("unfollow_news", to="which", when="follows_something"),
        on("unfollow_news", at=("latest", "reading", "what"), to="off", do="switch_off"),
        on("news_off", to="off", do="switch_off"),
        on("read_news", to="reading", do="read"),
        on("topic", at="what", do="follow_topic"),
        on("district", at="what", do="follow_district"),
        on("topic", at="which", do="unfollow_topic"),
        on("district", at="which", do="unfollow_district"),
        on("text", at=("latest", "reading"), to="what", do="follow_named", when="asks_for_news names_something"),
        on("text", at=("latest", "reading"), to="what", do="follow_named", when="names_districts_alone"),
        on("text", at="what", do="follow_named", when="names_something"),
        on("text", at="which", do="unfollow_named", when="names_something"),
        on("text", at="what", do="explain", when="is_short"),
        on("pin", at="what", do="follow_here"),
        on("done", at=("what", "which"), to="left", do="sum_up"),
        on("onward", to="left", when="nothing_left"),
    ]

    # What was heard.

    def follows_something(self, heard: Heard) -> bool:
        """There is something to stop following."""
        return bool(self.desk.news.following())

    def nothing_left(self, heard: Heard | None) -> bool:
        """The last one was given up."""
        return self.state == "which" and not self.desk.news.following()

    def asks_for_news(self, heard: Heard) -> bool:
        """The words want news; `น้ำท่วม` alone may as well begin a report."""
        return heard.understood is not None and heard.understood.intent == "news"

    def names_something(self, heard: Heard) -> bool:
        """Districts or topics are named, and hardly anything else is said."""
        districts = self._districts(heard)
        if not districts and not topics_in(heard.text):
            return False
        return self.asks_for_news(heard) or len(left_over(heard.text, districts)) <= BESIDE

    def names_districts_alone(self, heard: Heard) -> bool:
        """Nothing but districts, after being told that none is followed: no report begins like that."""
        districts = self._districts(heard)
        return bool(districts) and not topics_in(heard.text) and not left_over(heard.text, districts)

    def is_short(self, heard: Heard) -> bool:
        """As short as a name, and no wish of another kind."""
        read = heard.understood
        wish = read is not None and read.intent not in {"other", "news"}
        return len(heard.text.strip()) <= A_NAME and not wish

    def _districts(self, heard: Heard) -> tuple[str, ...]:
        read = heard.understood
        firm: tuple[str, ...] = read.district_codes() if read is not None else ()
        said = heard.text.casefold()
        names = {a.code: (a.short_th, a.en.casefold()) for a in agencies().values() if a.kind == "district"}
        found = [code for code, (thai, english) in names.items() if thai in heard.text or english in said]
        # One name may be part of another, which then is meant.
        apart = tuple(c for c in found if not any(names[c][0] in names[o][0] for o in found if o != c))
        # Of several districts in a row the place reader names the first; what is more than a row is its to read.
        a_row = set(firm) <= set(apart) and not left_over(heard.text, apart)
        return firm if firm and not a_row else apart

    # Following.

    def follow_topic(self, heard: Heard) -> None:
        """A topic's button."""
        self._follow([("topic", heard.value)])

    def follow_district(self, heard: Heard) -> None:
        """The button of a district of one's own cases."""
        self._follow([("district", heard.value)])

    def follow_named(self, heard: Heard) -> None:
        """All that the words name."""
        self._follow(self._named(heard))

    def _named(self, heard: Heard) -> list[tuple[str, str]]:
        chosen = [("district", code) for code in self._districts(heard)]
        return chosen + [("topic", code) for code in topics_in(heard.text)]

    def follow_here(self, heard: Heard) -> None:
        """The district in which the pin lies; the pin is not kept."""
        try:
            found = places.locate(heard.lat, heard.lng)
        except places.BadPosition:
            self.say("report.bad_pin")
            return
        if found.district_code is None:
            self.say("news.outside")
        else:
            self._follow([("district", found.district_code)])

    def _follow(self, chosen: list[tuple[str, str]]) -> None:
        known = [(kind, code) for kind, code in chosen if code in (topics() if kind == "topic" else agencies())]
        new = [each for each in known if self.desk.news.follow(*each)]
        if known:
            self.say("followed" if new else "followed_already", names=self._names(new or known))

    def explain(self, heard: Heard) -> None:
        """No such district or topic."""
        self.say("not_found")

    # Giving up.

    def unfollow_topic(self, heard: Heard) -> None:
        """A topic's button."""
        self._unfollow([("topic", heard.value)])

    def unfollow_district(self, heard: Heard) -> None:
        """A district's button."""
        self._unfollow([("district", heard.value)])

    def unfollow_named(self, heard: Heard) -> None:
        """All that the words name."""
        self._unfollow(self._named(heard))

    def _unfollow(self, chosen: list[tuple[str, str]]) -> None:
        gone = [each for each in chosen if self.desk.news.unfollow(*each)]
        self.say("unfollowed" if gone else "not_followed", names=self._names(gone or chosen))

    def switch_off(self, heard: Heard) -> None:
        """No news any more, not even what goes to everybody."""
        self.desk.news.switch_off()
        self.say("switched_off")

    # What is shown.

    def _names(self, chosen: list[tuple[str, str]]) -> str:
        thai = self.desk.language == "th"
        named = []
        for kind, code in chosen:
            if kind == "topic":
                named.append(topics()[code].th if thai else topics()[code].en)
            else:
                named.append(agencies()[code].short_th if thai else agencies()[code].en)
        return ", ".join(named)

    def _mine(self) -> list[tuple[str, str]]:
        mine: Following = self.desk.news.following()
        return [("district", code) for code in sorted(mine.districts)] + [
            ("topic", code) for code in topics() if code in mine.topics
        ]

    def read(self, heard: Heard) -> None:
        """One announcement in full."""
        found = self.desk.news.one(heard.value)
        if found is None:
            self.say("gone")
        else:
            self.show("announcement", news=found, kind="news")

    def ask_reading(self) -> None:
        """What the person follows, below what was read."""
        self._say_mine()

    def ask_latest(self) -> None:
        """What is announced, and what the person follows."""
        found = self.desk.news.latest()
        if found:
            self.show("announcements", found=found)
        self._say_mine(none_new=not found)

    def _say_mine(self, *, none_new: bool = False) -> None:
        mine = self.desk.news.following()
        if none_new:
            self.say("none")
        if mine.off:
            self.say("mine_off")
        elif mine:
            self.say("mine", names=self._names(self._mine()))
        else:
            self.say("mine_nothing")

    def buttons_latest(self) -> tuple[Button, ...]:
        """What makes sense: to follow, and to give up what there is."""
        mine = self.desk.news.following()
        give_up = () if mine.off else (Button("unfollow_news"),) if mine else (Button("news_off"),)
        return (Button("follow_news"), *give_up)

    buttons_reading = buttons_latest

    def ask_what(self) -> None:
        """Which one, or which one more."""
        self.say("what_more" if self.desk.news.following() else "what")

    def buttons_what(self) -> tuple[Button, ...]:
        """Districts of one's own cases, topics, the end."""
        mine = self.desk.news.following()
        here = [Button("district", code) for code in self.desk.news.own_districts() if code not in mine.districts]
        kinds = [Button("topic", code) for code in topics() if code not in mine.topics]
        return (*here, *kinds, *((Button("done"),) if mine else ()))

    def buttons_which(self) -> tuple[Button, ...]:
        """What is followed, each; all of it; the end."""
        first = self._mine()[:MOST_BUTTONS]
        theirs = tuple(Button("district", code) if kind == "district" else Button("topic", code) for kind, code in first)
        return (*theirs, Button("news_off"), Button("done"))

    def dropped(self) -> None:
        """Leaving takes nothing back: what is followed stays, and is said."""
        self._say_mine()

    def sum_up(self, heard: Heard) -> None:
        """What is followed now."""
        self._say_mine()
