"""What the databases would do for the statements that were really issued: who walks over a whole table?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from storage.columns import Base
from storage.engine import Store

GROWING = frozenset(
    {
        "inbox",
        "outbox",
        "people",
        "talks",
        "cases",
        "case_events",
        "followers",
        "media",
        "pushes",
        "people_grams",
        "quotables",
        "messages",
        "threads",
        "thread_events",
        "waits",
        "registry_requests",
        "registry_events",
        "came_by",
        "quiz_tries",
        "subscriptions",
        "announcement_recipients",
    }
)
SMALL = frozenset(
    index.name
    for name in GROWING
    for index in Base.metadata.tables[name].indexes
    if index.dialect_options["sqlite"]["where"] is not None
) - {
    "ix_inbox_done",
    "ix_outbox_over",
    "ix_cases_history",
    "ix_cases_kind",
    "ix_cases_near",
    "ix_media_case",
    "ix_media_set",
    "ix_media_event",
    "ix_quiz_tries_named",
}
"""Indexes over the rows that wait for something: walking such a one is walking a queue."""
Issued = dict[str, Any]
"""Statements with the parameters they came with first."""


@contextmanager
def listening() -> Iterator[Issued]:
    """Collects every statement that is issued in this process, on whatever database."""
    issued: Issued = {}

    def note(_c: Connection, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            issued.setdefault(statement, parameters[0] if isinstance(parameters, list) else parameters)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield issued
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def walks(store: Store, statement: str, parameters: Any) -> list[str]:
    """Tables that grow and are walked over whole, as `table` or `table by index`."""
    with store.engine.connect() as connection:
        if store.sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return _of_sqlite(statement, [row[3] for row in plan])
        connection.exec_driver_sql("SET enable_seqscan = off")
        (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).one()
        return list(_of_postgres(plan[0]["Plan"]))


def _of_sqlite(statement: str, steps: list[str]) -> list[str]:
    found = []
    for step in steps:
        scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step)
        if scan is None or scan[2] in SMALL:
            continue
        alias = re.search(rf'\b(\w+) AS "?{scan[1]}"?(?!\w)', statement)
        table = alias[1] if alias else scan[1]
        if table in GROWING:
            found.append(f"{table} by {scan[2]}" if scan[2] else table)
    return found


def _of_postgres(node: dict[str, Any]) -> Iterator[str]:
    kind, index = node["Node Type"], node.get("Index Name")
    table = node.get("Relation Name")
    if kind == "Seq Scan" and table in GROWING:
        yield table
    if kind in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"} and "Index Cond" not in node and index not in SMALL:
        owner = table or next((t for t in GROWING if any(i.name == index for i in Base.metadata.tables[t].indexes)), index)
        if owner in GROWING:
            yield f"{owner} by {index}"
    for below in node.get("Plans", ()):
        yield from _of_postgres(below)
