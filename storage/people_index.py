"""A blind index: people are found by pieces of their name, number and places, though these are encrypted.

Each piece (two letters of a name, a word's beginning, the last four digits) is hashed with a key from DATA_KEY and cut to
24 bits; `people_grams` says who has it. What is found is decrypted and compared, so that a hash that means two things does no
harm. docs/decisions/0029-finding-people.md says what a copy gives away. After a change of a name, number or case the person
is `stale`, and a sweep writes their entries anew.
"""

from __future__ import annotations

import base64
import hmac
import itertools
from collections.abc import Sequence

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from casework.letters import bases, normal
from storage.columns import Base
from storage.counting import next_running
from storage.models import Case, Person

BITS = 24
BEGINNING = "\x02"
"""Stands before a word: an entry with it is the word's beginning."""
LAST = 4
"""Digits of a telephone number that are indexed."""
MOST_LETTERS = 60
"""Of a name; LINE's are shorter."""
LATEST_CASES = 20
"""Of so many of a person's cases the places are indexed."""
_GRAMS = Base.metadata.tables["people_grams"]
STALE = text("stale")


def hashed(key: bytes, kind: str, piece: str) -> int:
    """The entry of a piece: HMAC-SHA256, its first 24 bits. The kind keeps names, numbers and places apart."""
    return int.from_bytes(hmac.digest(key, f"{kind}\x00{piece}".encode(), "sha256")[: BITS // 8], "big")


def pieces(words: str) -> set[str]:
    """Of a name or place: every two letters that follow one another, and each word's first letter and first two."""
    found: set[str] = set()
    plain = normal(words)
    all_letters = bases(plain)[:MOST_LETTERS]
    found |= {a + b for a, b in itertools.pairwise(all_letters)}
    for word in plain.split():
        first = bases(word)[:2]
        if first:
            found |= {BEGINNING + first[0], BEGINNING + "".join(first)}
    return found


def looked_for(words: str) -> set[str]:
    """Pieces that a name or place must have for these words to stand in it; a single letter only begins words."""
    all_letters = bases(normal(words))[:MOST_LETTERS]
    if len(all_letters) == 1:
        return {BEGINNING + all_letters[0]}
    return {a + b for a, b in itertools.pairwise(all_letters)}


def clear(token: bytes | None, box: MultiFernet) -> str | None:
    """Decrypted; None for what no key opens."""
    try:
        return None if token is None else box.decrypt(token).decode()
    except InvalidToken:
        return None


def names(person: Person, box: MultiFernet) -> list[str]:
    """What the person is called: by their own wish, in LINE."""
    return [name for name in (clear(person.called, box), clear(person.name, box)) if name]


def touch(session: Session, person: str) -> None:
    """Something that is indexed has changed."""
    session.execute(update(Person).where(Person.id == person).values(stale=True).execution_options(synchronize_session=False))


def waiting(session: Session, limit: int) -> Sequence[str]:
    """People whose entries are to be written anew."""
    return session.scalars(select(Person.id).where(STALE).limit(limit)).all()


def refresh(session: Session, limit: int, box: MultiFernet, key: bytes) -> int:
    """Write the entries of so many stale people anew; how many they were."""
    query = select(Person).where(STALE).limit(limit).with_for_update(skip_locked=True)
    found = session.scalars(query).all()
    new = [person for person in found if person.nr is None]
    if new:
        last = next_running(session, "people", len(new))
        for n, person in enumerate(reversed(new)):
            person.nr = last - n
    for person in found:
        _write(session, person, _entries(session, person, box, key))
        person.stale = False
    return len(found)


def _entries(session: Session, person: Person, box: MultiFernet, key: bytes) -> set[int]:
    found = {hashed(key, "name", piece) for name in names(person, box) for piece in pieces(name)}
    phone = clear(person.phone, box)
    if phone:
        found.add(hashed(key, "phone", phone[-LAST:]))
    latest = select(Case.place_text).where(Case.reporter == person.id).order_by(Case.id.desc()).limit(LATEST_CASES)
    for place in session.scalars(latest):
        if place:
            found |= {hashed(key, "place", piece) for piece in pieces(place)}
    return found


def _write(session: Session, person: Person, wanted: set[int]) -> None:
    held = unpacked(person.grams)
    forget_entries(session, person.nr, held - wanted)
    if new := wanted - held:
        session.execute(insert(_GRAMS), [{"gram": gram, "nr": person.nr} for gram in sorted(new)])
    person.grams = packed(wanted)


def forget_entries(session: Session, nr: int | None, grams: set[int]) -> None:
    """Take entries out."""
    if nr is not None and grams:
        session.execute(delete(_GRAMS).where(_GRAMS.c.gram.in_(sorted(grams)), _GRAMS.c.nr == nr))


def packed(grams: set[int]) -> str:
    """Entries as they are kept with the person."""
    return base64.b64encode(b"".join(gram.to_bytes(3, "big") for gram in sorted(grams))).decode()


def unpacked(held: str | None) -> set[int]:
    """See packed()."""
    raw = base64.b64decode(held or "")
    return {int.from_bytes(raw[at : at + 3], "big") for at in range(0, len(raw), 3)}


def all_stale(session: Session) -> int:
    """Every entry is to be written anew, with another key (`db rekey`); how many people that is."""
    changed = session.execute(update(Person).values(stale=True).execution_options(synchronize_session=False))
    return int(changed.rowcount)  # type: ignore[attr-defined]
