"""The score of 100: 20 points for quantity and response, 80 for quality of fix and report (seed 004), district by district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from admin_cli.report.parts import Report, Row, Table, plain, provenance, say, standing
from casework.catalog import agencies
from casework.kpi import CRITERIA, PARTS, Score, half_up, percentile, score
from casework.periods import Period
from casework.rules import Rules
from storage import reports
from storage.engine import Store
from storage.report_books import Book, Given, give

RANKED = ("rank", "agency", "name", "received", "done", "total", "response", "quality", "reached")
SHARES = ("agency", "name", *(f"{name}_pct" for name in CRITERIA), "p50", "p80", "p90")
COUNTED = (
    *("agency", "name", "received", "done", "confirmed", "silent", "without_fix", "in_progress", "awaiting", "disputed"),
    *("reopened", "forwarded", "handed_on", "not_ours", "withdrawn", "merged", "nuisance"),
)
CRITERION = ("criterion", "definition", "part", "whole", "share", "weight", "points")
PERCENTILES = (("p50", 0.5), ("p80", 0.8), ("p90", 0.9))


@dataclass(frozen=True)
class Line:
    """An agency in the report; `rank` among the districts, by points."""

    agency: str
    name: str
    counts: Mapping[str, int]
    score: Score
    days: Mapping[str, float | None]
    rank: int | None = None


def counted(session: Session, period: Period, scope: str, rules: Rules) -> dict[str, Any]:
    """Counts, percentiles of the days to the fix, and the rules by which they are judged."""
    agency = None if scope == reports.ALL else scope
    span = (period.start, period.end)
    counts, days = reports.side_by_side(
        session,
        lambda own: reports.by_agency(own, *span, rules, agency),
        lambda own: reports.days_to_fix(own, *span, agency),
    )
    every = sorted(day for each in days.values() for day in each)
    return {
        "agencies": counts,
        "days": {code: _percentiles(found) for code, found in days.items()} | {reports.ALL: _percentiles(every)},
        "rules": {"kpi": dict(rules.table("kpi")), "report": {"small": rules.whole("report", "small")}},
    }


def _percentiles(days: Sequence[float]) -> dict[str, float | None]:
    found = {name: percentile(days, share) for name, share in PERCENTILES}
    return {name: None if value is None else float(half_up(Decimal(value))) for name, value in found.items()}


def lines(figures: Mapping[str, Any], scope: str) -> tuple[list[Line], list[Line], Line]:
    """The 50 districts by rank, the other agencies that have cases, and all together (or the one that was asked for)."""
    judged = Rules(figures["rules"])
    nothing = dict.fromkeys((*reports.COUNTS, reports.HANDED_ON), 0)

    def line(code: str, name: str, counts: Mapping[str, int]) -> Line:
        return Line(code, name, counts, score(counts, judged), figures["days"].get(code, dict.fromkeys(("p50", "p80", "p90"))))

    if scope != reports.ALL:
        return [], [], line(scope, agencies()[scope].th, figures["agencies"].get(scope, nothing))
    total = line(reports.ALL, say("form.all"), reports.together(figures["agencies"]))
    districts = [
        line(code, a.short_th, figures["agencies"].get(code, nothing)) for code, a in agencies().items() if a.kind == "district"
    ]
    others = [
        line(code, a.short_th, figures["agencies"][code])
        for code, a in agencies().items()
        if a.kind != "district" and code in figures["agencies"]
    ]
    return _ranked(districts), others, total


def _ranked(found: Sequence[Line]) -> list[Line]:
    """By points, the most first; equal points share a rank; who has nothing to judge comes last, without one."""
    ordered = sorted(found, key=lambda each: (each.score.total is None, -(each.score.total or 0), each.agency))
    points = [each.score.total for each in ordered]
    return [
        Line(each.agency, each.name, each.counts, each.score, each.days, None if total is None else points.index(total) + 1)
        for each, total in zip(ordered, points, strict=True)
    ]


def report(store: Store, period: Period, scope: str, rules: Rules, now: datetime) -> Report:
    """The score as of the period's end."""
    given = give(store, Book("kpi", period, scope), partial(counted, period=period, scope=scope, rules=rules), now)
    districts, others, total = lines(given.figures, scope)
    judged = Rules(given.figures["rules"])
    tables = [Table("criteria", CRITERION, [_criterion(c, judged) for c in total.score.criteria])]
    everybody = [total, *districts, *others]
    if districts:
        tables.append(Table("ranking", RANKED, [_row(each) for each in districts]))
        tables.append(Table("others", RANKED[1:], [_row(each) for each in others]))
    else:
        tables.append(Table("total", RANKED[1:], [_row(total)]))
    tables += [Table("shares", SHARES, [_row(e) for e in everybody]), Table("counts", COUNTED, [_row(e) for e in everybody])]
    return Report(
        "kpi",
        scope,
        period,
        tables,
        _data(period, given, everybody, judged),
        given=[given],
        notes=[
            say("kpi.scaled"),
            say("kpi.silent", weight=judged.table("kpi")["silent_weight"]),
            say("kpi.target", target=judged.table("kpi")["target"]),
            say("form.small", n=judged.whole("report", "small")),
            *provenance(given),
        ],
        more={"lines": everybody, "target": judged.table("kpi")["target"]},
    )


def _row(line: Line) -> Row:
    shares = {f"{c.name}_pct": c.share for c in line.score.criteria}
    days = {name: None if value is None else Decimal(str(value)) for name, value in line.days.items()}
    return {
        **line.counts,
        **{"rank": line.rank, "agency": line.agency, "name": line.name, "total": line.score.total, "small": line.score.small},
        **{"response": line.score.response, "quality": line.score.quality, "reached": line.score.reached, **shares, **days},
    }


def _criterion(c: Any, judged: Rules) -> Row:
    points = None if c.points is None else half_up(c.points)
    name = say(f"criteria.{c.name}")
    said = say(f"definitions.{c.name}", **judged.table("report"))
    values = {"part": c.part, "whole": c.whole, "share": c.share, "weight": half_up(c.weight), "points": points}
    return {"criterion": name, "definition": said, **values, "small": c.small}


def _data(period: Period, given: Given, everybody: Sequence[Line], judged: Rules) -> Any:
    made = {
        "fiscal_year": period.fiscal_year,
        "quarter": period.quarter,
        "until": period.last_day,
        "target": judged.table("kpi")["target"],
        "weights": {part: {name: judged.table("kpi")[name] for name in names} for part, names in PARTS.items()},
        "agencies": [
            {
                **{"agency": e.agency, "name": e.name, "rank": e.rank, "score": e.score.total, "response": e.score.response},
                **{"quality": e.score.quality, "reached": e.score.reached, "small": e.score.small},
                "criteria": {
                    c.name: {
                        **{"part": c.part, "whole": c.whole, "share": c.share, "weight": c.weight, "small": c.small},
                        "points": None if c.points is None else half_up(c.points),
                    }
                    for c in e.score.criteria
                },
                "counts": dict(e.counts),
                "days_to_fix": dict(e.days),
            }
            for e in everybody
        ],
        **standing(given),
    }
    return plain(made)
