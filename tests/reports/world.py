"""Random worlds: cases that go through everything that can happen to one, at moments that like the borders of quarters."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from casework import rules
from casework.case import OPEN, UNFIXED, Draft
from casework.thai_time import quarter_bounds
from storage import cases, desk_staff
from storage.models import Case, Media

AGENCIES = ("1001", "1004", "1021", "drainage", "mea")
NOTES = (
    None,
    "แก้ไขเรียบร้อยแล้วค่ะ",
    "ดำเนินการตรวจสอบแล้ว",
    "เปลี่ยนฝาท่อใหม่และเทปูนรอบฝาท่อแล้ว",
    "ตัดกิ่งไม้ที่พาดสายไฟออกแล้วครับ",
    "ซ่อมไฟ",
)
RULES = rules.load()
YEAR = 2562


def moments(rng: Random, count: int) -> list[datetime]:
    """So many moments of the fiscal year and around it, in order; many of them at or beside midnight of a border."""
    first, after = quarter_bounds(YEAR, 1)[0] - timedelta(days=20), quarter_bounds(YEAR, 4)[1] + timedelta(days=20)
    borders = [bound for quarter in (1, 2, 3, 4) for bound in quarter_bounds(YEAR, quarter)]
    near = (timedelta(), timedelta(microseconds=-1), timedelta(microseconds=1), timedelta(hours=-7), timedelta(hours=7))
    found = []
    for _ in range(count):
        if rng.random() < 0.35:
            found.append(rng.choice(borders) + rng.choice(near))
        else:
            found.append(first + (after - first) * rng.random())
    return sorted(found)


def build(session: Session, seed: int, count: int = 60) -> None:
    """A world of so many cases."""
    rng = Random(seed)
    made: list[Case] = []
    for n in range(count):
        times = moments(rng, rng.randrange(2, 10)) if rng.random() < 0.5 else _quick(rng)
        made.append(_case(session, rng, n, times, made))
    session.flush()


def _quick(rng: Random) -> list[datetime]:
    """A case that is dealt with in days, as most are."""
    at = moments(rng, 1)[0]
    return [at := at + timedelta(hours=rng.choice((0, 1, 5, 20, 60))) for _ in range(rng.randrange(2, 9))]


def _case(session: Session, rng: Random, n: int, times: list[datetime], made: list[Case]) -> Case:
    kind = "complaint" if rng.random() < 0.9 else rng.choice(("inquiry", "suggestion", "compliment"))
    draft = Draft(
        f"x{n}",
        category=rng.choice(("road", "light", "waste")),
        kind=kind,
        urgent=rng.random() < 0.2,
        district_code=rng.choice(("1001", "1004", "1021")),
        agency=rng.choice(AGENCIES),
        channel=rng.choice(("line", "mis", "phone_1555")),
    )
    case = cases.file(session, draft, RULES, times[0], reporter=f"U{n % 7}" if rng.random() < 0.7 else None)
    for at in times[1:]:
        _happens(session, rng, case, at, made)
    return case


def _happens(session: Session, rng: Random, case: Case, at: datetime, made: list[Case]) -> None:
    """One thing that may happen to a case of this status."""
    note = rng.choice(NOTES)
    clerk, agency = "staff:malee", f"agency:{case.agency} สมชาย"

    def move(to: str, who: str, actor: str, **more: str | None) -> None:
        cases.move(session, case, to, at, who=who, actor=actor, **more)  # type: ignore[arg-type]

    if case.status in UNFIXED and rng.random() < 0.25:
        _aside(session, rng, case, at, made)
    elif case.status in ("numbered", "forwarded", "reopened") and rng.random() < 0.5:
        move("accepted", "agency", agency)
    elif case.status in UNFIXED and rng.random() < 0.75:
        move("fixed_reported", "agency", agency, note=note)
        if rng.random() < 0.6:
            _photo(session, case, at)
    elif case.status in UNFIXED:
        move("closed", "staff", clerk, reason="override", note=note)
    elif case.status == "fixed_reported":
        to, who = rng.choice((("closed", "citizen"), ("closed", "system"), ("reopened", "citizen"), ("reopened", "system")))
        move(to, who, who)
    elif case.status == "closed":
        _after(session, rng, case, at)
    else:
        move("reopened", "staff", clerk, reason="again")


def _aside(session: Session, rng: Random, case: Case, at: datetime, made: list[Case]) -> None:
    clerk = "staff:malee"
    what = rng.choice(("assign", "assign", "not_ours", "withdrawn", "merged", "nuisance", "note"))
    others = [c for c in made if c.status in OPEN and c.id != case.id]
    if what == "assign":
        to = rng.choice([a for a in AGENCIES if a != case.agency])
        desk_staff.assign(session, case, to, at, by="malee", note=None, reason=None)
    elif what == "merged" and others:
        cases.move(session, case, "merged", at, who="staff", actor=clerk)
        case.merged_into = others[0].number
    elif what == "note":
        cases.add_note(session, case, rng.choice(NOTES) or "?", at, actor=clerk, told=False)
    elif what == "withdrawn":
        cases.move(session, case, "withdrawn", at, who="citizen", actor="citizen")
    else:
        to = what if what != "merged" else "nuisance"
        cases.move(session, case, to, at, who="staff", actor=clerk, note="เป็นของหน่วยงานอื่น")


def _after(session: Session, rng: Random, case: Case, at: datetime) -> None:
    """A closed case: a late yes, stars, words of the office, or it was not fixed after all."""
    what = rng.choice(("agreed", "stars", "stars", "note", "reopened", "by_staff"))
    if what == "agreed":
        cases.add_note(session, case, "", at, actor="citizen", told=True, kind="agreed")
    elif what == "stars":
        cases.add_note(session, case, str(rng.randint(1, 5)), at, actor="citizen", told=True, kind="stars")
    elif what == "note":
        cases.add_note(session, case, rng.choice(NOTES) or "?", at, actor="staff:malee", told=False)
    elif what == "reopened":
        cases.move(session, case, "reopened", at, who="citizen", actor="citizen")
    else:
        cases.move(session, case, "reopened", at, who="staff", actor="staff:malee")


def _photo(session: Session, case: Case, at: datetime) -> None:
    key = f"{case.id}{at.timestamp()}"
    session.add(
        Media(
            message_id=key, chat="C1", kind="image", state="ready", case_id=case.id, role="result", path=key[:32], sha256=key,
            due_at=at, created_at=at,
        )
    )  # fmt: skip
