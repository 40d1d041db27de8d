"""A crowd: people with names, telephones and places, and the blind index over them, as the sweep would have written it.

`python -m tests.scale.crowd URL 1000000` makes one, where there is none, and times what `people find` asks of it.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from random import Random

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import insert

from storage import people_find, schema
from storage.columns import Base
from storage.counting import next_running
from storage.engine import Store
from storage.models import Person
from storage.people_index import LAST, hashed, packed, pieces
from tests.scale.rows import person

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
KEY = b"rongtook1555.people:a key for tests"
BOX = MultiFernet([Fernet(b"c" * 43 + b"=")])
BATCH = 5_000
GIVEN = (
    *("สมชาย", "สมหญิง", "สมศักดิ์", "ประเสริฐ", "วิชัย", "สุรชัย", "อนุชา", "ณัฐพล", "กิตติ", "ธนพล", "ปิยะ", "พรทิพย์", "สุดา", "มาลี"),
    *("วรรณา", "นงนุช", "รัตนา", "กัญญา", "ศิริพร", "จันทร์เพ็ญ", "น้ำฝน", "พี่หมู", "ป้าแดง", "ลุงดำ", "น้องเมย์", "บีม", "ฟ้าใส"),
    *(
        "Nok",
        "Somchai",
        "Ploy",
        "Anan",
        "Mint",
        "Bank",
        "Beam",
        "Fern",
        "Jane",
        "Natt",
        "Aom",
        "Golf",
        "Pim",
        "Tonkhao",
        "☕คอฟฟี่",
        "JJ💕",
    ),
)
FAMILY = (
    "ใจดี",
    "รักไทย",
    "ศรีสุข",
    "ทองคำ",
    "แสงจันทร์",
    "บุญมา",
    "วงศ์ใหญ่",
    "พงษ์พันธุ์",
    "มั่นคง",
    "สุขสวัสดิ์",
    "Jaidee",
    "Srisuk",
    "K.",
    "",
)
CONSONANTS = "กขคจชซญณดตถทนบปผพฟมยรลวศสหอ"
VOWELS = ("า", "ิ", "ี", "ุ", "ู", "ะ", "่า", "้า", "ัน", "าร", "ำ", "")


def name(rng: Random) -> str:
    """A display name: mostly a common one with a family name, sometimes one that nobody else has."""
    if rng.random() < 0.35:
        return "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(rng.randint(2, 5)))
    rare = "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(3)) if rng.random() < 0.5 else rng.choice(FAMILY)
    return f"{rng.choice(GIVEN)} {rare}".strip()


def drawn(count: int, seed: int = 7) -> Iterator[tuple[int, str, str | None]]:
    """So many people as (index, name, phone): the same each time."""
    rng = Random(seed)
    for index in range(count):
        yield index, name(rng), f"08{rng.randrange(10**8):08d}" if rng.random() < 0.4 else None


def to_look_for(count: int) -> list[tuple[str, str, str]]:
    """Some of them as (id, name, phone)."""
    every = max(1, count // 40)
    return [(person(index), called, phone or "") for index, called, phone in drawn(count) if index % every == 7]


def fill(store: Store, count: int) -> list[tuple[str, str, str]]:
    """So many people, numbered from 1; some of them, to be looked for."""
    people = drawn(count)
    rows, grams = Base.metadata.tables["people"], Base.metadata.tables["people_grams"]
    entries: list[tuple[int, int]] = []
    for _ in range(0, count, BATCH):
        made = []
        for index, called, phone in islice(people, BATCH):
            found = {hashed(KEY, "name", piece) for piece in pieces(called)}
            if phone:
                found.add(hashed(KEY, "phone", phone[-LAST:]))
            entries += [(gram, index + 1) for gram in found]
            made.append(
                {
                    "id": person(index),
                    "language": "th",
                    "follows": True,
                    "created_at": NOW,
                    "seen_at": NOW,
                    "nr": index + 1,
                    "name": BOX.encrypt(called.encode()),
                    "phone": BOX.encrypt(phone.encode()) if phone else None,
                    "stale": False,
                    "grams": packed(found),
                }
            )
        with store.write() as session:
            session.execute(insert(rows), made)
    with store.write() as session:
        next_running(session, "people", count)
    entries.sort()
    for start in range(0, len(entries), 50_000):
        with store.write() as session:
            session.execute(insert(grams), [{"gram": gram, "nr": nr} for gram, nr in entries[start : start + 50_000]])
    return to_look_for(count)


def asked(some: list[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """What staff would type, by its sort."""
    for which, called, phone in some:
        yield "LINE id", which
        yield "whole name", called
        if len(called) > 4:
            yield "part of a name", called[1:-1]
            yield "beginning", called[:3]
        if phone:
            yield "telephone", phone
            yield "last four digits", phone[-4:]
    for common in ("สมชาย", "Somchai", "an", "ชา", "ส", "ใจดี", "สมชาย ใจดี", "ran", "อนันต์ชัยกุล"):
        yield f"common: {common}", common


def main(url: str, count: int) -> None:
    """Make it and time it."""
    store = Store(url)
    schema.upgrade(store)
    begun = time.perf_counter()
    with store.read() as session:
        there = session.get(Person, person(0)) is not None
    some = to_look_for(count) if there else fill(store, count)
    sys.stdout.write(f"{count} people in {time.perf_counter() - begun:.0f} s\n")
    if not store.sqlite and not there:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    took: dict[str, list[float]] = {}
    for sort, words in asked(some):
        begun = time.perf_counter()
        with store.read() as session:
            found = people_find.find(session, words, BOX, [KEY], 20)
        took.setdefault(sort, []).append((time.perf_counter() - begun) * 1000)
        if not found.people and not sort.startswith("common"):
            sys.stdout.write(f"{sort} {words!r}: nobody\n")
    for sort, times in took.items():
        sys.stdout.write(f"{sort:24} {len(times):4} median {statistics.median(times):7.1f} ms  longest {max(times):7.1f} ms\n")
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
