"""Any string gives a valid structure; nothing of a card number comes out; the command line answers line by line."""

import json
import re
import subprocess
import sys
import threading
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import CATEGORIES, INTENTS, understand
from nlp.measure import evaluate

KINDS = {"district", "subdistrict", "road", "soi", "landmark", "province"}
PIECES = st.sampled_from(
    ["1#", "๑#", "JC1-1234567-89", "1040-02-12345678", "69-0001238", "081-234-5678", "ถนน", "ซอย ", "เขตบางกะปิ", " ", "-", "\n",
     "หลุม", "ไฟไหม้", "พรุ่งนี้", "31/02/2569", "ฝาท่อ", "หาย", "น้ำมัน", "วันที่ ", "น.", "\ud800", "\0", "่", "99"]
)  # fmt: skip


def check(answer: dict[str, Any]) -> None:
    """The contract's keys and ranges."""
    assert list(answer) == [
        "intent", "intent_p", "emergency", "categories", "urgent", "urgent_why", "places", "when", "codes",
    ]  # fmt: skip
    assert answer["intent"] in INTENTS
    assert 0 <= answer["intent_p"] <= 1
    assert sorted(c["code"] for c in answer["categories"]) == sorted(CATEGORIES)
    chances = [c["p"] for c in answer["categories"]]
    assert chances == sorted(chances, reverse=True)
    assert 0 <= min(chances) <= max(chances) <= 1
    assert isinstance(answer["urgent"], bool)
    assert bool(answer["urgent_why"]) == answer["urgent"]
    for place in answer["places"]:
        assert place["kind"] in KINDS
        assert 0 <= place["p"] <= 1
        assert place["district_code"] is None or 1001 <= int(place["district_code"]) <= 1050
        assert place["kind"] != "province" or place["district_code"] is None
    if answer["when"]:
        assert answer["when"]["reason"] in {None, "past", "impossible"}
        if answer["when"]["date"]:
            date.fromisoformat(answer["when"]["date"])
        if answer["when"]["time"]:
            time.fromisoformat(answer["when"]["time"])
    for code in answer["codes"]:
        assert code["kind"] in {"service", "laser", "photo", "copies", "case", "phone"}
        assert code["value"] is None or code["kind"] in {"service", "copies", "case"}


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(alphabet=st.characters(), max_size=200), st.lists(PIECES, max_size=14).map("".join)))
def test_any_text(text: str) -> None:
    check(understand(text).as_dict())


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="0123456789", min_size=10, max_size=10),
    st.sampled_from(["{}-{}-{}", "{} {} {}", "{}{}{}"]),
    st.sampled_from(["1#JC", "1# jc", "JC", "ทะเบียน 1#JC", "1#J", "1#", "น้ำมันหก ถนน JC"]),
)
def test_no_seven_digits_of_a_laser_code(digits: str, form: str, before: str) -> None:
    text = before + form.format(digits[:1], digits[1:8], digits[8:])
    out = json.dumps(understand(text).as_dict())
    assert digits[1:8] not in out


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="0123456789", min_size=14, max_size=14),
    st.sampled_from(["{}-{}-{}", "{} {} {}", "{}{}{}"]),
    st.sampled_from(["{}", "เลขใต้รูป {} ค่ะ", "ซอย {}", "ฝาท่อ {} หาย"]),
)
def test_no_seven_digits_of_a_photo_number(digits: str, form: str, around: str) -> None:
    out = json.dumps(understand(around.format(form.format(digits[:4], digits[4:6], digits[6:]))).as_dict())
    assert not any(digits[at : at + 7] in out for at in range(8))


@pytest.mark.parametrize("piece", ["ก", "ถนนเป็นหลุม ", "1", "่", " ", "ซอย", "เ ", "1-", "ก1 "])
def test_long_texts(piece: str) -> None:
    check(understand(piece * (100_000 // len(piece))).as_dict())


def test_threads() -> None:
    wrong: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                assert understand("ฝาท่อหายหน้าเขตบางกะปิ พรุ่งนี้").urgent
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def run(*args: str, lines: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "nlp", *args], input=lines, capture_output=True, timeout=60, check=False)


def test_command_line_answers_each_line_in_order() -> None:
    done = run("--now", "2026-11-18T09:00:00+07:00", lines="พรุ่งนี้\n\nเมนู\r\n".encode() + b"\xff\xfe\n1#JC1-1234567-89")
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 0
    assert len(answers) == 5
    for answer in answers:
        check(answer)
    assert answers[0]["when"]["date"] == "2026-11-19"
    assert [a["intent"] for a in answers] == ["other", "other", "menu", "other", "registry"]
    assert not re.search(rb"\d{7}", done.stdout)


def test_command_line_train_and_bad_files(tmp_path: Any) -> None:
    assert run("train", "x.csv.gz").returncode == 1
    missing = run("evaluate", str(tmp_path / "none.csv"))
    assert missing.returncode == 1
    assert b"none.csv" in missing.stderr
    assert run("sing").returncode == 2


def test_evaluate(tmp_path: Any) -> None:
    file = tmp_path / "labelled.csv"
    file.write_text("text,labels\nถนนเป็นหลุม,ถนน|ความปลอดภัย\nไฟทางดับ,แสงสว่าง\nขยะล้น,สายไฟ\nอะไร,ไม่รู้จัก\n", "utf-8")
    out = evaluate(file)
    assert "rows 3 (without a known label: 1)" in out
    assert "top-1 0.6667" in out
    assert "wire -> waste: 1" in out
