"""Who makes way for the webhook, and how."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from bot import courtesy
from bot.courtesy import Courtesy


def test_nobody_waits_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "time", _Clock(time.monotonic))
    Courtesy().give_way()  # the clock's sleep would fail


def test_one_looks_out_for_all_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    looking, most, looked = [0], [0], threading.Event()

    def sleep(seconds: float) -> None:
        looking[0] += 1
        most[0] = max(most[0], looking[0])
        looked.set()
        time.sleep(seconds)
        looking[0] -= 1

    monkeypatch.setattr(courtesy, "time", _Clock(time.monotonic, sleep))
    monkeypatch.setattr(courtesy, "PATIENCE", 60.0)
    made = Courtesy()
    with made.first():
        threads = [threading.Thread(target=made.give_way) for _ in range(5)]
        for thread in threads:
            thread.start()
        assert looked.wait(20)
        assert all(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert most == [1]


def test_nobody_is_forgotten_in_a_storm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PATIENCE", 0.01)
    made = Courtesy()
    with made.first():
        threads = [threading.Thread(target=made.give_way) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)


class _Clock:
    def __init__(self, monotonic: Any, sleep: Any = None) -> None:
        self.monotonic, self._sleep = monotonic, sleep

    def sleep(self, seconds: float) -> None:
        assert self._sleep is not None, "nobody had to wait"
        self._sleep(seconds)
