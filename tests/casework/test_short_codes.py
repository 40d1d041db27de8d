"""Short codes: read in any form, a mistyped letter noticed, nothing else taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import posters, short_codes
from casework.groups import new_code
from casework.groups import read_code as read_group_code

CODE = short_codes.new("P")


@pytest.mark.parametrize("form", ["{}", " {} ", "รหัส {}", "สวัสดีค่ะ รหัส {}", "hello, code {}", "{}."])
def test_a_code_in_any_form(form: str) -> None:
    for typed in (CODE, CODE.lower(), CODE.replace("-", ""), CODE.replace("-", "\u2013")):
        assert short_codes.read(form.format(typed), "PQ") == CODE


def test_thai_digits_are_as_good() -> None:
    thai = CODE.translate({ord(str(n)): chr(0x0E50 + n) for n in range(10)})
    assert short_codes.read(thai, "P") == CODE


def test_one_wrong_letter_is_noticed() -> None:
    for place in range(2, len(CODE)):
        for letter in short_codes.LETTERS:
            if letter != CODE[place]:
                assert short_codes.read(CODE[:place] + letter + CODE[place + 1 :], "P") is None


def test_two_letters_that_changed_places_are_noticed() -> None:
    for _ in range(50):
        code = short_codes.new("Q")
        for place in range(2, len(code) - 1):
            if code[place] != code[place + 1]:
                swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                assert short_codes.read(swapped, "Q") is None


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    found = short_codes.read(text, "PQ")
    assert found is None or short_codes.read(found, "PQ") == found


def test_a_code_of_another_kind_or_in_a_long_text_is_none() -> None:
    assert short_codes.read(CODE, "Q") is None
    assert short_codes.read("ฝาท่อหายหน้าโรงเรียนเมื่อเช้านี้ตรงข้ามร้านสะดวกซื้อใกล้สี่แยก " + CODE, "P") is None
    assert short_codes.read(new_code(), "PQ") is None and read_group_code(CODE) is None


def test_links_lead_to_line_and_nowhere_else() -> None:
    for words in ("https://evil.example", "//evil", "\r\nLocation: x", "รหัส P", "?#&@"):
        for link in (posters.chat_link("@1555", words), posters.share_link(words)):
            assert link.startswith("https://line.me/R/") and "\r" not in link and "evil.example" not in link.split("?")[0]
    assert posters.chat_link("@1555abc", "รหัส").startswith("https://line.me/R/oaMessage/%401555abc/?%E0")
    assert posters.add_link("@1555abc") == "https://line.me/R/ti/p/%401555abc"


@pytest.mark.parametrize(
    "given_, known",
    [
        ("@1555abc", "@1555abc"),
        ("1555abc", "@1555abc"),
        (" @Bkk_1555 ", "@bkk_1555"),
        ("@ร้องทุกข์", None),
        ("a/b", None),
        ("", None),
    ],
)
def test_what_is_an_accounts_id(given_: str, known: str | None) -> None:
    assert posters.line_id(given_) == known
