"""The desk as a fixture, in a folder of its own: no `.env` and no `var/` of the checkout is touched."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.admin_cli.desk import StaffDesk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StaffDesk]:
    """A fresh one."""
    monkeypatch.chdir(tmp_path)
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "LINE_API_HOST", "DATA_KEY", "RULES_FILE", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOGNAME", "malee")
    made = StaffDesk(tmp_path)
    yield made
    made.store.close()
