"""The register of personal data: what is held of whom, why, how long, who sees it, and how it goes. Read from privacy.toml.

It is the record that PDPA s. 39 asks for, and it is what the sweeps (storage.sweeping) and erasing (storage.erasing) go by:
a column that is not in it fails tests/laws/test_privacy.py. `python -m storage.privacy FILE` writes docs/privacy.md anew.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Table

import storage.models  # noqa: F401
from storage.columns import Base

REGISTER = Path(__file__).with_name("privacy.toml")
WAYS = frozenset({"delete", "empty", "own", "none"})
"""What erasing a person does to a table's rows."""
BEGINS = "<!-- register: made by `python -m storage.privacy docs/privacy.md` from storage/privacy.toml -->"
ENDS = "<!-- end of the register -->"


class RegisterProblem(Exception):
    """The register cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Kept:
    """Personal columns that belong together. `keep`: a rule (`keep.outbox_days`) or a name of [until]."""

    columns: tuple[str, ...]
    what: str
    why: str
    basis: str
    keep: str
    seen: str


@dataclass(frozen=True)
class Limit:
    """Rows whose column `since` is older than the rule, and for which `where` (SQL) holds, are swept: `does`."""

    rule: str
    since: str
    does: str
    where: str = ""
    empty: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A table. `person`: the column with the LINE id of whom it is about, or the way there, `column > table.column`."""

    table: str
    about: str
    erase: str
    plain: tuple[str, ...]
    person: str = ""
    why_not: str = ""
    kept: tuple[Kept, ...] = field(default=())
    limits: tuple[Limit, ...] = field(default=())

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column named, as often as it is named."""
        return (*self.plain, *(column for kept in self.kept for column in kept.columns))

    @property
    def personal(self) -> tuple[str, ...]:
        """Columns that hold something of a person."""
        return tuple(column for kept in self.kept for column in kept.columns)


@dataclass(frozen=True)
class Register:
    """The whole."""

    entries: Mapping[str, Entry]
    basis: Mapping[str, str]
    until: Mapping[str, str]


@cache
def register() -> Register:
    """The shipped register. Raises RegisterProblem where an entry lacks something or has something unknown."""
    return read(REGISTER.read_text("utf-8"))


def read(text: str) -> Register:
    """A register from TOML; see the head of privacy.toml. Raises RegisterProblem."""
    given = tomllib.loads(text)
    basis, until = given.pop("basis", {}), given.pop("until", {})
    return Register({name: _entry(name, fields) for name, fields in given.items()}, basis, until)


def _entry(table: str, fields: dict[str, Any]) -> Entry:
    rest = dict(fields)
    try:
        kept = tuple(Kept(**each | {"columns": tuple(each["columns"])}) for each in rest.pop("kept", ()))
        limits = tuple(Limit(**each | {"empty": tuple(each.get("empty", ()))}) for each in rest.pop("limit", ()))
        return Entry(table, plain=tuple(rest.pop("plain")), kept=kept, limits=limits, **rest)
    except (KeyError, TypeError) as problem:
        raise RegisterProblem(f"{REGISTER.name}: [{table}]: {problem}") from problem


def rules_named() -> set[tuple[str, str]]:
    """The rules that the register goes by, as (table, key)."""
    found = set()
    for entry in register().entries.values():
        for name in (*(kept.keep for kept in entry.kept), *(limit.rule for limit in entry.limits)):
            chapter, dot, key = name.partition(".")
            if dot:
                found.add((chapter, key))
    return found


def person_of(entry: Entry) -> tuple[str, str, str, str]:
    """Where the LINE id stands: (own column, "", "", "") or (own column, "id", other table, its column)."""
    own, arrow, there = (part.strip() for part in entry.person.partition(">"))
    table, _, column = there.partition(".")
    return (own, "id", table, column) if arrow else (own, "", "", "")


def blank(rows: Table, name: str) -> Any:
    """What stands in a column that is emptied."""
    column = rows.columns[name]
    if column.nullable:
        return None
    return [] if column.type.python_type is list else {} if column.type.python_type is dict else ""


# docs/privacy.md


_ERASED = {
    "delete": "the rows are deleted",
    "empty": "these columns are emptied",
    "own": "see [Erasing a person](#erasing-a-person)",
    "none": "nothing of a person is here",
}


def document(old: str) -> str:
    """The page with its register made anew; what stands before and after it stays. Raises RegisterProblem without its marks."""
    before, found, rest = old.partition(BEGINS)
    _, ended, after = rest.partition(ENDS)
    if not (found and ended):
        raise RegisterProblem(f"the page has no {BEGINS!r} … {ENDS!r}")
    return f"{before}{BEGINS}\n\n{_tables()}\n{ENDS}{after}"


def _tables() -> str:
    known, lines = register(), ["**Legal bases**", ""]
    lines += [f"- *{name}*: {words}" for name, words in known.basis.items()]
    for table in sorted(known.entries):
        entry = known.entries[table]
        lines += ["", f"### `{table}`", "", f"{entry.about}. When a person is erased: {_ERASED[entry.erase]}.", ""]
        if entry.kept:
            lines += ["| what | why | basis | kept | seen by |", "|---|---|---|---|---|"]
        for kept in entry.kept:
            names = ", ".join(f"`{column}`" for column in kept.columns)
            lines.append(f"| {kept.what} ({names}) | {kept.why} | {kept.basis} | {_until(known, kept.keep)} | {kept.seen} |")
        if entry.why_not:
            lines.append(f"Why nothing: {entry.why_not}.")
        for limit in entry.limits:
            lines += ["", _sweep(limit)]
    return "\n".join(lines) + "\n"


def _until(known: Register, keep: str) -> str:
    chapter, dot, key = keep.partition(".")
    return f"`[{chapter}] {key}`" if dot else known.until[keep]


def _sweep(limit: Limit) -> str:
    chapter, _, key = limit.rule.partition(".")
    which = f" where `{limit.where}`" if limit.where else ""
    done = {"delete": "the row is deleted", "own": "see [Sweeps](#sweeps)"}.get(limit.does)
    done = done or f"emptied: {', '.join(f'`{column}`' for column in limit.empty)}"
    return f"Swept by `[{chapter}] {key}` from `{limit.since}` on{which}: {done}."


def columns() -> dict[str, frozenset[str]]:
    """Every table of the database with its columns, as the models have them."""
    return {name: frozenset(column.name for column in table.columns) for name, table in Base.metadata.tables.items()}


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(document(page.read_text("utf-8")), "utf-8")
