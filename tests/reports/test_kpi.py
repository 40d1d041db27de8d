"""The score of 100, tags and satisfaction: from all events, the plain way; formulas by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from admin_cli.report import kpi, survey, tags
from casework import rules
from casework.kpi import CRITERIA, PARTS, change, percent, percentile, score
from casework.periods import Period, alone, before, cumulative, day_end, whole
from casework.rules import Rules
from casework.tags import tags as all_tags
from casework.wordless import explains, phrases
from storage import cases, reports
from storage.engine import Store
from storage.models import Case, CaseEvent
from tests.admin_cli.desk import StaffDesk
from tests.reports import naive
from tests.reports.world import YEAR, build

RULES = rules.load()
NOW = day_end(date(2026, 1, 1))
PERIOD = cumulative(YEAR, NOW)[3]


def plain_score(counts: dict[str, int], weights: dict[str, Any]) -> Decimal | None:
    """By the definitions printed under the table, with exact fractions."""
    answered = (
        counts["confirmed"]
        + counts["denied"]
        + int(Fraction(str(weights["silent_weight"])) * counts["silent"] + Fraction(1, 2))
    )
    stars = [star for star in range(1, 6) for _ in range(counts[f"stars_{star}"])]
    shares = {
        "acknowledged": (counts["acknowledged_in_time"], counts["to_acknowledge"]),
        "finished": (counts["finished_in_time"], counts["to_finish"]),
        "explained": (counts["explained"], counts["fixed"]),
        "photo": (counts["photo"], counts["fixed"]),
        "confirmed": (counts["confirmed"], answered),
        "undisputed": (counts["ever_fixed"] - counts["disputed"], counts["ever_fixed"]),
        "held": (counts["ever_closed"] - counts["reopened"], counts["ever_closed"]),
        "stars": (sum(star - 1 for star in stars), 4 * len(stars)),
    }
    known = {name: Fraction(part, of) for name, (part, of) in shares.items() if of}
    if not known:
        return None
    most = sum(Fraction(str(weights[name])) for name in known)
    got = sum(Fraction(str(weights[name])) * share for name, share in known.items()) / most * 100
    return Decimal((got * 100 + Fraction(1, 2)).__floor__()) / 100


@pytest.mark.parametrize("silent", [0, 1, 0.5])
def test_the_score_of_every_agency(world: Store, silent: float) -> None:
    weights = {**RULES.table("kpi"), "silent_weight": silent}
    own = Rules({"kpi": weights, "report": RULES.table("report")})
    with world.read() as session:
        figures = kpi.counted(session, PERIOD, reports.ALL, own)
        plain = naive.by_agency(session, PERIOD.start, PERIOD.end, own)
    districts, others, total = kpi.lines(figures, reports.ALL)
    assert len(districts) == 50
    nothing = dict.fromkeys((*reports.COUNTS, reports.HANDED_ON), 0)
    for line in (*districts, *others):
        assert line.score.total == plain_score(plain.get(line.agency, nothing), weights), line.agency
    assert total.counts == {name: sum(counts[name] for counts in plain.values()) for name in nothing}
    ranked = [line for line in districts if line.rank is not None]
    for line in ranked:
        assert line.rank == 1 + sum(1 for other in ranked if (other.score.total or 0) > (line.score.total or 0))
    assert all(line.score.total is None for line in districts if line.rank is None)


def test_days_to_fix(world: Store) -> None:
    with world.read() as session:
        found = reports.days_to_fix(session, PERIOD.start, PERIOD.end)
        walks = naive.walks(session, PERIOD.start, PERIOD.end, RULES)
    wanted: dict[str, list[float]] = {}
    for w in walks:
        done = w.reported_at or w.closed_at
        if w.fixed and done is not None:
            wanted.setdefault(w.agency, []).append((done - w.case.created_at) / timedelta(days=1))
    assert {a: [round(d, 6) for d in days] for a, days in found.items()} == {
        a: sorted(round(d, 6) for d in days) for a, days in wanted.items()
    }


def test_the_parts_are_20_and_80() -> None:
    weights = RULES.table("kpi")
    assert {part: sum(weights[name] for name in names) for part, names in PARTS.items()} == {"response": 20, "quality": 80}
    full = dict.fromkeys((*reports.COUNTS, reports.HANDED_ON), 0) | {"received": 50}
    for name in ("to_acknowledge", "acknowledged_in_time", "to_finish", "finished_in_time", "fixed", "explained", "photo"):
        full[name] = 40
    full |= {"confirmed": 3, "ever_fixed": 40, "ever_closed": 9, "stars": 2, "stars_sum": 10}
    best = score(full, RULES)
    assert (
        [best.total, best.response, best.quality] == [Decimal(100), Decimal(20), Decimal(80)]
        and best.reached
        and not best.small
    )
    assert {c.name for c in best.criteria if c.small} == {"confirmed", "held", "stars"}, "few answers are marked"
    worst = score(full | {"acknowledged_in_time": 0, "finished_in_time": 0}, RULES)
    assert [worst.total, worst.response] == [Decimal(80), Decimal(0)] and not worst.reached
    unknown = score(full | {"stars": 0, "stars_sum": 0, "confirmed": 0}, RULES)
    assert unknown.total == 100 and [c.points for c in unknown.criteria if not c.whole] == [None, None]
    assert score(dict.fromkeys(full, 0), RULES).total is None


@given(st.integers(0, 5000), st.integers(1, 5000))
@settings(max_examples=300, deadline=None)
def test_percentages_are_rounded_half_up(part: int, of: int) -> None:
    assert percent(part, of) == Decimal((Fraction(10_000 * part, of) + Fraction(1, 2)).__floor__()) / 100


@given(st.lists(st.integers(0, 99), min_size=1, max_size=60), st.sampled_from((0.5, 0.8, 0.9, 0.99)))
@settings(max_examples=200, deadline=None)
def test_a_percentile_is_the_smallest_value_that_reaches_the_share(values: list[int], share: float) -> None:
    wanted = min(v for v in values if sum(1 for other in values if other <= v) >= share * len(values) - 1e-9)
    assert percentile(sorted(values), share) == wanted


def test_changes() -> None:
    assert (percent(1, 8000), percent(1, 0), change(115, 100), change(1, 0), percentile([], 0.5)) == (
        *(Decimal("0.01"), None, Decimal("15.00"), None, None),
    )


def test_a_note_of_set_phrases_explains_nothing() -> None:
    assert not any(explains(note, 10) for note in (None, "", "ดำเนินการแก้ไขเรียบร้อยแล้วค่ะ", "ตรวจสอบแล้ว รับทราบครับ"))
    assert explains("เปลี่ยนฝาท่อใหม่แล้ว", 10) and len(phrases()) <= 16


@pytest.mark.parametrize("period", [alone(YEAR, 2, NOW), whole(YEAR, NOW)], ids=["quarter", "year"])
def test_tags(world: Store, period: Period) -> None:
    assert len(all_tags()) == 10
    with world.read() as session:
        found = tags.counted(session, period, reports.ALL, RULES)
        every = session.query(Case).all()
        events = session.query(CaseEvent).order_by(CaseEvent.id).all()
    for when, span in (("now", period), ("before", before(period))):
        inside = {c.id: c for c in every if span.start <= c.created_at < span.end}
        history: dict[int, list[str]] = {}
        for e in events:
            if e.case_id in inside and e.at < span.end:
                history.setdefault(e.case_id, []).append(e.status)
        for tag in all_tags():
            if tag.thread:
                continue
            fitting = {i: h for i, h in history.items() if tag.kind or inside[i].kind == "complaint"}
            if tag.kind:
                had = at_end = sum(1 for i in fitting if inside[i].kind == tag.kind)
            else:
                had = sum(1 for h in fitting.values() if tag.status in h)
                at_end = sum(1 for h in fitting.values() if h[-1] == tag.status)
            assert found[when][tag.code] == {"had": had, "at_end": at_end}, tag


def test_satisfaction(world: Store) -> None:
    period = whole(YEAR, NOW)
    with world.read() as session:
        found = survey.counted(session, period, reports.ALL, RULES)["now"]["cases"]
        stars = [w.stars for w in naive.walks(session, period.start, period.end, RULES) if w.stars]
    assert {int(star): n for star, n in found.items()} == {n: stars.count(n) for n in range(1, 6)} and stars
    share = survey.satisfied(found, 4)
    assert share == percent(sum(1 for s in stars if s >= 4), len(stars))


@pytest.fixture
def lived(desk: StaffDesk) -> StaffDesk:
    with desk.store.write() as session:
        build(session, 5, 80)
    return desk


def test_on_the_command_line(lived: StaffDesk, tmp_path: Path) -> None:
    found = lived.json("report", "kpi", "--fiscal-year", "2562")
    assert (found["target"], len(found["agencies"]), found["version"]) == (90, 53, 1)
    assert sum(found["weights"]["response"].values()) == 20 and sum(found["weights"]["quality"].values()) == 80
    total = found["agencies"][0]
    assert total["agency"] == "all" and set(total["criteria"]) == set(CRITERIA)
    assert {"confirmed", "silent", "disputed", "forwarded", "not_ours", "withdrawn", "merged", "nuisance"} <= set(
        total["counts"]
    )
    text = lived.run("report", "kpi", "--fiscal-year", "2562", "--agency", "1004").stdout
    assert "นิยาม" in text or "definition" in text
    page = lived.run("report", "kpi", "--fiscal-year", "2562", "--format", "html").stdout
    assert "อันดับของ 50 เขต" in page and "ผู้แจ้งตอบว่าแก้ไขแล้วจริง" in page
    for name in ("kpi", "tags", "survey"):
        lived.run("report", name, "--fiscal-year", "2562", "--format", "xlsx", "--out", str(tmp_path / "x.xlsx"))
        assert len(load_workbook(tmp_path / "x.xlsx").sheetnames) == {"kpi": 5, "tags": 1, "survey": 3}[name]
        lived.run("report", name, "--fiscal-year", "2562", "--quarter", "2", "--format", "csv")
        lived.run("report", name, "--fiscal-year", "2562", "--quarter", "2")


def test_weights_that_change_later_do_not_change_a_frozen_score(lived: StaffDesk, tmp_path: Path) -> None:
    before = lived.json("report", "kpi", "--fiscal-year", "2562")["agencies"]
    (tmp_path / "r.toml").write_text("[kpi]\nphoto = 0\nconfirmed = 40\n")
    assert lived.json("report", "kpi", "--fiscal-year", "2562", RULES_FILE=str(tmp_path / "r.toml"))["agencies"] == before
    changed = ("report", "correct", "--fiscal-year", "2562", "--reason", "weights of the council")
    assert lived.json(*changed, RULES_FILE=str(tmp_path / "r.toml"))[0]["report"] == "kpi"
    assert lived.json("report", "kpi", "--fiscal-year", "2562")["agencies"] != before


def test_comments_are_shown_without_numbers_of_people(desk: StaffDesk) -> None:
    number = desk.case()
    with desk.store.write() as session:
        case = cases.must(session, number)
        cases.add_note(session, case, "5", case.created_at, actor="citizen", told=True, kind="stars")
        said = "ดีมากค่ะ โทร 081-234-5678"
        cases.add_note(session, case, said, case.created_at, actor="citizen", told=True, kind="rated")
    found = desk.json("report", "survey")
    assert found["comments"][0]["number"] == number and "ดีมาก" in found["comments"][0]["words"]
    assert "2345678" not in str(found).replace("-", "") and found["satisfaction"][0]["satisfied_pct"] == 100
