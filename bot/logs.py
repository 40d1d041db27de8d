"""The log: one line a thing that happened, as text or as a JSON object; ids of events, messages and cases, nothing personal.

An error's own words never appear: they may repeat what a citizen wrote. Its kind and where in the code it came from do.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO

from bot import meter
from bot.trouble import where
from storage.following import now_about

FORMATS = ("text", "json")
QUIET = ("apscheduler", "alembic", "waitress", "sqlalchemy", "PIL")
"""They would write rows and values where somebody makes all loggers talkative."""
LATEST = 0.02
MOST_LINES = 5000
"""Lines in hand before whoever adds one writes them: when nobody reads them, everybody waits."""
SILENT = ("transitions", "waitress.queue")


class _Lines(logging.Formatter):
    """What both formats have in common."""

    def parts(self, record: logging.LogRecord) -> tuple[str, str, dict[str, str]]:
        """When, the words, and what it is about."""
        given = getattr(record, "about", None)
        about = {**now_about(), **(given if isinstance(given, dict) else {})}
        said = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            about["error"] = where(record.exc_info[1])
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"), said, about


class TextLines(_Lines):
    """`2026-11-21T03:04:05.678+00:00 INFO turn: answered event=01H… ms=12`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at, said, about = self.parts(record)
        ids = "".join(f" {name}={value}" for name, value in about.items())
        return f"{at} {record.levelname} {record.name}: {said}{ids}".replace("\n", "\\n")


class JsonLines(_Lines):
    """One JSON object a line: at, level, logger, said, and what it is about, each under its own name."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at, said, about = self.parts(record)
        thing: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name, "said": said}
        return json.dumps({**about, **thing}, ensure_ascii=False, default=str)


class Bundles(logging.StreamHandler[TextIO]):
    """Writes lines together, LATEST seconds after the first of them; a warning or worse at once, with all before it.

    Each write lets go of the interpreter, and a request under way would stand in line for it again.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: deque[str] = deque()
        self._writing = threading.Lock()
        self._some = threading.Event()
        threading.Thread(target=self._run, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put a line with the others."""
        try:
            self._lines.append(self.format(record) + "\n")
        except Exception:
            self.handleError(record)
        if record.levelno >= logging.WARNING or len(self._lines) > MOST_LINES:
            self.flush()
        elif not self._some.is_set():
            self._some.set()

    def flush(self) -> None:
        """Write what there is. Where that cannot be (a full disk, a closed pipe) the lines are lost, and nothing else."""
        with self._writing:
            lines = [self._lines.popleft() for _ in range(len(self._lines))]
            if lines:
                with suppress(OSError, ValueError):
                    self.stream.write("".join(lines))
                    self.stream.flush()

    def _run(self) -> None:
        while self._some.wait():
            time.sleep(LATEST)
            self._some.clear()
            self.flush()


class _Errors(logging.Handler):
    """Counts errors by where they were said, for /metrics and doctor."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count it."""
        meter.count("errors", record.name[:80])


def _spare() -> None:
    """Leave out of a record what no line shows: looking it up takes longer than writing the line."""
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # the way that Python's own logging guide names


def begin(form: str, stream: TextIO | None = None) -> None:
    """Log to standard error (`stream`) in this format, from now on, whatever was set before."""
    handler = Bundles(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    _spare()
    errors = _Errors(logging.ERROR)
    root = logging.getLogger()
    root.handlers[:] = [*(each for each in root.handlers if not _ours(each)), handler, errors]
    handler.set_name("log")
    errors.set_name("errors")
    root.setLevel(min(logging.INFO, root.level) if root.level else logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:  # the latter would write a line a request under load
        logging.getLogger(name).setLevel(logging.CRITICAL)


def end() -> None:
    """Write what is still to be written."""
    for handler in logging.getLogger().handlers:
        handler.flush()


def _ours(handler: logging.Handler) -> bool:
    return handler.get_name() in {"log", "errors"}
