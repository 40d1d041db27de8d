"""`people` on the command line: found masked, shown whole, labelled, flagged, merged, erased; every look recorded."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, MultiFernet

from casework import rules
from casework.seal import Seal
from storage import people, people_index
from storage.models import Case, Person
from tests.support.command_line import typed
from tests.talks.theatre import Actor, Stage, play

SPOTS = (f"📍 {13.80 + n * 0.002:.4f}, 100.7500" for n in itertools.cycle(range(8)))


class House:
    """A stage and the command line on one database."""

    def __init__(self, folder: Path) -> None:
        self.key = Fernet.generate_key().decode()
        self.url = f"sqlite:///{folder}/stage.db"
        self.stage = Stage(self.url, rules.load())
        self.stage.box = MultiFernet([Fernet(self.key)])
        self.stage.turns._box = self.stage.turns._alerts.box = self.stage.box
        self.env = {"DATABASE_URL": self.url, "DATA_KEY": self.key, "MEDIA_DIR": str(folder / "media")}

    def run(self, *words: str, code: int = 0) -> Any:
        result = typed(["people", *words], self.env)
        assert result.exit_code == code, (words, result.output, result.exception)
        return json.loads(result.stdout) if "--json" in words else result.output

    def person(self, name: str, phone: str | None = None, *, reports: int = 1) -> Actor:
        actor = Actor(self.stage)
        for _ in range(reports):
            for line in ("ไฟทางดับหน้าบ้าน", next(SPOTS), "[ไม่มีรูป]", "[ส่งเรื่อง]"):
                actor.does(line)
        with self.stage.store.write() as session:
            row = people.meet(session, actor.person, self.stage.now)
            people.named(session, row.id, self.stage.box.encrypt(name.encode()), None, self.stage.now)
            people.keep_phone(row, phone, self.stage.box)
            session.flush()
            people_index.refresh(session, 9, self.stage.box, Seal(self.key).index_keys()[0])
        return actor


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_somebody_is_found_masked_and_shown_whole_and_both_are_recorded(house: House) -> None:
    actor = house.person("สมชาย ใจดี", "0812345678")
    (row,) = house.run("find", "ชาย ใจ", "--json", "--by", "malee", "--reason", "โทรมา")
    assert row["id"] == actor.person and row["phone"] == "…5678" and row["cases"] == 1 and row["found_by"] == "name"
    assert "…5678" in house.run("find", "5678") and "0812345678" not in house.run("find", "0812345678")
    shown = house.run("show", actor.person, "--json", "--by", "malee")
    assert shown["phone"] == "0812345678" and shown["latest_cases"][0]["status"] == "numbered"
    assert shown["messages"][0]["n"] > shown["messages"][-1]["n"] and "ไฟทางดับหน้าบ้าน" in str(shown["messages"])
    older = house.run("show", actor.person, "--json", "--before", str(shown["messages"][-1]["n"]))
    assert all(m["n"] < shown["messages"][-1]["n"] for m in older["messages"])
    assert shown["latest_cases"][0]["tags"] == ["ออกเลขแล้ว"] and shown["threads"] == []
    screen = house.run("show", actor.person)
    assert "latest cases" in screen and "ออกเลขแล้ว  reported" in screen and "True" not in screen
    assert "nuisance        no" in screen and "threads\n  -" in screen
    found = house.run("find", "5678").splitlines()
    assert found[0].split() == ["id", "name", "phone", "area", "cases", "by", "labels"]
    assert found[1].index("สมชาย") == found[0].index("name") and "1 case, 1 open" in found[1] and found[2] == "1 person"
    looked = house.run("audit", "--person", actor.person, "--who", "malee", "--json")
    assert [deed["what"] for deed in looked] == ["people show", "people find"] and looked[1]["reason"] == "โทรมา"
    assert "สมชาย" not in str(house.run("audit", "--json")), "what was typed is no record"
    house.run("show", "U" + "0" * 32, code=1)
    assert house.run("find", "ไม่มีใคร", "--json") == []


def test_labels_and_the_flag(house: House) -> None:
    actor = house.person("นก")
    assert house.run("tag", actor.person, "ประธานชุมชน", "--json")["tags"] == ["ประธานชุมชน"]
    assert house.run("tag", actor.person, "ประธานชุมชน", "--remove", "--json")["tags"] == []
    house.run("tag", actor.person, "x" * 31, code=1)
    house.run("tag", actor.person, "ไม่มี", "--remove", code=1)
    house.run("flag", actor.person, code=1)
    assert house.run("flag", actor.person, "--reason", "แจ้งเท็จ", "--json")["nuisance"] is True
    said = ""
    for _ in range(3):
        for line in ("มีต้นไม้ล้มขวางถนน อันตรายมาก", next(SPOTS), "[ไม่มีรูป]", "[ส่งเรื่อง]"):
            said = str(actor.does(line))
    with house.stage.store.read() as session:
        filed = session.query(Case).order_by(Case.id).all()
        assert len(filed) == 3, "one before the flag, and two of three a day"
        assert {case.agency for case in filed[1:]} == {"1555"}, "the centre looks first"
    assert "1669" in said and "3" in said
    assert house.run("flag", actor.person, "--off", "--reason", "ผิดคน", "--json")["nuisance"] is False
    actor.does("[ส่งเรื่อง]")
    with house.stage.store.read() as session:
        assert session.query(Case).count() == 4


def test_two_accounts_of_one_person_are_shown_as_one_and_apart_again(house: House) -> None:
    old, new = house.person("สมชายเก่า", reports=2), house.person("สมชายใหม่")
    merged = house.run("merge", old.person, new.person, "--json", "--reason", "เครื่องใหม่")
    assert merged["cases"] == 3
    house.run("merge", new.person, old.person, code=1)
    house.run("merge", new.person, new.person, code=1)
    assert len(house.run("show", old.person, "--json")["latest_cases"]) == 3
    said = str(new.does("ติดตามเรื่อง"))
    with house.stage.store.read() as session:
        numbers = [case.number for case in session.query(Case)]
    assert all(number in said for number in numbers)
    assert house.run("unmerge", old.person, "--json")["cases"] == 2
    assert house.run("show", new.person, "--json")["cases"] == 1
    house.run("unmerge", new.person, code=1)


def test_data_are_handed_out_and_erased(house: House, tmp_path: Path) -> None:
    actor = house.person("สมชาย ใจดี", "0812345678")
    house.run("export", actor.person, "--out", str(tmp_path / "out.json"))
    given = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert given["accounts"][0]["phone"] == "0812345678" and len(given["cases"]) == 1 and given["messages"]
    assert (tmp_path / "out.json").stat().st_mode & 0o77 == 0
    house.run("erase", actor.person, "--yes", code=1)
    done = house.run("erase", actor.person, "--yes", "--reason", "ขอมาทางจดหมาย", "--json")
    assert done["accounts"] == 1 and len(done["cases_that_stay"]) == 1
    with house.stage.store.read() as session:
        assert session.get(Person, actor.person) is None
    assert house.run("find", "สมชาย", "--json") == []
    looked = house.run("audit", "--json")
    assert actor.person not in str(looked) and "people erase" in str(looked)
    house.run("erase", actor.person, "--yes", "--reason", "x", code=1)


def test_what_is_sent_while_somebody_is_erased_goes_or_comes_from_somebody_new(house: House) -> None:
    actor = house.person("สมชาย")
    house.stage.keep(house.stage.event(actor.person, type="message", message={"type": "text", "id": "m1", "text": "ลับมาก"}))
    house.run("erase", actor.person, "--yes", "--reason", "ขอ")
    assert actor.hears() == []
    play(house.stage, "คุณ: สวัสดี\n1555: สวัสดี", actor.person)


def test_conversations_with_officers_are_shown_and_cases_page_by_page(house: House) -> None:
    actor = house.person("นก", reports=3)
    other = house.person("แดง")
    for who in (actor, other):
        for line in ("ติดต่อเจ้าหน้าที่", "ถามเรื่องบิลค่าน้ำค่ะ", "[จบการสนทนา]", "[4 ดาว]"):
            who.does(line)
    shown = house.run("show", actor.person, "--json", "--cases", "2")
    ((thread,), two) = shown["threads"], [case["number"] for case in shown["latest_cases"]]
    assert (thread["state"], thread["rating"]) == ("closed", 4) and thread["opened_at"] <= thread["last_at"]
    older = house.run("show", actor.person, "--json", "--cases-before", two[-1])["latest_cases"]
    assert len(two) == 2 and len(older) == 1 and older[0]["number"] not in two
    assert "#1  closed  opened " in house.run("show", actor.person) and "4 of 5 stars" in house.run("show", actor.person)
    house.run("show", actor.person, "--cases-before", "69-0000000", code=1)
