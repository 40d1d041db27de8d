"""The catalogue: the 24 categories of a case, the agencies, and who is responsible for what.

All of it is data (``data/categories.toml``, ``data/agencies.toml``, ``data/districts.csv``); the tables are read once
and checked: a misspelt agency or section raises ``ValueError`` at the first use, with the name of the culprit.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

Route = Literal["district", "bureau", "utility", "centre"]
Public = Literal["exact", "blurred", "hidden"]
Kind = Literal["district", "bureau", "utility", "centre", "staff"]

CENTRE = "1555"
"""The centre's own agency code; owner of what has no known district, and of complaints about conduct."""
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of problem. ``section`` is the section of a district office, or "" where no district office answers.

    ``partners`` are agency codes that also serve; for routes bureau and utility the first of them owns the case.
    ``finish_days`` and ``duplicate_radius_m`` are defaults under the rules. ``public``: what strangers may see of a case
    (casework.public).
    """

    code: str
    th: str
    en: str
    section: str
    partners: tuple[str, ...]
    route: Route
    finish_days: float
    duplicate_radius_m: float
    icon: str
    public: Public = "exact"


@dataclass(frozen=True, slots=True)
class Agency:
    """Who answers. ``th`` and ``en`` are names, ``short_th`` the one for cards (a district: its bare name).

    ``phone`` is "" where none is widely known; ``escalates_to`` is "" at the end of the line; ``sections`` is
    filled for district offices only.
    """

    code: str
    kind: Kind
    th: str
    en: str
    short_th: str
    phone: str
    escalates_to: str
    sections: tuple[str, ...] = ()


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text("utf-8"))


@lru_cache(maxsize=1)
def categories() -> Mapping[str, Category]:
    """Categories by code, in the centre's order. Read-only."""
    sections = set(_toml("agencies.toml")["district_sections"])
    known = agencies()
    made = {code: Category(code=code, **{**row, "partners": tuple(row["partners"])}) for code, row in
            _toml("categories.toml").items()}  # fmt: skip
    for category in made.values():
        wrong = [p for p in category.partners if p not in known]
        if wrong or (category.section and category.section not in sections):
            raise ValueError(f"categories.toml, {category.code}: unknown {wrong or category.section!r}")
        if category.public not in get_args(Public):
            raise ValueError(f"categories.toml, {category.code}: public is exact, blurred or hidden")
        if category.route in {"bureau", "utility"} and not category.partners:
            raise ValueError(f"categories.toml, {category.code}: a {category.route} must be named as first partner")
    return MappingProxyType(made)


@lru_cache(maxsize=1)
def agencies() -> Mapping[str, Agency]:
    """Agencies by code: districts 1001 to 1050, then bureaus, utilities, the centre, its staff. Read-only."""
    table = _toml("agencies.toml")
    made: dict[str, Agency] = {}
    with (_DATA / "districts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            made[row["code"]] = Agency(
                code=row["code"], kind="district", th=f"{table['district_office']}{row['name_th']}",
                en=row["name_en"], short_th=row["name_th"], phone=row["phone"], escalates_to=CENTRE,
                sections=tuple(table["district_sections"]),
            )  # fmt: skip
    for code, row in table["agencies"].items():
        made[code] = Agency(code=code, **row)
    for agency in made.values():
        if agency.escalates_to and agency.escalates_to not in made:
            raise ValueError(f"agencies.toml, {agency.code}: unknown escalates_to {agency.escalates_to!r}")
    return MappingProxyType(made)


def for_groups(category_code: str) -> bool:
    """Whether groups may see a case of this category: complaints about conduct stay with the centre, outside LINE."""
    return category_code != "conduct"


def responsible(category_code: str, district_code: str | None) -> tuple[str, ...]:
    """Agency codes for a case, the owner first, each once.

    Conduct stays with the centre alone. An unknown or absent district leaves the centre as owner where the district
    would own it. An unknown category is treated as ``other``.
    """
    category = categories().get(category_code) or categories()["other"]
    if category.route == "centre":
        return (CENTRE,)
    office = agencies().get(district_code or "")
    district = office.code if office is not None and office.kind == "district" else CENTRE
    if category.route == "district":
        return (district, *category.partners)
    served = (district,) if category.section else ()
    return (*category.partners, *served)
