"""Finding people: by pieces of a name, telephone, case number, id or place; by an index; after a change of key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy.orm import Session

from casework import rules
from casework.case import Draft
from casework.letters import letters, normal
from storage import cases, people, people_find, people_index, schema
from storage.engine import Store
from storage.models import Person
from tests.scale.crowd import BOX, KEY, NOW, asked, fill
from tests.support.plans import listening, walks

RULES = rules.load()
Crowd = tuple[Store, list[tuple[str, str, str]]]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def crowd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, list[tuple[str, str, str]]]]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('crowd')}/one.db"
    else:
        server = request.getfixturevalue("postgres_server")
        server.psql("CREATE DATABASE crowd;")
        url = server.get_uri("crowd")
    made = Store(url)
    schema.upgrade(made)
    some = fill(made, 1500)
    with made.write() as session:
        person = people.meet(session, "Uplace", NOW)
        people.call(person, "น้ำผึ้ง เดือนห้า", BOX)
        people.keep_phone(person, "0212345678"[:9], BOX)
        draft = Draft(category="light", text="ไฟดับ", district_code="1040", place_text="ซอยเพชรเกษม 69 หน้าวัดม่วง")
        cases.file(session, draft, RULES, NOW, reporter="Uplace")
        people_index.refresh(session, 99, BOX, KEY)
    yield made, some
    made.close()


def ids(session: Session, words: str, *keys: bytes) -> list[str]:
    return [person.id for person, _ in people_find.find(session, words, BOX, keys or (KEY,), 20).people]


def test_everybody_is_found_by_what_they_are_called(crowd: tuple[Store, list[tuple[str, str, str]]]) -> None:
    store, some = crowd
    with store.read() as session:
        for which, called, phone in some:
            assert ids(session, which) == [which]
            found = people_find.find(session, called.upper(), BOX, [KEY], 99)
            assert which in [p.id for p, _ in found.people], called
            for words in {phone, phone[-4:], f"+66 {phone[1:3]}-{phone[3:]}"} if phone else ():
                assert which in ids(session, words), words


@pytest.mark.parametrize(
    "words", ["น้ำผึ้ง", "น้ำ", "ผึ้ง เดือน", "เดือนห้า", "๐๒-๑๒๓-๔๕๖๗", "4567", "เพชรเกษม 69", "วัดม่วง", "เพชรเกษม ๖๙", "บางแค"]
)
def test_thai_letters_digits_and_places(crowd: tuple[Store, list[tuple[str, str, str]]], words: str) -> None:
    with crowd[0].read() as session:
        assert "Uplace" in ids(session, words)


def test_a_case_number_finds_who_reported_it_and_nonsense_finds_nobody(crowd: tuple[Store, list[tuple[str, str, str]]]) -> None:
    with crowd[0].read() as session:
        (case,) = cases.of_person(session, "Uplace", 9)
        assert ids(session, case.number.replace("-", "")) == ["Uplace"]
        for words in ("", "   ", "ึ", "ผึ้ง น้ำ", "0000000000", "U" + "f" * 32, "'; DROP TABLE people", "%"):
            assert "Uplace" not in ids(session, words), words


def test_it_is_by_an_index(crowd: tuple[Store, list[tuple[str, str, str]]]) -> None:
    store, some = crowd
    with listening() as issued, store.read() as session:
        for _, words in (*asked(some), ("place", "วัดม่วง"), ("district", "บางแค")):
            people_find.find(session, words, BOX, [KEY], 20)
    assert any("people_grams" in statement for statement in issued)
    walked = {statement[:120]: found for statement, given in issued.items() if (found := walks(store, statement, given))}
    assert not walked


def test_after_a_change_of_key_both_find_until_the_index_is_new(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/one.db")
    schema.upgrade(store)
    new = MultiFernet([Fernet(Fernet.generate_key()), *BOX._fernets])
    with store.write() as session:
        people.call(people.meet(session, "Uold", NOW), "เก่าแก่", BOX)
        people_index.refresh(session, 9, BOX, KEY)
    with store.write() as session:
        people.call(people.meet(session, "Unew", NOW), "ใหม่เอี่ยม", new)
        people_index.refresh(session, 9, new, b"new")

    def found(words: str, *keys: bytes) -> list[str]:
        with store.read() as session:
            return [p.id for p, _ in people_find.find(session, words, new, keys, 9).people]

    assert found("เก่า", b"new", KEY) == ["Uold"] and found("เก่า", b"new") == []
    with store.write() as session:
        assert people_index.all_stale(session) == 2
        people_index.refresh(session, 9, new, b"new")
    assert found("เก่า", b"new") == ["Uold"] and found("เก่า", KEY) == [] and found("เอี่ยม", b"new") == ["Unew"]
    with store.read() as session:
        held = people_index.unpacked(session.get_one(Person, "Uold").grams)
        assert held == {people_index.hashed(b"new", "name", piece) for piece in people_index.pieces("เก่าแก่")}
    store.close()


def test_letters_are_what_people_read() -> None:
    assert letters("กำนั้น") == ["ก", "ำ", "นั้", "น"] and normal(" SOM\u200bชาย ๑ ") == "somชาย 1"
    assert letters(normal("กำ")) == letters(normal("กํา"))
