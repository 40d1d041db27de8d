"""Dates and times as people write them, on Wednesday 18 November 2026, 09:00 in Bangkok."""

from datetime import datetime

import pytest

from nlp import BANGKOK, When, understand

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=BANGKOK)
DATES = [
    ("01/12/2569", "2026-12-01", None), ("1/12/69", "2026-12-01", None), ("1-12-69", "2026-12-01", None),
    ("1.12.2569", "2026-12-01", None), ("01/12/2026", "2026-12-01", None), ("1/12/26", "2026-12-01", None),
    ("1 ธ.ค. 69", "2026-12-01", None), ("๑ ธันวาคม ๒๕๖๙", "2026-12-01", None), ("2026-12-01", "2026-12-01", None),
    ("2569-12-01", "2026-12-01", None), ("1 ธันวาคม พ.ศ. 2569", "2026-12-01", None), ("1 ธันวา", "2026-12-01", None),
    ("วันที่ 1 ธันวาคม 2026", "2026-12-01", None), ("5 ม.ค.", "2027-01-05", None), ("Dec 1, 2026", "2026-12-01", None),
    ("1 December 2026 at 2pm", "2026-12-01", "14:00"), ("วันนี้ บ่ายสาม", "2026-11-18", "15:00"),
    ("พรุ่งนี้ บ่ายสอง", "2026-11-19", "14:00"), ("มะรืนนี้ 10 โมง", "2026-11-20", "10:00"),
    ("tomorrow 10:30", "2026-11-19", "10:30"), ("พรุ่งนี้เช้า", "2026-11-19", None),
    ("วันจันทร์", "2026-11-23", None), ("วันจันทร์หน้า 10 โมง", "2026-11-23", "10:00"),
    ("วันศุกร์นี้", "2026-11-20", None), ("วันศุกร์หน้า", "2026-11-27", None), ("สัปดาห์หน้าวันพุธ", "2026-11-25", None),
    ("วันอาทิตย์หน้า", "2026-11-29", None), ("next monday 9am", "2026-11-23", "09:00"), ("วันพุธ", "2026-11-25", None),
    ("อีก 3 วัน", "2026-11-21", None), ("อีกสองสัปดาห์", "2026-12-02", None), ("วันที่ 25", "2026-11-25", None),
    ("วันที่ 15 เวลา 13.00 น.", "2026-12-15", "13:00"), ("1 ธ.ค. 2569 14:30 น.", "2026-12-01", "14:30"),
    ("รับเอกสารวันที่ 01/12/2569 เวลา 9.30", "2026-12-01", "09:30"), ("28 ก.พ. 2571", "2028-02-28", None),
    ("29 ก.พ. 2571", "2028-02-29", None), ("พรุ่งนี้ตีสาม", "2026-11-19", "03:00"),
    ("คืนนี้เที่ยงคืน", "2026-11-19", "00:00"), ("วันนี้ 2 ทุ่ม", "2026-11-18", "20:00"),
]  # fmt: skip
TIMES = [
    ("10 โมง", "10:00"), ("10 โมงครึ่ง", "10:30"), ("สิบเอ็ดโมง 15 นาที", "11:15"), ("บ่ายสอง", "14:00"), ("บ่าย 2 โมงครึ่ง", "14:30"),
    ("บ่ายโมง", "13:00"), ("บ่ายโมงครึ่ง", "13:30"), ("สี่โมงเย็น", "16:00"), ("3 โมง", "15:00"), ("9 โมงเช้า", "09:00"),
    ("สองโมงเช้า", "08:00"), ("ตีสาม", "03:00"), ("ตี 2 ครึ่ง", "02:30"), ("2 ทุ่ม", "20:00"), ("ทุ่มครึ่ง", "19:30"), ("เที่ยง", "12:00"),
    ("เที่ยงครึ่ง", "12:30"), ("เที่ยงคืน", "00:00"), ("14.30 น.", "14:30"), ("14:30", "14:30"), ("เวลา 8.00", "08:00"),
    ("13.00-15.00 น.", "13:00"), ("๑๔.๓๐ น.", "14:30"), ("2:15 pm", "14:15"), ("0900 น.", "09:00"),
]  # fmt: skip
NOTHING = [
    "", "ซอย 12/3", "บ้านเลขที่ 28/2", "081-234-5678", "0812345678", "ลาดพร้าว 71", "ถนนจันทน์", "สัปดาห์หน้า", "69-0001238", "มีนบุรี",
    "1040-02-12345678", "ตอนเช้า", "พุธ", "ทุ่มเท", "ขยะ 3 ถุง", "โทร 1555", "สาย 14", "ราคา 14.30 บาท",
]  # fmt: skip
REASONS = [
    ("01/12/2561", "past"), ("เมื่อวาน", "past"), ("17 พ.ย. 69", "past"), ("วันนี้ 8 โมง", "past"), ("1 พ.ย.", "past"),
    ("31/02/2569", "impossible"), ("32/12/2569", "impossible"), ("29 ก.พ. 2570", "impossible"), ("1/13/2569", "impossible"),
    ("พรุ่งนี้ 25:00", "impossible"), ("15 ทุ่ม", "impossible"), ("31 เมษายน", "impossible"), ("9999-99-99", "impossible"),
    ("วันที่ 45", "impossible"), ("14:75", "impossible"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "date", "time"), DATES)
def test_date(text: str, date: str, time: str | None) -> None:
    assert understand(text, now=NOW).when == When(date, time)


@pytest.mark.parametrize(("text", "time"), TIMES)
def test_time_alone(text: str, time: str) -> None:
    assert understand(text, now=NOW).when == When(None, time)


@pytest.mark.parametrize("text", NOTHING)
def test_no_date_in_other_numbers(text: str) -> None:
    assert understand(text, now=NOW).when is None


@pytest.mark.parametrize(("text", "reason"), REASONS)
def test_past_and_impossible(text: str, reason: str) -> None:
    found = understand(text, now=NOW).when
    assert found is not None
    assert (found.date, found.reason) == (None, reason)


def test_the_clock_may_be_naive_or_elsewhere() -> None:
    assert understand("พรุ่งนี้", now=datetime(2026, 11, 18, 23, 0)).when == When("2026-11-19", None)
    utc = datetime.fromisoformat("2026-11-18T18:00:00+00:00")  # the 19th in Bangkok
    assert understand("พรุ่งนี้", now=utc).when == When("2026-11-20", None)
