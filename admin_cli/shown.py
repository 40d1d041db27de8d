"""Cases as staff see them: JSON by the contract, a line of a list, a whole case. Thai columns stand straight."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import typer
from rich.cells import cell_len

from admin_cli.kit import clean, plain, stamp, to_json
from casework import tags
from casework.case import UNFIXED, CaseView
from casework.catalog import agencies, categories
from casework.thai_time import thai_date, thai_datetime

COLUMNS = (("number", 11), ("received", 22), ("status", 14), ("", 4), ("category", 11), ("district", 16), ("due", 17))
LEAST_WORDS = 24
PIPED = 160
_SARA_AM = ("\u0e33", "\u0eb3")
"""Vowels with a width of their own that still belong to the letter before."""


def case_json(case: CaseView) -> dict[str, Any]:
    """The keys of the contract, in its order."""
    return {
        "number": case.number,
        "kind": case.kind,
        "status": case.status,
        "category": case.category,
        "urgent": case.urgent,
        "district_code": case.district_code,
        "district": case.district,
        "subdistrict": case.subdistrict,
        "lat": case.lat,
        "lng": case.lng,
        "agency": case.agency,
        "owner": case.owner,
        "text": case.text,
        "photos": list(case.photos),
        "rating": case.rating,
        "confirmed": case.confirmed,
        "merged_into": case.merged_into,
        "channel": case.channel,
        "created_at": stamp(case.created_at),
        "due_at": stamp(case.due_at),
        "events": [{"status": e.status, "actor": e.actor, "note": e.note, "at": stamp(e.at)} for e in case.events],
    }


def print_json_list(cases: Iterable[CaseView]) -> None:
    """A JSON array, written as it is read, one case a line."""
    opening = "["
    for case in cases:
        sys.stdout.write(f"{opening}\n{to_json(case_json(case))}")
        opening = ","
    typer.echo("[]" if opening == "[" else "\n]")


def print_lines(cases: Iterable[CaseView], now: datetime) -> None:
    """One line a case, written as it is read; at the end how many."""
    count = 0
    wide = shutil.get_terminal_size((PIPED, 24)).columns if sys.stdout.isatty() else PIPED
    left = max(LEAST_WORDS, wide - sum(width + 1 for _, width in COLUMNS))
    for case in cases:
        if count == 0:
            sys.stdout.write(row([name for name, _ in COLUMNS], "what", left) + "\n")
        sys.stdout.write(row(_cells(case, now), case.text, left) + "\n")
        count += 1
    typer.echo(f"{count} case{'' if count == 1 else 's'}")


def _cells(case: CaseView, now: datetime) -> list[str]:
    late = case.due_at is not None and case.due_at < now and case.status in UNFIXED
    due = "" if case.due_at is None else thai_date(case.due_at)
    best = "BEST" if case.urgent else ""
    what = case.category if case.kind == "complaint" else case.kind
    return [
        case.number,
        thai_datetime(case.created_at),
        case.status,
        best,
        what,
        case.district or "-",
        f"late {due}" if late else due,
    ]


def row(cells: Sequence[str], words: str, left: int) -> str:
    """A line of the list: fixed columns, then as many of the words as there is room for."""
    fixed = [fit(cell, width) for cell, (_, width) in zip(cells, COLUMNS, strict=True)]
    return " ".join([*fixed, fit(" ".join(clean(words).split()), left).rstrip()])


def print_table(rows: Sequence[dict[str, Any]], columns: Sequence[str], *, words: Sequence[str] = ()) -> None:
    """A table whose cells are never cut: columns of `words` go on below, others where nothing else helps."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None)
    for column in columns:
        counts = column != "id" and any(isinstance(row[column], int) for row in rows)
        table.add_column(column, justify="right" if counts else "left", no_wrap=column not in words, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(column, row[column])) for column in columns))
    Console(width=None if sys.stdout.isatty() else PIPED).print(table)


def fit(text: str, width: int) -> str:
    """The text in exactly so many columns of a terminal, cut only between letters (a letter keeps its vowels and tones)."""
    room = cell_len(text)
    if room <= width:
        return text + " " * (width - room)
    kept, used = "", 0
    for letter in _letters(text):
        size = cell_len(letter)
        if used + size > width - 1:
            break
        kept, used = kept + letter, used + size
    return kept + "…" + " " * (width - 1 - used)


def _letters(text: str) -> list[str]:
    found: list[str] = []
    for character in text:
        joins = unicodedata.category(character).startswith("M") or character in _SARA_AM or character == "\u200d"
        if found and (joins or found[-1].endswith("\u200d")):
            found[-1] += character
        else:
            found.append(character)
    return found


def print_case(case: CaseView, reasons: Sequence[str | None], now: datetime) -> None:
    """A whole case with its story; `reasons` are staff's own, event by event."""
    category, agency = categories().get(case.category), agencies().get(case.agency)
    late = case.due_at is not None and case.due_at < now and case.status in UNFIXED
    where = " · ".join(
        filter(None, (case.subdistrict, case.district, f"({case.district_code})" if case.district_code else None))
    )
    pin = f"{case.lat:.6f}, {case.lng:.6f}" if case.lat is not None and case.lng is not None else None
    confirmed = {True: "yes", False: "no", None: "silent"}[case.confirmed] if case.status == "closed" else None
    facts = (
        ("kind", f"{case.kind}{' · BEST' if case.urgent else ''}"),
        ("status", case.status + (f" into {case.merged_into}" if case.merged_into else "")),
        ("tags", ", ".join(tag.th for tag in tags.of(case.kind, case.status)) or "-"),
        ("category", f"{case.category} · {category.th}" if category else case.category),
        ("where", " · ".join(filter(None, (where, pin, case.place_text))) or "-"),
        ("agency", f"{case.agency} · {agency.th}" if agency else case.agency),
        ("owner", case.owner or "-"),
        ("channel", case.channel),
        ("received", thai_datetime(case.created_at)),
        ("due", f"{thai_datetime(case.due_at)}{' · LATE' if late else ''}" if case.due_at else "-"),
        ("photos", str(len(case.photos))),
        ("confirmed", confirmed),
        ("rating", f"{case.rating} of 5" if case.rating else None),
    )
    typer.echo(case.number)
    for name, value in facts:
        if value is not None:
            typer.echo(f"  {name:<10}{' '.join(clean(value).split())}")
    typer.echo()
    for line in clean(case.text).splitlines():
        typer.echo(f"  {line}")
    typer.echo()
    for event, reason in zip(case.events, reasons, strict=True):
        typer.echo(f"  {fit(thai_datetime(event.at), 22)} {event.status:<14} {clean(event.actor)}")
        for label, said in (("", event.note), ("[staff] ", reason)):
            for line in clean(said or "").splitlines():
                typer.echo(f"  {'':<22} {label}{line}")
