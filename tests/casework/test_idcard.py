"""The two numbers of the ID card: read kindly, never guessed, told apart from everything else that has digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import idcard
from casework.verifier import CardNumbers, verdict

LASER, PHOTO = "JC1123456789", "10400212345678"


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "JC1-1234567-89",
            "jc1 1234567 89",
            "JC1123456789",
            "jc1.1234567.89",
            "ＪＣ１－１２３４５６７－８９",
            "JC๑-๑๒๓๔๕๖๗-๘๙",
        ),
        *(
            "JC1\u20131234567\u201389",
            "J\u200bC1-1234567-89".replace("\u200b", ""),
            "JC1-\u200b1234567-89\ufeff",
            " JC1 - 1234567 - 89 ",
        ),
    ],
)
def test_the_laser_code_in_every_form(typed: str) -> None:
    assert idcard.read(typed, "laser").laser == LASER
    for sign in ("1#", "๑#", "１＃", " 1 # "):
        read = idcard.read(f"{sign}{typed}")
        assert (read.service, read.laser, read.wrong) == ("1", LASER, False), sign


@pytest.mark.parametrize(
    "typed",
    [
        *("1040-02-12345678", "10400212345678", "1040 02 12345678", "๑๐๔๐-๐๒-๑๒๓๔๕๖๗๘", "１０４０－０２－１２３４５６７８"),
        *("1040.02.12345678", "1040 - 02 - 12345678", "1040\u200b02\u200b12345678", "1040\u201402\u201412345678"),
    ],
)
def test_the_number_under_the_photo_in_every_form(typed: str) -> None:
    assert idcard.read(typed).photo == idcard.read(typed, "photo").photo == PHOTO


@pytest.mark.parametrize("typed", ["104 002 123 456 78", "1040 0212 3456 78"])
def test_other_groupings_where_the_number_was_asked_for(typed: str) -> None:
    assert idcard.read(typed, "photo").photo == PHOTO
    assert idcard.read(typed).photo is None


@pytest.mark.parametrize(
    "typed, expects",
    [("1#JCI-1234567-89", None), ("JCO-1234567-89", "laser"), ("0C1-1234567-89", "laser"), ("IO40-02-12345678", "photo")],
)
def test_a_letter_for_a_digit_is_asked_about_not_guessed(typed: str, expects: idcard.Kind | None) -> None:
    read = idcard.read(typed, expects)
    assert (read.laser, read.photo, read.wrong, read.lookalike) == (None, None, True, True)


@pytest.mark.parametrize("typed", ["1#JC1-1234567-8", "1#JC1-1234567-890", "1#J1-1234567-89", "1#JCX1-1234567-89", "1#1234"])
def test_other_slips_are_wrong(typed: str) -> None:
    read = idcard.read(typed)
    assert (read.laser, read.wrong, read.lookalike) == (None, True, False)
    assert idcard.mentions(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "โทร 081-234-5678 หรือ 1555",
            "call to 0812345678",
            "Tel0812345678",
            "02-345-6789",
            "69-0001238",
            "เรื่อง 69-0001238 2 ครั้ง",
        ),
        *("ต้องการ 2 ฉบับ รับเอกสารวันที่ 01/12/2569", "01-12-2569 10.30", "13.7563, 100.5018", "บ้านเลขที่ 12/345 ซอย 5"),
        *("1-1037-02071-81-1", "ไฟดับ 3 ดวง", "กท 1234", "#1555", "ข้อ 1. ถนน"),
    ],
)
def test_other_numbers_are_none(typed: str) -> None:
    assert not idcard.mentions(typed)


@given(st.text(max_size=80), st.sampled_from([None, "laser", "photo"]))
def test_any_text_can_be_read(text: str, expects: idcard.Kind | None) -> None:
    read = idcard.read(text, expects)
    for number, kind in ((read.laser, "laser"), (read.photo, "photo")):
        assert number is None or idcard.valid(number, kind)  # type: ignore[arg-type]
    assert len(idcard.folded(text)) == len(text)
    if idcard.firm(text):
        assert idcard.perhaps(text), "what is found is always sealed"


@given(st.from_regex("[A-Z]{2}[0-9]{10}|[0-9]{14}", fullmatch=True), st.text(alphabet=" -.\u200b\u2013", max_size=2))
def test_what_could_be_a_number_is_always_sealed(number: str, gap: str) -> None:
    assert idcard.perhaps(gap.join(number))


def test_masks_show_two_digits() -> None:
    assert idcard.mask(LASER) == "••••••••••89"


def test_the_offline_check_knows_the_form_alone() -> None:
    assert verdict(("form",), CardNumbers(LASER, PHOTO)) == "well_formed"
    assert verdict(("form",), CardNumbers(LASER, PHOTO[1:])) == "wrong"
    assert verdict(("form",), CardNumbers(None, None)) == verdict((), CardNumbers(LASER, PHOTO)) == "unknown"
