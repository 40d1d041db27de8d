"""The verbs of `report`. Each makes a Report and hands it to be drawn."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from admin_cli.kit import By, Reason, clean, group, name_of, now, opened, tell, words

if TYPE_CHECKING:
    from datetime import date, datetime

    from admin_cli.report.parts import Report
    from casework.periods import Period
    from casework.rules import Rules
    from storage.engine import Store

app = group(
    "Reports that executives sign: the quarterly form, the score of 100, tags, satisfaction, usage, plots.",
    "report quarter --agency 1021 --fiscal-year 2562 --format xlsx --out rai.xlsx",
)


class Format(StrEnum):
    """How a report is drawn."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"
    html = "html"


Agency = Annotated[str | None, typer.Option(metavar="CODE", help="An agency: 1021, drainage, 1555 … (default: all together).")]
Year = Annotated[
    int | None, typer.Option("--fiscal-year", metavar="YEAR", help="Buddhist fiscal year (default: the running one).")
]
Quarter = Annotated[int | None, typer.Option(min=1, max=4, help="1 (October to December) to 4.")]
As = Annotated[Format, typer.Option("--format", help="How it is drawn.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there instead of printing it.")]
AsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]


@app.command("quarter")
def quarter(
    agency: Agency = None,
    fiscal_year: Year = None,
    quarter: Quarter = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="As of this day instead of the end of its quarter.")] = None,
    form: As = Format.table,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """The quarterly form: each quarter counted from 1 October, as of its end.

    A quarter that is over is frozen when it is first asked for; `report correct` makes a new version.

    Example: python -m admin_cli report quarter --agency 1021 --fiscal-year 2562 --format html --out form.html
    """
    from admin_cli.report import quarter as made
    from casework import periods

    def make(store: Store, rules: Rules, at: datetime) -> Report:
        wanted = periods.cumulative(_year(fiscal_year, at), at, quarter, _day(until))
        return made.report(store, wanted, _scope(agency), rules, at)

    _run(make, form, out, as_json)


@app.command("kpi")
def kpi(
    agency: Agency = None,
    fiscal_year: Year = None,
    quarter: Quarter = None,
    form: As = Format.table,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """The score of 100 points, counted from 1 October: every criterion with its definition, the 50 districts ranked.

    Example: python -m admin_cli report kpi --fiscal-year 2569 --quarter 4 --format html --out kpi.html
    """
    from admin_cli.report import kpi as made
    from casework import periods

    def make(store: Store, rules: Rules, at: datetime) -> Report:
        period = periods.cumulative(_year(fiscal_year, at), at, quarter)[-1]
        return made.report(store, period, _scope(agency), rules, at)

    _run(make, form, out, as_json)


@app.command("tags")
def tags(
    agency: Agency = None,
    fiscal_year: Year = None,
    quarter: Quarter = None,
    form: As = Format.table,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """How many cases have each of the centre's ten tags, beside the quarter (without --quarter: the year) before.

    Example: python -m admin_cli report tags --fiscal-year 2569 --quarter 4
    """
    from admin_cli.report import tags as made

    _run(lambda s, r, at: made.report(s, _span(fiscal_year, quarter, at), _scope(agency), r, at), form, out, as_json)


@app.command("survey")
def survey(
    agency: Agency = None,
    fiscal_year: Year = None,
    quarter: Quarter = None,
    form: As = Format.table,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Satisfaction: stars, their share against the target, and what people said with them (numbers of people hidden).

    Example: python -m admin_cli report survey --fiscal-year 2569 --quarter 4 --agency 1021
    """
    from admin_cli.report import survey as made

    _run(lambda s, r, at: made.report(s, _span(fiscal_year, quarter, at), _scope(agency), r, at), form, out, as_json)


@app.command("usage")
def usage(
    fiscal_year: Year = None,
    quarter: Quarter = None,
    form: As = Format.table,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """How the service is used beside the period before: people, messages, answers, cost, conversations, the goals.

    Example: python -m admin_cli report usage --fiscal-year 2570 --quarter 1
    """
    from admin_cli.report import usage as made
    from storage.reports import ALL

    _run(lambda s, r, at: made.report(s, _span(fiscal_year, quarter, at), ALL, r, at), form, out, as_json)


@app.command("plots")
def plots(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder that the PNG files go to; made where it is not there.")],
    agency: Agency = None,
    fiscal_year: Year = None,
    quarter: Quarter = None,
    as_json: AsJson = False,
) -> None:
    """The plots as PNG: cases by day, categories by district, days to the fix, the funnel of the report talk.

    Example: python -m admin_cli report plots --fiscal-year 2569 --quarter 4 --out plots
    """
    from admin_cli.report import gallery

    at = now()
    with opened() as (_, store):
        pictures = gallery.pictures(store, _span(fiscal_year, quarter, at), _scope(agency))
    if out.exists() and not out.is_dir():
        raise typer.BadParameter(f"{out} is a file", param_hint="--out")
    out.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        (out / f"{picture.name}.png").write_bytes(picture.png)
    written = [str(out / f"{picture.name}.png") for picture in pictures]
    tell({"written": written}, as_json, "\n".join(f"written: {file}" for file in written))


@app.command("correct")
def correct(
    fiscal_year: Annotated[int, typer.Option("--fiscal-year", metavar="YEAR", help="Buddhist fiscal year.")],
    quarter: Quarter = None,
    agency: Agency = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Count frozen figures anew, after rows came late: a new version with your name and the reason, which every report shows.

    Without --quarter all of the year, without --agency of every agency; only what was frozen, and only where it changes.

    Example: python -m admin_cli report correct --fiscal-year 2562 --quarter 2 --agency 1021 --reason "MIS rows of March"
    """
    from admin_cli.report import corrections

    why = (words(reason, "--reason") or "").strip()
    if not why:
        raise typer.BadParameter("a correction is kept with its reason: say why", param_hint="--reason")
    who = name_of(by)
    with opened() as (settings, store):
        scope = None if agency is None else _scope(agency)
        done = corrections.correct(store, settings.rules, fiscal_year, quarter, scope, now(), by=who, reason=why)
    tell(done, as_json, lambda: corrections.print_lines(done))


def _scope(agency: str | None) -> str:
    """An agency's code, or all. Raises Refused for one that does not exist."""
    from casework.catalog import agencies
    from casework.refusals import Refused
    from storage.reports import ALL

    if agency is not None and agency not in agencies():
        raise Refused("refused.unknown_agency", agency=agency)
    return ALL if agency is None else agency


def _year(given: int | None, at: datetime) -> int:
    from casework import periods

    return periods.current(at) if given is None else given


def _span(year: int | None, quarter: int | None, at: datetime) -> Period:
    """A quarter by itself, or the year."""
    from casework import periods

    return periods.whole(_year(year, at), at) if quarter is None else periods.alone(_year(year, at), quarter, at)


def _day(typed: str | None) -> date | None:
    from admin_cli.dates import moment
    from casework.thai_time import bangkok

    return None if typed is None else bangkok(moment(typed, "--until")).date()


def _run(make: Callable[[Store, Rules, datetime], Report], form: Format, out: Path | None, as_json: bool) -> None:
    """Make the report and draw it. Wrong usage for a workbook without a file, or a file in a folder that is not there."""
    if as_json and form not in {Format.table, Format.json}:
        raise typer.BadParameter(f"it is the same as --format json, and {form.value} was asked for", param_hint="--json")
    form = Format.json if as_json else form
    if form is Format.xlsx and out is None:
        raise typer.BadParameter("a workbook is not printed: say where it goes with --out FILE.xlsx", param_hint="--format")
    if out is not None and not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    if out is not None and out.is_dir():
        raise typer.BadParameter(f"{out} is a folder: name a file in it", param_hint="--out")
    from admin_cli.report import drawn

    at = now()
    with opened() as (settings, store):
        report = make(store, settings.rules, at)
        if form is Format.html:
            from admin_cli.report import gallery

            report.pictures = gallery.fitting(store, report)
    if form is Format.xlsx and out is not None:
        out.write_bytes(drawn.as_xlsx(report, at))
    else:
        text = {
            Format.table: lambda: drawn.as_table(report),
            Format.json: lambda: drawn.as_json(report),
            Format.csv: lambda: drawn.as_csv(report),
            Format.html: lambda: drawn.as_html(report, at),
        }[form]()
        if out is None:
            typer.echo(text, nl=False)
            return
        # Excel takes UTF-8 for what it is only behind this mark.
        out.write_text(text, "utf-8-sig" if form is Format.csv else "utf-8", newline="")
    typer.echo(clean(f"written: {out}"), err=True)
