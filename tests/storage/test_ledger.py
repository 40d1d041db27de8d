"""The ledger of pushes: booked once, added up, and what follows from how much is spent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework import rules
from casework.rules import Rules
from storage import facts, groups, ledger, outbox
from storage.engine import Store
from storage.models import Fact
from storage.models_groups import Push, Quotable
from storage.outbox import Outcome, Owed
from tests.support.ready import ready

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
GROUP = "C" + "1" * 32
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    made = Store(f"sqlite:///{tmp_path}/one.db" if sqlite else str(request.getfixturevalue("postgres_url")))
    ready(made)
    with made.write() as session:
        groups.meet(session, GROUP, NOW).members = 31
    yield made
    made.close()


def laid(tmp_path: Path, text: str) -> Rules:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    return rules.load(file)


def owed(store: Store, chat: str, *, reply: bool = False, about: str | None = None, purpose: str = "alert") -> Owed:
    """A row that is being paid."""
    with store.write() as session:
        token = {"reply_token": "t", "reply_until": NOW + MINUTE} if reply else {}
        outbox.owe(session, chat, [{"type": "text", "text": "x"}], NOW, about=about, purpose=purpose, **token)  # type: ignore[arg-type]
    with store.write() as session:
        (row,) = outbox.claim(session, [r for r in outbox.heads(session, NOW, 99) if r.chat == chat], NOW)
        return row


def settle(store: Store, *outcomes: Outcome) -> None:
    with store.write() as session:
        outbox.settle(session, outcomes, NOW)


def pushes(store: Store) -> list[tuple[str, str, int]]:
    with store.read() as session:
        return [(p.chat, p.purpose, p.cost) for p in session.scalars(select(Push).order_by(Push.id))]


def spend(store: Store, at: datetime, cost: int) -> None:
    with store.write() as session:
        session.add(Push(at=at, chat="U1", purpose="news", cost=cost))


def test_a_push_costs_a_message_for_each_who_gets_it_a_reply_nothing(store: Store) -> None:
    rows = [owed(store, GROUP, purpose="best"), owed(store, "U1", purpose="news"), owed(store, "U2", reply=True)]
    settle(store, *(Outcome(row, "sent", via) for row, via in zip(rows, ("push", "push", "reply"), strict=True)))
    assert sorted(pushes(store)) == sorted([(GROUP, "best", 31), ("", "news", 1)])
    with store.read() as session:
        assert ledger.spent(session, NOW) == 32


def test_what_two_senders_saw_accepted_is_booked_once(store: Store) -> None:
    row = owed(store, GROUP, about="case:69-1")
    settle(store, Outcome(row, "sent", "push", ids=("m1", "m2")))
    settle(store, Outcome(row, "sent", "push", ids=("m1", "m2")))
    assert len(pushes(store)) == 1
    with store.read() as session:
        assert groups.about(session, "m2", GROUP) == "case:69-1"
        assert groups.about(session, "m2", "C" + "2" * 32) is None


def test_what_failed_costs_nothing_and_an_id_given_twice_stops_nothing(store: Store) -> None:
    settle(store, Outcome(owed(store, "U1"), "waiting", "push", "x", MINUTE), Outcome(owed(store, "U2"), "dead", "push", "x"))
    assert not pushes(store)
    settle(store, Outcome(owed(store, GROUP, reply=True, about="case:69-1"), "sent", "reply", ids=("m" * 99,)))
    settle(store, Outcome(owed(store, GROUP, reply=True, about="case:69-2"), "sent", "reply", ids=("m" * 99,)))
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Quotable)) == 1
        assert groups.about(session, "m" * 64, GROUP) == "case:69-1"


def test_a_month_is_bangkoks_and_is_added_up_once(store: Store) -> None:
    begun = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)
    for at, cost in ((begun - MINUTE, 1000), (begun, 1), (NOW - 30 * MINUTE, 20), (NOW - MINUTE, 300)):
        spend(store, at, cost)
    with store.read() as session:
        assert ledger.spent(session, NOW) == 321 and ledger.behind(session, NOW)
    for _ in range(2):
        with store.write() as session:
            ledger.add_up(session, NOW)
    with store.read() as session:
        assert session.get_one(Fact, ledger.BOOKS).value == "21"
        assert ledger.spent(session, NOW) == 321 and not ledger.behind(session, NOW)
    spend(store, NOW, 4000)
    with store.write() as session:
        ledger.add_up(session, NOW + 30 * MINUTE)
    with store.read() as session:
        assert ledger.spent(session, NOW + 30 * MINUTE) == 4321
        assert ledger.spent(session, NOW - 5 * MINUTE) == 4321, "a clock that was set back loses nothing"


def test_a_new_month_begins_with_nothing(store: Store) -> None:
    spend(store, NOW, 500)
    with store.write() as session:
        ledger.add_up(session, NOW + 30 * MINUTE)
    new = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    for minutes in (5, 30, 60):
        with store.write() as session:
            ledger.add_up(session, new + minutes * MINUTE)
        with store.read() as session:
            assert ledger.spent(session, new + minutes * MINUTE) == 0
    spend(store, new + 61 * MINUTE, 7)
    with store.read() as session:
        assert ledger.spent(session, new + 62 * MINUTE) == 7


def test_the_larger_of_both_figures_counts_and_lines_of_last_month_does_not(store: Store, tmp_path: Path) -> None:
    shipped = rules.load()
    with store.write() as session:
        assert ledger.budget(session, shipped) is None and not ledger.saving(session, shipped, NOW)
        ledger.told(session, NOW, 1000, 699)
    with store.read() as session:
        assert ledger.budget(session, shipped) == 1000 and ledger.used(session, NOW) == 699
        assert not ledger.saving(session, shipped, NOW)
        assert ledger.used(session, NOW + timedelta(days=12)) == 0
        assert ledger.budget(session, shipped) == 1000
    spend(store, NOW, 700)
    with store.write() as session:
        assert ledger.saving(session, shipped, NOW)
        assert not ledger.saving(session, laid(tmp_path, "[push]\nmonthly_budget = 1001\n"), NOW)
        assert ledger.saving(session, laid(tmp_path, '[group]\nordinary = "digest"\n'), NOW)
        ledger.told(session, NOW, None, 5)
    with store.read() as session:
        assert ledger.budget(session, shipped) is None and ledger.used(session, NOW) == 700


def test_one_process_alone_does_what_one_is_to_do(store: Store) -> None:
    def claim(at: datetime) -> bool:
        with store.write() as session:
            return facts.claim(session, "x", at - 30 * MINUTE, at)

    assert claim(NOW) and not claim(NOW) and not claim(NOW + 30 * MINUTE)
    assert claim(NOW + 31 * MINUTE)
    assert claim(NOW), "the clock was set back"
