"""Threads and waits on both databases: what is told once, what falls due, who is answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import func, select

from bot.alerts import Alerts
from bot.thread_jobs import ThreadJobs
from casework import rules
from casework.seal import Seal
from storage import groups, media, people, threads, threads_figures, waits
from storage.engine import Store
from storage.models import OutboxMessage
from storage.threads import Said
from tests.support.ready import ready

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BOX = MultiFernet([Fernet(Fernet.generate_key())])
RULES = rules.load()
GROUP = "C" + "1" * 32


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    made = Store(f"sqlite:///{tmp_path}/one.db" if sqlite else str(request.getfixturevalue("postgres_url")))
    ready(made)
    with made.write() as session:
        row = groups.meet(session, GROUP, NOW)
        row.kind, row.agency, row.bound_at = "staff", "staff", NOW
        people.meet(session, "U1", NOW)
    yield made
    made.close()


def jobs(store: Store, now: datetime) -> ThreadJobs:
    return ThreadJobs(store, Alerts(RULES, Seal("a key"), lambda: now, "https://1555.example", BOX))


def owed(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(OutboxMessage.chat).order_by(OutboxMessage.id)))


def test_what_a_dead_process_left_untold_is_told_once_by_the_sweep(store: Store) -> None:
    with store.write() as session:
        picture = media.promise(session, "m2", "U1", "image", None, NOW)
        threads.say(session, "U1", Said("text", "สวัสดีค่ะ", "m1"), RULES, BOX, NOW)
        threads.say(session, "U1", Said("photo", None, "m2", picture), RULES, BOX, NOW)
    sweep = jobs(store, NOW)
    assert sweep.tell_threads() and not sweep.tell_threads()
    assert owed(store) == [GROUP], "the picture is still on its way"
    with store.write() as session:
        media.lost(session, picture, "gone", "404")
        threads.answer(session, 1, Said("text", "ค่ะ"), "staff:malee", RULES, BOX, NOW)
    assert sweep.tell_threads() and not sweep.tell_threads()
    assert owed(store) == [GROUP, GROUP, "U1", GROUP], "card, lost picture, answer, the group hears of it"


def test_silence_and_reminders_come_once(store: Store) -> None:
    with store.write() as session:
        threads.say(session, "U1", Said("text", "รออยู่ค่ะ"), RULES, BOX, NOW)
    later = NOW + timedelta(minutes=31)
    assert not jobs(store, NOW).remind_of_waits() and jobs(store, later).remind_of_waits()
    assert not jobs(store, later + timedelta(days=2)).remind_of_waits(), "never twice for the same wait"
    with store.write() as session:
        threads.answer(session, 1, Said("text", "ค่ะ"), "staff:malee", RULES, BOX, later)
        assert waits.count(session) == 0
    assert not jobs(store, later + timedelta(hours=23)).close_silent_threads()
    sweep = jobs(store, later + timedelta(hours=25))
    assert sweep.close_silent_threads() and not sweep.close_silent_threads()
    with store.write() as session:
        assert threads.to_rate(session, "U1", NOW) == 1
        _, begins = threads.say(session, "U1", Said("text", "อีกเรื่อง"), RULES, BOX, later + timedelta(hours=26))
        assert begins and threads.must(session, 1).round == 1
        found = threads_figures.daily(session, NOW, NOW + timedelta(days=1))
        assert [(d.begun, d.answered, d.answered_pct, d.first_answer_minutes) for d in found] == [(1, 1, 100.0, 31.0)]
        assert threads_figures.begun(session, NOW, NOW + timedelta(days=1)) == 1
    assert jobs(store, later + timedelta(hours=27)).remind_of_waits(), "another wait"


def test_who_was_erased_stays_as_a_figure(store: Store) -> None:
    with store.write() as session:
        threads.say(session, "U1", Said("text", "ชื่อสมศรี"), RULES, BOX, NOW)
        threads.forget(session, "U1")
    sweep = jobs(store, NOW + timedelta(days=2))
    assert not sweep.tell_threads() and not sweep.remind_of_waits()
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
        assert threads.open_of(session, "U1") is None and threads.must(session, 1).opened_at == NOW
