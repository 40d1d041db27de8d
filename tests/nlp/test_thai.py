"""One spelling for what people type in many ways, and words by dictionary."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nlp import thai

SAME = [
    ("๑๒๓", "123"), ("１２３ＡＢ", "123ab"), ("ขยะ\u200bล้น", "ขยะล้น"), ("มากกกกก", "มาก"),
    ("เเก้ไข", "แก้ไข"), ("นํ้าท่วม", "น้ำท่วม"),
    ("ก\u0e48\u0e35", "ก\u0e35\u0e48"), ("ก  ข", "ก ข"), ("10000", "10000"), ("ก\0ข", "ก ข"), ("\ud800", ""),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "comparable"), SAME)
def test_normalise(typed: str, comparable: str) -> None:
    assert thai.normalise(typed) == comparable


def test_long_texts_are_cut() -> None:
    assert len(thai.normalise("กข" * 100_000)) <= thai.HEAD + thai.TAIL + 1


def test_words_know_the_citys_vocabulary() -> None:
    assert thai.Splitter("ฝาท่อระบายน้ำหาย").words("ฝาท่อระบายน้ำหาย") == ["ฝาท่อระบายน้ำ", "หาย"]
    assert "".join(thai.Splitter("ถนนพัง").words("ถนนพัง 2 จุด")) == "ถนนพัง 2 จุด"


def test_nothing_is_written_at_home(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHAINLP_DATA", None)
    code = "import nlp, nlp.thai; nlp.understand('ขยะล้น'); nlp.thai.Splitter('ขยะล้น').words('ขยะล้น')"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)
    assert not list(tmp_path.iterdir())
