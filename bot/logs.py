"""The log: one line a thing that happened, as text or as a JSON object; ids of events, messages and cases, nothing personal.

An error's own words never appear: they may repeat what a citizen wrote. Its kind and where in the code it came from do.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from bot import meter
from bot.trouble import where
from storage.following import now_about

FORMATS = ("text", "json")
QUIET = ("apscheduler", "alembic", "waitress", "sqlalchemy", "PIL")
"""They would write rows and values where somebody makes all loggers talkative."""
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


class _Errors(logging.Handler):
    """Counts errors by where they were said, for /metrics and doctor."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count it."""
        meter.count("errors", record.name[:80])


def begin(form: str, stream: TextIO | None = None) -> None:
    """Log to standard error (`stream`) in this format, from now on, whatever was set before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
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


def _ours(handler: logging.Handler) -> bool:
    return handler.get_name() in {"log", "errors"}
