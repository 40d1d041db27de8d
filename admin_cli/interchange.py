"""`cases import` and `cases export`: many cases from and to the centre's other systems, as CSV (docs/interchange.md)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin_cli.cases import app
from admin_cli.filters import Category, District, Limit, Overdue, Since, Status, Tagged, Urgent, wanted_of
from admin_cli.kit import AsJson, By, Reason, name_of, now, opened, tell, words

if TYPE_CHECKING:
    from admin_cli.importing import Import

__all__ = ["app", "export", "import_"]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="UTF-8; line 1 names the columns.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, enter nothing.")] = False,
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write bad rows there too: line, external_no, reason.")
    ] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Enter many cases from a CSV file. Bad rows are told by line and reason and stop nothing else.

    Broken off, it goes on where it stopped when it is run again. The same external_no twice changes nothing. Nobody is told of
    imported cases in LINE. Exit code 1 if some rows were bad.

    Columns: external_no, received_at, text (these three must be there), channel, kind, category, district_code, agency,
    lat, lng, status, accepted_at, fixed_at, closed_at, rating. Any other column is kept as a note for staff.

    Example: python -m admin_cli cases import mis-2569.csv --errors bad.csv --by malee
    """
    from admin_cli.importing import Import
    from storage import audit, desk_staff

    who, why = name_of(by), words(reason, "--reason")
    if errors is not None and errors.resolve() == file.resolve():
        raise typer.BadParameter("that is the file to be imported", param_hint="--errors")
    with opened() as (settings, store):
        work = Import(store, settings.rules, file, desk_staff.actor(who), why, dry_run, errors)
        try:
            work.run()
        except KeyboardInterrupt:
            at = work.at
            said = f"\nStopped after line {at.line:,}: {at.entered:,} cases are entered."
            typer.echo(f"{said} Run the same command to go on there.", err=True)
            raise typer.Exit(1) from None
        if not dry_run:
            with store.write(durable=True) as session:
                said = f"{file.name[:40]}: {work.at.entered} of {work.at.rows} rows"
                audit.note(session, now(), who, "cases import", said, why)
    tell(_summary(work, who, why), as_json, _said(work, who))
    if work.at.bad:
        raise typer.Exit(1)


def _summary(work: Import, who: str, why: str | None) -> dict[str, Any]:
    at = work.at
    return {
        "file": str(work.path),
        "rows": at.rows,
        "entered": at.entered,
        "known": at.known,
        "bad": at.bad,
        "assumed_times": at.assumed,
        "notes_of": work.further,
        "resumed_at_line": work.resumed,
        "dry_run": work.dry,
        "errors": [bad._asdict() for bad in work.bad],
        "by": who,
        "reason": why,
    }


def _said(work: Import, who: str) -> str:
    at = work.at
    done = "would be entered" if work.dry else f"entered by {who}"
    said = f"{at.rows:,} rows: {at.entered:,} {done}, {at.known:,} known already, {at.bad:,} bad."
    if at.assumed:
        said += f" {at.assumed:,} gave no time for their status: the latest time they give was taken."
    return said


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Written whole or not at all; replaces an old one.")],
    status: Status = None,
    district: District = None,
    category: Category = None,
    urgent: Urgent = None,
    since: Since = None,
    overdue: Overdue = False,
    limit: Limit = None,
    tag: Tagged = None,
    number: Annotated[bool, typer.Option("--number", help="One more column: the case's number.")] = False,
    excel: Annotated[bool, typer.Option("--excel", help="Begin with the mark (BOM) by which Excel knows UTF-8.")] = False,
    with_contact: Annotated[
        bool, typer.Option("--with-contact", help="Words and telephone numbers in clear; recorded, needs --reason.")
    ] = False,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Write cases as CSV, the columns of `cases import`; telephone and card numbers in the words are hidden.

    A case that has no number elsewhere leaves under its own one as external_no.

    Example: python -m admin_cli cases export open.csv --status open --since 2569-10-01
    """
    from admin_cli.exporting import write
    from casework.refusals import Refused
    from storage import audit, desk_staff

    who, why = name_of(by), words(reason, "--reason")
    if with_contact and not (why or "").strip():
        raise Refused("refused.contact_needs_reason")
    wanted = wanted_of(status, district, category, urgent, since, overdue, limit, tag)
    with opened() as (settings, store):
        if with_contact:
            with store.write(durable=True) as session:
                audit.note(session, now(), who, "cases export --with-contact", file.name[:80], why)
        box = settings.box if with_contact else None
        rows = write(file, store, desk_staff.ids(store, wanted), box, number=number, excel=excel)
    size = file.stat().st_size
    thing = {"file": str(file), "rows": rows, "bytes": size, "with_contact": with_contact, "by": who, "reason": why}
    clear = ", with words and telephone numbers in clear" if with_contact else ""
    tell(thing, as_json, f"{file}: {rows:,} cases, {size:,} bytes{clear}.")
