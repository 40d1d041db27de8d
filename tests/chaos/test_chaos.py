"""Every scenario in its short form. `make chaos` plays them at length."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.scenarios import SCENARIOS
from tests.chaos.town import Order, Skipped


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost_and_nothing_said_twice(name: str, tmp_path: Path) -> None:
    try:
        SCENARIOS[name](Order(tmp_path))
    except Skipped as reason:
        pytest.skip(str(reason))


@pytest.mark.postgres
def test_kills_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    SCENARIOS["kills"](Order(tmp_path, kills=3, database_url=lambda: postgres_url))
