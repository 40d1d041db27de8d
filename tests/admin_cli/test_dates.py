"""Times as staff type them."""

from datetime import UTC, datetime

import pytest
import typer

from admin_cli.dates import moment

NOON = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)
DAY = datetime(2026, 11, 30, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-01T12:30",
        "2026-12-01 12:30:00+07:00",
        "2026-12-01T05:30Z",
        "2569-12-01T12:30",
        "01/12/2569 12:30",
        "1/12/69 12.30 น.",
        "1 ธ.ค. 2569 12:30 น.",
        "๑ ธันวาคม ๒๕๖๙ ๑๒:๓๐",
        "1 ธค 69, 12:30",
        "1 Dec 2026 12:30",
    ],
)
def test_a_moment(typed: str) -> None:
    assert moment(typed, "--at") == NOON


@pytest.mark.parametrize(
    "typed",
    ["2026-12-01", "20261201", "25691201", "2569-12-01", "01/12/2569", "1-12-2026", "1 ธ.ค. 2569", "1ธันวาคม2569", "1 Dec 26"],
)
def test_a_day_is_its_beginning(typed: str) -> None:
    assert moment(typed, "--at") == DAY


def test_leap_days_of_buddhist_years() -> None:
    assert moment("2567-02-29", "--at") == moment("29/02/2567", "--at") == moment("2024-02-29", "--at")


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "2026", "31/02/2569", "2026-13-01", "1 ธันวา 2569", "2566-02-29", "0001-01-01", "9999-12-31", "1/12", "12:30"],
)
def test_what_is_no_time(typed: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        moment(typed, "--at")
