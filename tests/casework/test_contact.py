"""What others must not read is hidden, however it is written."""

from __future__ import annotations

import pytest

from casework import numbers
from casework.contact import hide, mask

PERSONAL = {
    "telephone": "081-234-5678",
    "ID": "1 1037 02071 81 1",
    "below the photo": "1037-02-07181234",
    "below the photo, in one": "10370207181234",
    "below the photo, Thai digits": "๑๐๓๗-๐๒-๐๗๑๘๑๒๓๔",
    "laser": "JC1-1234567-89",
    "laser, in one": "jc1123456789",
    "laser with spaces": "ME0 1234567 89",
}


@pytest.mark.parametrize("kind", PERSONAL)
@pytest.mark.parametrize("hidden", [mask, hide])
def test_a_persons_numbers_are_hidden_but_for_two_digits(kind: str, hidden: object) -> None:
    assert callable(hidden)
    shown = hidden(f"ก {PERSONAL[kind]} ข")
    assert sum(c.isdecimal() for c in shown) == 2 and shown.startswith("ก ") and shown.endswith(" ข"), shown


@pytest.mark.parametrize(
    "line", ["69-0001238", "เสา AB 4567", "ซอย 12/3", "13.7563, 100.5018", "1555 1669 191", "สาย ปอ 123456"]
)
def test_other_numbers_stay_for_people(line: str) -> None:
    assert mask(line) == line


def test_where_things_are_mended_every_long_number_is_hidden_but_a_cases() -> None:
    number = numbers.make(2570, 1, b"k" * 32)
    assert hide(f"เรื่อง {number} เสา 123456789") == f"เรื่อง {number} เสา xxxxxxx89"
    assert hide(hide("๑๒๓๔๕๖๗๘๙๐")) == hide("๑๒๓๔๕๖๗๘๙๐")
