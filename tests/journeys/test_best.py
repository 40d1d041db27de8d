"""The BEST loop over real HTTP: binding, alarm, one owner, proof, the citizen's yes; and what changes nothing."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from PIL import Image
from sqlalchemy import select

from storage.models import Media
from tests.support.citizen import Citizen
from tests.support.coordinator import Group, Member
from tests.support.fake_line import FakeLine
from tests.support.hatch import Hatched, command
from tests.support.pictures import photo
from tests.support.reading import actions, words
from tests.support.service import Household, Process
from tests.support.waiting import until

Remember = Callable[[Process], Process]
BANGRAK = (13.7262, 100.5270)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, own_line: FakeLine, tmp_path: Path) -> Iterator[Household]:
    """An installation on either database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    made = Household(tmp_path / "house", own_line.url, database_url=url, PUBLIC_URL="https://1555.example")
    yield made
    made.close()


def report(citizen: Citizen, body: bytes, text: str = "ฝาท่อหายหน้าโรงเรียน อันตรายมาก") -> str:
    """An urgent case in Bang Rak, with this photo, fetched before the case is filed: the alarm shows it at once."""
    citizen.tell(citizen.text(text))
    citizen.tell(citizen.pin(*BANGRAK))
    citizen.tell(citizen.photo(body))
    until(lambda: _fetched(citizen), why="the photo")
    citizen.press("ส่งเรื่อง")
    if "คนละเรื่อง" in citizen.labels():
        citizen.press("คนละเรื่อง")
    return citizen.service.household.cases(citizen.user)[-1].number


def _fetched(citizen: Citizen) -> bool:
    with citizen.service.household.read() as session:
        return set(session.scalars(select(Media.state).where(Media.chat == citizen.user))) == {"ready"}


def shown(house: Household, number: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(command(house, "cases", "show", number, "--json").stdout)
    return found


def again(body: bytes) -> bytes:
    """The same picture in other bytes, a little smaller."""
    with Image.open(io.BytesIO(body)) as opened:
        out = io.BytesIO()
        opened.resize((300, 225)).save(out, "JPEG", quality=60)
        return out.getvalue()


def test_the_whole_loop(house: Household, own_line: FakeLine, processes: Remember) -> None:
    """Codes, alarm, owner, refused and accepted proof, confirmation; the story can be read from the events alone."""
    process = processes(Hatched(house).start())
    bangrak, elsewhere = Group(process, own_line), Group(process, own_line)
    code = bangrak.code("1004")
    nid, somchai, somying = Citizen(process, own_line), bangrak.member(), bangrak.member()
    nid.say(code)  # typed in the wrong place it is not used up
    somchai.say(code)
    stranger = elsewhere.bound("1021")
    before = photo(11)
    number = report(nid, before)
    bangrak.until_heard("เรื่องเร่งด่วน BEST")
    first = [somchai.button("รับเรื่อง"), somying.button("รับเรื่อง")]
    threads = [threading.Thread(target=process.accept, args=[event]) for event in first]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bangrak.until_heard("รับเรื่องแล้วค่ะ")
    bangrak.until_heard("รับไปแล้วค่ะ")
    somchai.press("แก้ไขแล้ว")
    for wrong, why in ((before, "รูปเดียวกับที่ผู้แจ้งส่งมา"), (again(before), "เหมือนรูปก่อนแก้ไข")):
        process.accept(somchai.photo(wrong))
        bangrak.until_heard(why)
    assert [case.status for case in house.cases(nid.user)] == ["accepted"], "no photo, no close"
    process.accept(somchai.photo(photo(12)))
    bangrak.until_heard("รับรูปผลงาน")
    nid.until_told("แจ้งว่าแก้ไขแล้วค่ะ")
    nid.press("แก้ไขแล้วจริง")
    nid.press("5 ดาว")
    bangrak.until_heard("ผู้แจ้งยืนยันว่าแก้ไขแล้วจริง")
    case = shown(house, number)
    story = [(event["status"], event["actor"].split(" ")[0]) for event in case["events"]]  # type: ignore[attr-defined]
    moves = [step for n, step in enumerate(story) if n == 0 or step[0] != story[n - 1][0]]
    assert moves == [
        ("numbered", "citizen"),
        ("accepted", "agency:1004"),
        ("fixed_reported", "agency:1004"),
        ("closed", "citizen"),
    ]
    assert case["confirmed"] is True and case["rating"] == 5
    assert not [said for said in elsewhere.heard() if number in said], "a wrong district's group gets nothing"
    assert stranger.user not in json.dumps(case) and nid.user not in json.dumps(case)
    house.until_quiet()
    assert not house.events("parked") and not house.outbox("dead")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_press_that_was_copied_forged_or_is_of_yesterday(house: Household, own_line: FakeLine, processes: Remember) -> None:
    process = processes(Hatched(house).start())
    bangrak, elsewhere = Group(process, own_line), Group(process, own_line)
    somchai, stranger = bangrak.bound("1004"), elsewhere.bound("1021")
    nid = Citizen(process, own_line)
    number = report(nid, photo(21))
    bangrak.until_heard("เรื่องเร่งด่วน BEST")
    press = somchai.button("รับเรื่อง")
    data = press["postback"]["data"]

    def status() -> str:
        return next(case.status for case in house.cases() if case.number == number)

    def tries(member: Member, forged: str) -> None:
        said = member.tell(member.event(type="postback", postback={"data": forged}))
        assert any("ปุ่มนี้ใช้ไม่ได้แล้ว" in words(m) for m in said), [words(m) for m in said]
        assert status() == "numbered"

    fields = dict(parse_qsl(data))
    tries(stranger, data)
    tries(somchai, urlencode(fields | {"s": "0" + fields["s"][1:]}))
    tries(somchai, urlencode({k: v for k, v in fields.items() if k != "s"}))
    tries(somchai, urlencode(fields | {"k": "report_fix"}))
    assert len(data) <= 300
    somchai.tell(press)
    assert status() == "accepted"
    somchai.press("แก้ไขแล้ว")
    process.accept(somchai.photo(photo(22)))
    nid.until_told("แจ้งว่าแก้ไขแล้วค่ะ")
    nid.press("ยังไม่เรียบร้อย")
    bangrak.until_heard("ผู้แจ้งบอกว่ายังไม่เรียบร้อย")
    said = somchai.tell(somchai.event(type="postback", postback={"data": data}))
    assert any("ปุ่มนี้ใช้ไม่ได้แล้ว" in words(m) for m in said), "a button of an earlier round"
    assert status() == "reopened"
    labels = [a["label"] for m in own_line.messages(bangrak.id) for a in actions(m)]
    assert "รับเรื่อง" in labels
    somchai.tell(somchai.button("รับเรื่อง", "ยังไม่เรียบร้อย"))
    until(lambda: status() == "accepted", why="the new round's button")
