"""ข้อมูลของฉัน: what is held of the person; change it, download it, take consent back, be erased.

Kept in `data`: part (of the download that is being read in the chat). What is shown is always looked up anew.
"""

from __future__ import annotations

from casework import idcard
from casework.contact import phone
from flows.kit import Button, Flow, Heard, asks, ends, on

LONGEST_NAME = 60


class MyData(Flow):
    """All at a glance → one thing to change, the download, or the end of it."""

    name = "mydata"
    states = [
        asks("overview", "edit_name", "my_phone", "edit_district", "download_me", "take_back"),
        asks("called", "line_name", "leave_it"),
        asks("phone", "forget_phone", "leave_it"),
        asks("district", "forget_district", "leave_it"),
        asks("reading", "next_part", "leave_it"),
        asks("consents", "withdraw_all", "leave_it"),
        asks("sure", "sure_erase", "sure_erase_photos", "leave_it"),
        ends("erased"),
        ends("dropped"),
    ]
    turns = [
        on("edit_name", to="called"),
        on("my_phone", to="phone"),
        on("edit_district", to="district"),
        on("download_me", to="overview", do="give_link", when="has_pages"),
        on("download_me", to="reading", do="begin_reading"),
        on("take_back", to="consents", when="has_consents"),
        on("take_back", do="say_no_consents"),
        on("erase_me", to="sure"),
        on("news_off", at="overview", to="overview", do="switch_news_off"),
        on("leave_it", at=("called", "phone", "district", "reading", "consents", "sure"), to="overview", do="leave"),
        on("text", at="called", do="refuse_number", when="holds_card"),
        on("text", at="called", to="overview", do="call", when="is_name"),
        on("text", at="called", do="say_bad_name"),
        on("line_name", at="called", to="overview", do="call_as_line"),
        on("text", at="phone", to="overview", do="keep_phone", when="is_phone"),
        on("text", at="phone", do="say_bad_phone"),
        on("forget_phone", at="phone", to="overview", do="drop_phone"),
        on("text", at="district", to="overview", do="live", when="one_district"),
        on("text", at="district", do="say_bad_district"),
        on("forget_district", at="district", to="overview", do="live_nowhere"),
        on("next_part", at="reading", to="reading", do="read_on", when="has_more"),
        on("next_part", at="reading", to="overview"),
        on("withdraw_all", at="consents", to="overview", do="withdraw"),
        on("sure_erase", at="sure", to="erased", do="erase"),
        on("sure_erase_photos", at="sure", to="erased", do="erase_photos"),
    ]

    def ask_overview(self) -> None:
        """The card."""
        days = {each: self.desk.rules.whole("keep", f"{each}_days") for each in ("history", "silent")}
        self.show("my_data", mine=self.desk.mine.shown(), **days)

    def buttons_overview(self) -> tuple[Button, ...]:
        """Following and unfollowing belong to the news (flows.news); what cannot be undone comes last."""
        mine = self.desk.news.following()
        fewer = (Button("unfollow_news"),) if mine else ()
        none = () if mine.off else (Button("news_off"),)
        return (Button("follow_news"), *fewer, *none, Button("erase_me"))

    def switch_news_off(self, heard: Heard) -> None:
        """No news any more, as under the news."""
        self.desk.news.switch_off()
        self.say("news.switched_off")

    def leave(self, heard: Heard) -> None:
        """Nothing is changed."""
        self.say("left")

    # The name.

    def holds_card(self, heard: Heard) -> bool:
        """A card number is no name, and is not kept."""
        return idcard.mentions(heard.text)

    def refuse_number(self, heard: Heard) -> None:
        """As everywhere."""
        self.say("router.card_number")

    def is_name(self, heard: Heard) -> bool:
        """One short line."""
        name = heard.text.strip()
        return 0 < len(name) <= LONGEST_NAME and "\n" not in name and any(letter.isalpha() for letter in name)

    def call(self, heard: Heard) -> None:
        """Kept."""
        name = " ".join(heard.text.split())
        self.desk.mine.call(name)
        self.say("called_so", name=name)

    def say_bad_name(self, heard: Heard) -> None:
        """Once more."""
        self.say("bad_name", most=LONGEST_NAME)

    def call_as_line(self, heard: Heard) -> None:
        """The name in LINE."""
        self.desk.mine.call(None)
        self.say("called_as_line")

    # The telephone.

    def is_phone(self, heard: Heard) -> bool:
        """A Thai number."""
        return phone(heard.text) is not None

    def keep_phone(self, heard: Heard) -> None:
        """Kept, and shown on the card."""
        self.desk.mine.keep_phone(phone(heard.text))
        self.say("phone_kept")

    def say_bad_phone(self, heard: Heard) -> None:
        """Once more."""
        self.say("bad_phone")

    def drop_phone(self, heard: Heard) -> None:
        """Forgotten, also on cases that showed it."""
        self.desk.mine.keep_phone(None)
        self.say("phone_gone")

    # The district.

    def one_district(self, heard: Heard) -> bool:
        """Exactly one is named."""
        return heard.understood is not None and len(heard.understood.district_codes()) == 1

    def live(self, heard: Heard) -> None:
        """Kept."""
        self.desk.mine.live_in(heard.understood.district_codes()[0])
        self.say("district_kept")

    def say_bad_district(self, heard: Heard) -> None:
        """Once more."""
        self.say("bad_district")

    def live_nowhere(self, heard: Heard) -> None:
        """Forgotten."""
        self.desk.mine.live_in(None)
        self.say("district_gone")

    # The download.

    def has_pages(self, heard: Heard) -> bool:
        """A link can be given."""
        return self.desk.mine.has_pages

    def give_link(self, heard: Heard) -> None:
        """Good for some hours, known to nobody else."""
        self.show("my_data_link", token=self.desk.mine.link(), hours=self.desk.rules.whole("my_data", "link_hours"))

    def begin_reading(self, heard: Heard) -> None:
        """From the first part."""
        self.data["part"] = 0

    def has_more(self, heard: Heard) -> bool:
        """There is a part behind this one."""
        _, parts = self.desk.mine.in_words(0)
        return int(self.data.get("part", 0)) + 1 < parts

    def read_on(self, heard: Heard) -> None:
        """The next part."""
        self.data["part"] = int(self.data.get("part", 0)) + 1

    def ask_reading(self) -> None:
        """One part."""
        part = int(self.data.get("part", 0))
        text, parts = self.desk.mine.in_words(part)
        self.say("part", n=part + 1, of=parts, text=text)

    # Consent.

    def has_consents(self, heard: Heard) -> bool:
        """Something to take back."""
        mine = self.desk.mine.shown()
        return bool(mine.consents or mine.phone)

    def say_no_consents(self, heard: Heard) -> None:
        """Nothing."""
        self.say("no_consents")

    def withdraw(self, heard: Heard) -> None:
        """All of it."""
        self.desk.mine.withdraw()
        self.say("withdrawn")

    # The end.

    def ask_sure(self) -> None:
        """What goes, what stays, and that open cases go on without them: said before."""
        self.show("my_data_end", open=self.desk.mine.open_cases())

    def erase(self, heard: Heard) -> None:
        """When this turn is over."""
        self.desk.mine.erase(False)
        self.say("erased")

    def erase_photos(self, heard: Heard) -> None:
        """With the photos of their cases."""
        self.desk.mine.erase(True)
        self.say("erased")
