"""kill -9 at any moment, and a graceful end: one case, every message once, nothing lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.support.citizen import Citizen
from tests.support.fake_line import FakeLine
from tests.support.hatch import Hatched
from tests.support.reading import words
from tests.support.service import Household, Process
from tests.support.waiting import until

Remember = Callable[[Process], Process]
MISSED = "อาจไปไม่ถึง"


def all_said(citizen: Citizen) -> str:
    return " ".join(map(words, citizen.line.messages(citizen.user)))


def each_once(line: FakeLine, citizen: Citizen) -> None:
    names = [d.name for d in line.received(citizen.user)]
    assert len(names) == len(set(names))


def test_the_power_goes_right_after_the_webhooks_200(household: Household, own_line: FakeLine, processes: Remember) -> None:
    """LINE has its 200, so it will not send the event again: it must not be lost."""
    process = processes(Hatched(household).start())
    anna = Citizen(process, own_line)
    anna.tell(anna.text("เสาไฟเอียง"), anna.pin(), anna.photo())
    press = anna.button("ส่งเรื่อง")
    process.accept(press)
    process.kill()
    process.start()
    anna.until_told("ออกเลขแล้ว") if own_line.used(press["replyToken"]) else None
    household.until_quiet()
    process.accept(press | {"deliveryContext": {"isRedelivery": True}})
    household.until_quiet()
    (case,) = household.cases(anna.user)
    if case.number not in all_said(anna):
        # Its reply was under way and its fate unknown: shown when she writes next.
        assert case.number in " ".join(map(words, anna.say("เมนู")))
    each_once(own_line, anna)
    assert process.stop() == 0


MOMENTS = ("hang", "hang_after")
"""LINE had not taken the call yet when the power went, or it had."""


def test_the_power_goes_while_replies_and_pushes_are_under_way(
    household: Household, own_line: FakeLine, processes: Remember
) -> None:
    process = processes(Hatched(household).start())
    readers = {moment: Citizen(process, own_line) for moment in MOMENTS}
    writers = {moment: Citizen(process, own_line) for moment in MOMENTS}
    numbers = {moment: reader.report() for moment, reader in readers.items()}
    for moment in MOMENTS:
        own_line.fail("reply", moment, chat=writers[moment].user)
        own_line.fail("push", moment, chat=readers[moment].user)
        process.accept(writers[moment].text("เสาไฟเอียง"))
        household.staff_moves(numbers[moment], "accepted", note="รับไปทำแล้ว")
    for moment in MOMENTS:
        until(lambda who=writers[moment].user: own_line.tried(who, "reply"), why="the reply")  # type: ignore[misc]
        until(lambda who=readers[moment].user: own_line.tried(who, "push"), why="the push")  # type: ignore[misc]
    process.kill()
    own_line.release()
    process.start()
    for moment, reader in readers.items():
        reader.until_told("รับไปทำแล้ว")
        reader.settles()
        first, second = own_line.tried(reader.user, "push")
        assert (first.retry_key, first.body) == (second.retry_key, second.body)
        assert second.status == (409 if moment == "hang_after" else 200)
        each_once(own_line, reader)
    for writer in writers.values():
        writer.settles()
        assert [call.kind for call in own_line.tried(writer.user)] == ["reply"]
        said = " ".join(map(words, writer.tell(writer.pin())))
        assert MISSED in said and "เกิดที่ไหนคะ" in said
    assert process.stop() == 0


def test_a_graceful_end_finishes_what_is_under_way(household: Household, own_line: FakeLine, processes: Remember) -> None:
    process = processes(Hatched(household).start())
    people = [Citizen(process, own_line) for _ in range(5)]
    events = [p.text("เสาไฟเอียง") for p in people]
    process.accept(*events)
    assert process.stop() == 0
    assert "Traceback" not in process.log()
    assert not household.outbox("sending"), "a call was left of unknown fate"
    process.start()
    for person, event in zip(people, events, strict=True):
        person.hears(event)
        assert len(own_line.received(person.user)) == 1
    assert process.stop() == 0


def test_a_graceful_end_waits_for_a_slow_call(household: Household, own_line: FakeLine, processes: Remember) -> None:
    process = processes(Hatched(household).start())
    anna = Citizen(process, own_line)
    own_line.fail("reply", "drop_after", chat=anna.user)
    own_line.fail("reply", "hang_after", chat=anna.user)
    process.accept(anna.text("เมนู"))
    until(lambda: own_line.tried(anna.user), why="the reply")
    released = threading.Timer(0.5, own_line.release)
    released.start()
    assert process.stop() == 0
    released.join()
    assert not household.outbox("sending")


def test_the_database_is_away_for_a_while(household: Household, own_line: FakeLine, processes: Remember) -> None:
    """Somebody holds SQLite's write lock: webhooks wait or get 500, nothing is lost, all goes on afterwards."""
    import sqlite3

    process = processes(Hatched(household).start())
    anna = Citizen(process, own_line)
    anna.say("เมนู")
    holder = sqlite3.connect(household.folder / "service.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    event = anna.text("เสาไฟเอียง")
    posting = threading.Thread(target=process.post_stubbornly, args=[event])
    posting.start()
    time.sleep(1)
    assert process.get("/healthz").status == 200
    holder.execute("ROLLBACK")
    holder.close()
    posting.join()
    assert anna.hears(event)
    assert process.stop() == 0
