"""The stage of a scenario: a strict fake LINE, a database, processes of the service, people, and the ledger."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from storage.engine import transient
from storage.models import Case, InboxEvent, Media, OutboxMessage
from tests.chaos import hall
from tests.chaos.ledger import Ledger
from tests.chaos.players import PLAYERS, Actor
from tests.support.citizen import Json
from tests.support.fake_line import FakeLine
from tests.support.hatch import Hatched
from tests.support.service import QUICK_RULES, Household, Process
from tests.support.waiting import until

ROOMY_RULES = QUICK_RULES + "[registry]\nslot_capacity = 1e6\n"
"""Everybody gets the time they ask for: what is looked at is whether each asks once."""
ALONE = ("all",)
CREW = ("web", "web", "worker", "worker", "scheduler")
GROWTH = 1.6
"""A process may be as much larger at the end of a scenario than when it was ready and warm."""


class Skipped(Exception):
    """This scenario cannot be played here; the reason."""


@dataclass
class Order:
    """How a scenario is to be played."""

    folder: Path
    say: Callable[[str], None] = print
    full: bool = False
    kills: int = 4
    seed: int = 1555
    database_url: Callable[[], str] | None = None
    """Gives an empty PostgreSQL database; None: SQLite."""
    figures: dict[str, str] = field(default_factory=dict)
    """What the scenario found out."""

    @property
    def dice(self) -> random.Random:
        """The same each time for the same seed."""
        return random.Random(self.seed)


def rss_mb(pid: int) -> float:
    """Resident memory of a process, its own and shared."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


class Town:
    """Made by `town()`."""

    def __init__(self, order: Order, line: FakeLine, house: Household, crew: list[Process]) -> None:
        self.order, self.line, self.house, self.crew = order, line, house, crew
        self.ledger = Ledger()
        self._dice = order.dice
        self.pause = 0.0
        """Seconds between two events of one person, so that a crowd is no flood."""
        self._threads: list[threading.Thread] = []
        self._failures: list[BaseException] = []
        self._warm: dict[int, float] = {}

    # What people do.

    def post(self, *events: Json, seconds: float = 300) -> None:
        """As LINE with redelivery, through any of the web processes, until it is answered 200."""
        webs = [p for p in self.crew if p.role in {"all", "web"}]
        end = time.monotonic() + seconds
        pause = 0.02
        while True:
            try:
                if self._dice.choice(webs).post(*events).status == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < end, "the webhook is not answered"
            time.sleep(pause)
            pause = min(0.2, pause * 1.5)

    def cases(self, person: str) -> Sequence[Case]:
        """A person's cases."""
        return self.house.cases(person)

    def staff_moves(self, number: str, status: str, note: str) -> None:
        """What the command line does with `cases status`; who is told that the database is busy tries again."""
        while True:
            try:
                self.house.staff_moves(number, status, note=note)
            except OperationalError as problem:
                if not transient(problem):
                    raise
            else:
                return

    def play(self, people: int, *players: str, threads: int = 4) -> None:
        """So many people, one after the other of PLAYERS (or of those named); returns when all are done."""
        names = players or tuple(PLAYERS)
        with ThreadPoolExecutor(threads) as pool:
            done = [pool.submit(PLAYERS[names[n % len(names)]], Actor(self)) for n in range(people)]
            for one in done:
                one.result()

    def crowd(self, threads: int, *players: str, pause: float = 0.02) -> Callable[[], int]:
        """People come and go until what is returned is called; it gives how many there were.

        `pause`: seconds between two events of a person.
        """
        names = players or tuple(PLAYERS)
        ended = threading.Event()
        count = [0] * threads
        self.pause = pause

        def run(which: int) -> None:
            dice = random.Random(self.order.seed * 100 + which)
            try:
                while not ended.is_set():
                    PLAYERS[dice.choice(names)](Actor(self))
                    count[which] += 1
            except BaseException as problem:
                self._failures.append(problem)

        running = [threading.Thread(target=run, args=[n]) for n in range(threads)]
        for thread in running:
            thread.start()

        def end() -> int:
            ended.set()
            for thread in running:
                thread.join()
            self.pause = 0.0
            assert not self._failures, self._failures[:3]
            return sum(count)

        return end

    # How it stands.

    def open_rows(self) -> tuple[int, int, int]:
        """Events that wait, messages that are owed, photos that are to be fetched."""
        with self.house.read() as session:
            return (
                self._count(session.scalar(select(func.count()).where(InboxEvent.state == "waiting"))),
                self._count(session.scalar(select(func.count()).where(OutboxMessage.state.in_(("waiting", "sending"))))),
                self._count(session.scalar(select(func.count()).where(Media.state == "waiting"))),
            )

    @staticmethod
    def _count(found: int | None) -> int:
        return found or 0

    def until_quiet(self, seconds: float = 300) -> None:
        """Wait until nothing waits."""

        def quiet() -> bool:
            return self.open_rows() == (0, 0, 0)

        try:
            until(quiet, seconds=seconds, why="all to be done")
        except AssertionError as problem:
            raise AssertionError(f"{problem}: {self.open_rows()}\n{self.crew[-1].log()[-2000:]}") from None

    def warm(self) -> None:
        """Remember how large the processes are, when they have done a little of everything."""
        self._warm = {p.pid: rss_mb(p.pid) for p in self.crew if p.running}

    def settled(self) -> None:
        """The end of every scenario: all is done, all processes are well, the ledger is right."""
        self.until_quiet()
        self._ask_for_what_was_missed()
        for process in self.crew:
            assert process.running, process.log()[-3000:]
            process.ready()
        self.play(1, "reports")
        self.until_quiet()
        self.ledger.check(self.house, self.line)
        self._memory()

    def _ask_for_what_was_missed(self) -> None:
        """Who has missed a reply writes again; it is shown then."""
        for _ in range(40):
            missed = sorted({row.chat for row in self.house.outbox("unsure")})
            if not missed:
                return
            for chat in missed:
                if chat.startswith("C"):
                    hall.asks(self, chat)
                    continue
                person = Actor(self)
                person.user = chat
                person.writes("เมนู")
            self.until_quiet()
        raise AssertionError("messages of unknown fate are never shown")

    def _memory(self) -> None:
        grown = {p.role: (self._warm[p.pid], rss_mb(p.pid)) for p in self.crew if p.running and p.pid in self._warm}
        for role, (before, after) in grown.items():
            assert after <= before * GROWTH, f"{role} grew from {before:.0f} to {after:.0f} MB"
        if grown:
            worst = max(grown, key=lambda r: grown[r][1] / grown[r][0])
            before, after = grown[worst]
            self.order.figures["memory"] = f"{before:.0f} → {after:.0f} MB ({worst})"


@contextmanager
def town(
    order: Order,
    roles: Sequence[str] = ALONE,
    *,
    rules_text: str = ROOMY_RULES,
    house: Path | None = None,
    env: dict[str, str] | None = None,
) -> Iterator[Town]:
    """A town with the processes running. `house`: the folder for database and photos, by default a new one."""
    folder = Path(tempfile.mkdtemp(prefix="town-", dir=order.folder)) if house is None else house
    url = order.database_url() if order.database_url is not None else None
    with FakeLine() as line:
        household = Household(folder, line.url, database_url=url, rules_text=rules_text, **(env or {}))
        crew: list[Process] = [Hatched(household, role) for role in roles]
        try:
            for process in crew:
                process.begin()
            for process in crew:
                process.ready()
            made = Town(order, line, household, crew)
            yield made
            for process in crew:
                if process.running:
                    assert process.stop() == 0, process.log()[-3000:]
        finally:
            for process in crew:
                if process.running:
                    process.kill()
            household.close()
