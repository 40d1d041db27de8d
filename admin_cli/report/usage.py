"""How the service is used, beside the period before, and what of the seeds' goals can be measured (seeds 000, 002, 003)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from admin_cli.report.parts import Report, Row, Table, Value, plain, provenance, say, standing, words
from casework.kpi import change, half_up, percent, percentile
from casework.periods import Period, before
from casework.rules import Rules
from storage import usage, usage_figures
from storage.engine import Store
from storage.report_books import Book, give

COMPARED = ("what", "now", "before", "change_pct")
GOALS = ("goal", "target", "now", "before", "change_pct", "reached")
FLOWS = ("flow", "ended", "completed", "completed_pct", "expired", "left_most", "left_n")
FUNNEL = ("stage", "reached_n", "reached_pct")
COSTS = ("purpose", "pushes", "cost")
LEFT = ("dropped", "expired", "declined", "paused", "limited", "none")
"""Ends of a conversation that came to nothing; `expired`: nobody came back."""
SHARES = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))
PEOPLE = (
    *("people", "people_new", "people_daily_mean", "people_daily_most", "reporters", "followers"),
    *("cases_chat", "cases_other"),
)
MESSAGES = ("heard", "answered", "answered_pct", "wait_p50", "wait_p90", "wait_p99", "sent_reply", "sent_push", "cost")


def counted(session: Session, period: Period, scope: str, rules: Rules) -> dict[str, Any]:
    """Everything of the period and of the one before it. Nothing is made up: what was not counted is None."""
    spans = {"now": period, "before": before(period)}
    return {when: _span(session, span) for when, span in spans.items()} | {"goals": dict(rules.table("goals"))}


def _span(session: Session, span: Period) -> dict[str, Any]:
    def days(what: str) -> list[tuple[str, str, int]]:
        return usage.days(session, span.first_day, span.last_day, what)

    heard, answered, people = ([n for *_, n in days(what)] for what in ("heard", "answered", "people"))
    waits: Counter[str] = Counter()
    for _, step, n in days("wait"):
        waits[step] += n
    talks: Counter[str] = Counter()
    for _, detail, n in days("talk"):
        talks[detail] += n
    sent: Counter[str] = Counter()
    for _, via, n in days("sent"):
        sent[via] += n
    followers = days("followers")
    pushes = usage_figures.pushes(session, span.start, span.end)
    hours = percentile(usage_figures.registry_hours(session, span.start, span.end), 0.5)
    return {
        "days": len(heard),
        "of_days": (span.last_day - span.first_day).days + 1,
        **usage_figures.people(session, span.start, span.end),
        **usage_figures.cases(session, span.start, span.end),
        "people_days": people,
        "heard": sum(heard) if heard else None,
        "answered": sum(answered) if heard else None,
        "waits": dict(waits),
        "talks": dict(talks),
        "sent": dict(sent) if heard else None,
        "followers": followers[-1][2] if followers else None,
        "pushes": pushes,
        "registry_hours": None if hours is None else str(half_up(Decimal(str(hours)))),
    }


def shown_of(figures: Mapping[str, Any]) -> dict[str, Value]:
    """What is told of a span's figures; None where nothing was counted."""
    people, sent = figures["people_days"], figures["sent"]
    found: dict[str, Value] = {name: figures[name] for name in (*PEOPLE, *MESSAGES) if name in figures}
    found["people_daily_mean"] = half_up(Decimal(sum(people)) / len(people)) if people else None
    found["people_daily_most"] = max(people, default=None)
    found["answered_pct"] = None if figures["heard"] is None else percent(figures["answered"], figures["heard"])
    for name, share in SHARES:
        found[f"wait_{name}"] = usage.share_of_steps(figures["waits"], share)
    for via in ("reply", "push"):
        found[f"sent_{via}"] = None if sent is None else sent.get(via, 0)
    found["cost"] = sum(each["cost"] for each in figures["pushes"].values())
    hours = figures["registry_hours"]
    found["registry_hours"] = None if hours is None else Decimal(hours)
    return found


def flows(talks: Mapping[str, int]) -> list[Row]:
    """Each conversation: how often it ended, came to something, was left for good, and at which question most often."""
    found: dict[str, Counter[str]] = {}
    left: dict[str, Counter[str]] = {}
    for detail, n in talks.items():
        flow, question, end = detail.split(" ")
        how = "completed" if end not in LEFT else "expired" if end == "expired" else "dropped"
        found.setdefault(flow, Counter())[how] += n
        if how != "completed":
            left.setdefault(flow, Counter())[question] += n
    rows: list[Row] = []
    for flow, counts in sorted(found.items()):
        most = sorted(left.get(flow, Counter()).items(), key=lambda each: (-each[1], each[0]))[:1]
        values = {"ended": counts.total(), "completed": counts["completed"], "expired": counts["expired"]}
        share = percent(counts["completed"], counts.total())
        where = {"left_most": most[0][0] if most else None, "left_n": most[0][1] if most else 0}
        rows.append({"flow": flow, **values, "completed_pct": share, **where})
    return rows


def funnel(talks: Mapping[str, int]) -> list[Row]:
    """The talk of a report: how many came at least to each question. Things may be told in any order; what counts is which
    question was open last."""
    stages: list[str] = words()["funnel"]["stages"]
    alike: dict[str, str] = words()["funnel"]["alike"]
    reached = Counter[str]()
    for detail, n in talks.items():
        flow, question, end = detail.split(" ")
        if flow != "report":
            continue
        last = len(stages) - 1 if end not in LEFT else stages.index(alike.get(question, question))
        for stage in stages[: last + 1]:
            reached[stage] += n
    begun = reached[stages[0]]
    if not begun:
        return []
    return [
        {"stage": say(f"stages.{stage}"), "reached_n": reached[stage], "reached_pct": percent(reached[stage], begun)}
        for stage in stages
    ]


def goals(now: Mapping[str, Value], earlier: Mapping[str, Value], targets: Mapping[str, Any]) -> list[Row]:
    """Each goal: what it was, what is; no figure where it cannot be measured yet."""
    rows: list[Row] = []
    for goal, target in targets.items():
        figure = {"followers": "followers", "cases": "cases_chat", "answered": "answered_pct"}.get(goal)
        here, there = (None, None) if figure is None else (now.get(figure), earlier.get(figure))
        by = change(here, there) if isinstance(here, int | Decimal) and isinstance(there, int | Decimal) else None
        measured = here if goal == "answered" else by
        reached = None if not isinstance(measured, int | Decimal) else measured >= target
        values = {"target": target, "now": here, "before": there, "change_pct": by}
        told: Value = say("form.not_measured") if reached is None else reached
        rows.append({"goal": say(f"goals.{goal}"), **values, "reached": told})
    return rows


def report(store: Store, period: Period, scope: str, rules: Rules, now: datetime) -> Report:
    """Use of the service in the period; it has no agencies."""
    given = give(store, Book("usage", period, scope), partial(counted, period=period, scope=scope, rules=rules), now)
    figures = given.figures
    here, there = shown_of(figures["now"]), shown_of(figures["before"])
    costs: list[Row] = [{"purpose": why, **each} for why, each in sorted(figures["now"]["pushes"].items())]
    made = {
        "goals": goals(here, there, figures["goals"]),
        "people": _compared(PEOPLE, here, there),
        "messages": _compared((*MESSAGES, "registry_hours"), here, there),
        "costs": costs,
        "flows": flows(figures["now"]["talks"]),
        "funnel": funnel(figures["now"]["talks"]),
    }
    columns = (GOALS, COMPARED, COMPARED, COSTS, FLOWS, FUNNEL)
    tables = [Table(f"usage_{name}", each, made[name]) for name, each in zip(made, columns, strict=True)]
    head = {"fiscal_year": period.fiscal_year, "quarter": period.quarter, "until": period.last_day}
    span = {"days_counted": figures["now"]["days"], "days": figures["now"]["of_days"]}
    data = plain({**head, **span, "now": here, "before": there, **_machine(made, figures), **standing(given)})
    notes = [
        say("usage.days", n=span["days_counted"], of=span["days"]),
        say("usage.waits"),
        say("usage.not_measured"),
        *provenance(given),
    ]
    return Report("usage", scope, period, tables, data, [given], notes)


def _machine(made: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """For JSON the goals under their own names, None where not measured."""
    rows = zip(figures["goals"], made["goals"], strict=True)
    told = {
        name: {**{key: row[key] for key in ("target", "now", "before", "change_pct")}, "reached": _truth(row["reached"])}
        for name, row in rows
    }
    return {"goals": told, **{name: made[name] for name in ("costs", "flows", "funnel")}}


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _compared(names: tuple[str, ...], here: Mapping[str, Value], there: Mapping[str, Value]) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        one, other = here.get(name), there.get(name)
        numbers = isinstance(one, int | Decimal) and isinstance(other, int | Decimal)
        by = change(one, other) if numbers else None  # type: ignore[arg-type]
        rows.append({"what": say(f"usage_lines.{name}"), "now": one, "before": other, "change_pct": by})
    return rows
