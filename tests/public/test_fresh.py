"""Answers for everybody: worked out once however many ask, for a while, and never too many at a time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot import fresh as module
from bot.fresh import Answer, Fresh, TooBusy

NOW = datetime(2026, 11, 21, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_many_who_ask_at_once_wait_for_one() -> None:
    begun, go, times = threading.Event(), threading.Event(), []
    kept = Fresh(Clock(), timedelta(minutes=1))

    def work() -> Answer:
        times.append(1)
        begun.set()
        assert go.wait(10)
        return Answer.of(b"x" * 100, "text/plain")

    found: list[Answer] = []
    threads = [threading.Thread(target=lambda: found.append(kept.get("k", work))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    go.set()
    for thread in threads:
        thread.join()
    assert len(times) == 1 and len(found) == 8 and len({id(answer) for answer in found}) == 1


def test_an_answer_grows_old_also_when_the_clock_is_set_back() -> None:
    clock, times = Clock(), []
    kept = Fresh(clock, timedelta(minutes=1))

    def work() -> Answer:
        times.append(1)
        return Answer.of(b"x", "text/plain")

    for later, expected in ((0, 1), (59, 1), (61, 2), (61, 2), (-300, 3)):
        clock.now = NOW + timedelta(seconds=later)
        kept.get("k", work)
        assert len(times) == expected, later


def test_a_failure_is_not_kept_and_the_oldest_make_way() -> None:
    kept = Fresh(Clock(), timedelta(minutes=1), most=2)

    def fails() -> Answer:
        raise OSError

    with pytest.raises(OSError):
        kept.get("a", fails)
    made = [kept.get(key, lambda: Answer.of(b"y", "text/plain")) for key in "abc"]
    assert kept.get("c", fails) is made[2]
    with pytest.raises(OSError):
        kept.get("a", fails)


def test_whoever_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.02)
    kept, go, begun = Fresh(Clock(), timedelta(minutes=1), at_once=1), threading.Event(), threading.Event()

    def slow() -> Answer:
        begun.set()
        assert go.wait(10)
        return Answer.of(b"z", "text/plain")

    thread = threading.Thread(target=kept.get, args=("a", slow))
    thread.start()
    assert begun.wait(10)
    for key in ("a", "b"):
        with pytest.raises(TooBusy):
            kept.get(key, lambda: Answer.of(b"z", "text/plain"))
    go.set()
    thread.join()
    assert kept.get("b", lambda: Answer.of(b"z", "text/plain")).body == b"z"
