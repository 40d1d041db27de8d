"""The form of the blind sets: fields, no text twice, enough of each, both sides of each question."""

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from casework import numbers

HERE = Path(__file__).parent
INTENTS = {
    "report",
    "track",
    "registry",
    "inquiry",
    "suggestion",
    "compliment",
    "officer",
    "news",
    "my_data",
    "handbook",
    "greeting",
    "thanks",
    "cancel",
    "menu",
    "abuse",
    "emergency",
    "other",
}
KINDS = {"service", "laser", "photo", "copies", "case", "phone"}
# Required fields, further fields, the fewest lines.
FORMS: dict[str, tuple[set[str], set[str], int]] = {
    "best": ({"text", "urgent", "emergency", "note"}, set(), 280),
    "emergency": ({"text", "emergency"}, set(), 80),
    "intent": ({"text", "intent"}, {"also"}, 220),
    "when": ({"text", "now", "date", "time", "reason"}, {"time_between"}, 140),
    "codes": ({"text", "codes"}, set(), 90),
    "place": ({"text", "district_code", "other_province", "note"}, set(), 200),
}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def share(name: str, field: str) -> float:
    every = rows(name)
    return sum(bool(row[field]) for row in every) / len(every)


def test_every_set_is_known() -> None:
    assert {path.stem for path in HERE.glob("*.jsonl")} == set(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_fields_counts_and_no_text_twice(name: str) -> None:
    required, further, fewest = FORMS[name]
    every = rows(name)
    assert len(every) >= fewest
    for row in every:
        assert required <= set(row) <= required | further, row
        assert isinstance(row["text"], str), row
        assert row["text"].strip(), row
        assert len(row["text"].splitlines()) == 1, row
    seen = Counter((row["text"], row.get("now")) for row in every)
    assert [key for key, count in seen.items() if count > 1] == []


@pytest.mark.parametrize(("name", "field"), [("best", "urgent"), ("emergency", "emergency")])
def test_both_sides_are_asked(name: str, field: str) -> None:
    assert all(isinstance(row[field], bool) for row in rows(name))
    assert 0.4 <= share(name, field) <= 0.6


def test_a_set_agrees_with_the_others_about_the_same_text() -> None:
    best = {row["text"]: row["emergency"] for row in rows("best")}
    assert all(isinstance(value, bool) for value in best.values())
    for row in rows("emergency"):
        assert best.get(row["text"], row["emergency"]) == row["emergency"], row


def test_every_intent_often_enough() -> None:
    every = rows("intent")
    counts = Counter(row["intent"] for row in every)
    assert set(counts) == INTENTS
    assert min(counts.values()) >= 8
    for row in every:
        assert set(row.get("also", [])) <= INTENTS - {row["intent"]}, row


def test_times_are_times() -> None:
    for row in rows("when"):
        now = dt.datetime.fromisoformat(row["now"])
        assert now.utcoffset() == dt.timedelta(hours=7), row
        assert row["reason"] in {None, "past", "impossible"}, row
        if row["reason"]:
            assert row["date"] is None, row
        if row["date"]:
            assert dt.date.fromisoformat(row["date"]) >= now.date(), row
        for time in [row["time"], *row.get("time_between", [])]:
            assert time is None or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", time), row
        if "time_between" in row:
            assert row["time"] is None, row
            start, end = row["time_between"]
            assert start < end, row
    reasons = Counter(row["reason"] for row in rows("when"))
    assert min(reasons["past"], reasons["impossible"]) >= 10


def test_codes_are_of_a_known_kind_and_carry_only_what_may_be_told() -> None:
    kinds: Counter[str] = Counter()
    for row in rows("codes"):
        for code in row["codes"]:
            assert {"kind", "valid"} <= set(code) <= {"kind", "valid", "value"}, row
            assert isinstance(code["valid"], bool), row
            assert ("value" in code) == (code["valid"] and code["kind"] in {"service", "copies", "case"}), row
            if code["kind"] == "case":
                assert numbers.parse(code["value"]) == code["value"], row
            kinds[code["kind"]] += 1
    assert set(kinds) == KINDS
    assert min(kinds.values()) >= 8
    assert sum(not row["codes"] for row in rows("codes")) >= 15
    assert sum(not code["valid"] for row in rows("codes") for code in row["codes"]) >= 15


def test_every_district_occurs_and_some_texts_do_not_tell() -> None:
    every = rows("place")
    assert {row["district_code"] for row in every} == {None, *(str(code) for code in range(1001, 1051))}
    assert all(isinstance(row["other_province"], bool) for row in every)
    assert not any(row["other_province"] and row["district_code"] for row in every)
    assert sum(row["other_province"] for row in every) >= 30
    assert sum(row["district_code"] is None and not row["other_province"] for row in every) >= 20
