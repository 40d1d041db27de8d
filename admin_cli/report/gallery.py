"""Which plots there are of a period, and which of them belong into which report."""

from __future__ import annotations

from collections.abc import Sequence

from admin_cli.report import plots, usage
from admin_cli.report.parts import Picture, Report
from casework.periods import Period
from storage import plot_figures, reports
from storage import usage as counted
from storage.engine import Store

OF = {"quarter": ("by_day",), "kpi": ("time_to_fix",), "tags": ("by_day", "heat"), "survey": (), "usage": ("funnel",)}
NAMES = ("by_day", "heat", "time_to_fix", "funnel")


def pictures(store: Store, period: Period, scope: str, names: Sequence[str] = NAMES) -> list[Picture]:
    """The plots of a period, as the cases are known now."""
    agency = None if scope == reports.ALL else scope
    made = []
    with store.read() as session:
        for name in names:
            if name == "by_day":
                made.append(plots.by_day(plot_figures.by_day(session, period.start, period.end, agency)))
            elif name == "heat":
                made.append(plots.heat(plot_figures.by_category(session, period.start, period.end, agency)))
            elif name == "time_to_fix":
                days = reports.days_to_fix(session, period.start, period.end, agency)
                made.append(plots.time_to_fix([day for each in days.values() for day in each]))
            else:
                talks: dict[str, int] = {}
                for _, detail, n in counted.days(session, period.first_day, period.last_day, "talk"):
                    talks[detail] = talks.get(detail, 0) + n
                made.append(plots.funnel(usage.funnel(talks)))
    return made


def fitting(store: Store, report: Report) -> list[Picture]:
    """The plots that belong into this report."""
    return pictures(store, report.period, report.scope, OF[report.name])
