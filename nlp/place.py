"""Places named in a text: districts, sub-districts, roads, lanes (soi), landmarks, other provinces.

A prefix (``เขต``, ``แขวง``, ``ถนน``, ``ซอย``, ``จังหวัด`` …) decides what a name is; a bare name that is several
things (``ลาดพร้าว``: a road and a district) gets p < 0.5. A place of another province never gets a district code,
and when the text says ``อำเภอ``/``ตำบล`` before a name, it is not one of Bangkok's. Names and their districts:
the official lists of the 50 districts and 180 sub-districts; roads, landmarks and provinces are written by hand.
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .thai import DATA
from .types import Place
from .words import Finder, Hit

FIRM, WEAK, SURE = 0.75, 0.4, 0.95
ROAD = "\u0e16\u0e19\u0e19"
"""The word for a road, with which a few sub-districts' names begin."""
MOST = 12
"""At most this many places are given for a text."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A gazetteer entry; ``name`` is the official form, ``weak`` says that the bare name is not firm."""

    kind: str
    name: str
    code: str | None
    weak: bool = False


class _Tables:
    def __init__(self) -> None:
        more: dict[str, Any] = tomllib.loads((DATA / "places_more.toml").read_text("utf-8"))
        weak = set(more["weak"]["names"]) - set(more["weak"]["firm"])
        lines: list[tuple[str, _Name]] = []
        shared = self._official(lines, weak)
        official = {entry.code: entry for _, entry in lines if entry.kind == "district"}
        for alias, code in more["aliases"].items():
            lines.append((alias, _Name("district", official[code].name, code)))
        weak_roads = set(more["roads"]["weak"])
        weak_roads |= shared
        lines += [(n, _Name("road", n, None, n in weak_roads)) for n in more["roads"]["names"]]
        lines += [(n, _Name("landmark", n, code or None)) for n, code in more["landmarks"].items()]
        lines += [(n, _Name("province", n, None)) for n in more["provinces"]["names"]]
        lines += [(n, _Name("province", n, None, True)) for n in more["provinces"]["weak"]]
        lines += [(n, _Name("province", p, None)) for n, p in more["provinces"]["local"].items()]
        self.names: Finder[_Name] = Finder(lines)
        prefixes = [(p, kind) for kind, ps in more["prefix"].items() for p in ps]
        prefixes.sort(key=lambda pair: -len(pair[0]))
        self.prefix_kind = {p.strip(): kind for p, kind in prefixes}
        before = "|".join(re.escape(p.strip()) for p, _ in prefixes)
        self.prefix = re.compile(rf"(?<![a-z])({before})[ :]{{0,3}}$")
        longest = sorted(more["prefix"]["soi"], key=len, reverse=True)
        sois = "|".join(re.escape(p.strip()) for p in longest if len(p) > 1)
        before = rf"(?:(?<![a-z])(?:{sois}))[ :]{{0,3}}"
        self.soi = re.compile(rf"{before}([\u0e01-\u0e4ea-z. ]{{0,28}}?) ?(\d{{1,3}}(?:/\d{{1,3}})?)(?![\d/])")
        self.soi_named = re.compile(rf"{before}([\u0e01-\u0e4e]{{3,22}})(?= |$|\n)")
        self.road_named = re.compile(r"\u0e16\u0e19\u0e19 ?([\u0e01-\u0e4e]{3,18})(?= |$|\n)")
        self.number = re.compile(r" ?(?:\u0e0b\u0e2d\u0e22|soi|\u0e0b\.)? ?(\d{1,3}(?:/\d{1,3})?)(?![\d/:.-])")

    @staticmethod
    def _official(lines: list[tuple[str, _Name]], weak: set[str]) -> set[str]:
        """Add districts and sub-districts; returns the names that a district has."""
        with (DATA / "places.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        codes: dict[tuple[str, str], set[str]] = {}
        for row in rows:
            codes.setdefault((row["kind"], row["name"]), set()).add(row["district_code"])
        for row in rows:
            own = codes[row["kind"], row["name"]]
            code = row["district_code"] if len(own) == 1 else None
            entry = _Name(row["kind"], row["name"], code, row["name"] in weak or code is None)
            english = row["aliases"].lower()
            forms = {row["name"], english, english.replace(" ", "")}
            road = row["name"].removeprefix(ROAD)
            if row["kind"] == "subdistrict" and road != row["name"]:  # "ถนนเพชรบุรี" is the road unless แขวง is said
                lines.append((row["name"], _Name("road", road, None)))
            lines += [(form, entry) for form in forms if form]
            word = {"district": "district", "subdistrict": "subdistrict"}[row["kind"]]
            lines += [(f"{form} {word}", _Name(row["kind"], row["name"], code)) for form in forms if form.isascii()]
        return {row["name"] for row in rows if row["kind"] == "district"}


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()


def find_places(text: str) -> tuple[Place, ...]:
    """Places of a normalised text (codes blanked), best first; the same place once, with its best p."""
    tables = _tables()
    found: list[Place] = []
    hits = tables.names.find(text)
    taken: list[tuple[int, int]] = []
    for hit in hits:
        place, end = _read(tables, text, hit)
        if place is not None:
            found.append(place)
            taken.append((hit.start, end))
    found += _named(tables, text, taken)
    if any(p.kind == "province" and p.p >= 0.5 for p in found):
        found = [_doubted(p) for p in found]
    best: dict[tuple[str, str, str | None], Place] = {}
    for place in found:
        key = (place.kind, place.name, place.district_code)
        if key not in best or place.p > best[key].p:
            best[key] = place
    return tuple(sorted(best.values(), key=lambda p: -p.p)[:MOST])


def _doubted(place: Place) -> Place:
    """A place beside the name of another province: firm only where a prefix made it sure."""
    if place.kind == "province" or place.p >= SURE:
        return place
    return Place(place.kind, place.name, place.district_code, min(place.p, WEAK))


def _read(tables: _Tables, text: str, hit: Hit[_Name]) -> tuple[Place | None, int]:
    """What a found name is, by its prefix, the number after it, and how many things bear it."""
    prefix = tables.prefix.search(text[max(0, hit.start - 16) : hit.start])
    said = tables.prefix_kind[prefix[1]] if prefix else None
    kinds = {name.kind: name for name in dict.fromkeys(hit.values)}
    local = _outside(kinds, said)
    if local is not None:
        return local, hit.end
    if said == "thing" and "landmark" not in kinds:
        return None, hit.end
    if said in kinds:
        name = kinds[str(said)]
        sure = WEAK if name.code is None and said == "subdistrict" else SURE
        if said in {"road", "soi"}:
            return _lane(tables, text, hit, name, SURE)
        return Place(name.kind, name.name, name.code, sure), hit.end
    if "road" in kinds:
        lane = tables.number.match(text, hit.end)
        if said == "soi" or lane:
            return _lane(tables, text, hit, kinds["road"], SURE if said == "soi" else FIRM)
    if said in {"road", "soi"}:
        name = next(iter(kinds.values()))
        return _lane(tables, text, hit, _Name(str(said), name.name.removeprefix(ROAD), None), 0.8)
    return _bare(kinds), hit.end


def _outside(kinds: dict[str, _Name], said: str | None) -> Place | None:
    """A place of another province, where the prefix or the name says so."""
    if said == "outside":
        province = kinds.get("province")
        if province is not None:
            return Place("province", province.name, None, SURE)
        return Place("subdistrict", next(iter(kinds.values())).name, None, 0.3)
    if "province" in kinds and said in {None, "province"}:
        name = kinds["province"]
        if said == "province":
            return Place("province", name.name, None, SURE)
        if len(kinds) == 1:
            return None if name.weak else Place("province", name.name, None, 0.8)
    return None


def _bare(kinds: dict[str, _Name]) -> Place | None:
    """A name without a prefix: the likeliest of what bears it."""
    for kind in ("landmark", "district", "subdistrict", "road"):
        name = kinds.get(kind)
        if name is None or (kind == "subdistrict" and name.name.startswith(ROAD)):
            continue
        several = len({n.code for n in kinds.values() if n.kind in {"district", "subdistrict"}}) > 1
        p = WEAK if name.weak or several else (0.85 if kind == "landmark" else FIRM)
        return Place(kind, name.name, name.code, p)
    return None


def _lane(tables: _Tables, text: str, hit: Hit[_Name], name: _Name, p: float) -> tuple[Place, int]:
    """A road, or with a number after its name one of its lanes."""
    number = tables.number.match(text, hit.end)
    if number:
        return Place("soi", f"{name.name} {number[1]}", None, p), number.end()
    return Place(name.kind if name.kind in {"road", "soi"} else "road", name.name, None, p), hit.end


def _named(tables: _Tables, text: str, taken: list[tuple[int, int]]) -> list[Place]:
    """Lanes and roads that no list has, read by their prefix up to the next space."""

    def free(m: re.Match[str]) -> bool:
        return not any(start < m.end() and m.start() < end for start, end in taken)

    found = []
    for m in tables.soi.finditer(text):
        if free(m):
            taken.append(m.span())
            found.append(Place("soi", " ".join(f"{m[1].strip()} {m[2]}".split()), None, 0.7))
    for kind, pattern in (("soi", tables.soi_named), ("road", tables.road_named)):
        for m in pattern.finditer(text):
            if free(m):
                taken.append(m.span())
                found.append(Place(kind, m[1], None, 0.3 if kind == "soi" else 0.35))
    return found
