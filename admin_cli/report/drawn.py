"""A report on the terminal, as CSV, as JSON, as XLSX, as a page to print."""

from __future__ import annotations

import csv
import io
from base64 import b64encode
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from admin_cli.kit import clean, to_json
from admin_cli.report.parts import Report, Table, Value, label, say, shown, whose
from casework.thai_time import thai_date, thai_datetime

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MARK = "*"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def heading(report: Report) -> str:
    """What it is, of whom, of when."""
    period = report.period
    span = say("form.span", start=thai_date(period.first_day), until=thai_date(period.last_day))
    year = say("form.fiscal_year", year=period.fiscal_year)
    return f"{say(f'titles.{report.name}')} · {whose(report.scope)} · {year} · {span}"


def as_json(report: Report) -> str:
    """The data."""
    return to_json(report.data, indent=2) + "\n"


def as_csv(report: Report) -> str:
    """All tables one after the other, each with its header line; where there are several the first column names them."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    several = len(report.tables) > 1
    for table in report.tables:
        writer.writerow([*(["table"] if several else []), *table.columns])
        for row in table.rows:
            writer.writerow([*([table.name] if several else []), *(_bare(row.get(name)) for name in table.columns)])
    return made.getvalue()


def _bare(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _harmless(value) if isinstance(value, str) else value


def _harmless(words: str) -> str:
    """No spreadsheet takes it for a formula."""
    return "'" + words if words.startswith(_FORMULA) else words


def as_table(report: Report) -> str:
    """For the terminal."""
    from rich.console import Console
    from rich.table import Table as Grid

    made = io.StringIO()
    console = Console(file=made, width=200, highlight=False, markup=False, emoji=False)
    console.print(clean(heading(report)))
    for table in report.tables:
        grid = Grid(title=clean(_title(table)), title_justify="left", title_style="bold", header_style="bold")
        if table.turned:
            _turned(grid, table)
            console.print(grid)
            continue
        figures = _figures(table)
        for name in table.columns:
            grid.add_column(clean(label(name)), justify="right" if name in figures else "left", overflow="fold")
        for row in table.rows:
            mark = MARK if row.get("small") else ""
            cells = [clean(shown(row.get(name))) for name in table.columns]
            grid.add_row(*(cells[:1] and [cells[0] + mark]), *cells[1:])
        console.print(grid)
    for note in report.notes:
        console.print(clean(note))
    return "\n".join(line.rstrip() for line in made.getvalue().splitlines()) + "\n"


def _turned(grid: Any, table: Table) -> None:
    first, *others = table.columns
    grid.add_column(clean(label(first)))
    for row in table.rows:
        grid.add_column(f"{shown(row[first])}{MARK if row.get('small') else ''}", justify="right")
    for name in others:
        grid.add_row(clean(label(name)), *(clean(shown(row.get(name))) for row in table.rows))


def _figures(table: Table) -> set[str]:
    """The columns in which something else than words stands, or nothing at all: they stand at the right, dashes too."""
    values = {name: [row.get(name) for row in table.rows] for name in table.columns}
    told = {name: [value for value in found if value is not None] for name, found in values.items()}
    return {
        name
        for name, found in told.items()
        if not all(isinstance(value, str) for value in found) or (values[name] and not found)
    }


def _title(table: Table) -> str:
    return table.title or say(f"tables.{table.name}")


def as_xlsx(report: Report, now: datetime) -> bytes:
    """A workbook: a sheet a table, of the quarterly report a sheet a quarter; Thai headings, numbers as numbers."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    if report.name == "quarter":
        table = report.tables[0]
        for row in table.rows:
            sheet = book.create_sheet(say("form.quarter_name", n=row["quarter"]))
            _head(sheet, report, now)
            for name in table.columns:
                sheet.append([label(name), _cell(row.get(name))])
                _format(sheet, 2)
            _foot(sheet, report)
            _widths(sheet, (34, 20))
    else:
        for table in report.tables:
            sheet = book.create_sheet(_sheet_name(_title(table), book.sheetnames))
            _head(sheet, report, now)
            sheet.append([label(name) for name in table.columns])
            _bold(sheet)
            for row in table.rows:
                sheet.append([_cell(row.get(name)) for name in table.columns])
                if row.get("small"):
                    sheet.cell(sheet.max_row, 1).value = f"{shown(row[table.columns[0]])} {MARK}"
                _format(sheet, 1)
            _foot(sheet, report)
            _widths(sheet, (16, 28, *(14 for _ in table.columns[2:])))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _sheet_name(title: str, taken: list[str]) -> str:
    """At most 31 letters, none that a sheet's name must not have, no name twice."""
    bare = "".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:28].strip()
    name, n = bare, 2
    while name in taken:
        name, n = f"{bare} {n}", n + 1
    return name


def _cell(value: Value) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bool | date):
        return shown(value)
    return "-" if value is None else _harmless(value) if isinstance(value, str) else value


def _head(sheet: Worksheet, report: Report, now: datetime) -> None:
    sheet.append([heading(report)])
    _bold(sheet)
    sheet.append([say("form.printed", at=thai_datetime(now))])
    sheet.append([])


def _foot(sheet: Worksheet, report: Report) -> None:
    sheet.append([])
    for note in report.notes:
        sheet.append([_harmless(note)])


def _bold(sheet: Worksheet) -> None:
    from openpyxl.styles import Font

    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)


def _format(sheet: Worksheet, first: int) -> None:
    for cell in sheet[sheet.max_row][first - 1 :]:
        if isinstance(cell.value, float):
            cell.number_format = "#,##0.00"
        elif isinstance(cell.value, int):
            cell.number_format = "#,##0"


def _widths(sheet: Worksheet, widths: tuple[int, ...]) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for n, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape" if len(widths) > 4 else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


@cache
def _font(weight: str) -> str:
    """Sarabun, inside the page: it prints the same everywhere, without a network."""
    return b64encode(files("fontpkg_sarabun").joinpath("files", f"Sarabun-{weight}.ttf").read_bytes()).decode()


def as_html(report: Report, now: datetime) -> str:
    """A page for A4 that needs nothing else: fonts and pictures are inside."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).with_name("templates")
    env = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    env.globals |= {"say": say, "label": label, "shown": shown, "whose": whose, "long_date": lambda d: thai_date(d, long=True)}
    pictures = [(p.name, b64encode(p.png).decode()) for p in report.pictures]
    template = env.get_template("quarter.html" if report.name == "quarter" else "report.html")
    return template.render(
        report=report,
        pictures=pictures,
        heading=heading(report),
        table_title=_title,
        numeric=_figures,
        printed=say("form.printed", at=thai_datetime(now)),
        regular=_font("Regular"),
        bold=_font("SemiBold"),
        mark=MARK,
    )
