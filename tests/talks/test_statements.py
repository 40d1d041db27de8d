"""What a turn asks of the database: every statement is paid by every message, so a new one has to be wanted.

Fewer than here is welcome: lower the figure. More needs a reason, and a look at `python -m tests.bench turns`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, event

from tests.talks.theatre import Actor, Stage

_A_WHILE = timedelta(seconds=2)
MOST = {
    "เมนู": 7,  # the first word of somebody new: with their row
    "ไฟทางดับทั้งซอย มืดมากค่ะ": 11,
    "📍 13.7563, 100.5018": 7,
    "📷": 10,
    "[ส่งเรื่อง]": 25,
    "คู่มือ": 8,
    "ขอบคุณค่ะ": 7,
}


@contextmanager
def _counted(stage: Stage) -> Iterator[list[str]]:
    issued: list[str] = []

    def note(_c: Connection, _cursor: object, statement: str, _parameters: Any, _context: object, _many: bool) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            issued.append(statement)

    # Of transactions that write: what is due is looked up in one that reads.
    event.listen(stage.store._writer, "before_cursor_execute", note)
    try:
        yield issued
    finally:
        event.remove(stage.store._writer, "before_cursor_execute", note)


def test_no_turn_asks_more_of_the_database_than_it_did(stage: Stage) -> None:
    actor, asked = Actor(stage), {}
    for line in MOST:
        stage.now += _A_WHILE
        stage.keep(*actor._events(line))
        with _counted(stage) as issued:
            stage.run()
        asked[line] = issued
        actor.hears()
    assert {line: len(issued) for line, issued in asked.items()} == MOST, asked
