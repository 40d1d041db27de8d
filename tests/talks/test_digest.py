"""Digests at set hours, and the month's budget of pushes: what is told when, and what never waits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.group_jobs import GroupJobs
from casework import rules
from storage import ledger
from storage.models import Case
from storage.models_groups import Push
from tests.support.reading import words
from tests.talks.hall import Hall, play
from tests.talks.theatre import fresh

LAMP, LID = "ไฟทางดับหน้าบ้าน", "ฝาท่อหายหน้าโรงเรียน อันตรายมากค่ะ"
BANGRAK = (13.7262, 100.5270)


def hall_of(tmp_path: Path, text: str) -> Hall:
    file = tmp_path / "rules.toml"
    file.write_text(text)
    made = Hall(fresh(tmp_path, rules.load(file)))
    made.group("บางรัก", "1004")
    return made


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    """Ordinary cases come in digests; it is ten o'clock on a Saturday."""
    return hall_of(tmp_path, '[group]\nordinary = "digest"\n')


def report(hall: Hall, who: str, what: str, north: float = 0.0, east: float = 0.0) -> str:
    """A case; its number."""
    for line in (what, f"📍 {BANGRAK[0] + north}, {BANGRAK[1] + east}", "[ไม่มีรูป]", "[ส่งเรื่อง]"):
        hall.act(who, line)
    hall.heard[hall.person(who)].clear()
    with hall.stage.store.read() as session:
        return session.scalars(select(Case.number).order_by(Case.id.desc())).first() or ""


def spend(hall: Hall, cost: int) -> None:
    with hall.stage.store.write() as session:
        session.add(Push(at=hall.stage.now, chat="U1", purpose="news", cost=cost))


def purposes(hall: Hall, chat: str) -> list[str]:
    with hall.stage.store.read() as session:
        query = select(Push.purpose).where(Push.chat == hall.chat(chat)).order_by(Push.id)
        return list(session.scalars(query))


def test_ordinary_cases_wait_for_the_hour_urgent_ones_do_not(hall: Hall) -> None:
    first, second = report(hall, "นิด", LAMP), report(hall, "หน่อย", LAMP, 0.003)
    assert not hall.heard[hall.chat("บางรัก")]
    report(hall, "น้อย", LID)
    play(
        hall,
        f"""
        → บางรัก: เรื่องเร่งด่วน BEST … [รับเรื่อง]
        สมชาย@บางรัก: [รับเรื่อง]
        → บางรัก: รับเรื่องแล้วค่ะ
        … 10 seconds …
        → น้อย: รับเรื่องแล้วค่ะ
        … 2 hours …
        … 1 hours …
        → บางรัก: เรื่องใหม่และเรื่องที่ต้องเร่ง … เรื่องใหม่ … 2 … {first} … {second} … พิมพ์ “ค้าง”
        … 5 minutes …
        … 3 hours …
        """,
    )
    assert purposes(hall, "บางรัก") == ["best", "digest"]


def test_what_only_goes_on_waiting_is_told_once_a_day(hall: Hall) -> None:
    number = report(hall, "นิด", LAMP)
    with hall.stage.store.write() as session:
        session.execute(update(Case).values(acknowledge_by=hall.stage.now + timedelta(hours=4)))
    play(
        hall,
        f"""
        … 3 hours …
        → บางรัก: เรื่องใหม่ … 1 … {number}
        … 3 hours …
        → บางรัก: ยังไม่รับเรื่องตามเวลา … 1 … {number}
        … 16 hours …
        → บางรัก: ยังไม่รับเรื่องตามเวลา … 1 … {number}
        … 5 hours …
        … 3 hours …
        """,
    )


def test_nothing_to_do_is_nothing_said_and_nobody_is_woken(hall: Hall) -> None:
    play(
        hall,
        """
        … 3 hours …
        """,
    )
    report(hall, "นิด", LAMP)
    play(
        hall,
        """
        … 2 hours …
        … 12 hours …
        … 5 hours …
        → บางรัก: เรื่องใหม่ … 1
        """,
    )


def test_two_schedulers_and_a_restart_send_it_once(hall: Hall) -> None:
    report(hall, "นิด", LAMP)
    hall.stage.now += timedelta(hours=3)
    for _ in range(3):
        again = Hall(hall.stage)
        again.groups, again.people = hall.groups, hall.people
        again.sweep()
        hall.heard[hall.chat("บางรัก")] += again.heard[hall.chat("บางรัก")]
    assert len(hall.heard[hall.chat("บางรัก")]) == 1


def test_more_than_ten_are_counted_the_most_pressing_first(hall: Hall) -> None:
    for n in range(12):
        report(hall, f"คน{n}", LAMP, (n % 4) * 0.0013, (n // 4) * 0.0013)
    urgent = report(hall, "น้อย", LID)
    hall.heard[hall.chat("บางรัก")].clear()
    hall.stage.now += timedelta(hours=3)
    hall.sweep()
    told = [words(m) for m in hall.heard[hall.chat("บางรัก")] if "ที่ต้องเร่ง" in words(m)]
    assert len(told) == 1 and "และอีก 3 เรื่อง" in told[0]
    first = told[0].partition("·")[2]
    numbers = [each for each in first.split(" · ") if each.startswith("70-")]
    assert len(numbers) == 10 and numbers[0] == urgent


def test_cases_of_an_agency_without_a_group_are_the_centres(hall: Hall) -> None:
    hall.group("ศูนย์", "1555")
    hall.group("ชุมชน", "1004", "community")
    with hall.stage.store.write() as session:
        session.execute(update(Case).values(agency="1005"))
    number = report(hall, "นิด", LAMP)
    with hall.stage.store.write() as session:
        session.execute(update(Case).values(agency="1005"))
    play(
        hall,
        f"""
        … 3 hours …
        → ศูนย์: เรื่องใหม่ … 1 … {number} … เรื่องของสำนักงานเขต
        """,
    )
    with hall.stage.store.write() as session:
        session.execute(update(Case).values(category="conduct", acknowledge_by=hall.stage.now))
    play(
        hall,
        """
        … 3 hours …
        """,
    )


def test_single_alerts_turn_into_digests_when_most_is_spent(tmp_path: Path) -> None:
    hall = hall_of(tmp_path, "[push]\nmonthly_budget = 1000\n")
    hall.group("เจ้าหน้าที่", "staff")
    alone = report(hall, "นิด", LAMP)
    play(
        hall,
        f"""
        → บางรัก: เรื่องใหม่ … {alone} … [รับเรื่อง]
        … 1 minutes …
        """,
    )
    spend(hall, 700)
    second = report(hall, "หน่อย", LAMP, 0.003)
    urgent = report(hall, "น้อย", LID)
    play(
        hall,
        f"""
        → บางรัก: เรื่องเร่งด่วน BEST … {urgent}
        สมชาย@บางรัก: [รับเรื่อง]
        → บางรัก: รับเรื่องแล้วค่ะ
        … 1 minutes …
        → น้อย: รับเรื่องแล้วค่ะ
        → เจ้าหน้าที่: ส่งข้อความไปแล้ว … จาก 1,000 … รวมแจ้งเป็นรอบ
        … 5 minutes …
        … 3 hours …
        → บางรัก: เรื่องใหม่และเรื่องที่ต้องเร่ง … 1 … {second}
        """,
    )
    assert purposes(hall, "บางรัก") == ["alert", "best", "digest"]


def test_staff_are_warned_once_a_month_for_each_threshold(tmp_path: Path) -> None:
    hall = hall_of(tmp_path, "[push]\nmonthly_budget = 1000\n")
    spend(hall, 950)
    play(
        hall,
        """
        … 1 minutes …
        """,
    )
    hall.group("ศูนย์", "1555")
    play(
        hall,
        """
        … 1 minutes …
        → ศูนย์: ใกล้หมดแล้ว … 950 จาก 1,000
        … 1 minutes …
        """,
    )
    with hall.stage.store.write() as session:
        ledger.refused(session, hall.stage.now)
    play(
        hall,
        """
        … 1 minutes …
        → ศูนย์: หมดแล้วค่ะ
        … 1 hours …
        … 15 days …
        """,
    )
    spend(hall, 750)
    play(
        hall,
        """
        … 1 minutes …
        → ศูนย์: รวมแจ้งเป็นรอบ
        … 1 minutes …
        """,
    )


def test_each_digest_is_one_transaction(hall: Hall) -> None:
    """The scheduler dies between owing and remembering: neither has happened."""
    report(hall, "นิด", LAMP)
    hall.stage.now += timedelta(hours=3)
    jobs = GroupJobs(hall.stage.store, hall.jobs._groups._alerts)

    class Dies(Exception):
        pass

    with pytest.raises(Dies), hall.stage.store.write() as session:
        from storage import digests
        from storage.models_groups import Group

        (group,) = session.scalars(select(Group)).all()
        assert jobs._alerts.digest(session, group, digests.theirs("1004", {"1004"}), first=False)
        raise Dies
    hall.sweep()
    assert len(hall.heard[hall.chat("บางรัก")]) == 1
