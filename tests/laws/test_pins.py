"""What is installed is pinned: a package that only requirements name would be audited as unknown."""

from __future__ import annotations

import re

import pytest

from tests.laws.test_rooms import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)$", re.MULTILINE)


def pins(file: str) -> dict[str, str]:
    """Package → version of one requirements file."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in PIN.findall((ROOT / file).read_text("utf-8"))}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_stands_in_the_constraints(file: str) -> None:
    wanted, pinned = pins(file), pins("constraints.txt")
    assert wanted
    assert {name: version for name, version in wanted.items() if pinned.get(name) != version} == {}
