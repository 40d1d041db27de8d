"""What a report is made of before it is drawn: tables of plain values, notes, and what is known of how they came about."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from casework.catalog import agencies
from casework.periods import Period
from casework.thai_time import thai_date, thai_datetime
from storage.report_books import Given
from storage.reports import ALL

Value = str | int | Decimal | bool | date | None
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Table:
    """Rows with the same columns. `name` and the columns' names have their Thai words in words.toml.

    A row with a true `small` is marked: of so few cases a share says little.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]
    title: str | None = None
    """Instead of the name's words."""
    turned: bool = False
    """Many columns and few rows: drawn with a column for each row, on paper and on the terminal."""


@dataclass(frozen=True)
class Picture:
    """A plot: its name, and the PNG."""

    name: str
    png: bytes


@dataclass
class Report:
    """A report as it is given out. `data`: the same as JSON."""

    name: str
    scope: str
    period: Period
    tables: Sequence[Table]
    data: Any
    given: Sequence[Given] = ()
    notes: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    """For a template of its own."""


@cache
def words() -> dict[str, Any]:
    """The Thai words of the forms (words.toml)."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def say(key: str, **values: object) -> str:
    """A line of words.toml, `chapter.name`. Raises KeyError for one that is not there."""
    chapter, _, name = key.partition(".")
    line: str = words()[chapter][name]
    return line.format(**values) if values else line


def label(column: str) -> str:
    """The Thai heading of a column; its own name where there is none."""
    return str(words()["columns"].get(column, column))


def whose(scope: str) -> str:
    """The Thai name of an agency, or of all."""
    return say("form.all") if scope == ALL else agencies()[scope].th


def shown(value: Value) -> str:
    """As it is printed: two decimals, thousands apart, a dash where there is nothing to tell."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return say("form.yes") if value else say("form.no")
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, datetime):
        return thai_datetime(value)
    if isinstance(value, date):
        return thai_date(value)
    return f"{value:,}" if isinstance(value, int) else value


def plain(thing: Any) -> Any:
    """The same for JSON: decimals as numbers, moments as text."""
    if isinstance(thing, Decimal):
        return float(thing)
    if isinstance(thing, datetime):
        from admin_cli.kit import stamp

        return stamp(thing)
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, Mapping):
        return {key: plain(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [plain(value) for value in thing]
    return thing


def standing(given: Given) -> dict[str, Any]:
    """What JSON says of how frozen figures came about; the same keys for every report."""
    return {
        "version": given.version,
        "frozen_at": given.made_at,
        "late_rows": given.late,
        "differs": {path: {"frozen": one, "now": other} for path, (one, other) in given.differs.items()},
        "corrections": [
            {"version": c.version, "at": c.made_at, "by": c.made_by, "reason": c.reason} for c in given.corrections
        ],
    }


def provenance(given: Given) -> list[str]:
    """The same in Thai, for people."""
    if not given.version or given.made_at is None:
        return [say("form.running")]
    found = [say("form.frozen", version=given.version, at=thai_date(given.made_at))]
    found += [
        say("form.correction", version=each.version, at=thai_date(each.made_at), by=each.made_by, reason=each.reason or "-")
        for each in given.corrections
    ]
    if given.late:
        found.append(say("form.late", n=given.late))
        found += [
            say("form.differs", what=label(path.rpartition(".")[2]), frozen=one, now=other)
            for path, (one, other) in list(given.differs.items())[:20]
            if not isinstance(one, (list, dict)) and not isinstance(other, (list, dict))
        ]
    return found
