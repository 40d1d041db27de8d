"""Quotes, books and errands over real HTTP, on both databases: what groups quote, what pushes cost, who is called what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.models_groups import Group as GroupRow
from storage.models_groups import Push
from tests.journeys.test_best import report
from tests.support.citizen import Citizen
from tests.support.coordinator import Group
from tests.support.fake_line import FakeLine
from tests.support.hatch import Hatched
from tests.support.pictures import photo
from tests.support.reading import words
from tests.support.service import Household, Process
from tests.support.waiting import until

Remember = Callable[[Process], Process]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, own_line: FakeLine, tmp_path: Path) -> Iterator[Household]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    made = Household(tmp_path / "house", own_line.url, database_url=url)
    yield made
    made.close()


def books(house: Household, chat: str) -> list[tuple[str, int]]:
    with house.read() as session:
        query = select(Push.purpose, Push.cost).where(Push.chat == chat).order_by(Push.id)
        return [(row[0], row[1]) for row in session.execute(query)]


def quoted(line: FakeLine, group: Group, piece: str) -> str:
    """LINE's id of the group's latest message with these words."""
    for delivered in reversed(line.received(group.id)):
        for at, message in enumerate(delivered.messages):
            if piece in words(message):
                return line.message_id(delivered.number, at)
    raise AssertionError(f"nothing says {piece!r}")


def test_a_quote_is_understood_and_a_push_that_was_repeated_costs_once(
    house: Household, own_line: FakeLine, processes: Remember
) -> None:
    process = processes(Hatched(house).start())
    group = Group(process, own_line)
    somchai = group.bound("1004")
    own_line.members[group.id] = [somchai.user, *"abcd"]
    process.accept(somchai.event(type="memberJoined", joined={"members": [{"type": "user", "userId": somchai.user}]}))

    def counted() -> bool:
        with house.read() as session:
            return session.get_one(GroupRow, group.id).members == 5

    until(counted, why="the members to be counted")
    own_line.fail("push", "500_after", chat=group.id)
    nid = Citizen(process, own_line)
    number = report(nid, photo(31))
    group.until_heard("เรื่องเร่งด่วน BEST")
    house.until_quiet()
    assert [call.status for call in own_line.tried(group.id, "push")] == [500, 409]
    assert books(house, group.id) == [("best", 5)], "repeated with 409, booked once, for each member"
    event = somchai.text("รับเรื่อง")
    event["message"]["quotedMessageId"] = quoted(own_line, group, "เรื่องเร่งด่วน BEST")
    said = [words(m) for m in somchai.tell(event)]
    assert any("บางรัก สมชาย รับเรื่องแล้วค่ะ" in each for each in said), said
    event = somchai.text("กำลังออกไปดูครับ")
    event["message"]["quotedMessageId"] = quoted(own_line, group, "รับเรื่องแล้วค่ะ")
    said = [words(m) for m in somchai.tell(event)]
    assert any(f"เพิ่มข้อความในเรื่อง {number}" in each for each in said), said
    nid.until_told("กำลังออกไปดูครับ")
    house.until_quiet()
    assert books(house, group.id) == [("best", 5)], "replies are free"
    assert set(books(house, "")) == {("news", 1)}, "to a person: to whom is not kept"
    quotas = [call for call in own_line.calls if call.kind == "quota"]
    assert len(quotas) == 2, "one look at the quota: its limit and its use"
