"""The quarterly form: for an agency and a fiscal year each quarter from 1 October, as of its end (seed 004)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from admin_cli.report.parts import Report, Row, Table, plain, provenance, say, shown, standing, whose
from casework.kpi import percent
from casework.periods import QUARTERS, Period
from casework.rules import Rules
from casework.thai_time import thai_date
from storage import reports
from storage.engine import Store
from storage.report_books import Book, Given, give_all

COLUMNS = (
    *("quarter", "until", "received", "done", "done_pct", "in_progress", "in_progress_pct", "confirmed", "silent", "disputed"),
    *("without_fix", "awaiting", "forwarded", "handed_on", "not_ours", "withdrawn", "merged", "nuisance"),
)


def counted(session: Session, period: Period, scope: str, rules: Rules) -> dict[str, int]:
    """The counts of one quarter."""
    (found,) = counted_all(session, [period], scope, rules)
    return found


def counted_all(session: Session, periods: Sequence[Period], scope: str, rules: Rules) -> list[dict[str, int]]:
    """The counts of several quarters of one year (rising), in one walk over its events."""
    agency = None if scope == reports.ALL else scope
    ends = [period.end for period in periods]
    found = reports.at_ends(session, periods[0].start, ends, rules, agency, reports.FORM)
    return [reports.together(each, reports.FORM) for each in found]


def row(period: Period, counts: dict[str, int]) -> dict[str, Any]:
    """A quarter's figures with their percentages, in the contract's keys."""
    shares = {"done_pct": percent(counts["done"], counts["received"])}
    shares["in_progress_pct"] = percent(counts["in_progress"], counts["received"])
    values = {"quarter": period.quarter, "until": period.last_day, **counts, **shares}
    return {name: values[name] for name in COLUMNS}


def report(store: Store, periods: Sequence[Period], scope: str, rules: Rules, now: datetime) -> Report:
    """The quarters asked for, those that are over as they are frozen."""

    books = [Book("quarter", period, scope) for period in periods]
    found = give_all(store, books, partial(counted_all, scope=scope, rules=rules), now)
    rows = [row(period, given.figures) for period, given in zip(periods, found, strict=True)]
    small = rules.whole("report", "small")
    data = [plain(each | standing(given)) for each, given in zip(rows, found, strict=True)]
    few = any(each["received"] < small for each in rows)
    table: list[Row] = [{**each, "small": each["received"] < small} for each in rows]
    return Report(
        "quarter",
        scope,
        periods[-1],
        [Table("quarters", COLUMNS, table, turned=True)],
        data,
        given=found,
        notes=[*_notes(periods, found), *([say("form.small", n=small)] if few else [])],
        more={"quarters": _told(periods, rows), "target": rules.whole("kpi", "target"), "result": rows[-1]["done_pct"]},
    )


def _notes(periods: Sequence[Period], found: Sequence[Given]) -> list[str]:
    return [
        f"{say('form.quarter_name', n=period.quarter)}: {line}"
        for period, given in zip(periods, found, strict=True)
        for line in provenance(given)
    ]


def _told(periods: Sequence[Period], rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """The form's sentence of each quarter, in the city's own words."""
    told = {period.quarter: (period, each) for period, each in zip(periods, rows, strict=True)}
    found = []
    for quarter in QUARTERS:
        lead = say("form.result_lead", quarter=quarter)
        if quarter not in told:
            found.append((lead, say("form.not_yet" if quarter > max(told) else "form.not_asked")))
            continue
        period, each = told[quarter]
        start, until = thai_date(period.first_day, long=True), thai_date(period.last_day, long=True)
        values = {name: shown(value) for name, value in each.items() if isinstance(value, int | Decimal) or value is None}
        found.append((lead, say("form.result", **{**values, "quarter": quarter, "start": start, "until": until})))
    return found


def title(made: Report) -> str:
    """The form's heading."""
    return f"{say('form.title')} {say('form.fiscal_year', year=made.period.fiscal_year)} {whose(made.scope)}"
