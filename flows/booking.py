"""นัดหมายงานทะเบียน: a request that was made: another time, not coming, stars after pick-up."""

from __future__ import annotations

from casework.digits import ascii_digits
from casework.registry import LIVE, RequestView
from flows import stars
from flows.kit import Button, Heard, asks, ends, on
from flows.times import Times


class Booking(Times):
    """Which of one's requests → another time, or cancelled, or stars. Kept in `data`: id, then, office, date, time."""

    name = "booking"
    states = [
        asks("which"),
        asks("moving"),
        asks("sure", "yes", "no"),
        asks("stars"),
        ends("moved"),
        ends("cancelled"),
        ends("kept"),
        ends("rated"),
        ends("none"),
        ends("dropped"),
    ]
    turns = [
        on("move_booking", to="moving", do="choose", when="is_live"),
        on("move_booking", to="none", do="say_none", when="has_none"),
        on("move_booking", to="which", do="to_move"),
        on("cancel_booking", to="sure", do="choose", when="is_live"),
        on("cancel_booking", to="none", do="say_none", when="has_none"),
        on("cancel_booking", to="which", do="to_cancel"),
        on("rate_booking", to="rated", do="rate", when="may_rate"),
        on("rate_booking", to="none", do="say_over"),
        on("text", at="which", to="sure", do="choose_typed", when="names_live is_to_cancel"),
        on("text", at="which", to="moving", do="choose_typed", when="names_live"),
        *(on(kind, at="moving", to="moved", do="move", when="gets_place") for kind in ("slot", "pick_when", "text")),
        *(on(kind, at="moving", do="say_why") for kind in ("slot", "pick_when", "text")),
        on("yes", at="sure", to="cancelled", do="cancel"),
        on("no", at="sure", to="kept", do="say_kept"),
        on("star", at="stars", to="rated", do="rate_chosen"),
        on("text", at="stars", to="rated", do="rate_chosen", when="is_stars"),
    ]

    def enter(self) -> None:
        """Something to rate comes before something to move; nothing at all is said to be none."""
        unrated = self.desk.registry.to_rate()
        mine = self.desk.registry.mine()
        if not mine and unrated is not None:
            self.data["id"] = unrated.id
            self._machine.set_state("stars", model=self)
        elif not mine:
            self.say("nothing")
            self._machine.set_state("none", model=self)

    # Which.

    def _found(self, value: str) -> RequestView | None:
        if value:
            found = self.desk.registry.request(value)
            return found if found is not None and found.status in LIVE else None
        mine = self.desk.registry.mine()
        return mine[0] if len(mine) == 1 else None

    def is_live(self, heard: Heard) -> bool:
        """One's own request that is not over; without a number, the only one there is."""
        return self._found(heard.value) is not None

    def has_none(self, heard: Heard) -> bool:
        """There is nothing to move or cancel."""
        return not self.desk.registry.mine()

    def say_none(self, heard: Heard) -> None:
        """Said so."""
        self.say("nothing")

    def to_move(self, heard: Heard) -> None:
        """Which one is asked."""
        self.data["then"] = "move"

    def to_cancel(self, heard: Heard) -> None:
        """Which one is asked."""
        self.data["then"] = "cancel"

    def ask_which(self) -> None:
        """One's requests."""
        self.show("registry_mine", requests=self.desk.registry.mine())

    def names_live(self, heard: Heard) -> bool:
        """The number of one of them was typed."""
        typed = ascii_digits(heard.text).strip().lstrip("#")
        return bool(typed) and self._found(typed) is not None

    def is_to_cancel(self, heard: Heard) -> bool:
        """That is what the question was for."""
        return self.data.get("then") == "cancel"

    def choose_typed(self, heard: Heard) -> None:
        """By its number."""
        self._set(self._found(ascii_digits(heard.text).strip().lstrip("#")))

    def choose(self, heard: Heard) -> None:
        """By its button."""
        self._set(self._found(heard.value))

    def _set(self, found: RequestView | None) -> None:
        assert found is not None
        self.data.update(id=found.id, office=found.office, date=None, time=None)

    # Another time.

    def ask_moving(self) -> None:
        """When instead."""
        self.say("moving", id=self.data["id"])

    def buttons_moving(self) -> tuple[Button, ...]:
        """Some that are free."""
        return self.free_times(self.data["office"])

    def gets_place(self, heard: Heard) -> bool:
        """Understands the time and takes the place there; the old one is given back."""
        said = len(self.said)
        if not self.take_time(heard):
            self.say("unclear")
        elif len(self.said) == said and not self.data.get("date"):
            self.say("which_day")
        if len(self.said) > said:
            return False
        at = self.wanted()
        self._moved = self.desk.registry.move(self.data["id"], at) if at is not None else None
        return self._moved is not None

    def say_why(self, heard: Heard) -> None:
        """Where nothing was said against the time itself, it is full."""
        if not self.said:
            self.say("registry.full")

    def move(self, heard: Heard) -> None:
        """Done."""
        self.show("registry_request", request=self._moved, key="moved")

    # Not coming.

    def ask_sure(self) -> None:
        """Once."""
        self.say("sure", id=self.data["id"])

    def cancel(self, heard: Heard) -> None:
        """The place is free again, the numbers are erased."""
        self.say("cancelled_body", id=self.desk.registry.cancel(self.data["id"]).id)

    def say_kept(self, heard: Heard) -> None:
        """Nothing has changed."""
        self.say("kept_body")

    # Stars.

    def may_rate(self, heard: Heard) -> bool:
        """`stars.id` of one's own request that was picked up."""
        given, _, which = heard.value.partition(".")
        found = self.desk.registry.request(which)
        return given in {"1", "2", "3", "4", "5"} and found is not None and found.status == "collected"

    def rate(self, heard: Heard) -> None:
        """From the card."""
        given, _, which = heard.value.partition(".")
        self.desk.registry.rate(int(which), int(given))
        self.say("rated_body")

    def say_over(self, heard: Heard) -> None:
        """Nothing to rate."""
        self.say("nothing")

    def buttons_stars(self) -> tuple[Button, ...]:
        """One to five."""
        return tuple(Button("star", str(n)) for n in range(5, 0, -1))

    def is_stars(self, heard: Heard) -> bool:
        """One to five, typed."""
        return stars.typed(heard) is not None

    def rate_chosen(self, heard: Heard) -> None:
        """In the talk."""
        given = str(stars.typed(heard) or heard.value)
        if given in {"1", "2", "3", "4", "5"}:
            self.desk.registry.rate(self.data["id"], int(given))
        self.say("rated_body")
