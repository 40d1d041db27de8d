"""Corrections of frozen figures: which there are, and each counted anew."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import typer

from admin_cli.kit import clean
from admin_cli.report.makers import compute
from admin_cli.report.parts import plain
from casework import periods
from casework.periods import Period, check_year, day_end
from casework.refusals import Refused
from casework.rules import Rules
from casework.thai_time import fiscal_bounds, quarter_bounds
from storage import report_books
from storage.engine import Store
from storage.report_books import Book


def correct(
    store: Store, rules: Rules, year: int, quarter: int | None, scope: str | None, now: datetime, *, by: str, reason: str
) -> list[dict[str, Any]]:
    """Every frozen report of that year (quarter, agency) whose figures are others now. Raises Refused where there is none."""
    check_year(year)
    with store.read() as session:
        frozen = report_books.frozen(session, year, quarter, scope)
    done = []
    for report, number, until, whose in frozen:
        book = Book(report, _period(report, year, number, until), whose)
        try:
            given = report_books.correct(store, book, compute(report, book.period, whose, rules), now, by=by, reason=reason)
        except Refused as refused:
            if refused.why != "refused.nothing_to_correct":
                raise
            continue
        done.append(
            {"report": report, "fiscal_year": year, "quarter": number, "until": until, "scope": whose, "version": given.version}
        )
    if not done:
        raise Refused("refused.all_as_frozen" if frozen else "refused.none_frozen", year=str(year))
    return plain(done)  # type: ignore[no-any-return]


def _period(report: str, year: int, quarter: int, until: str) -> Period:
    """As it was when it was frozen."""
    start = fiscal_bounds(year)[0]
    if quarter and report not in periods.FROM_OCTOBER:
        start = quarter_bounds(year, quarter)[0]
    return Period(year, quarter, start, day_end(date.fromisoformat(until)), True)


def print_lines(done: list[dict[str, Any]]) -> None:
    """One line each."""
    for each in done:
        which = f"{each['report']} {each['fiscal_year']}/{each['quarter']} until {each['until']} {each['scope']}"
        typer.echo(clean(f"corrected: {which}, version {each['version']}"))
