"""Erasing somebody while something else of theirs is being done: whichever is first, nothing of them is there afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import select
from sqlalchemy import text as sql

from storage import desk_staff, erasing, media, people_desk, waves
from storage.models import Case, Media, Person
from storage.models_registry import RegistryRequest
from storage.registry import named
from tests.people.life import CALLED, MARK, counted, held
from tests.registry.desk import ASKED
from tests.talks.hall import Hall
from tests.talks.theatre import Stage, _message, play

WORDS = "บ้านลับสุดซอย"
CASE = ("ไฟทางดับหน้าตลาด", "📍 13.7563, 100.5018", "[ไม่มีรูป]", "[ส่งเรื่อง]")


class Paused(MultiFernet):
    """A key that stops one thread once, when it encrypts (a turn, a job) or decrypts (erasing), until it is let go."""

    def __init__(self) -> None:
        super().__init__([Fernet(Fernet.generate_key())])
        self.stops: str | None = None
        self.there, self.go = threading.Event(), threading.Event()

    def _perhaps(self, what: str) -> None:
        if self.stops == f"{what} {threading.current_thread().name}":
            self.stops = None
            self.there.set()
            assert self.go.wait(60)

    def encrypt(self, msg: bytes) -> bytes:
        self._perhaps("encrypt")
        return super().encrypt(msg)

    def decrypt(self, msg: bytes | str, ttl: int | None = None) -> bytes:
        self._perhaps("decrypt")
        return super().decrypt(msg, ttl)


class Beside(Hall):
    """A hall with that key, and somebody in it whom the service knows well."""

    def __init__(self, url: str) -> None:
        stage = Stage(url)
        stage.box = self.key = Paused()
        stage.turns._box = stage.turns._alerts.box = self.key
        super().__init__(stage)
        self.folder = Path("unused")
        self.group("พระนคร", "1001")
        self.group("ชุมชน", "1001", "community")
        self.mark = self.person(MARK)
        self.does("ข้อมูลของฉัน", "[แก้ไขชื่อ]", CALLED, "เมนู")

    def does(self, *lines: str) -> None:
        for line in lines:
            self.act(MARK, line)

    def keeps(self, words: str, group: str | None = None) -> None:
        """An event of theirs waits."""
        event = self.stage.event(self.mark, type="message", message=_message("text", text=words))
        if group is not None:
            event["source"] = {"type": "group", "groupId": self.groups[group], "userId": self.mark}
        self.stage.keep(event)

    def erase(self) -> None:
        with self.stage.store.write() as session:
            erasing.erase(session, self.mark, self.key, self.stage.now)

    def both(self, first: Callable[[], object], at: str, second: Callable[[], object]) -> None:
        """`second` begins while `first` is in the middle of its transaction, where it opens or seals (`at`) something."""
        problems: list[BaseException] = []

        def guarded(work: Callable[[], object]) -> Callable[[], None]:
            def run() -> None:
                try:
                    work()
                except BaseException as problem:
                    problems.append(problem)
                    self.key.there.set()

            return run

        self.key.there.clear()
        self.key.go.clear()
        self.key.stops = f"{at} first"
        one = threading.Thread(target=guarded(first), name="first")
        two = threading.Thread(target=guarded(second), name="second")
        one.start()
        assert self.key.there.wait(60) and not problems, problems
        two.start()
        two.join(0.15)  # as far as it comes
        self.key.go.set()
        one.join()
        two.join()
        assert not problems, problems

    def gone(self) -> None:
        """All that was left is done, and nothing of theirs is there."""
        self.settle()
        self.sweep()
        left = {table: rows for table, rows in counted(self, self.mark).items() if rows}  # type: ignore[arg-type]
        assert not left
        found = [(where, said) for where, said in held(self) if self.mark in said or CALLED in said or WORDS in said]  # type: ignore[arg-type]
        assert not found
        with self.stage.store.read() as session:
            assert session.execute(sql("SELECT count(*) FROM inbox WHERE state <> 'done'")).scalar_one() == 0

    def turns(self) -> None:
        """What a worker does, until nothing waits."""
        for waiting in self.stage.turns.due(50):
            self.stage.turns.take(waiting)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Beside]:
    made = Beside(f"sqlite:///{tmp_path}/a.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url")))
    yield made
    made.stage.store.close()


def test_a_turn_of_theirs(hall: Beside) -> None:
    hall.keeps(f"ไฟทางดับ {WORDS}")
    hall.both(hall.turns, "encrypt", hall.erase)
    hall.gone()
    hall.does("ข้อมูลของฉัน", "[แก้ไขชื่อ]", CALLED, "เมนู")
    hall.keeps(f"ไฟทางดับ {WORDS}")
    hall.both(hall.erase, "decrypt", hall.turns)
    hall.gone()


def test_what_they_write_then_comes_from_somebody_new(hall: Beside) -> None:
    began = hall.stage.now
    hall.both(hall.erase, "decrypt", lambda: hall.keeps("สวัสดีค่ะ"))
    with hall.stage.store.write() as session:  # it came after the erasure, or went with it
        session.execute(sql("DELETE FROM inbox WHERE state = 'done'"))
    hall.stage.now = hall.stage.now.replace(hour=hall.stage.now.hour + 1)
    hall.does("ข้อมูลของฉัน")
    with hall.stage.store.read() as session:
        person = session.get_one(Person, hall.mark)
        assert person.created_at > began and person.called is None and person.seen_at == person.created_at
    assert "ชื่อ ไม่มี" in str(hall.heard[hall.mark][-1])


def test_a_turn_of_theirs_in_a_group(hall: Beside) -> None:
    hall.act(f"{MARK}@ชุมชน", "แจ้ง ฝาท่อหายหน้าวัด")
    pin = hall.stage.event(hall.mark, type="message", message=_message("location", latitude=13.7563, longitude=100.5018))
    pin["source"] = {"type": "group", "groupId": hall.groups["ชุมชน"], "userId": hall.mark}
    hall.stage.keep(pin)
    hall.both(hall.erase, "decrypt", hall.turns)
    hall.gone()


def _said_fixed(hall: Beside) -> None:
    hall.does(*CASE)
    with hall.stage.store.write() as session:
        case = session.scalars(select(Case)).one()
        desk_staff.change_status(session, case, "accepted", hall.stage.now, by="malee", note=None, reason=None)


def test_news_of_their_case(hall: Beside) -> None:
    _said_fixed(hall)
    hall.both(hall.jobs.tell_news, "encrypt", hall.erase)
    hall.gone()


def test_news_of_their_case_comes_second(hall: Beside) -> None:
    _said_fixed(hall)
    hall.both(hall.erase, "decrypt", hall.jobs.tell_news)
    hall.gone()


def test_a_request_of_theirs_and_its_name(hall: Beside) -> None:
    play(hall.stage, ASKED, hall.mark)
    sealed = hall.key.encrypt(CALLED.encode())

    def name_comes() -> None:
        with hall.stage.store.write() as session:
            named(session, 1, sealed, None)

    hall.both(hall.erase, "decrypt", name_comes)
    with hall.stage.store.read() as session:
        assert session.scalars(select(RegistryRequest.name)).one() is None
    hall.gone()


def test_news_that_is_gathered_and_a_look_of_staffs(hall: Beside) -> None:
    hall.does("(follow)")

    def gather() -> None:
        from storage import announcements

        with hall.stage.store.write() as session:
            draft = announcements.Draft("น้ำไม่ไหลคืนนี้").checked(hall.stage.rules, hall.stage.now)
            plan = announcements.plan(session, draft, hall.stage.rules, hall.stage.now)
            row = announcements.make(session, draft, plan, hall.stage.now, "malee", None)
            waves._begin(row, hall.stage.now, over=False)
            waves._gather(session, row, hall.stage.now)

    hall.both(hall.erase, "decrypt", gather)
    hall.gone()
    hall.does("ข้อมูลของฉัน", "[แก้ไขชื่อ]", CALLED, "เมนู")

    def look() -> None:
        from casework.refusals import Refused

        with pytest.raises(Refused), hall.stage.store.write() as session:
            people_desk.show(session, hall.mark, hall.key, hall.stage.now, by="malee", reason=None)

    hall.both(hall.erase, "decrypt", look)
    hall.gone()


def test_a_photo_that_comes_in(hall: Beside) -> None:
    hall.does("ฝาท่อหาย", "📷")

    def fetched() -> None:
        with hall.stage.store.write() as session:
            media.ready(session, 1, sha256="a" * 64, original="b" * 64, mime="image/jpeg", size=9, width=9, height=9)

    hall.both(hall.erase, "decrypt", fetched)
    with hall.stage.store.read() as session:
        row = session.get_one(Media, 1)
        assert (row.state, row.chat, row.sha256) == ("gone", "", "a" * 64)
    with hall.stage.store.write() as session:
        assert media.orphans(session, hall.stage.now, 9) == ["a" * 64], "the next tidying takes the file"
    hall.gone()
