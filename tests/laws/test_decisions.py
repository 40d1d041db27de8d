"""Decisions are found by their number: each has one of its own, and says it."""

from __future__ import annotations

from collections import Counter

from tests.laws.test_rooms import ROOT


def test_each_decision_has_a_number_of_its_own() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = Counter(file.name[:4] for file in files)
    assert sorted(numbers) == [f"{n:04d}" for n in range(1, len(files) + 1)]
    said = {file.name: file.read_text("utf-8").partition("\n")[0] for file in files}
    assert not [name for name, title in said.items() if not title.startswith(f"# {int(name[:4])}. ")], said
