"""Who reported is told to no group: many ways are played with marked names, ids and numbers, and looked for afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from storage.models import Case, OutboxMessage
from tests.talks.hall import Hall, play
from tests.talks.theatre import fresh

PHONE, CARD = "081-234-5678", "1-1037-02071-81-1"
HIDDEN = ("0812345678", "081-234-5678", "2345678", "234-5678", "1103702071811", "1-1037-02071", "0207181")
"""The marked numbers, whole and in parts, as somebody could read them again."""


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    made = Hall(fresh(tmp_path))
    made.group("บางรัก", "1004")
    made.group("พระนคร", "1001")
    made.group("ศูนย์", "1555")
    made.group("เจ้าหน้าที่", "staff")
    made.group("ชุมชน", "1004", "community")
    return made


WAYS = {
    "words, an addition, a dispute": f"""
        นิด: ฝาท่อหายหน้าโรงเรียน โทรหา {PHONE} บัตร {CARD} อันตรายมากค่ะ
        นิด: 📍 13.7262, 100.5270
        นิด: [ไม่มีรูป]
        นิด: [ส่งเรื่อง]
        นิด: อยู่ใกล้ประตู โทร {PHONE} ค่ะ
        นิด: [เพิ่มในเรื่องเดิม]
        สมชาย@บางรัก: [รับเรื่อง]
        สมชาย@บางรัก: [แก้ไขแล้ว]
        สมชาย@บางรัก: 📷
        (fetched)
        … 10 seconds …
        นิด: [ยังไม่เรียบร้อย]
        นิด: ยังโยกอยู่ โทรมาที่ {PHONE} หรือ {CARD}
        สมชาย@บางรัก: ค้าง
    """,
    "place words and an answer": f"""
        นิด: ถนนทรุดเป็นหลุมใหญ่อันตรายมาก
        นิด: หน้าบ้านเลขที่ 9 โทร {PHONE} เขตบางรัก
        นิด: [ใช่]
        นิด: [ไม่มีรูป]
        นิด: [ส่งเรื่อง]
        สมชาย@บางรัก: [ขอข้อมูลเพิ่ม]
        สมชาย@บางรัก: ใกล้อะไรครับ
        … 10 seconds …
        นิด: [ตอบคำถาม]
        นิด: ใกล้วัด โทรถามที่ {PHONE} บัตร {CARD}
    """,
    "nobody takes it, it is handed on": f"""
        นิด: น้ำมันหกเต็มถนน รถล้ม โทร {PHONE} {CARD}
        นิด: 📍 13.7262, 100.5270
        นิด: [ไม่มีรูป]
        นิด: [ส่งเรื่อง]
        … 6 minutes …
        … 6 minutes …
        … 6 minutes …
        สมชาย@บางรัก: [ไม่ใช่พื้นที่เรา]
        สมชาย@บางรัก: สำนักงานเขตพระนคร โทรผู้แจ้ง {PHONE}
        มานะ@พระนคร: [รับเรื่อง]
    """,
    "reported in a community": f"""
        แดง@ชุมชน: แจ้ง ฝาท่อหายหน้าวัด อันตรายมาก โทร {PHONE} บัตร {CARD}
        แดง@ชุมชน: 📍 13.7262, 100.5270
        สมชาย@บางรัก: [แก้ไขแล้ว]
        สมชาย@บางรัก: ซ่อมแล้ว โทร {PHONE}
        สมชาย@บางรัก: 📷
        (fetched)
        … 10 seconds …
        แดง@ชุมชน: [ยังไม่เรียบร้อย]
        แดง@ชุมชน: ยังโยก โทร {PHONE}
    """,
    "confirmed with words": f"""
        นิด: ฝาท่อหายหน้าโรงเรียน อันตรายมากค่ะ
        นิด: 📍 13.7262, 100.5270
        นิด: [ไม่มีรูป]
        นิด: [ส่งเรื่อง]
        สมชาย@บางรัก: [แก้ไขแล้ว]
        สมชาย@บางรัก: 📷
        (fetched)
        … 10 seconds …
        นิด: [แก้ไขแล้วจริง]
        นิด: [5 ดาว]
        นิด: ดีมากค่ะ ชื่นใจ ติดต่อ {PHONE}
    """,
}


def perform(hall: Hall, transcript: str) -> None:
    """Act it; what is answered is looked at afterwards."""
    for line in filter(None, map(str.strip, transcript.splitlines())):
        for heard in hall.heard.values():
            heard.clear()
        play(cast(Hall, _Deaf(hall)), line)


class _Deaf:
    """The hall, with everything that is heard put by at once."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def __getattr__(self, name: str) -> object:
        if name == "heard":
            for heard in self._hall.heard.values():
                heard.clear()
        return getattr(self._hall, name)


@pytest.mark.parametrize("way", WAYS)
def test_no_group_ever_reads_who_reported(hall: Hall, way: str) -> None:
    perform(hall, WAYS[way])
    said = {name: json.dumps(hall.all[chat], ensure_ascii=False).replace("\u200b", "") for name, chat in hall.groups.items()}
    assert said["บางรัก"] != "[]", "the way led to no group"
    people = [person for name, person in hall.people.items() if name in {"นิด", "แดง"}]
    for name, words in said.items():
        for mark in (*HIDDEN, *people):
            assert mark not in words, f"{name} read {mark}: …{words[max(0, words.find(mark) - 80) : words.find(mark) + 40]}"


def test_the_marks_would_be_found(hall: Hall) -> None:
    """What is looked for does come through where nothing hides it: the person's own chat shows the own words."""
    perform(hall, WAYS["words, an addition, a dispute"])
    own = json.dumps(hall.all[hall.person("นิด")], ensure_ascii=False)
    assert PHONE in own and CARD in own
    with hall.stage.store.read() as session:
        assert session.query(OutboxMessage).filter(OutboxMessage.chat == hall.groups["บางรัก"]).count() > 2


SHARED = f"""
    นิด: ถนนทรุดเป็นหลุมใหญ่อันตรายมาก
    นิด: 📍 13.7262, 100.5270
    นิด: [ไม่มีรูป]
    นิด: [แก้ไข]
    นิด: [ฝากเบอร์โทร]
    นิด: {PHONE}
    นิด: [ส่งเรื่อง]
"""


def heard_in(hall: Hall, group: str) -> str:
    """Everything that group was told."""
    return json.dumps(hall.all[hall.groups[group]], ensure_ascii=False).replace("\u200b", "")


def test_a_number_that_was_left_is_shown_to_the_responsible_group_alone(hall: Hall) -> None:
    perform(
        hall,
        SHARED
        + """
        … 11 minutes …
        … 11 minutes …
        สมชาย@บางรัก: [รับเรื่อง]
        แดง@ชุมชน: ค้าง
    """,
    )
    assert "0812345678" in heard_in(hall, "บางรัก") and "โปรดอย่าส่งต่อ" in heard_in(hall, "บางรัก")
    assert "ถนนทรุด" in heard_in(hall, "ศูนย์")
    assert not [name for name in hall.groups if name != "บางรัก" and "0812345678" in heard_in(hall, name)]


def test_a_case_that_is_handed_on_takes_the_number_along(hall: Hall) -> None:
    perform(
        hall,
        SHARED
        + """
        สมชาย@บางรัก: [ไม่ใช่พื้นที่เรา]
        สมชาย@บางรัก: สำนักงานเขตพระนคร
    """,
    )
    assert "0812345678" in heard_in(hall, "พระนคร")
    hall.all[hall.groups["บางรัก"]].clear()
    with hall.stage.store.read() as session:
        number = session.query(Case).one().number
    perform(hall, f"สมชาย@บางรัก: {number}")
    assert number in heard_in(hall, "บางรัก") and "0812345678" not in heard_in(hall, "บางรัก")
