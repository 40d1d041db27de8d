"""The centre's rules: times, radii, limits, weights. Shipped in rules.toml, overlaid by the file in RULES_FILE."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("rules.toml")


class RulesProblem(Exception):
    """The rules file cannot be used; the message says where and why."""


class Rules:
    """Two levels, as in the file: `rules.number("case", "confirm_days")`."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self._tables = tables

    def number(self, table: str, key: str) -> float:
        """The figure, fractions welcome. Raises KeyError for a rule that does not exist: a bug, not a setting."""
        return float(self._tables[table][key])

    def whole(self, table: str, key: str) -> int:
        """The figure as a whole number."""
        return int(self._tables[table][key])

    def text(self, table: str, key: str) -> str:
        """The words."""
        return str(self._tables[table][key])

    def span(self, table: str, key: str) -> timedelta:
        """The duration; its unit is the end of the key: _seconds, _minutes, _hours or _days."""
        return timedelta(**{key.rpartition("_")[2]: self.number(table, key)})

    def table(self, table: str) -> Mapping[str, Any]:
        """A whole table."""
        return self._tables[table]


def load(overlay: Path | None = None) -> Rules:
    """The shipped rules with the overlay laid over them. Raises RulesProblem for an unreadable file or a wrong type."""
    tables: dict[str, dict[str, Any]] = tomllib.loads(SHIPPED.read_text("utf-8"))
    if overlay is None:
        return Rules(tables)
    try:
        extra = tomllib.loads(overlay.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise RulesProblem(f"{overlay}: {problem}") from problem
    for name, table in extra.items():
        if not isinstance(table, dict):
            raise RulesProblem(f"{overlay}: {name} stands outside a [table]")
        known = tables.setdefault(name, {})
        for key, value in table.items():
            _same_kind(overlay, name, key, known.get(key), value)
            known[key] = value
    return Rules(tables)


def _same_kind(file: Path, table: str, key: str, shipped: object, given: object) -> None:
    if isinstance(shipped, int | float) and (isinstance(given, bool) or not isinstance(given, int | float)):
        raise RulesProblem(f"{file}: [{table}] {key} must be a number, not {given!r}")
    if isinstance(shipped, int | float) and isinstance(given, int | float) and not 0 <= given < 1e9:
        raise RulesProblem(f"{file}: [{table}] {key} must be between 0 and 1e9, not {given!r}")
    if isinstance(shipped, str) and not isinstance(given, str):
        raise RulesProblem(f"{file}: [{table}] {key} must be words, not {given!r}")
