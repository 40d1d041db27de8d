"""Words, numbers, settings: with values of any kind."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import example, given
from hypothesis import strategies as st

from bot.cards.parts import clip, clip_units, data_of, visible
from bot.settings import KNOWN, SettingsProblem, load
from bot.words import LANGUAGES, words
from casework import numbers
from casework.contact import mask, phone
from casework.rules import RulesProblem
from casework.rules import load as load_rules
from flows.kit import Button
from tests.fuzz.shapes import CHARACTERS, TEXT, THAI

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(ANY, st.sampled_from(LANGUAGES))
@example("{name} {0} %s {about:“|”}", "th")
@example("{", "th")
def test_a_value_is_put_in_as_it_is(value: str, language: str) -> None:
    line = words(language).line("router.kept", about=value)
    assert value.strip() in line if value else "“" not in line
    assert words(language).line("track.unknown", number=value).count(value.strip()) >= 1


@given(st.text(CHARACTERS, max_size=300), st.sampled_from(LANGUAGES))
def test_typed_words_are_compared_without_error(value: str, language: str) -> None:
    said = words(language)
    assert said.alike(said.alike(value)) == said.alike(value)
    said.meant(value)


@given(st.text(max_size=400), st.integers(2, 60))
@example("ก" + "\u0e49" * 5000, 40)
@example("👨‍👩‍👧‍👦" * 100, 20)
def test_clipping(value: str, most: int) -> None:
    from tests.laws.test_cards import graphemes, units

    cut = clip(value, most)
    assert graphemes(cut) <= most and len(cut.encode()) <= most * 9 + 12
    assert cut == value or cut.endswith("…")
    assert units(clip_units(value, most)) <= most
    assert visible(value).strip() and "\x00" not in visible(value)


@given(
    st.sampled_from(["show", "same", "district"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.integers(0, 10**15),
)
def test_a_buttons_data_comes_back(kind: str, value: str, talk: int) -> None:
    from datetime import UTC, datetime

    from bot.hearing import Event, hear

    data = data_of(Button(kind, value), talk)
    event = Event("postback", "U", "U", False, None, datetime.now(UTC), True, {"postback": {"data": data}})
    if len(data) <= 300:
        heard = hear(event)
        assert (heard.kind, heard.value) == (kind, value)
        assert heard.talk == (talk if talk < 10**15 else None)


DIGITS = "0123456789๐๑๒๓๔๕๖๗๘๙"
PHONE = st.one_of(
    st.from_regex(r"0[689]\d-?\d{3}-?\d{4}", fullmatch=True).map(lambda s: s),
    st.from_regex(r"\+66 ?[689]\d ?\d{3} ?\d{4}", fullmatch=True),
    st.from_regex(r"0[2-7] ?\d{3} ?\d{4}", fullmatch=True),
)
CARD = st.from_regex(r"[1-8]-?[0-9]{4}-?[0-9]{5}-?[0-9]{2}-?[0-9]", fullmatch=True)
AROUND = st.text(st.characters(exclude_categories=["Cs", "Nd", "Zs"], exclude_characters="-.+()\n"), max_size=20)


def digits_of(text: str) -> str:
    return "".join(str(int(c)) for c in text if c.isdigit() and c.isdecimal())


@given(AROUND, st.one_of(PHONE, CARD), AROUND)
def test_numbers_inside_words_are_masked(before: str, number: str, after: str) -> None:
    masked = mask(f"{before} {number} {after}")
    assert number not in masked
    assert len(digits_of(masked)) <= 2
    assert before.strip() in masked and after.strip() in masked


@given(AROUND, PHONE)
def test_thai_digits_are_masked_as_well(before: str, number: str) -> None:
    thai = "".join(DIGITS[10 + int(c)] if c in "0123456789" else c for c in number)
    assert len(digits_of(mask(f"{before} {thai}"))) <= 2


@pytest.mark.parametrize(
    "number",
    [
        "081 - 234 - 5678",
        "(081) 234-5678",
        "０８１２３４５６７８",
        "+๖๖ ๘๑ ๒๓๔ ๕๖๗๘",
        "081\u2013234\u20135678",
        "0 2 2 2 1 2 1 4 1",
    ],
)
def test_numbers_are_masked_however_they_are_written(number: str) -> None:
    assert len([c for c in mask(f"โทร{number}นะ") if c.isdecimal()]) == 2


def test_what_is_no_telephone_or_card_number_is_left() -> None:
    for line in ("69-0001238", "1 ธ.ค. 2569 14:30 น.", "ซอย 12/3 เสา 4567", "350 ม.", "13.7563, 100.5018", "1555 1669 191"):
        assert mask(line) == line


@given(TEXT)
def test_any_text_is_masked_without_error(value: str) -> None:
    masked = mask(value)
    assert len(masked) == len(value) and mask(masked) == masked


@given(st.one_of(PHONE, TEXT, THAI))
def test_a_telephone_number_or_none(value: str) -> None:
    found = phone(value)
    assert found is None or re.fullmatch(r"0\d{8,9}", found)


@given(PHONE)
def test_a_number_reads_the_same_however_it_is_written(value: str) -> None:
    found = phone(value)
    assert found and phone(found) == found and phone(f" {found[:3]} {found[3:6]}-{found[6:]} ") == found


@given(st.one_of(TEXT, THAI, st.from_regex(r"\d\d-\d{7,9}", fullmatch=True)))
def test_case_numbers_are_read_without_error(value: str) -> None:
    found = numbers.parse(value)
    assert found is None or numbers.parse(found) == found
    for number in numbers.find(value):
        assert numbers.parse(number) == number
    numbers.looks_like(value)


NAMES = [known.name for known in KNOWN]


@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
    )
)
@example({"LINE_API_HOST": "http://[::1"})
@example({"PORT": "²"})
@example({"PORT": "9" * 5000})
@example({"DATA_KEY": ",,,"})
@example({"DATA_KEY": "กกก"})
@example({"RULES_FILE": "\n"})
@example({"RULES_FILE": "/"})
@example({"LINE_API_HOST": "https://api.line.me.evil.example"})
@example({"LINE_API_HOST": "https://api.line.me@evil.example"})
def test_settings_are_right_or_a_settings_problem(given_env: dict[str, str]) -> None:
    base = {"LINE_CHANNEL_SECRET": "s", "LINE_CHANNEL_ACCESS_TOKEN": "t", "DATA_KEY": Fernet.generate_key().decode()}
    try:
        made = load(base | given_env, make_key=False)
    except SettingsProblem as problem:
        assert str(problem)
        return
    assert 0 < made.port < 65536
    assert made.box
    if not given_env.get("ALLOW_LINE_API_HOST"):
        from urllib.parse import urlsplit

        host = urlsplit(made.api_host).hostname
        assert host in {"api.line.me", "127.0.0.1", "localhost", "::1"}


@given(st.one_of(TEXT.map(lambda t: t.encode("utf-8", "replace")), st.binary(max_size=60)))
@example(b"[jobs]\nsweep_seconds = -1")
@example(b"[jobs]\nsweep_seconds = nan")
@example(b"[jobs]\nsweep_seconds = inf")
@example(b"[jobs]\nsweep_seconds = true")
@example(b'[jobs]\nsweep_seconds = "5"')
@example(b"jobs = 1")
@example(b"[talk]\nkeep_days = 1e8")
def test_a_rules_file_is_right_or_a_rules_problem(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rules.toml"
        file.write_bytes(data)
        try:
            rules = load_rules(file)
        except RulesProblem:
            return
        assert rules.number("jobs", "sweep_seconds") >= 0
        rules.span("talk", "keep_days")
