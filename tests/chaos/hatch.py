"""The service in a process forked from one that has it imported: ready in a third of a second, so it can die often.

It is a process like any other (own memory, threads, connections, killed by kill -9); only the imports are not repeated.
The forkserver of the standard library does the forking, from a process that has no threads.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import cast

from tests.support.service import Household, Process

CLOCK = "CHAOS_CLOCK"
"""Names a file with the seconds by which the clock of this process is wrong; read at every look at the clock."""
_context: ForkServerContext | None = None


def _server() -> ForkServerContext:
    global _context  # noqa: PLW0603
    if _context is None:
        _context = multiprocessing.get_context("forkserver")
        _context.set_forkserver_preload(["tests.chaos.hatch", "tests.chaos.warm"])
    return _context


def run(role: str, env: dict[str, str], folder: str, log: str, player: int) -> None:
    """What `python app.py ROLE` does, here and now, as long as the process `player` lives; never returns."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8")
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_do_not_outlive, args=[player], daemon=True).start()
    import app

    arguments = [] if role == "all" else [role]
    file = env.get(CLOCK)
    os._exit(app.main(arguments, clock=_Skewed(Path(file))) if file else app.main(arguments))


def _do_not_outlive(parent: int) -> None:
    """End with those who play with this process, however they end."""
    with suppress(ProcessLookupError):
        while True:
            os.kill(parent, 0)
            time.sleep(1)
    os._exit(1)


class _Skewed:
    """A clock that is wrong by as many seconds as the file says."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        try:
            seconds = float(self._file.read_text() or 0)
        except (OSError, ValueError):
            seconds = 0.0
        return datetime.now(UTC) + timedelta(seconds=seconds)


class _Child:
    """A forked process with the face of a Popen."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        process.start()

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def wait(self, seconds: float | None = None) -> int:
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("app.py", seconds or 0)
        return self._process.exitcode


class Hatched(Process):
    """A process of the service, forked instead of started."""

    def __init__(
        self, household: Household, role: str = "all", *, port: int | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(household, role, port=port, env=env)

    def begin(self) -> Hatched:
        """Start it without waiting."""
        assert self._process is None
        self._starts += 1
        self._log = self.household.folder / f"{self.role}-{self.port}-{self._starts}.log"
        env = self.household.environment(PORT=str(self.port), **self.more)
        made = _server().Process(
            target=run, args=(self.role, env, str(self.household.folder), str(self._log), os.getpid()), daemon=True
        )
        self._process = cast("subprocess.Popen[bytes]", _Child(made))
        return self
