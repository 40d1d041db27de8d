"""Counters that all processes share: /metrics of any of them tells of all. Plain functions, a Session first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models_operation import Tally

Counts = Mapping[tuple[str, str], float]
"""(name, label) → how much."""


def _more(first: Any) -> Any:
    more = bindparam("more", type_=Tally.value.type)
    made = first.values(name=bindparam("name"), label=bindparam("label"), value=more)
    return made.on_conflict_do_update(index_elements=["name", "label"], set_={"value": Tally.value + more})


_ADD = {"sqlite": _more(sqlite.insert(Tally)), "postgresql": _more(postgresql.insert(Tally))}


def add(session: Session, counts: Counts) -> None:
    """Add these to what is there, always in the same order: two that add at once do not wait for each other in a circle."""
    rows = [{"name": name, "label": label, "more": more} for (name, label), more in sorted(counts.items())]
    if rows:
        session.execute(_ADD[session.get_bind().dialect.name], rows)


def all_of(session: Session) -> dict[str, dict[str, float]]:
    """Every counter: name → label → how much."""
    found: dict[str, dict[str, float]] = {}
    for name, label, value in session.execute(select(Tally.name, Tally.label, Tally.value)):
        found.setdefault(name, {})[label] = value
    return found
