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

from .fuzzy import LONG, NearFinder, skeleton
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
        self.official = [e for e in official.values() if e.code]
        self.bones = [(skeleton(e.name)[0], e) for e in self.official]
        said = "|".join(re.escape(p.strip()) for p in more["prefix"]["district"] if len(p.strip()) > 2)
        self.district_said = re.compile(rf"(?<![a-z])(?:{said})[ :]{{0,2}}(?=[\u0e01-\u0e4e]{{4}})")
        long = [(e.name, e) for e in self.official if len(skeleton(e.name)[0]) >= LONG and e.name not in weak]
        self.misspelt: NearFinder[_Name] = NearFinder(long)
        outside = "|".join(re.escape(p.strip()) for p in more["prefix"]["outside"])
        self.outside_said = re.compile(rf"(?<![\u0e01-\u0e4e])(?:{outside}) ?[\u0e01-\u0e4e]{{3}}")
        self.route = re.compile(more["route"])
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
    found += _misspelt(tables, text, taken)
    found += _named(tables, text, taken)
    if tables.outside_said.search(text):
        found += [Place("province", n.name, None, FIRM) for h in hits for n in h.values if n.kind == "province"]
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
    if (said == "thing" and "landmark" not in kinds) or (not said and _on_route(tables, text, hit)):
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


def _on_route(tables: _Tables, text: str, hit: Hit[_Name]) -> bool:
    """Whether a name is one end of a line of buses or trains (``A-B`` after the word for a line)."""
    return any(m.start() <= hit.start and hit.end <= m.end() for m in tables.route.finditer(text))


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
        several = kind == "subdistrict" and len({n.code for n in kinds.values() if n.kind == "district"}) > 0
        p = WEAK if name.weak or several else (0.85 if kind == "landmark" else FIRM)
        return Place(kind, name.name, name.code, p)
    return None


def _lane(tables: _Tables, text: str, hit: Hit[_Name], name: _Name, p: float) -> tuple[Place, int]:
    """A road, or with a number after its name one of its lanes."""
    number = tables.number.match(text, hit.end)
    if number:
        return Place("soi", f"{name.name} {number[1]}", None, p), number.end()
    return Place(name.kind if name.kind in {"road", "soi"} else "road", name.name, None, p), hit.end


def _misspelt(tables: _Tables, text: str, taken: list[tuple[int, int]]) -> list[Place]:
    """Districts with slips in their names: after the word district by the nearest name, alone only where a long name shows."""
    found = []
    for m in tables.district_said.finditer(text):
        if any(start <= m.end() < end for start, end in taken):
            continue
        heard = skeleton(text[m.end() : m.end() + 24].split(" ", maxsplit=1)[0])[0]
        near = sorted((_slips(bone, heard), n) for n, (bone, _) in enumerate(tables.bones))
        slips, n = near[0]
        if slips <= (2 if len(tables.bones[n][0]) >= LONG else 1) and slips < near[1][0]:
            entry = tables.bones[n][1]
            found.append(Place("district", entry.name, entry.code, 0.7))
            taken.append((m.end(), m.end() + len(entry.name)))
    for hit in tables.misspelt.find(text):
        edge = hit.start == 0 or not "\u0e01" <= text[hit.start - 1] <= "\u0e4e"
        if edge and not hit.exact and not any(start < hit.end and hit.start < end for start, end in taken):
            taken.append((hit.start, hit.end))
            found += [Place("district", e.name, e.code, 0.6) for e in hit.values[:1]]
    return found


def _slips(name: str, heard: str) -> int:
    """Fewest letters to change, add or leave out to make the name of the beginning of what was heard."""
    row = list(range(len(heard) + 1))
    for n, letter in enumerate(name, 1):
        before, row[0] = row[0], n
        for k, other in enumerate(heard, 1):
            before, row[k] = row[k], min(row[k] + 1, row[k - 1] + 1, before + (letter != other))
    return min(row)


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


def name_spans(text: str) -> list[tuple[int, int]]:
    """Where names of places stand in a normalised text, by position (they may overlap)."""
    return [(hit.start, hit.end) for hit in _tables().names.find(text)]
