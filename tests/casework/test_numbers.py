"""Case numbers: made, read back, told from other numbers."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casework import numbers

KEY = b"a key for tests"
YEARS = st.integers(numbers.FIRST_YEAR, numbers.LAST_YEAR).filter(lambda year: year != 2566)
RUNNING = st.one_of(st.integers(1, 999_999), st.integers(1, 99_999_999))
NUMBER = st.builds(numbers.make, YEARS, RUNNING, st.just(KEY))


def test_the_form_and_the_example_of_the_seeds() -> None:
    assert numbers.parse("69-0001238") == "69-0001238"
    made = numbers.make(2569, 1, KEY)
    assert made.startswith("69-")
    assert len(made) == 10
    assert len(numbers.make(2569, 1_000_000, KEY)) == 11


@given(NUMBER)
def test_what_is_made_is_read_back(number: str) -> None:
    digits = number.replace("-", "")
    thai = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    forms = [number, f" {number}\n", digits, number.translate(thai), number.translate(wide), f"#{number}"]
    forms += [number.replace("-", dash) for dash in (" ", " – ", "\u2011", "\u2212", "\u200b-", "  ")]
    forms += [" ".join(digits), f"{number[:6]} {number[6:]}"]
    for form in forms:
        assert numbers.parse(form) == number, form
        assert numbers.find(form) == [number]
        assert not numbers.looks_like(form)


@given(NUMBER, st.data())
def test_every_wrong_digit_is_noticed(number: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c != "-"]))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda d: d != number[place]))
    wrong = number[:place] + digit + number[place + 1 :]
    assert numbers.parse(wrong) is None
    assert numbers.find(f"ขอทราบเรื่อง {wrong} ค่ะ") == []
    if "50" <= wrong[:2] <= "99" and wrong[:2] != "66":
        assert numbers.looks_like(wrong)
        assert numbers.looks_like(f"ขอทราบเรื่อง {wrong} ค่ะ")


@given(NUMBER, st.data())
def test_every_swap_of_two_neighbours_is_noticed(number: str, data: st.DataObject) -> None:
    digits = number.replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 2))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assume(swapped != digits)
    assert numbers.parse(swapped) is None
    assert numbers.parse(f"{swapped[:2]}-{swapped[2:]}") is None


def test_no_number_is_given_twice() -> None:
    made = {numbers.make(2569, running, KEY) for running in range(1, 5001)}
    made |= {numbers.make(2569, running, KEY) for running in range(999_000, 1_001_000)}
    assert len(made) == 7000


@pytest.mark.parametrize("width", [2, 3])
def test_the_permutation_hits_every_number_of_its_width(width: int) -> None:
    size = 10**width
    assert {numbers._permuted(value, width, "2569", KEY) for value in range(size)} == set(range(size))


@given(st.integers(1, 900_000))
def test_one_number_does_not_give_the_next(running: int) -> None:
    """Steps between neighbours differ from place to place and from key to key."""

    def step(key: bytes, at: int) -> int:
        one, next_one = (int(numbers.make(2569, n, key)[3:-1]) for n in (at, at + 1))
        return (next_one - one) % 1_000_000

    assert len({step(KEY, running), step(KEY, running + 1), step(KEY, running + 50), step(b"other", running)}) > 1


def test_numbers_look_evenly_spread() -> None:
    first = [numbers.make(2569, running, KEY)[3] for running in range(1, 3001)]
    assert all(220 < first.count(digit) < 380 for digit in "0123456789")


def test_years_keep_apart() -> None:
    assert numbers.make(2569, 7, KEY)[3:] != numbers.make(2570, 7, KEY)[3:]


@pytest.mark.parametrize(
    ("year", "running"),
    [(2569, 0), (2569, -1), (2569, 100_000_000), (2549, 1), (2600, 1), (2026, 1), (2566, 1_000_000)],
)
def test_what_cannot_be_numbered_is_refused(year: int, running: int) -> None:
    with pytest.raises(ValueError, match=r"year|running"):
        numbers.make(year, running, KEY)


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        numbers.make(2569, 1, b"")


@pytest.mark.parametrize(
    "phone",
    [
        "02-281-5370", "0-2281-5370", "02 281 5370", "022815370", "081-234-5678", "0812345678", "061-000-1238",
        "+66 2 281 5370", "+6622815370", "66-2-281-5370", "6622815370", "+66 81 234 5678", "66812345678", "๐๒-๒๘๑๕๓๗๐",
        "1555", "199", "1669", "02-2815370 ต่อ 69",
    ],
)  # fmt: skip
def test_a_telephone_number_is_no_case_number(phone: str) -> None:
    for text in (phone, f"โทร {phone} ค่ะ", f"โทร.{phone}"):
        assert numbers.parse(text) is None
        assert numbers.find(text) == []
        assert not numbers.looks_like(text)


@given(st.from_regex(r"\A0[0-9]{8,9}\Z") | st.from_regex(r"\A\+?66 ?[0-9]{8,9}\Z"))
def test_no_telephone_number_at_all(phone: str) -> None:
    assert numbers.find(phone) == numbers.find(f"โทร {phone} ครับ") == []


@given(st.from_regex(r"\A[0-9]{12,16}\Z") | st.from_regex(r"\A[0-9]{4}([- ])[0-9]{2}\1[0-9]{8}\Z"))
def test_the_long_numbers_of_cards_are_no_case_numbers(card: str) -> None:
    for text in (card, f"เลข {card} ค่ะ", f"1#{card}"):
        assert numbers.find(text) == []
        assert not numbers.looks_like(text)


@given(st.from_regex(r"\A[A-Z]{2}[0-9]{10}\Z") | st.from_regex(r"\A[A-Z]{2}[0-9]-[0-9]{7}-[0-9]{2}\Z"))
def test_a_laser_code_is_no_case_number(code: str) -> None:
    for text in (code, f"1#{code}", f"{code[:2]} {code[2:]}"):
        assert numbers.find(text) == []


@given(st.lists(NUMBER, max_size=4, unique=True))
def test_all_the_numbers_of_a_text_are_found_in_order(several: list[str]) -> None:
    text = "ถามเรื่อง" + " และ ".join(several) + "ค่ะ 2 เรื่อง วันที่ 01/12/2569 บ้านเลขที่ 69/1238"
    assert numbers.find(text) == several
    assert numbers.find(text + text) == several


@pytest.mark.parametrize(
    ("text", "mistyped"),
    [
        ("69-0001239", True),
        ("69-000123", True),
        ("69-00012381", True),
        ("690001239", True),
        ("๖๙-๐๐๐๑๒๓๙", True),
        ("69-0001238", False),
        ("ถนนเป็นหลุม", False),
        ("", False),
        ("1234", False),
        ("01/12/2569", False),
        ("69-0001239 กับ 69-0001238", False),
    ],
)
def test_a_mistyped_number_is_told_from_other_text(text: str, mistyped: bool) -> None:
    assert numbers.looks_like(text) is mistyped


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    whole = numbers.parse(text)
    assert whole is None or numbers.find(text) == [whole]
    numbers.looks_like(text)


def test_the_fiscal_year_turns_at_midnight_in_bangkok() -> None:
    assert numbers.fiscal_year(datetime(2025, 9, 30, 16, 59, 59, tzinfo=UTC)) == 2568
    assert numbers.fiscal_year(datetime(2025, 9, 30, 17, 0, tzinfo=UTC)) == 2569
    assert numbers.fiscal_year(datetime(2026, 9, 30, 16, 59, tzinfo=UTC)) == 2569
    with pytest.raises(ValueError, match="time zone"):
        numbers.fiscal_year(datetime(2026, 1, 1))
