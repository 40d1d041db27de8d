"""Announcements from beginning to end: who is told, in which waves, what stops them, and that nobody is told twice."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework.refusals import Refused
from storage import ledger, multicasts, news, outbox, parked, sweeping
from storage.models import Person
from storage.models_groups import Push
from tests.news.newsroom import START, Newsroom


def test_everybody_once_in_waves_of_five_hundred_by_language(room: Newsroom) -> None:
    thai = room.readers(range(1200), "1004")
    english = room.readers(range(1200, 1230), "1004", "flood", language="en")
    room.readers(range(1230, 1300), "1040")
    room.readers(range(1300, 1310), "1004", follows=False)
    which = room.announce(districts=["1004"])
    room.sweep()
    sizes = []
    while rows := room.claim():
        sizes += [len(json.loads(row.recipients or "[]")) for row in rows]
        for row in rows:
            room.deliver(row)
        room.settle(rows)
        room.now += timedelta(seconds=1)
    room.run()
    assert sizes == [500, 500, 200, 30]
    assert room.told(which) == {*thai, *english}
    assert (room.row(which).state, room.row(which).reach) == ("sent", 1230)
    with room.store.read() as session:
        assert session.scalar(select(func.sum(Push.cost)).where(Push.purpose == "announce")) == 1230
        assert ledger.spent(session, room.now) == 1230


def test_waves_keep_their_pace(room: Newsroom) -> None:
    room.readers(range(1600), "1004")
    room.laid(news={"waves_minute": 30}, jobs={"sweep_seconds": 5})
    room.announce(districts=["1004"])
    room.sweep()
    assert room.pay() == 1
    room.now += timedelta(seconds=1)
    assert room.pay() == 0
    room.now += timedelta(seconds=1)
    assert room.pay() == 1
    room.now += timedelta(seconds=30)
    room.sweep()
    assert room.pay() == 2  # the one of before the pause, and one; the sweep writes no more at once


def test_whoever_leaves_meanwhile_is_left_out_of_later_waves(room: Newsroom) -> None:
    people = sorted(room.readers(range(1700), "1004", "flood"))
    room.laid(news={"waves_minute": 0.1})
    which = room.announce(districts=["1004"])
    room.sweep()
    gone, off, other, erased = people[1500], people[1510], people[1520], people[1530]
    with room.store.write() as session:
        session.get_one(Person, gone).follows = False
        news.switch_off(session, off, room.now)
        news.unfollow(session, other, "district", "1004")
        news.forget(session, erased)
        news.forget(session, people[3])  # stands in the first wave, which has not left yet
    room.run(minutes=100)
    assert room.told(which) == set(people) - {gone, off, other, erased, people[3]}
    assert room.row(which).state == "sent"
    assert {r.person for r in room.recipients(which) if r.wave == 0} == {gone, off, other}
    assert not [r for r in room.recipients(which) if r.person in {erased, people[3]}]


def test_an_end_notice_to_exactly_those_who_heard(room: Newsroom) -> None:
    people = sorted(room.readers(range(1100), "1004"))
    room.laid(news={"waves_minute": 1})
    which = room.announce(districts=["1004"], until=START + timedelta(seconds=90))
    room.sweep()
    assert room.pay() == 1
    with room.store.write() as session:
        session.get_one(Person, people[0]).follows = False
        news.unfollow(session, people[1], "district", "1004")
    room.now += timedelta(seconds=60)
    room.sweep()
    assert room.pay() == 1
    room.run(minutes=30)
    assert room.told(which) == set(people[:1000])
    assert room.told(which, "end") == set(people[1:1000])
    assert room.row(which).state == "ended"


def test_a_wave_of_unknown_fate_hears_the_end_as_well(room: Newsroom) -> None:
    people = room.readers(range(20), "1004")
    which = room.announce(districts=["1004"], until=START + timedelta(minutes=5))
    room.sweep()
    rows = room.claim()
    room.deliver(rows[0])
    room.settle(rows, "waiting", retry_in=timedelta(minutes=10), doubtful=True)
    room.now = START + timedelta(minutes=6)
    room.sweep()
    assert room.row(which).state == "ending"
    room.run(minutes=60)
    assert room.told(which) == room.told(which, "end") == set(people)


def test_a_wave_that_line_never_took_is_called_back_at_the_end(room: Newsroom) -> None:
    room.readers(range(20), "1004")
    which = room.announce(districts=["1004"], until=START + timedelta(minutes=5))
    room.sweep()
    room.settle(room.claim(), "waiting", retry_in=timedelta(minutes=3))
    room.now = START + timedelta(minutes=6)
    room.run()
    assert not room.told(which) and not room.told(which, "end")
    assert room.row(which).state == "ended"


def test_scheduled_late_and_missed(room: Newsroom) -> None:
    people = room.readers(range(3), "1004")
    late = room.announce(districts=["1004"], start=START + timedelta(hours=1), until=START + timedelta(hours=9))
    missed = room.announce("อีกข่าว", districts=["1004"], start=START + timedelta(hours=1), until=START + timedelta(hours=2))
    room.sweep()
    assert room.row(late).state == "scheduled" and not room.pay()
    room.now = START + timedelta(hours=5)
    room.sweep()
    room.pay()
    assert room.told(late) == set(people) and not room.told(missed)
    assert room.row(missed).state == "missed"


def test_cancelled_before_it_begins(room: Newsroom) -> None:
    room.readers(range(3), "1004")
    which = room.announce(districts=["1004"], start=START + timedelta(hours=1))
    room.cancel(which)
    room.now += timedelta(hours=2)
    room.run()
    assert not room.told(which)
    with pytest.raises(Refused, match="cancelled"):
        room.cancel(which, tell=True)


@pytest.mark.parametrize("tell", [False, True])
def test_cancelled_in_the_middle(room: Newsroom, tell: bool) -> None:
    people = sorted(room.readers(range(1700), "1004"))
    room.laid(news={"waves_minute": 60})
    which = room.announce(districts=["1004"], until=START + timedelta(days=1))
    room.sweep()
    rows = room.claim()  # the first wave is being sent
    room.cancel(which, tell=tell)
    room.sweep()
    room.deliver(rows[0])
    room.settle(rows)
    room.run()
    assert room.told(which) == set(people[:500])
    assert room.told(which, "withdrawn") == (set(people[:500]) if tell else set())
    assert not room.told(which, "end")
    assert room.row(which).state == "cancelled"


def test_cancelled_afterwards_only_to_tell(room: Newsroom) -> None:
    people = room.readers(range(3), "1004")
    which = room.announce(districts=["1004"])
    room.run()
    with pytest.raises(Refused, match="announcement_sent"):
        room.cancel(which)
    room.cancel(which, tell=True)
    room.run()
    assert room.told(which, "withdrawn") == set(people)


def test_a_dead_wave_can_be_tried_again_as_long_as_it_holds(room: Newsroom) -> None:
    people = room.readers(range(3), "1004")
    which = room.announce(districts=["1004"], until=START + timedelta(days=1))
    room.sweep()
    (row,) = room.claim()
    room.settle([row], "dead", error="400")
    room.now += timedelta(minutes=1)
    room.sweep()
    assert room.row(which).state == "sent" and not room.told(which)
    with room.store.write() as session:
        parked.retry(session, f"message-{row.id}", room.now)
    room.pay()
    assert room.told(which) == set(people)
    room.now += timedelta(days=2)
    room.run()
    assert room.told(which, "end") == set(people)


def test_held_where_only_what_is_kept_for_alarms_is_left(room: Newsroom) -> None:
    people = room.readers(range(1200), "1004")
    room.laid(push={"monthly_budget": 1000}, news={"best_share": 0.2})
    plan = room.plan(districts=["1004"], until=START + timedelta(days=1))
    assert (plan.reach, plan.cost, plan.end_cost, plan.purse.left, plan.fits) == (1200, 1200, 1200, 800, False)
    which = room.announce(districts=["1004"])
    room.run(minutes=2)
    assert room.row(which).held and len(room.told(which)) == 500
    assert "left" not in [row.state for row in room.claim()]
    room.laid(push={"monthly_budget": 9000})
    room.run()
    assert room.told(which) == set(people) and not room.row(which).held


def test_what_others_will_cost_is_not_spent_twice(room: Newsroom) -> None:
    room.readers(range(300), "1004")
    room.laid(push={"monthly_budget": 1000})
    room.announce(districts=["1004"], start=START + timedelta(hours=1), until=START + timedelta(days=2))
    plan = room.plan("อีกข่าว", districts=["1004"])
    assert (plan.purse.promised, plan.purse.reserve, plan.purse.left, plan.fits) == (600, 100, 300, True)
    assert not room.plan("อีกข่าว", districts=["1004"], until=START + timedelta(days=1)).fits


def test_the_same_text_to_the_same_people_is_noticed(room: Newsroom) -> None:
    room.readers(range(3), "1004")
    room.readers(range(3, 8), "1040")
    which = room.announce("ปิดถนน", districts=["1004"])
    assert room.plan("ปิดถนน", districts=["1004", "1040"]).repeats == 3  # it has not begun yet
    room.run()
    again = room.plan(" ปิด ถนน ", districts=["1004", "1040"])
    assert (again.reach, again.repeats, again.before) == (8, 3, which)
    assert not room.plan("ปิดถนน", districts=["1040"]).repeats
    assert not room.plan("เปิดถนน", districts=["1004"]).repeats
    room.now += timedelta(hours=80)
    assert not room.plan("ปิดถนน", districts=["1004"]).repeats


def test_answers_and_alarms_go_first(room: Newsroom) -> None:
    """A wave that is older than a citizen's answer does not keep it waiting."""
    from bot.line import Line
    from bot.sender import Sender

    room.readers(range(3), "1004")
    room.announce(districts=["1004"])
    room.sweep()
    with room.store.write() as session:
        outbox.owe(session, "Uanna", [{"type": "text", "text": "1"}], room.now)
    sender = Sender(room.store, Line("http://127.0.0.1:9", "http://127.0.0.1:9", "x"), lambda: room.now)
    with room.store.read() as session:
        found = sender._next(session, room.now, 12)
    assert [row.recipients is None for row in found] == [True, False]


def test_a_row_that_line_may_have_taken_is_not_called_back(room: Newsroom) -> None:
    room.readers(range(3), "1004")
    room.announce(districts=["1004"])
    room.sweep()
    (row,) = room.claim()
    with room.store.write() as session:
        assert not multicasts.call_back(session, [row.id])  # a sender is at it, or died over it
    room.now += timedelta(minutes=1)
    (again,) = room.claim()
    assert again.retry_key == row.retry_key
    room.settle([again], "waiting")  # refused this time: the first try is as doubtful as before
    with room.store.write() as session:
        assert not multicasts.call_back(session, [row.id])


def test_who_was_told_is_forgotten_when_it_is_over(room: Newsroom) -> None:
    room.readers(range(30), "1004")
    over = room.announce(districts=["1004"])
    holds = room.announce("อีกข่าว", districts=["1004"], until=START + timedelta(days=300))
    room.run(minutes=3)
    (limit,) = [limit for table, limit in sweeping.limits() if table == "announcement_recipients"]
    for days, left in ((89, 30), (91, 0)):
        sweeping.sweep(room.store, room.rules, "announcement_recipients", limit, START + timedelta(days=days))
        assert len(room.recipients(over)) == left
        assert len(room.recipients(holds)) == 30  # they are to hear its end
