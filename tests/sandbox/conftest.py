from __future__ import annotations

from collections.abc import Iterator

import pytest

from .echo import Rig


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as made:
        yield made
