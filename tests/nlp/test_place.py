"""Places: prefixes decide, several meanings are doubted, other provinces are never Bangkok's."""

import pytest

from nlp import understand

FIRM = [
    ("เขตบางกะปิ", "district", "1006"), ("แขวงบางกะปิ", "subdistrict", "1017"), ("สำนักงานเขตลาดพร้าว", "district", "1038"),
    ("แถวมีนบุรี", "district", "1010"), ("เขตวัฒนา", "district", "1039"), ("แขวงสีลม", "subdistrict", "1004"),
    ("แขวงหัวหมาก", "subdistrict", "1006"), ("เขต จตุจักร", "district", "1030"), ("เขต:บางแค", "district", "1040"),
    ("Bang Kapi district", "district", "1006"), ("khet Huai Khwang", "district", "1017"), ("ห้วยขวาง", "district", "1017"),
    ("หลักสี่ น้ำท่วม", "district", "1041"), ("ทวีวัฒนาเขตทวีวัฒนา", "district", "1048"), ("เขตป้อมปราบศัตรูพ่าย", "district", "1008"),
    ("หน้าเซ็นทรัลลาดพร้าว", "landmark", "1030"), ("ใกล้อนุสาวรีย์ชัยสมรภูมิ", "landmark", "1037"), ("หน้าตลาดคลองเตย", "landmark", "1033"),
    ("near Lumphini Park", "landmark", "1007"), ("หน้าเดอะมอลล์บางกะปิ", "landmark", "1006"), ("ตรงวงเวียนใหญ่", "landmark", "1015"),
    ("ถนนลาดพร้าว", "road", None), ("ถ.พระราม 9", "road", None), ("ถนนเพชรบุรี", "road", None), ("บนถนนสุขุมวิท", "road", None),
    ("พหลโยธิน", "road", None), ("ลาดพร้าว 71", "soi", None), ("ซอยลาดพร้าว 101", "soi", None), ("สุขุมวิท ซอย 24", "soi", None),
    ("ซอยอยู่ดี 3", "soi", None), ("ปากซอยรามคำแหง 24", "soi", None), ("ซ.อ่อนนุช 17", "soi", None), ("สุขุมวิท ๗๑", "soi", None),
]  # fmt: skip
DOUBTED = ["ลาดพร้าว", "วัฒนา", "แขวงบางจาก", "สาทร", "ดินแดง", "พระโขนง", "ยานนาวา", "บางขุนเทียน"]
OUTSIDE = [
    ("อ.เมือง นนทบุรี", "นนทบุรี"), ("ปากเกร็ด", "นนทบุรี"), ("บางพลี สมุทรปราการ", "สมุทรปราการ"), ("จ.เพชรบุรี", "เพชรบุรี"),
    ("รังสิต คลอง 3", "ปทุมธานี"), ("เชียงใหม่", "เชียงใหม่"), ("จังหวัดตาก", "ตาก"), ("ต.บางรัก อ.บางบัวทอง", "นนทบุรี"),
    ("Pak Kret", "นนทบุรี"), ("ถนนพัง อ.พระประแดง", "สมุทรปราการ"), ("หาดใหญ่", "หาดใหญ่"), ("มหาชัย สมุทรสาคร", "สมุทรสาคร"),
]  # fmt: skip
NOWHERE = ["", "ไม่เคยเลยค่ะ", "ตากผ้าริมรั้ว", "คุณวัฒนา", "น่านน้ำ", "ถนนเป็นหลุม", "หมู่บ้านวัฒนา"]


@pytest.mark.parametrize(("text", "kind", "code"), FIRM)
def test_firm(text: str, kind: str, code: str | None) -> None:
    best = understand(text).places[0]
    assert (best.kind, best.district_code) == (kind, code)
    assert best.p >= 0.5


@pytest.mark.parametrize("text", DOUBTED)
def test_several_meanings_are_not_firm(text: str) -> None:
    assert all(p.p < 0.5 for p in understand(text).places)
    assert not understand(text).district_codes()


@pytest.mark.parametrize(("text", "province"), OUTSIDE)
def test_another_province(text: str, province: str) -> None:
    places = understand(text).places
    assert any(p.kind == "province" and p.name == province and p.p >= 0.5 for p in places)
    assert not understand(text).district_codes()


@pytest.mark.parametrize("text", NOWHERE)
def test_no_place_in_other_words(text: str) -> None:
    assert not [p for p in understand(text).places if p.p >= 0.5]


def test_several_places_in_an_address() -> None:
    found = understand("ซอยอยู่ดี 3 ถนนเจริญราษฎร์ เขตบางคอแหลม")
    assert {(p.kind, p.name) for p in found.places} == {
        ("soi", "อยู่ดี 3"), ("road", "เจริญราษฎร์"), ("district", "บางคอแหลม"),
    }  # fmt: skip
    assert found.district_codes() == ("1031",)
