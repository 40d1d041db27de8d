"""Who uses the service while it suffers. A player is a function: what one person does, and what must come of it.

A new capability adds its function to PLAYERS. A player writes on without waiting for answers where he can: what he
expects must not depend on how quickly he is answered.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from casework import places
from tests.chaos.ledger import no_case, once, one_case, one_request
from tests.support.citizen import Citizen, Json, name
from tests.support.reading import actions
from tests.support.waiting import until

if TYPE_CHECKING:
    from tests.chaos.town import Town

LIGHT = "ไฟทางดับทั้งซอย"
_lock = threading.Lock()
_taken: set[tuple[float, float]] = set()
_dice = random.Random(1555)


def spot() -> tuple[float, float]:
    """A place in Bangkok where nobody has reported anything: 270 m from others, 100 m from a border."""
    while True:
        with _lock:
            at = 13.60 + 0.0025 * _dice.randrange(141), 100.40 + 0.0025 * _dice.randrange(180)
            if at in _taken:
                if len(_taken) > 25_000:
                    _taken.clear()  # another database by then
                continue
            _taken.add(at)
        found = places.locate(*at)
        if found.in_bangkok and (found.border_m or 0) > 100:
            return round(at[0], 4), round(at[1], 4)


class Actor(Citizen):
    """A person in this town."""

    def __init__(self, town: Town) -> None:
        super().__init__(town.crew[0], town.line)
        self.town = town

    def does(self, *events: Json) -> None:
        """Send these one by one, each until it is answered 200."""
        for event in events:
            self.town.post(event)
            self.town.ledger.took(self.user, event)
            time.sleep(self.town.pause)

    def writes(self, *texts: str) -> None:
        """Write these."""
        self.does(*(self.text(text) for text in texts))

    def files(self) -> str:
        """A whole report, blindly; its words."""
        words = f"{LIGHT} {name(self)}"
        self.writes(words)
        self.does(self.pin(*spot()), self.photo())
        self.writes("ส่งเรื่อง")
        return words

    def case_number(self) -> str:
        """The number of the case that was filed, as soon as it is."""
        return until(lambda: next((c.number for c in self.town.cases(self.user)), ""), seconds=300, why="a case")

    def shown_button(self, label: str) -> Json:
        """A press on this button, as soon as it is shown."""

        def seen() -> bool:
            return any(a["label"] == label for m in self.line.messages(self.user) for a in actions(m))

        until(seen, seconds=300, why=f"{label} at the telephone of {self.user}")
        return self.button(label)


def reports(me: Actor) -> None:
    """One case; a menu afterwards."""
    words = me.files()
    me.writes("เมนู")
    me.town.ledger.expect(one_case(me.user, words))


def cancels(me: Actor) -> None:
    """Begins, thinks again, takes it back: no case."""
    me.writes(f"{LIGHT} {name(me)}", "ยกเลิก", "ใช่", "คู่มือ")
    me.town.ledger.expect(no_case(me.user))


def tracks(me: Actor) -> None:
    """Adds words to his case: they are there once."""
    words = me.files()
    number = me.case_number()
    more = f"มืดมาก {name(me)}"
    me.writes("ติดตามเรื่อง", number, "เพิ่มข้อมูล", more, "เสร็จ")
    for expected in (one_case(me.user, words), once(me.user, note=more)):
        me.town.ledger.expect(expected)


def confirms(me: Actor) -> None:
    """Hears every step of the centre's once, in order, and says that it is fixed: closed once."""
    words = me.files()
    number = me.case_number()
    for step, status in enumerate(("accepted", "inspecting", "fixed_reported"), 1):
        note = f"ขั้นที่ {'กขค'[step - 1]} {name(me)}"
        me.town.staff_moves(number, status, note)
        me.town.ledger.caused(me.user, note)
    me.does(me.shown_button("แก้ไขแล้วจริง"))
    me.writes("5")
    for expected in (one_case(me.user, words, status="closed"), once(me.user, status="closed")):
        me.town.ledger.expect(expected)


def reads(me: Actor) -> None:
    """Only looks: the menu, the handbook, a question of the quiz, his cases."""
    me.writes("เมนู", "คู่มือ", "คู่มือ ฝาท่อ", "แบบทดสอบ", "ข", "ติดตามเรื่อง")


def alarms(me: Actor) -> None:
    """An urgent report: one alarm in the district's group, one owner of two who press at once, a photo, a yes."""
    from tests.chaos.hall import alarms as played

    played(me)


def orders(me: Actor) -> None:
    """A copy from the registry, typed as the seed has it: one request, its card numbers nowhere in clear."""
    me.writes("1#JC1-1234567-89", "ยินยอม", "บางแค", f"ต้องการ 2 ฉบับ รับเอกสารวันที่ {_working_day()} 10:00 น.")
    me.writes("1040-02-12345678")
    me.town.ledger.expect(one_request(me.user))


def consults(me: Actor) -> None:
    """Asks an officer, who answers by a quote in the staff's group: relayed once each way, stars once."""
    from tests.chaos.hall import consults as played

    played(me)


def tends(me: Actor) -> None:
    """Looks after their own data, and staff find them by it: found once, with one label."""
    from tests.chaos.people import tends as played

    played(me)


def leaves(me: Actor) -> None:
    """Reports, asks an officer, is erased: the case is there without them, and nothing else is."""
    from tests.chaos.people import leaves as played

    played(me)


def connects(me: Actor) -> None:
    """Another system posts by Open311 until it is told a number, and once more: one case, each time the same number."""
    from tests.chaos.visitors import connects as played

    played(me)


def looks(me: Actor) -> None:
    """Reports, and looks at the case's page, the map and Open311: there or "not just now", never an error."""
    from tests.chaos.visitors import looks as played

    played(me)


def signs(me: Actor) -> None:
    """Two executives ask for the same year's form at once: each quarter is frozen once, both are given the same."""
    from tests.chaos.visitors import signs as played

    played(me)


def _working_day() -> str:
    """A day in one to seven weeks on which offices are open, as people write it."""
    from datetime import UTC, datetime, timedelta

    from casework.thai_time import bangkok, is_working_day

    today = bangkok(datetime.now(UTC)).date()
    days = [today + timedelta(days=n) for n in range(7, 50)]
    found = _dice.choice([day for day in days if is_working_day(day)])
    return f"{found.day:02d}/{found.month:02d}/{found.year + 543}"


PLAYERS: dict[str, Callable[[Actor], None]] = {
    f.__name__: f
    for f in (reports, tracks, confirms, cancels, reads, alarms, orders, consults, connects, looks, signs, tends, leaves)
}
