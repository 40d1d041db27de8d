"""The trained model: a small safe file, the same answer every time, and training that gives the same bytes."""

import csv
import hashlib
import io
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import CATEGORIES, category, features, measure, model, thai, train


def test_the_file_is_small_and_holds_arrays_only() -> None:
    assert model.FILE.stat().st_size < 8_000_000
    with zipfile.ZipFile(model.FILE) as archive:
        assert all(name.endswith(".npy") for name in archive.namelist())
        for name in archive.namelist():
            np.lib.format.read_array(io.BytesIO(archive.read(name)), allow_pickle=False)


def test_its_words_are_words_of_the_dictionary() -> None:
    with np.load(model.FILE, allow_pickle=False) as saved:
        assert set(bytes(saved["words"]).decode().split("\n")) <= thai.dictionary()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ถนนเป็นหลุมบ่อหน้าตลาด", "road"), ("ทางเท้าชำรุดเดินสะดุด", "pavement"), ("น้ำท่วมขังทั้งซอย", "flood"),
        ("ท่อระบายน้ำอุดตัน", "drain"), ("ไฟทางดับหลายต้น", "light"), ("ขยะล้นไม่มีใครเก็บ", "waste"),
        ("กิ่งไม้ยื่นบังทาง", "tree"), ("แผงลอยขวางทางเดิน", "obstruction"), ("ป้ายโฆษณาติดผิดกฎหมาย", "sign"),
        ("สัญญาณไฟจราจรเสีย", "traffic"), ("วัยรุ่นมั่วสุมเสพยา", "safety"), ("ราวสะพานลอยชำรุด", "bridge"),
        ("สายสื่อสารห้อยรกรุงรัง", "wire"), ("ผักตบชวาเต็มคลอง", "canal"), ("ร้านเปิดเพลงเสียงดังทั้งคืน", "noise"),
        ("ข้างบ้านเผาขยะควันเข้าบ้าน", "air"), ("หมาจรจัดไล่กัดคน", "animal"), ("ยุงลายเยอะ มีคนเป็นไข้เลือดออก", "health"),
        ("คนไร้บ้านนอนใต้สะพานลอย", "social"), ("ขอถังดับเพลิงในชุมชน", "fire"), ("น้ำประปาไม่ไหล", "water"),
        ("ต่อเติมอาคารไม่ได้รับอนุญาต", "building"), ("เจ้าหน้าที่เรียกรับเงิน", "conduct"), ("สวัสดีค่ะ", "other"),
        ("ฟุดบาดพังหมดเลย", "pavement"), ("ขยะะะล้นนน", "waste"), ("ไฟทางดั่บ", "light"),
        ("ฝาท้อหาย", "drain"), ("ฝาถ่อหาย", "drain"), ("ท้อตัน", "drain"),
    ],
)  # fmt: skip
def test_a_plain_complaint_of_each_category(text: str, code: str) -> None:
    assert category.classify(thai.normalise(text))[0].code == code


@pytest.mark.parametrize("text", ["", " ", "?", "😀", "asdf", "هذا نص", "漢字", "\x00\x01", "12345"])
def test_what_says_nothing_is_other(text: str) -> None:
    best = category.classify(thai.normalise(text))[0]
    assert best.code == "other"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_chances_are_chances(text: str) -> None:
    guesses = category.classify(thai.normalise(text))
    assert [g.p for g in guesses] == sorted((g.p for g in guesses), reverse=True)
    assert all(math.isfinite(g.p) and 0 <= g.p <= 1 for g in guesses)
    assert {g.code for g in category.as_feed(thai.normalise(text))} == set(CATEGORIES)


def test_places_and_figures_are_not_read() -> None:
    assert "ลาดพร้าว" not in features.clean("ไฟดับ ถนนลาดพร้าว เขตบางกะปิ")
    assert features.clean("หลุม 15 จุด") == features.clean("หลุม 3 จุด")


def test_buckets_are_arithmetic_on_letters() -> None:
    found = features.buckets("ไฟดับ", ["ไฟ", "ดับ"])
    assert len(found) == len(set(found.tolist()))
    assert hashlib.sha256(found.astype("<i8").tobytes()).hexdigest().startswith(BUCKETS)


BUCKETS = "7a8acc78588bfbf7"


def test_labels_by_hand_are_codes_and_never_those_held_out() -> None:
    hand, held_out = train.read_labels(train.HAND), train.read_labels(train.HELD_OUT)
    assert hand
    assert not hand.keys() & held_out.keys()
    assert all(set(codes) <= set(CATEGORIES) and len(codes) == len(set(codes)) for codes in hand.values())
    assert all(len(key) == 64 for key in [*hand, *held_out])


def test_training_twice_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy", reason="training needs requirements-train.txt")
    texts = [(f"{what} จุดที่ {'ก' * n}", label) for n in range(60) for what, label in SMALL]
    file, hand = tmp_path / "few.csv", tmp_path / "hand.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([("text", "labels", "month"), *((t, label, "2022-11") for t, label in texts)])
    table = measure.labels_table()
    with hand.open("w", encoding="utf-8", newline="") as lines:
        some = [(train.key_of(t), table[label]) for t, label in texts[:40]]
        csv.writer(lines).writerows([("sha256", "codes"), *some])
    monkeypatch.setattr(train, "HAND", hand)
    for name in ("one.npz", "two.npz"):
        train.train(file, tmp_path / name, lambda line: None)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    learnt = model.Model(tmp_path / "one.npz")
    road = CATEGORIES.index("road")
    assert learnt.logits("ถนนเป็นหลุม")[road] > learnt.logits("ไฟทางดับ")[road]


SMALL = [("ถนนเป็นหลุม", "ถนน"), ("ไฟทางดับ", "แสงสว่าง"), ("ขยะล้นถัง", "ความสะอาด"), ("ท่อตัน", "ท่อระบายน้ำ")]
