"""`locate`."""

import json
import time

import pytest

from tests.admin_cli.desk import StaffDesk

KEYS = ["in_bangkok", "district_code", "district", "subdistrict_code", "subdistrict", "border_m", "office"]


def test_in_bangkok(desk: StaffDesk) -> None:
    found = desk.json("locate", "13.7563", "100.5018")
    assert list(found) == KEYS
    assert (found["in_bangkok"], found["district_code"], found["district"], found["subdistrict"]) == (
        True,
        "1001",
        "พระนคร",
        "บวรนิเวศ",
    )
    assert found["office"] == {"name": "สำนักงานเขตพระนคร", "phone": "02-281-5370"}
    assert found["border_m"] > 50
    assert "พระนคร (1001)" in desk.run("locate", "13.7563", "100.5018").stdout
    assert desk.json("locate", "13.7563, 100.5018") == desk.json("locate", "13.7563,", "100.5018") == found


@pytest.mark.parametrize(
    "typed", [("--", "-13", "100"), ("-13.7", "100.5"), ("13.7", "-100.5"), ("-13.7", "-100.5"), ("18.7883", "98.9853")]
)
def test_outside(desk: StaffDesk, typed: tuple[str, ...]) -> None:
    done = desk.run("locate", *(() if "--" in typed else ("--json",)), *typed)
    if "--" in typed:
        assert done.stdout == "outside Bangkok\n"
    else:
        found = json.loads(done.stdout)
        assert found | {"border_m": None} == dict.fromkeys(KEYS) | {"in_bangkok": False}


@pytest.mark.parametrize(
    ("typed", "code", "why"),
    [
        (("100.5", "13.7"), 1, "swapped"),
        (("95", "200"), 1, "out of range"),
        (("here", "there"), 2, "two numbers"),
        (("13.7",), 2, "two numbers"),
        ((), 2, "--stdin"),
        (("nan", "inf"), 2, "two numbers"),
        (("13.7", "100.5", "7"), 2, "7"),
        (("--jsn", "13.7", "100.5"), 2, "--jsn"),
    ],
)
def test_no_position(desk: StaffDesk, typed: tuple[str, ...], code: int, why: str) -> None:
    assert why in desk.run("locate", *typed, code=code).stderr


def test_many_in_order(desk: StaffDesk) -> None:
    lines = [
        "13.7563 100.5018",
        "nonsense",
        "",
        "18.7883 98.9853",
        "100.5 13.7",
        "13.7563,100.5018",
        "-13.7\t100.5",
        "nan nan",
        "1.2.3 4",
        "x" * 5000,
    ]
    answers = [
        json.loads(line) for line in desk.run("locate", "--stdin", "--json", stdin="\n".join(lines), code=1).stdout.splitlines()
    ]
    assert [a["in_bangkok"] for a in answers] == [True, False, False, False, False, True, False, False, False, False]
    errors = [a.get("error") for a in answers]
    assert errors == [
        None,
        *["not a position"] * 2,
        None,
        "latitude and longitude are swapped",
        None,
        None,
        *["not a position"] * 3,
    ]
    assert all(list(a)[:7] == KEYS for a in answers)


def test_many_in_words(desk: StaffDesk) -> None:
    done = desk.run("locate", "--stdin", stdin="13.7563 100.5018\n?\n", code=1)
    said = done.stdout.splitlines()
    assert done.stderr == "1 of 2 lines is no position.\n"
    assert said[0].startswith("พระนคร") and said[1] == "error: not a position"
    assert desk.run("locate", "--stdin", "--json", stdin="").stdout == ""
    assert "standard input" in desk.run("locate", "--stdin", "13", "100", code=2).stderr


def test_ten_thousand_quickly(desk: StaffDesk) -> None:
    stdin = "".join(f"{13.6 + n % 300 / 1000} {100.4 + n // 300 / 100}\n" for n in range(10_000))
    start = time.perf_counter()
    assert desk.run("locate", "--stdin", "--json", stdin=stdin).stdout.count("\n") == 10_000
    assert time.perf_counter() - start < 4
