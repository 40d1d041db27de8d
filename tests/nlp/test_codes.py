"""Numbers with a meaning; card numbers are recognised and never repeated."""

import json
import re

import pytest
from stdnum import damm

from nlp import Code, understand

CARD = [
    ("1#JC1-1234567-89", [("service", True, "1"), ("laser", True, None)]),
    ("๑#jc1 1234567 89", [("service", True, "1"), ("laser", True, None)]),
    ("1 # JC1123456789", [("service", True, "1"), ("laser", True, None)]),
    ("１＃ＪＣ１－１２３４５６７－８９", [("service", True, "1"), ("laser", True, None)]),
    ("2#me0-7654321-01", [("service", True, "2"), ("laser", True, None)]),
    ("5#jc1-1234567-89 ครับ", [("service", True, "5"), ("laser", True, None)]),
    ("1#JC1-1234567-8", [("service", True, "1"), ("laser", False, None)]),
    ("1#JC1-1234567-890", [("service", True, "1"), ("laser", False, None)]),
    ("1#J11-1234567-89", [("service", True, "1"), ("laser", False, None)]),
    ("1#1234567890", [("service", True, "1"), ("laser", False, None)]),
    ("3#abc", [("service", True, "3"), ("laser", False, None)]),
    ("1#", [("service", True, "1")]),
    ("4#", [("service", True, "4")]),
    ("9#JC1-1234567-89", [("service", False, "9"), ("laser", True, None)]),
    ("JC1-1234567-89", [("laser", True, None)]),
    ("jc1 1234567 89", [("laser", True, None)]),
    ("JC1123456789", [("laser", True, None)]),
    ("1040-02-12345678", [("photo", True, None)]),
    ("1040 02 12345678", [("photo", True, None)]),
    ("10400212345678", [("photo", True, None)]),
    ("๑๐๔๐-๐๒-๑๒๓๔๕๖๗๘", [("photo", True, None)]),
    ("1040-02-1234567", [("photo", False, None)]),
    ("1040-02-123456789", [("photo", False, None)]),
    ("1234567890123", [("photo", False, None)]),
]
OTHERS = [
    ("ต้องการ 2 ฉบับ", [("copies", True, "2")]), ("ขอสองฉบับค่ะ", [("copies", True, "2")]),
    ("3 copies please", [("copies", True, "3")]),
    ("๔ ฉบับ", [("copies", True, "4")]), ("0 ฉบับ", [("copies", False, "0")]),
    ("ต้องการ 2 ฉบับ รับเอกสารวันที่ 01/12/2561", [("copies", True, "2")]),
    ("69-0001238", [("case", True, "69-0001238")]), ("690001238", [("case", True, "69-0001238")]),
    ("69 0001238", [("case", True, "69-0001238")]), ("๖๙-๐๐๐๑๒๓๘", [("case", True, "69-0001238")]),
    ("69-0001239", [("case", False, "69-0001239")]), ("ติดตามเรื่อง 69-0001238 ค่ะ", [("case", True, "69-0001238")]),
    ("เลข69-0001238ครับ", [("case", True, "69-0001238")]), ("69–0001238", [("case", True, "69-0001238")]),
    ("081-234-5678", [("phone", True, None)]), ("0812345678", [("phone", True, None)]),
    ("โทร 02-281-5370", [("phone", True, None)]),
    ("+66 81 234 5678", [("phone", True, None)]), ("๐๘๑๒๓๔๕๖๗๘", [("phone", True, None)]), ("1555", []),
    ("โทร 191", [("phone", True, None)]), ("เบอร์ 081-234-567", [("phone", False, None)]),
    ("ซอย 191", []), ("บ้านเลขที่ 199/5", []), ("ลาดพร้าว 71", []), ("", []),
    ("ปี 2569", []), ("2026-12-01", []), ("ถังขยะ 4 ใบ", []),
    ("#1555", []), ("ซอย15 #กทม.1555", []), ("ซอย 5 #1555", []), ("พิกัด 13.715156132995244, 100.44391944172916", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CARD + OTHERS)
def test_codes(text: str, expected: list[tuple[str, bool, str | None]]) -> None:
    assert list(understand(text).codes) == [Code(*e) for e in expected]


@pytest.mark.parametrize("text", [text for text, _ in CARD])
def test_nothing_of_a_card_is_repeated(text: str) -> None:
    assert not re.search(r"\d{7}", json.dumps(understand(f"{text} ต้องการ 2 ฉบับ").as_dict()))


@pytest.mark.parametrize("running", ["000001", "000123", "123456", "9999999"])
def test_every_digit_of_a_case_number_is_checked(running: str) -> None:
    number = "69" + running
    number += str(damm.calc_check_digit(number))
    text = f"{number[:2]}-{number[2:]}"
    assert understand(text).codes == (Code("case", True, text),)
    for at in (0, 1, *range(3, len(text))):
        wrong = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
        assert Code("case", True, wrong) not in understand(wrong).codes
