"""The service in a process forked from one that has it imported: ready in a third of a second, so it can die often.

It is a process like any other (own memory, threads, connections, killed by kill -9); only the imports are not repeated.
The forkserver of the standard library does the forking, from a process that has no threads.
"""

from __future__ import annotations

import itertools
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
FIRST = "HATCH_FIRST"
"""Names a Python file that is run before anything else, as a sitecustomize would be."""
_context: ForkServerContext | None = None
_calls = itertools.count(1)


def _server() -> ForkServerContext:
    global _context  # noqa: PLW0603
    if _context is None:
        _context = multiprocessing.get_context("forkserver")
        _context.set_forkserver_preload(["tests.support.hatch", "tests.support.warm"])
    return _context


def _settle(env: dict[str, str], folder: str, out: str, err: str, player: int) -> None:
    """Make the forked process look as if it had been started with these; it ends with `player` at the latest."""
    for number, file in ((1, out), (2, err)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8")
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_do_not_outlive, args=[player], daemon=True).start()
    if first := env.get(FIRST):
        exec(Path(first).read_text("utf-8"), {})


def run_cli(arguments: list[str], env: dict[str, str], folder: str, out: str, err: str, player: int) -> None:
    """What `python -m admin_cli …` does; never returns."""
    _settle(env, folder, out, err, player)
    from admin_cli import cli

    sys.argv = ["admin_cli", *arguments]
    code = 0
    try:
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def command(household: Household, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """One call of the command line in this household, in a process of its own."""
    out, err = (household.folder / f"cli-{next(_calls)}.{kind}" for kind in ("out", "err"))
    env = household.environment()
    target = (list(arguments), env, str(household.folder), str(out), str(err), os.getpid())
    child = _Child(_server().Process(target=run_cli, args=target, daemon=True))
    code = child.wait(seconds)
    said, complained = (file.read_text("utf-8", "replace") for file in (out, err))
    return subprocess.CompletedProcess(list(arguments), code, said, complained)


def run(role: str, env: dict[str, str], folder: str, log: str, player: int) -> None:
    """What `python app.py ROLE` does, here and now, as long as the process `player` lives; never returns."""
    _settle(env, folder, log, log, player)
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


def service(role: str, env: dict[str, str], folder: Path, log: Path) -> _Child:
    """What `python app.py ROLE` is in this folder with this environment; its output goes to `log`."""
    return _Child(_server().Process(target=run, args=(role, env, str(folder), str(log), os.getpid()), daemon=True))


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
        made = service(self.role, env, self.household.folder, self._log)
        self._process = cast("subprocess.Popen[bytes]", made)
        return self
