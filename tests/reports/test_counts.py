"""Counts of cases: the database's statement against a walk through all events."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from casework import rules
from casework.periods import Period, alone, cumulative, day_end
from casework.thai_time import quarter_bounds
from storage import report_cases, reports
from storage.engine import Store
from tests.reports import naive
from tests.reports.world import YEAR

RULES = rules.load()
NOW = day_end(date(2026, 1, 1))
PERIODS = [*cumulative(YEAR, NOW), alone(YEAR, 3, NOW), *cumulative(YEAR, NOW, 3, date(2019, 6, 24))]


_walked: dict[tuple[str, Period], dict[str, dict[str, int]]] = {}


def walked(session: Session, period: Period) -> dict[str, dict[str, int]]:
    """What a walk through all events of this world counts; each period once."""
    key = str(session.get_bind().engine.url), period
    if key not in _walked:
        _walked[key] = naive.by_agency(session, period.start, period.end, RULES)
    return _walked[key]


@pytest.mark.parametrize("period", PERIODS, ids=lambda p: f"{p.first_day} to {p.last_day}")
def test_every_count_of_every_agency(world: Store, period: Period) -> None:
    with world.read() as session:
        wanted = walked(session, period)
        found = reports.by_agency(session, period.start, period.end, RULES)
    nothing = dict.fromkeys((*reports.COUNTS, reports.HANDED_ON), 0)
    assert {a: found.get(a, nothing) for a in wanted} == wanted and set(found) <= set(wanted)


def test_one_agency_alone_and_few_counts_are_the_same(world: Store) -> None:
    period = PERIODS[1]
    with world.read() as session:
        every = reports.by_agency(session, period.start, period.end, RULES)
        for agency, counts in every.items():
            assert reports.by_agency(session, period.start, period.end, RULES, agency).get(agency, counts) == counts
            form = reports.by_agency(session, period.start, period.end, RULES, agency, reports.FORM)[agency]
            assert form == {name: counts[name] for name in reports.FORM}


SHARED = tuple(name for name in (*reports.COUNTS, reports.HANDED_ON) if name not in report_cases.AS_OF_ITS_END)
"""What several ends can be counted with in one walk."""


_by_itself: dict[tuple[str, Period, str], dict[str, dict[str, int]]] = {}


def by_itself(session: Session, period: Period, agency: str) -> dict[str, dict[str, int]]:
    """What is counted of this agency at this one end; each once."""
    key = str(session.get_bind().engine.url), period, agency
    if key not in _by_itself:
        (_by_itself[key],) = reports.at_ends(session, period.start, [period.end], RULES, agency, SHARED)
    return _by_itself[key]


@pytest.mark.parametrize("ends", [(0, 1, 2, 3), (1, 3), (0, 2), (3,)], ids=str)
def test_several_ends_in_one_walk_are_as_each_by_itself(world: Store, ends: tuple[int, ...]) -> None:
    periods = [PERIODS[n] for n in ends]
    with world.read() as session:
        found = reports.at_ends(session, periods[0].start, [p.end for p in periods], RULES, None, SHARED)
        for period, each in zip(periods, found, strict=True):
            alone = walked(session, period)
            wanted = {agency: {name: counts[name] for name in SHARED} for agency, counts in alone.items()}
            nothing = dict.fromkeys(SHARED, 0)
            assert {a: each.get(a, nothing) for a in wanted} == wanted and set(each) <= set(wanted)
            for agency in wanted:
                one = by_itself(session, period, agency)
                assert one == {agency: each[agency]} if agency in each else one == {}


def test_counts_that_hang_on_their_end_are_not_shared_between_several(world: Store) -> None:
    ends = [p.end for p in PERIODS[:2]]
    with world.read() as session, pytest.raises(ValueError, match="photo"):
        reports.at_ends(session, PERIODS[0].start, ends, RULES, None, ["photo"])


def test_nothing_is_lost_between_the_columns(world: Store) -> None:
    """Done, in progress and what left the lifecycle sideways make up what was received."""
    for period in PERIODS:
        with world.read() as session:
            total = reports.together(reports.by_agency(session, period.start, period.end, RULES))
        aside = sum(total[name] for name in report_cases.ASIDE)
        assert total["received"] == total["done"] + total["in_progress"] + aside > 0
        assert total["done"] == total["confirmed"] + total["silent"]


def test_the_worlds_have_everything_in_them(world: Store) -> None:
    """What never happens proves nothing."""
    with world.read() as session:
        total = reports.together(reports.by_agency(session, PERIODS[3].start, PERIODS[3].end, RULES))
        at_border = [w for w in naive.walks(session, PERIODS[0].start, PERIODS[3].end, RULES) if _on_border(w)]
    assert at_border
    missing = {name for name, n in total.items() if not n} - {f"stars_{n}" for n in range(1, 6)}
    assert len(missing) < 3, missing


def _on_border(w: naive.Walk) -> bool:
    return w.case.created_at in {quarter_bounds(YEAR, q)[0] for q in (1, 2, 3, 4)}
