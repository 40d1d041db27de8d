"""What each report counts, by name: the same function makes a report and corrects it later."""

from __future__ import annotations

from functools import partial

from admin_cli.report import kpi, quarter, survey, tags, usage
from casework.periods import Period
from casework.rules import Rules
from storage.report_books import Compute


def compute(report: str, period: Period, scope: str, rules: Rules) -> Compute:
    """The function that counts the figures of this report."""
    counts = {
        "quarter": quarter.counted,
        "kpi": kpi.counted,
        "tags": tags.counted,
        "survey": survey.counted,
        "usage": usage.counted,
    }
    return partial(counts[report], period=period, scope=scope, rules=rules)
