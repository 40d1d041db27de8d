"""Workers of one machine take turns at its cores."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot import cores
from bot.cores import Cores
from tests.support.waiting import until


def busy() -> tuple[int, int]:
    """A machine none of whose cores is ever idle."""
    return 0, int(time.monotonic() * 1000)


def idle() -> tuple[int, int]:
    """One that has nothing to do."""
    return int(time.monotonic() * 1000), int(time.monotonic() * 1000)


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Cores, Cores]]:
    """Two workers (here: of one process, with files of their own) and a single core."""
    monkeypatch.setattr(cores, "PATIENCE", 600.0)
    made = Cores(tmp_path, 1, busy), Cores(tmp_path, 1, busy)
    yield made
    for each in made:
        each.close()


def beside(place: Cores, entered: threading.Event, leave: threading.Event) -> threading.Thread:
    """A turn of a worker, in a thread."""

    def run() -> None:
        with place.place():
            entered.set()
            leave.wait(60)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_one_waits_until_the_other_is_done(two: tuple[Cores, Cores], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "STINT", 600.0)
    mine, theirs = two
    entered, leave = threading.Event(), threading.Event()
    with mine.place():
        thread = beside(theirs, entered, leave)
        assert not entered.wait(0.3)
        with mine.place():  # another turn of the process that is at work
            pass
    assert entered.wait(30)
    leave.set()
    thread.join()


def test_who_has_had_a_stint_lets_the_other_in(two: tuple[Cores, Cores]) -> None:
    mine, theirs = two
    done, ended = [0, 0], threading.Event()

    def work(which: int, place: Cores) -> None:
        taken = place.within(lambda _row: time.sleep(0.005))
        while not ended.is_set():
            taken(None)
            done[which] += 1

    threads = [threading.Thread(target=work, args=[n, place]) for n, place in ((0, mine), (0, mine), (1, theirs), (1, theirs))]
    for thread in threads:
        thread.start()
    until(lambda: min(done) > 50, seconds=60, why="both to come to it")
    ended.set()
    for thread in threads:
        thread.join()


def test_idle_cores_are_used_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "PATIENCE", 600.0)
    mine, theirs = Cores(tmp_path, 1, idle), Cores(tmp_path, 1, idle)
    with mine.place(), theirs.place():
        pass
    mine.close()
    theirs.close()


def test_a_worker_that_stands_still_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "PATIENCE", 0.05)
    three = [Cores(tmp_path, 1, busy) for _ in range(3)]
    with ExitStack() as still:
        for each in three:
            still.enter_context(each.place())
    for each in three:
        each.close()


def test_a_turn_that_fails_leaves_its_place(two: tuple[Cores, Cores]) -> None:
    mine, theirs = two
    with pytest.raises(ValueError, match="no"), mine.place():
        raise ValueError("no")
    with theirs.place():
        pass


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"rongtook1555-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    assert cores.of_machine.__wrapped__() is None
    assert not list((tmp_path / "elsewhere").iterdir())
