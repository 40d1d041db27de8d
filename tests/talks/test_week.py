"""The week's summary in groups: Monday at eight, once, with true figures, and not where the month's messages run out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.digest import weekly
from casework.thai_time import BANGKOK
from storage.models_groups import Push
from tests.support.reading import words
from tests.talks.hall import Hall
from tests.talks.test_digest import LAMP, hall_of, report, spend

MONDAY = datetime(2026, 11, 23, 8, 0, 5, tzinfo=BANGKOK).astimezone(UTC)


def on(hall: Hall, at: datetime) -> list[str]:
    """What the groups hear of the week at this moment."""
    hall.stage.now = at
    hall.jobs.sweep()
    hall.settle()
    with hall.stage.store.read() as session:
        return list(session.scalars(select(Push.chat).where(Push.purpose == "weekly").order_by(Push.id)))


def said(hall: Hall, name: str) -> str:
    return " ".join(words(message) for message in hall.all[hall.chat(name)]).replace("\u200b", "")


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    """Digests never, so that only the week is heard."""
    made = hall_of(tmp_path, '[group]\nordinary = "digest"\ndigest_hours = ""\n')
    made.group("ศูนย์", "1555")
    made.group("ชุมชน", "1004", "community")
    made.group("พระนคร", "1001")
    return made


def test_each_working_group_hears_of_its_week_once(hall: Hall) -> None:
    report(hall, "นิด", LAMP)
    report(hall, "หน่อย", LAMP, 0.003)
    assert not on(hall, MONDAY - timedelta(minutes=1))
    assert on(hall, MONDAY) == [hall.chat("บางรัก"), hall.chat("ศูนย์")], "พระนคร had nothing, a community is not told"
    assert len(on(hall, MONDAY + timedelta(seconds=5))) == len(on(hall, MONDAY + timedelta(hours=5))) == 2
    for name in ("บางรัก", "ศูนย์"):
        assert "สรุป 7 วัน" in said(hall, name) and "รับแจ้ง 2" in said(hall, name)
        assert ("ทุกหน่วยงาน" in said(hall, name)) is (name == "ศูนย์"), "whose figures they are"
    assert len(on(hall, MONDAY + timedelta(days=7))) == 4, "the next Monday again"


def test_a_late_service_tells_it_the_same_day_and_not_later(hall: Hall) -> None:
    report(hall, "นิด", LAMP)
    assert not on(hall, MONDAY + timedelta(hours=13))
    assert len(on(hall, MONDAY + timedelta(days=7, hours=11))) == 2


def test_it_is_left_out_where_the_month_runs_out(tmp_path: Path) -> None:
    hall = hall_of(tmp_path, '[group]\nordinary = "digest"\ndigest_hours = ""\n[push]\nmonthly_budget = 100\n')
    report(hall, "นิด", LAMP)
    spend(hall, 95)
    assert not on(hall, MONDAY) and not on(hall, MONDAY + timedelta(minutes=5))


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    hall = hall_of(tmp_path, '[group]\nordinary = "digest"\ndigest_hours = ""\n[report]\nweekly = ""\n')
    report(hall, "นิด", LAMP)
    assert not on(hall, MONDAY)


@pytest.mark.parametrize(
    "rule, at, wanted",
    [
        ("1 8", "2026-11-23T08:00+07:00", "2026-11-23T08:00+07:00"),
        ("1 8", "2026-11-23T19:59+07:00", "2026-11-23T08:00+07:00"),
        ("1 8", "2026-11-23T20:00+07:00", None),
        ("1 8", "2026-11-23T07:59+07:00", None),
        ("7 23", "2026-11-23T01:00+07:00", "2026-11-22T23:00+07:00"),
        *((rule, "2026-11-23T08:00+07:00", None) for rule in ("", "8", "0 8", "8 8", "1 24", "x y")),
    ],
)
def test_when_it_is_due(rule: str, at: str, wanted: str | None) -> None:
    found = weekly(datetime.fromisoformat(at), rule)
    assert found == (None if wanted is None else datetime.fromisoformat(wanted))
