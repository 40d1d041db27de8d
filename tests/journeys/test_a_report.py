"""A whole report through real HTTP: any order, few messages, nobody's things mixed up."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.citizen import Citizen, fresh_spot, name
from tests.support.fake_line import FakeLine
from tests.support.reading import words
from tests.support.service import Process

DETAIL = "ไฟทางดับทั้งซอย มืดมาก"


@pytest.mark.parametrize("order", list(itertools.permutations(("text", "photo", "pin"))), ids="-".join)
def test_a_report_in_any_order_takes_at_most_four_messages(anna: Citizen, order: tuple[str, ...]) -> None:
    spot = fresh_spot()
    acts: dict[str, Callable[[], dict[str, Any]]] = {
        "text": lambda: anna.text(DETAIL),
        "photo": anna.photo,
        "pin": lambda: anna.pin(*spot),
    }
    for act in order:
        anna.tell(acts[act]())
    assert anna.sent <= 4
    assert {"ส่งเรื่อง", "แก้ไข", "ยกเลิก"} <= set(anna.labels())
    number = words(anna.press("ส่งเรื่อง"))
    (case,) = anna.service.household.cases(anna.user)
    assert case.number in number
    assert (case.text, case.lat, case.lng, case.status) == (DETAIL, *spot, "numbered")


def test_without_a_photo(anna: Citizen) -> None:
    anna.say(DETAIL)
    anna.tell(anna.pin())
    anna.press("ไม่มีรูป")
    assert anna.sent <= 4
    anna.press("ส่งเรื่อง")
    assert len(anna.service.household.cases(anna.user)) == 1


def test_all_at_once_in_one_webhook(anna: Citizen) -> None:
    anna.tell(anna.text(DETAIL), anna.pin(), anna.photo())
    anna.press("ส่งเรื่อง")
    (case,) = anna.service.household.cases(anna.user)
    assert case.text == DETAIL


def test_a_second_press_on_send_makes_no_second_case(anna: Citizen) -> None:
    anna.tell(anna.text(DETAIL), anna.pin(), anna.photo())
    first, second = anna.button("ส่งเรื่อง"), anna.button("ส่งเรื่อง")
    anna.tell(first, second)
    (case,) = anna.service.household.cases(anna.user)
    assert case.number in words(anna.tell(anna.event(type="postback", postback=first["postback"])))
    assert len(anna.service.household.cases(anna.user)) == 1


def test_several_photos_sent_together_are_answered_once(anna: Citizen, line: FakeLine) -> None:
    anna.tell(anna.text(DETAIL), anna.pin())
    group = [anna.photo(imageSet={"id": f"S{anna.user}", "index": n + 1, "total": 3}) for n in range(3)]
    before = len(line.received(anna.user))
    anna.service.accept(*group)
    anna.hears(group[0])
    anna.settles()
    assert len(line.received(anna.user)) == before + 1
    anna.press("ส่งเรื่อง")
    anna.until_told("ออกเลขแล้ว")


def test_two_people_at_once_never_mix(service: Process, line: FakeLine) -> None:
    people = [Citizen(service, line) for _ in range(6)]
    failures: list[BaseException] = []

    def report(person: Citizen) -> None:
        try:
            person.report(f"ไฟทางดับ {name(person)}")
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=report, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    for person in people:
        (case,) = service.household.cases(person.user)
        assert case.text == f"ไฟทางดับ {name(person)}"
        seen = " ".join(map(words, line.messages(person.user)))
        assert not [other for other in people if other is not person and name(other) in seen]


def test_a_pin_outside_bangkok_keeps_nothing(anna: Citizen, bo: Citizen) -> None:
    anna.say(DETAIL)
    said = " ".join(map(words, anna.tell(anna.pin(18.7883, 98.9853))))
    assert "1567" in said
    anna.tell(anna.pin())
    anna.press("ไม่มีรูป")
    anna.press("ส่งเรื่อง")
    (case,) = anna.service.household.cases(anna.user)
    assert case.lat is not None and case.lat < 14.5


@pytest.mark.parametrize(
    ("lat", "lng"),
    [
        (0, 0),
        (0.0, 0.0),
        (float("nan"), float("nan")),
        (None, None),
        ("13.7", "100.5"),
        (1e400, -1e400),
        (True, False),
        (91, 181),
        (10**400, 1),
    ],
    ids=str,
)
def test_a_pin_that_is_none(anna: Citizen, lat: object, lng: object) -> None:
    anna.say(DETAIL)
    event = anna.pin(1, 1)
    event["message"] |= {"latitude": lat, "longitude": lng}
    if lat is None:
        del event["message"]["latitude"], event["message"]["longitude"]
    said = " ".join(map(words, anna.tell(event)))
    assert "หมุด" in said
    anna.tell(anna.pin())
    anna.press("ไม่มีรูป")
    anna.press("ส่งเรื่อง")
    (case,) = anna.service.household.cases(anna.user)
    assert case.lat is not None and 13 < case.lat < 14.5
