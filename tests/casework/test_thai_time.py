"""Dates as people read them, fiscal quarters, office hours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import thai_time as t


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=t.BANGKOK)


def test_dates_in_both_languages() -> None:
    moment = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
    assert t.thai_date(moment) == "1 ธ.ค. 2569"
    assert t.thai_date(moment, long=True) == "1 ธันวาคม 2569"
    assert t.thai_datetime(moment) == "1 ธ.ค. 2569 14:30 น."
    assert t.thai_weekday(moment) == "วันอังคาร"
    assert t.english_date(moment) == "1 Dec 2026"
    assert t.english_date(moment, long=True) == "1 December 2026"
    assert t.english_datetime(moment) == "1 Dec 2026 14:30"
    assert t.thai_date(date(2026, 2, 28)) == "28 ก.พ. 2569"
    assert t.thai_date(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == "1 ม.ค. 2570"


def test_a_moment_without_a_zone_is_refused() -> None:
    for reader in (t.thai_date, t.thai_datetime, t.english_date, t.fiscal_quarter, t.bangkok):
        with pytest.raises(ValueError, match="time zone"):
            reader(datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("metres", "text"),
    [
        (0, "0 ม."),
        (42.4, "42 ม."),
        (99.6, "100 ม."),
        (350, "350 ม."),
        (347, "350 ม."),
        (994, "990 ม."),
        (996, "1 กม."),
        (1000, "1 กม."),
        (1234, "1.2 กม."),
        (9960, "10 กม."),
        (12_300, "12 กม."),
        (12_600, "13 กม."),
    ],
)
def test_distances(metres: float, text: str) -> None:
    assert t.distance_text(metres) == text
    assert t.distance_text(metres, "en") == text.replace("กม.", "km").replace("ม.", "m")


@pytest.mark.parametrize("metres", [-1, float("nan"), float("inf")])
def test_what_is_no_distance(metres: float) -> None:
    with pytest.raises(ValueError, match="distance"):
        t.distance_text(metres)


def test_fiscal_quarters() -> None:
    assert t.fiscal_quarter(at("2025-10-01")) == (2569, 1)
    assert t.fiscal_quarter(at("2025-12-31T23:59")) == (2569, 1)
    assert t.fiscal_quarter(at("2026-01-01")) == (2569, 2)
    assert t.fiscal_quarter(at("2026-06-30")) == (2569, 3)
    assert t.fiscal_quarter(date(2026, 9, 30)) == (2569, 4)
    assert t.fiscal_bounds(2569) == (at("2025-10-01"), at("2026-10-01"))
    assert t.quarter_bounds(2569, 2) == (at("2026-01-01"), at("2026-04-01"))
    with pytest.raises(ValueError, match="quarter"):
        t.quarter_bounds(2569, 5)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))
def test_every_moment_lies_in_its_quarter(moment: datetime) -> None:
    year, quarter = t.fiscal_quarter(moment)
    start, end = t.quarter_bounds(year, quarter)
    assert start <= moment < end
    assert t.fiscal_year(moment) == year


def test_holidays_are_known_without_a_network() -> None:
    assert t.holiday_name(date(2026, 4, 13)) == "วันสงกรานต์"
    assert t.holiday_name(date(2026, 12, 7)) is not None  # in place of Saturday the 5th
    assert t.holiday_name(date(2026, 5, 13)) is not None  # ploughing day: government offices
    assert t.holiday_name(date(2026, 11, 20)) is None
    assert not t.is_working_day(date(2026, 11, 21))
    assert t.is_working_day(date(2026, 4, 13), holidays=())
    assert not t.is_working_day(date(2026, 11, 20), holidays={date(2026, 11, 20)})


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        ("2026-11-16T10:00", 1, "2026-11-17T10:00"),  # Monday to Tuesday
        ("2026-11-20T10:00", 1, "2026-11-23T10:00"),  # Friday to Monday
        ("2026-11-20T17:00", 1, "2026-11-23T16:00"),  # Friday evening: all of Monday
        ("2026-11-21T12:00", 1, "2026-11-23T16:00"),  # Saturday
        ("2026-11-23T06:00", 1, "2026-11-23T16:00"),  # before the office opens
        ("2026-11-23T08:00", 2, "2026-11-24T16:00"),
        ("2026-04-10T10:00", 1, "2026-04-16T10:00"),  # over Songkran
        ("2026-11-23T10:00", 0, "2026-11-23T10:00"),
        ("2026-11-21T10:00", 0, "2026-11-23T08:00"),
        ("2026-11-16T10:00", 30, "2026-12-30T10:00"),  # over 7 and 10 December
    ],
)
def test_working_days(moment: str, days: int, due: str) -> None:
    assert t.working_day_after(at(moment), days) == at(due)


def test_a_due_time_keeps_the_zone_it_was_asked_in() -> None:
    due = t.working_day_after(datetime(2026, 11, 16, 3, 0, tzinfo=UTC), 1)
    assert due.tzinfo is UTC
    assert due == datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="working"):
        t.working_day_after(due, -1)
    with pytest.raises(ValueError, match="two months"):
        t.working_day_after(due, 1, holidays=[due.date() + timedelta(days=n) for n in range(100)])


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(t.BANGKOK)),
    st.timedeltas(timedelta(0), timedelta(days=10)),
    st.integers(0, 5),
)
def test_who_comes_later_is_not_due_earlier(moment: datetime, later: timedelta, days: int) -> None:
    due = t.working_day_after(moment, days)
    assert due >= moment
    assert t.working_day_after(moment + later, days) >= due
    assert t.working_day_after(moment, days + 1) > due
    assert t.is_working_day(due.date())
    assert t.OPENS <= due.time() <= t.CLOSES
