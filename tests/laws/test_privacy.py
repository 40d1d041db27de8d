"""The register of personal data is complete and true: storage/privacy.toml against the tables, the rules and the page."""

from __future__ import annotations

import tomllib

import pytest

from casework import rules
from storage import erasing, privacy, sweeping
from storage.columns import Base, Utc
from storage.privacy import Entry, register
from tests.laws.test_rooms import ROOT

TABLES = privacy.columns()


def test_every_table_is_in_the_register_and_nothing_else() -> None:
    assert register().entries.keys() == TABLES.keys()


@pytest.mark.parametrize("entry", register().entries.values(), ids=lambda e: e.table)
class TestAnEntry:
    def test_it_names_every_column_exactly_once(self, entry: Entry) -> None:
        """A new column is put under `plain`, or under `kept` with what, why, how long and who sees it."""
        assert len(set(entry.columns)) == len(entry.columns), f"[{entry.table}] names a column twice"
        assert set(entry.columns) == TABLES[entry.table], f"[{entry.table}] of storage/privacy.toml"

    def test_what_is_kept_has_a_basis_an_end_and_words(self, entry: Entry) -> None:
        shipped = tomllib.loads(rules.SHIPPED.read_text("utf-8"))
        for kept in entry.kept:
            assert kept.basis in register().basis, kept
            chapter, dot, key = kept.keep.partition(".")
            assert key in shipped[chapter] if dot else kept.keep in register().until, kept
            assert all(words.strip() for words in (kept.what, kept.why, kept.seen)), kept

    def test_erasing_finds_the_person(self, entry: Entry) -> None:
        assert entry.erase in privacy.WAYS
        if entry.erase == "none":
            assert entry.why_not, "says why nothing of a person is there"
            return
        own, key, table, column = privacy.person_of(entry)
        assert own in TABLES[entry.table] and (not key or column in TABLES[table])

    def test_its_limits_can_be_swept(self, entry: Entry) -> None:
        for limit in entry.limits:
            table = Base.metadata.tables[entry.table]
            assert isinstance(table.columns[limit.since].type, Utc), "time runs from a moment"
            assert limit.does in {"delete", "empty", "own"}
            assert set(limit.empty) <= set(entry.personal) and bool(limit.empty) == (limit.does == "empty")

    def test_what_is_kept_for_a_time_is_swept(self, entry: Entry) -> None:
        """A rule as the end of what is kept is the rule of a sweep over that table."""
        for kept in entry.kept:
            if "." in kept.keep:
                assert kept.keep in {limit.rule for limit in entry.limits}, kept


def test_what_is_more_than_deleting_is_written_and_nothing_else() -> None:
    own = {entry.table for entry in register().entries.values() if entry.erase == "own"}
    assert erasing.OWN.keys() == own, "storage/erasing.py has a function for each table with erase = own"
    swept = {(t, limit.rule) for t, limit in sweeping.limits() if limit.does == "own"}
    assert sweeping.OWN.keys() == swept


def test_a_forgotten_column_is_noticed() -> None:
    there = privacy.read(privacy.REGISTER.read_text("utf-8").replace('plain = ["name", "value"]', 'plain = ["name"]'))
    assert set(there.entries["counters"].columns) != TABLES["counters"]
    with pytest.raises(privacy.RegisterProblem, match="counters"):
        privacy.read('[counters]\nabout = "x"\nerase = "none"\nplain = []\nseen = "x"\n')


def test_the_page_is_made_of_it() -> None:
    """`python -m storage.privacy docs/privacy.md` after every change of the register."""
    page = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    assert privacy.document(page) == page
