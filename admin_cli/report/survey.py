"""Satisfaction: stars and what people said with them, against the target (seed 002: 80 per cent)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from admin_cli.report.parts import Report, Row, Table, plain, provenance, say, standing
from casework.kpi import half_up, percent
from casework.periods import Period, before
from casework.rules import Rules
from storage import registry_figures, reports, threads_figures
from storage.engine import Store
from storage.report_books import Book, give

STARS = (1, 2, 3, 4, 5)
NAMES = ("received", "done", "confirmed", "silent", "disputed", "stars", "stars_sum", *(f"stars_{n}" for n in STARS))
COLUMNS = ("what", "n", *(f"stars_{n}" for n in STARS), "mean", "satisfied_pct", "satisfied_before", "target", "reached")
ANSWERS = ("done", "stars", "rated_pct", "confirmed", "silent", "disputed")
COMMENTS = ("number", "at", "words")
MOST_COMMENTS = 100


def counted(session: Session, period: Period, scope: str, rules: Rules) -> dict[str, Any]:
    """Stars of cases, of the registry and of conversations, in the period and the one before."""
    agency = None if scope == reports.ALL else scope
    found: dict[str, Any] = {"rules": {name: rules.whole("report", name) for name in ("satisfied_stars", "satisfied_target")}}
    for when, span in (("now", period), ("before", before(period))):
        counts = reports.together(reports.by_agency(session, span.start, span.end, rules, agency, NAMES), NAMES)
        registry = registry_figures.stars(session, span.start, span.end, agency)
        threads = threads_figures.stars(session, span.start, span.end) if agency is None else None
        found[when] = {
            "cases": {str(n): counts[f"stars_{n}"] for n in STARS},
            "registry": None if registry is None else {str(n): registry.get(n, 0) for n in STARS},
            "threads": None if threads is None else {str(n): threads.get(n, 0) for n in STARS},
            "answers": {name: counts[name] for name in ("done", "stars", "confirmed", "silent", "disputed")},
        }
    return found


def report(store: Store, period: Period, scope: str, rules: Rules, now: datetime) -> Report:
    """Satisfaction in the period. Comments are read as they are now: what somebody took back is in no report."""
    given = give(store, Book("survey", period, scope), partial(counted, period=period, scope=scope, rules=rules), now)
    figures, small = given.figures, rules.whole("report", "small")
    rows = [_row(what, figures["now"][what], figures["before"][what], figures["rules"], small) for what in _measured(figures)]
    answers = figures["now"]["answers"]
    shares: Row = {**answers, "rated_pct": percent(answers["stars"], answers["done"])}
    with store.read() as session:
        agency = None if scope == reports.ALL else scope
        said = reports.comments(session, period.start, period.end, MOST_COMMENTS, agency)
    comments: list[Row] = [{"number": c.number, "at": c.at, "words": c.words} for c in said]
    made = {"fiscal_year": period.fiscal_year, "quarter": period.quarter, "until": period.last_day}
    tables = [Table("stars", COLUMNS, rows), Table("answers", ANSWERS, [shares]), Table("comments", COMMENTS, comments)]
    data = plain({**made, "satisfaction": rows, "answers": shares, "comments": comments, **standing(given)})
    rule = figures["rules"]
    notes = [say("survey.explained", **rule), say("form.small", n=small), *provenance(given)]
    return Report("survey", scope, period, tables, data, [given], notes)


def _measured(figures: Mapping[str, Any]) -> list[str]:
    return [what for what in ("cases", "registry", "threads") if figures["now"][what] is not None]


def satisfied(stars: Mapping[str, int] | None, least: int) -> Any:
    """Per cent of those who gave stars that gave so many or more; None where nobody did."""
    if stars is None:
        return None
    return percent(sum(n for star, n in stars.items() if int(star) >= least), sum(stars.values()))


def _row(what: str, now: Mapping[str, int], earlier: Mapping[str, int] | None, rule: Mapping[str, int], small: int) -> Row:
    n, share = sum(now.values()), satisfied(now, rule["satisfied_stars"])
    from decimal import Decimal

    mean = half_up(Decimal(sum(int(star) * count for star, count in now.items())) / n) if n else None
    return {
        "what": say(f"survey.{what}"),
        "n": n,
        **{f"stars_{star}": count for star, count in now.items()},
        "mean": mean,
        "satisfied_pct": share,
        "satisfied_before": satisfied(earlier, rule["satisfied_stars"]),
        "target": rule["satisfied_target"],
        "reached": None if share is None else share >= rule["satisfied_target"],
        "small": n < small,
    }
