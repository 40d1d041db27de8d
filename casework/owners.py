"""Who answers for what is outside the city's powers: named to the citizen with the way to reach them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("data") / "owners.toml"


@dataclass(frozen=True)
class Owner:
    """An office that is not the city's. `phone`: a number to dial."""

    code: str
    th: str
    en: str
    phone: str
    names: tuple[str, ...]


@lru_cache(maxsize=1)
def owners() -> Mapping[str, Owner]:
    """The offices by code. Read-only."""
    rows = tomllib.loads(_FILE.read_text("utf-8"))
    made = {code: Owner(code, row["th"], row["en"], row["phone"], tuple(row["names"])) for code, row in rows.items()}
    return MappingProxyType(made)


def owner_named(text: str) -> Owner | None:
    """The office whose name stands in `text`; the longest name where several do."""
    bare = "".join(text.split())
    found = [
        (len(name), owner.code)
        for owner in owners().values()
        for name in ("".join(owner.th.split()), owner.en, *owner.names)
        if name in (bare if not name.isascii() else text)
    ]
    return owners()[max(found)[1]] if found else None
