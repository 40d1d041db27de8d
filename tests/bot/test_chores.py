"""Errands over real HTTP to the fake LINE, by a clock that is set: names, members, the quota, groups that are left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.chores import Chores
from bot.line import Line
from casework import rules
from casework.rules import Rules
from storage import groups, ledger, usage
from storage.engine import Store
from storage.models_groups import Coordinator, Group, Push
from tests.support.fake_line import FakeLine
from tests.support.reading import words
from tests.support.ready import ready

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BANGRAK, OTHER = "C" + "1" * 32, "C" + "2" * 32
SOMCHAI, SOMYING, GONE = "U" + "1" * 32, "U" + "2" * 32, "U" + "3" * 32
KEY = b"a key for tests"


class House:
    """A store, chores and a clock."""

    def __init__(self, url: str, line: FakeLine, laid: Rules | None = None) -> None:
        self.now = NOW
        self.rules = laid or rules.load()
        self.store = Store(url)
        ready(self.store)
        self.fake = line
        self.line = Line(line.url, line.url, "right-token", read=5)
        self.chores = self.another()

    def another(self) -> Chores:
        """A second worker's."""
        return Chores(self.store, self.line, self.rules, lambda: self.now)

    def join(self, chat: str, agency: str | None = None, *people: str) -> None:
        """The account is in a group, bound if an agency is given, and these have spoken there."""
        self.fake.chats.add(chat)
        with self.store.write() as session:
            group = groups.meet(session, chat, self.now)
            if agency is not None:
                code, _ = groups.issue(session, KEY, agency, None, 1, self.now, "test")
                assert groups.bind(session, [KEY], code, group, self.now)
            for person in people:
                groups.member(session, group, person, self.now, acted=False)

    def group(self, chat: str) -> Group:
        with self.store.read() as session:
            return session.get_one(Group, chat)

    def called(self) -> dict[str, str | None]:
        with self.store.read() as session:
            return {each.person: each.name for each in session.scalars(select(Coordinator)) if each.left_at is None}

    def asked(self, part: str) -> int:
        return sum(part in call.path for call in self.fake.calls)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/one.db" if sqlite else str(request.getfixturevalue("postgres_url"))
    with FakeLine() as line:
        made = House(url, line)
        yield made
        made.store.close()
        line.check()


def test_a_group_is_looked_at_daily_and_when_members_change(house: House) -> None:
    house.fake.members[BANGRAK] = [SOMCHAI, SOMYING, *"abcdef"]
    house.fake.names |= {BANGRAK: "เขตบางรัก", SOMCHAI: "สมชาย", SOMYING: "สมหญิง"}
    house.join(BANGRAK, "1004", SOMCHAI, GONE)
    house.chores.look()
    assert (house.group(BANGRAK).name, house.group(BANGRAK).members) == ("เขตบางรัก", 8)
    assert house.called() == {SOMCHAI: "สมชาย"}, "somebody who has left is called nothing"
    house.chores.look()
    assert house.asked("summary") == 1
    house.now += timedelta(hours=1)
    house.join(BANGRAK, None, SOMYING)
    house.another().look()
    assert house.called()[SOMYING] == "สมหญิง" and house.asked("summary") == 2
    house.fake.members[BANGRAK].append("g")
    house.now += timedelta(hours=25)
    house.chores.look()
    assert house.group(BANGRAK).members == 9
    assert house.asked(SOMCHAI) == 1, "a name that is known is not asked for again"


def test_members_of_a_community_stay_nameless(house: House) -> None:
    house.join(OTHER, None, SOMCHAI)
    house.chores.look()
    assert house.called() == {SOMCHAI: None} and house.asked("/member/") == 0


def test_many_names_are_asked_for_in_several_looks(house: House) -> None:
    many = [f"U{n:032x}" for n in range(45)]
    house.fake.members[BANGRAK] = many
    house.join(BANGRAK, "1004", *many)
    for _ in range(3):
        house.chores.look()
        house.now += timedelta(minutes=1)
    assert set(house.called().values()) == {"สมชาย"} and house.asked("/member/") == 45


@pytest.mark.parametrize("fault", ["500", "drop", "429", "401"])
def test_when_line_falters_it_is_asked_later(house: House, fault: str) -> None:
    house.join(BANGRAK, "1004", SOMCHAI)
    house.fake.fail("group", fault)
    house.chores.look()
    house.chores.look()
    assert house.asked("/group/") == 1 and house.group(BANGRAK).agency == "1004"
    house.now += timedelta(hours=25)
    house.chores.look()
    assert house.group(BANGRAK).name == "กลุ่ม"


def test_a_worker_that_dies_over_a_look_leaves_it_to_another(house: House) -> None:
    house.join(BANGRAK, "1004")
    with house.store.write() as session:
        (group,) = groups.to_look_at(session, house.now, 9, timedelta(hours=24))
        assert groups.claim_look(session, group, house.now + timedelta(minutes=5))
    house.chores.look()
    assert not house.fake.calls
    house.now += timedelta(minutes=6)
    house.chores.look()
    assert house.group(BANGRAK).name


def test_a_change_during_a_look_brings_another_one(house: House) -> None:
    house.join(BANGRAK, "1004")
    with house.store.write() as session:
        (group,) = groups.to_look_at(session, house.now, 9, timedelta(hours=24))
        until = house.now + timedelta(minutes=5)
        groups.claim_look(session, group, until)
    house.join(BANGRAK, None, SOMCHAI)
    with house.store.write() as session:
        groups.look_again(session, BANGRAK, until, house.now + timedelta(hours=24))
    assert house.group(BANGRAK).look_at == house.now


def test_a_group_that_does_not_know_us_is_no_longer_ours(house: House) -> None:
    house.join(BANGRAK, "1004")
    house.fake.left.append(BANGRAK)
    house.chores.look()
    assert house.group(BANGRAK).left_at == house.now and house.group(BANGRAK).agency is None


def test_after_the_clock_was_set_back_groups_are_still_looked_at(house: House) -> None:
    house.join(BANGRAK, "1004")
    house.chores.look()
    house.now -= timedelta(days=3)
    house.chores.look()
    assert house.asked("summary") == 2


def test_unbound_groups_are_left_after_a_day_with_a_word_that_costs_nothing(house: House) -> None:
    house.join(OTHER)
    house.join(BANGRAK, "1004")
    house.chores.leave()
    house.now += timedelta(hours=25)
    house.fake.fail("group", "500")
    house.chores.leave()
    assert not house.fake.left
    house.now += timedelta(minutes=6)
    house.another().leave()
    house.chores.leave()
    assert house.fake.left == [OTHER] and house.group(OTHER).left_at == house.now
    said = [words(m) for m in house.fake.messages(OTHER)]
    assert len(said) == 1 and "ขอออกจากกลุ่ม" in said[0], "once, although leaving took two tries"
    with house.store.write() as session:
        assert len(session.scalars(select(Push)).all()) == 1
        ledger.told(session, house.now, 1000, 0)
    house.fake.left.clear()
    house.join(OTHER)
    house.now += timedelta(hours=25)
    house.chores.leave()
    assert house.fake.left == [OTHER] and len(house.fake.messages(OTHER)) == 1


def test_a_group_bound_at_the_last_moment_is_kept(house: House) -> None:
    house.join(OTHER)
    house.now += timedelta(hours=25)
    house.join(OTHER, "1004")
    house.chores.leave()
    assert not house.fake.left


def test_the_quota_is_asked_for_by_one_worker_every_half_hour(house: House) -> None:
    for chores in (house.chores, house.another(), house.chores):
        chores.ask_quota()
    assert house.asked("/quota/consumption") == 1
    with house.store.read() as session:
        assert ledger.budget(session, house.rules) == 1000
    house.now += timedelta(minutes=31)
    house.fake.fail("quota", "500", times=1)
    house.chores.ask_quota()
    house.chores.ask_quota()
    assert house.asked("/quota/consumption") == 1
    house.now += timedelta(minutes=2)
    house.chores.ask_quota()
    assert house.asked("/quota/consumption") == 2


def test_no_quota_is_no_budget(house: House) -> None:
    house.fake.quota = None
    house.chores.ask_quota()
    with house.store.read() as session:
        assert ledger.budget(session, house.rules) is None
        assert not session.scalars(select(Push)).all()


def test_the_followers_of_yesterday_are_asked_for_until_line_has_counted(house: House) -> None:
    house.fake.insight = {"status": "unready"}
    house.chores.ask_followers()
    house.chores.ask_followers()
    assert house.asked("/insight/followers?date=20261120") == 1
    house.fake.insight = {"status": "ready", "followers": 120, "targetedReaches": 100, "blocks": 20}
    house.now += timedelta(minutes=61)
    for chores in (house.chores, house.another(), house.chores):
        chores.ask_followers()
    assert house.asked("/insight/followers") == 2
    with house.store.read() as session:
        told = {
            what: usage.days(session, date(2026, 11, 20), date(2026, 11, 20), what) for what in ("followers", "reach", "blocks")
        }
    assert told == {
        "followers": [("2026-11-20", "", 120)],
        "reach": [("2026-11-20", "", 100)],
        "blocks": [("2026-11-20", "", 20)],
    }
    house.now += timedelta(days=1)
    house.fake.fail("other", "500", times=1)
    house.chores.ask_followers()
    house.chores.ask_followers()
    assert house.asked("/insight/followers") == 3, "LINE was away: again in an hour"
