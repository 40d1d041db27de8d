"""How many cases have each of the centre's ten tags (seed 000), beside the period before."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from admin_cli.report.parts import Report, Table, plain, provenance, say, standing
from casework.kpi import change
from casework.periods import Period, before
from casework.rules import Rules
from casework.tags import Tag, tags
from storage import reports, threads_figures
from storage.engine import Store
from storage.report_books import Book, give

COLUMNS = ("tag", "name", "had", "at_end", "had_before", "change_pct")


def counted(session: Session, period: Period, scope: str, rules: Rules) -> dict[str, Any]:
    """Each tag's counts in the period and in the one before."""
    agency = None if scope == reports.ALL else scope
    found = {}
    for when, span in (("now", period), ("before", before(period))):
        stood, had = reports.tags(session, span.start, span.end, agency)
        threads = threads_figures.begun(session, span.start, span.end) if agency is None else None
        found[when] = {tag.code: _of(tag, stood, had, threads) for tag in tags()}
    return found


def _of(tag: Tag, stood: reports.Tagged, had: reports.Tagged, threads: int | None) -> dict[str, int | None]:
    if tag.thread:
        return {"had": threads, "at_end": None}
    if tag.kind is not None:
        n = sum(count for (kind, _), count in stood.items() if kind == tag.kind)
        return {"had": n, "at_end": n}
    return {
        "had": sum(n for (kind, status), n in had.items() if tag.fits(kind, status)),
        "at_end": sum(n for (kind, status), n in stood.items() if tag.fits(kind, status)),
    }


def report(store: Store, period: Period, scope: str, rules: Rules, now: datetime) -> Report:
    """The ten tags of the period."""
    given = give(store, Book("tags", period, scope), partial(counted, period=period, scope=scope, rules=rules), now)
    small = rules.whole("report", "small")
    rows = []
    for tag in tags():
        here, earlier = given.figures["now"][tag.code], given.figures["before"][tag.code]
        values = {"tag": tag.code, "name": tag.th, "had": here["had"], "at_end": here["at_end"], "had_before": earlier["had"]}
        few = here["had"] is not None and here["had"] < small
        rows.append({**values, "change_pct": change(here["had"], earlier["had"]), "small": few})
    made = {"fiscal_year": period.fiscal_year, "quarter": period.quarter, "until": period.last_day, "tags": rows}
    notes = [say("tags.explained"), say("form.small", n=small), *provenance(given)]
    return Report("tags", scope, period, [Table("tags", COLUMNS, rows)], plain(made | standing(given)), [given], notes)
