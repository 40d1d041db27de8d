"""Slots: office hours on working days, never more people than there are places, whoever comes at once; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework import appointments, rules
from casework.registry import Order
from casework.rules import Rules
from storage import registry, schema
from storage.counter import StoredCounter
from storage.engine import Store
from storage.models_registry import RegistryRequest, RegistrySlot
from tests.registry.desk import ASKED, Registrar, at
from tests.talks.theatre import Actor, Stage, play

RULES = rules.load()
NOW = at("2026-11-21T10:00")
PEOPLE = 100


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def crowd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """A stage on either database."""
    sqlite = request.param == "sqlite"
    stage = Stage(f"sqlite:///{tmp_path}/stage.db" if sqlite else str(request.getfixturevalue("postgres_url")))
    yield stage
    stage.store.close()


def ready(stage: Stage) -> list[Actor]:
    """People who only have to confirm."""
    people = [Actor(stage, f"U{number:032x}") for number in range(PEOPLE)]
    for line in ("1#JC1-1234567-89", "ยินยอม", "บางแค", "1 ฉบับ 1 ธ.ค. 9.00 น."):
        stage.now += timedelta(seconds=2)
        stage.keep(*(event for actor in people for event in actor._events(line)))
        stage.run()
    assert len(stage.sent()) >= 4 * PEOPLE
    return people


def test_a_hundred_people_and_one_place(crowd: Stage) -> None:
    """All of them confirm at once, each in a thread: one gets the place, 99 get others to choose from."""
    slot = at("2026-12-01T09:00")
    people = ready(crowd)
    with crowd.store.write() as session:
        for _ in range(RULES.whole("registry", "slot_capacity") - 1):
            assert registry.book(session, "1040", slot, RULES.whole("registry", "slot_capacity"))
    for actor in people:
        crowd.keep(*actor._events("1040-02-12345678"))
    waiting = crowd.turns.due(PEOPLE)
    assert len(waiting) == PEOPLE
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(crowd.turns.take, waiting))
    said = [(chat, str(message)) for chat, message in crowd.sent()]
    got = {chat for chat, words in said if "ส่งคำขอแล้วค่ะ" in words}
    offered = {chat for chat, words in said if "เวลานั้นเต็มแล้วค่ะ" in words and "09:15" in words}
    assert len(got) == 1
    assert got | offered == {actor.person for actor in people} and len(offered) == PEOPLE - 1
    with crowd.store.read() as session:
        taken = session.scalar(select(RegistrySlot.taken).where(RegistrySlot.at == slot))
        assert taken == RULES.whole("registry", "slot_capacity")
        assert session.scalar(select(func.count()).select_from(RegistryRequest)) == 1


def test_bookings_race_without_the_talk(crowd: Stage) -> None:
    """The statement alone, in as many transactions at once."""
    slot, capacity = at("2026-12-02T09:00"), 4

    def one(_: int) -> bool:
        with crowd.store.write() as session:
            return registry.book(session, "1040", slot, capacity)

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(one, range(PEOPLE))) == capacity


def test_the_place_of_one_who_cancels_is_free_again(stage: Stage) -> None:
    actor = play(stage, ASKED)
    row = Registrar(stage).row(1)
    assert row.slot == at("2026-12-01T08:00")
    play(
        stage,
        """
        คุณ: ยกเลิกคำขอ
        1555: ยกเลิกคำขอที่ 1 ใช่ไหมคะ [ใช่] [ไม่ใช่]
        คุณ: ใช่
        1555: ยกเลิกคำขอที่ 1 แล้วค่ะ
        คุณ: นัดของฉัน
        1555: ไม่มีคำของานทะเบียน
        """,
        actor.person,
    )
    row = Registrar(stage).row(1)
    assert (row.status, row.slot, row.laser, row.photo) == ("cancelled", None, None, None)
    with stage.store.read() as session:
        assert session.scalar(select(RegistrySlot.taken)) == 0


def test_moving_takes_the_new_place_and_gives_back_the_old_one(stage: Stage) -> None:
    actor = play(stage, ASKED)
    with stage.store.write() as session:
        for _ in range(4):
            assert registry.book(session, "1040", at("2026-12-02T13:00"), 4)
    play(
        stage,
        """
        คุณ: นัดของฉัน
        1555: คำขอของคุณ … คำขอที่ 1 [เปลี่ยนเวลา] [ยกเลิกคำขอ]
        คุณ: [เปลี่ยนเวลา]
        1555: คำขอที่ 1 อยากเปลี่ยนเป็นวันไหน [เลือกวันเวลา]
        คุณ: 2 ธ.ค. บ่ายโมง
        1555: เวลานั้นเต็มแล้วค่ะ … อยากเปลี่ยนเป็นวันไหน [พ. 2 ธ.ค. 12:45] [พ. 2 ธ.ค. 13:15]
        คุณ: พ. 2 ธ.ค. 13:15
        1555: เปลี่ยนเวลาแล้วค่ะ … 2 ธ.ค. 2569 13:15 น.
        คุณ: เปลี่ยนเวลา
        1555: อยากเปลี่ยนเป็นวันไหน
        คุณ: [เลือกวันเวลา] 2026-12-05T10:00
        1555: วันหยุดสุดสัปดาห์
        คุณ: [เลือกวันเวลา] 2026-12-03T10:00
        1555: เปลี่ยนเวลาแล้วค่ะ … 3 ธ.ค. 2569 10:00 น.
        """,
        actor.person,
    )
    with stage.store.read() as session:
        taken = {row.at: row.taken for row in session.scalars(select(RegistrySlot))}
    assert {slot for slot, n in taken.items() if n} == {at("2026-12-02T13:00"), at("2026-12-03T10:00")}


def test_nobody_moves_or_cancels_what_is_somebody_elses(stage: Stage) -> None:
    play(stage, ASKED)
    stranger = Actor(stage, "U" + "9" * 32)
    for kind in ("move_booking", "cancel_booking", "rate_booking"):
        value = "5.1" if kind == "rate_booking" else "1"
        stage.keep(stage.event(stranger.person, type="postback", postback={"data": f"k={kind}&v={value}"}))
        assert "ไม่มีคำของานทะเบียน" in str(stranger.hears())
    assert Registrar(stage).row(1).status == "asked"


@pytest.mark.parametrize(
    "day, slots",
    [("2026-11-23", 32), ("2026-11-22", 0), ("2026-12-07", 0), ("2026-12-10", 0), ("2026-12-31", 0), ("2026-04-13", 0)],
)
def test_office_hours_on_working_days(day: str, slots: int) -> None:
    """Mondays; Sunday, the day for Father's Day, Constitution Day, New Year's Eve, Songkran (past besides)."""
    found = appointments.slots(RULES, date.fromisoformat(day), NOW)
    assert len(found) == slots
    if found:
        assert (found[0], found[-1]) == (at(f"{day}T08:00"), at(f"{day}T15:45"))


def test_slots_of_other_lengths() -> None:
    tables = {"registry": {**RULES.table("registry"), "slot_minutes": 50}}
    found = appointments.slots(Rules(tables), date(2026, 11, 23), NOW)
    assert len(found) == 9 and found[-1] + timedelta(minutes=50) <= at("2026-11-23T16:00")


def test_offices_that_take_part_are_a_rule() -> None:
    tables = {"registry": {**RULES.table("registry"), "offices": "1040, 1021 9999"}}
    assert set(appointments.offices(Rules(tables))) == {"1040", "1021"}
    assert len(appointments.offices(RULES)) == 50


def test_a_request_for_the_same_slot_by_order(tmp_path: Path) -> None:
    """has_room, alternatives and book agree."""
    store = Store(f"sqlite:///{tmp_path}/x.db")
    schema.upgrade(store)
    from cryptography.fernet import Fernet, MultiFernet

    with store.write() as session:
        counter = StoredCounter(session, "U1", RULES, MultiFernet([Fernet(Fernet.generate_key())]), NOW)
        slot = at("2026-12-01T09:00")
        for _ in range(4):
            assert counter.has_room("1040", slot) and counter.book("1040", slot)
            counter.ask(Order("5", "1040", 1, slot))
        assert not counter.has_room("1040", slot) and not counter.book("1040", slot)
        assert counter.has_room("1021", slot)
        others = counter.alternatives("1040", slot)
        assert slot not in others and len(others) == 6 and at("2026-12-01T09:15") in others
    store.close()
