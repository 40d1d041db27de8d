"""Finding people among a million: by name, telephone, case number, LINE id, or the places of their cases.

Each way is bounded: of the pieces that are looked for the rarest is walked, at most MOST_WALKED of it, newest people first,
and at most MOST_OPENED names are decrypted. Where that was not enough, `more` says so and the caller asks for more letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from cryptography.fernet import MultiFernet
from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from casework import numbers
from casework.digits import ascii_digits
from casework.letters import bases, normal
from casework.place_data import tables
from storage import cases
from storage.columns import Base
from storage.models import Case, Follower, Person
from storage.people_index import BEGINNING, LAST, clear, hashed, looked_for, names

MOST_COUNTED = 5_000
"""Pieces with more people than this count as equally common."""
MOST_WALKED = 200_000
MOST_OPENED = 2_000
PAGE = 200
_ID = re.compile(r"U[0-9a-f]{32}")
_DIGITS = re.compile(r"[\d\s\-.()+]{4,20}")
_GRAMS = Base.metadata.tables["people_grams"]
NAMES, PLACES, DISTRICT_CASES = "name", "place", 400


@dataclass
class Found:
    """Who was found, the best first, with by what; `more`: there may be others."""

    people: list[tuple[Person, str]] = field(default_factory=list)
    more: bool = False

    def add(self, person: Person, way: str) -> None:
        """Once each."""
        if all(known.id != person.id for known, _ in self.people):
            self.people.append((person, way))


def find(session: Session, words: str, box: MultiFernet, keys: Sequence[bytes], limit: int) -> Found:
    """People for what was typed; `keys`: those of the index, several while DATA_KEY is being changed."""
    found, plain = Found(), normal(words)
    if not plain:
        return found
    if _ID.fullmatch(words.strip()):
        person = session.get(Person, words.strip())
        if person is not None:
            found.add(person, "id")
        return found
    number = numbers.parse(words)
    if number is not None:
        _of_case(session, number, found)
    digits = re.sub(r"\D", "", ascii_digits(words))
    if _DIGITS.fullmatch(ascii_digits(words).strip()) and len(digits) >= LAST:
        local = "0" + digits[2:] if digits.startswith("66") and len(digits) > 9 else digits
        ends = [hashed(key, "phone", local[-LAST:]) for key in keys]
        _collect(
            session, [{gram} for gram in ends], found, limit, "phone", lambda p: (clear(p.phone, box) or "").endswith(local)
        )
    for begins in (True, False):
        if len(found.people) < limit:
            wanted = [_wanted(plain, key, NAMES, begins=begins) for key in keys]
            _collect(session, wanted, found, limit, "name", partial(_is_called, box, plain, begins))
    if len(found.people) < limit and len(plain) > 1:
        _of_district(session, plain, found, limit)
        wanted = [_wanted(plain, key, PLACES, begins=False) for key in keys]
        _collect(session, wanted, found, limit, "place", lambda p: _has(_places(session, p), plain, begins=False))
    found.people = found.people[:limit]
    return found


def _wanted(plain: str, key: bytes, kind: str, *, begins: bool) -> set[int]:
    """Entries that a match must have. As a beginning: also the word's first letters."""
    found = looked_for(plain)
    if begins:
        found = found | {BEGINNING + "".join(bases(plain.split(maxsplit=1)[0])[:2])}
    return {hashed(key, kind, piece) for piece in found} if found else set()


def _is_called(box: MultiFernet, plain: str, begins: bool, person: Person) -> bool:
    return _has(names(person, box), plain, begins=begins)


def _has(known: Iterable[str], plain: str, *, begins: bool) -> bool:
    return any(f" {plain}" in f" {each}" if begins else plain in each for each in map(normal, known))


def _places(session: Session, person: Person) -> list[str]:
    query = select(Case.place_text).where(Case.reporter == person.id).order_by(Case.id.desc()).limit(20)
    return [place for place in session.scalars(query) if place]


def _collect(
    session: Session, ways: list[set[int]], found: Found, limit: int, way: str, fits: Callable[[Person], bool]
) -> None:
    opened = 0
    for grams in ways:
        if not grams:
            continue
        for page in _candidates(session, grams):
            for person in session.scalars(select(Person).where(Person.nr.in_(page)).order_by(Person.nr.desc())):
                opened += 1
                if fits(person):
                    found.add(person, way)
                if len(found.people) > limit or opened >= MOST_OPENED:
                    found.more = True
                    return


def _candidates(session: Session, grams: set[int]) -> Iterable[list[int]]:
    """Numbers of people who have all of the entries, the newest first, page by page."""
    rarest, *others = _by_rarity(session, grams)
    walked = select(_GRAMS.c.nr).where(_GRAMS.c.gram == rarest, _GRAMS.c.nr < bindparam("before"))
    r = walked.order_by(_GRAMS.c.nr.desc()).limit(MOST_WALKED).subquery("r")
    query = select(r.c.nr).order_by(r.c.nr.desc()).limit(PAGE)
    for gram in others:
        o = _GRAMS.alias()
        query = query.where(exists().where(o.c.gram == gram, o.c.nr == r.c.nr))
    before = 2**31 - 1
    while True:
        page = list(session.scalars(query, {"before": before}))
        if page:
            yield page
        if len(page) < PAGE:
            return
        before = page[-1]


def _by_rarity(session: Session, grams: set[int]) -> list[int]:
    """The rarest first; beyond MOST_COUNTED it does not matter."""

    def how_many(gram: int) -> int:
        few = select(_GRAMS.c.nr).where(_GRAMS.c.gram == gram).limit(MOST_COUNTED).subquery()
        return int(session.scalar(select(func.count()).select_from(few)) or 0)

    counted = {gram: how_many(gram) for gram in grams}
    return sorted(grams, key=lambda gram: (counted[gram], gram))


def _of_case(session: Session, number: str, found: Found) -> None:
    case = cases.by_number(session, number)
    if case is None:
        return
    followers = session.scalars(select(Follower.person).where(Follower.case_id == case.id).limit(50))
    for who in [case.reporter, *followers]:
        person = session.get(Person, who) if who else None
        if person is not None:
            found.add(person, "case")


def _of_district(session: Session, plain: str, found: Found, limit: int) -> None:
    """Who reported last in the district of that name, its short name in Thai or English begun at least."""
    codes = [d.code for d in tables().districts.values() if plain in {normal(d.name_th), normal(d.name_en), d.code}]
    for code in codes[:1]:
        latest = select(Case.id, Case.reporter).where(Case.district_code == code).order_by(Case.id.desc()).limit(DISTRICT_CASES)
        these = latest.subquery()
        ranked = select(these.c.reporter, func.max(these.c.id).label("last")).where(these.c.reporter.is_not(None))
        for who, _ in session.execute(ranked.group_by(these.c.reporter).order_by(func.max(these.c.id).desc()).limit(limit + 1)):
            person = session.get(Person, who)
            if person is not None:
                found.add(person, "place")
        found.more = True
