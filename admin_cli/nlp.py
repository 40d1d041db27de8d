"""`nlp`: what people corrected, as rows to train with."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from admin_cli.kit import AsJson, By, Reason, clean, group, name_of, now, opened, stamp, tell, words

app = group(
    "What citizens and staff corrected about the suggested categories, to train the next model with.",
    "nlp corrections --out corrections.csv --by somchai",
)
HEAD = ("text", "labels", "guessed", "by", "at")


@app.command("corrections")
def corrections(
    out: Annotated[Path | None, typer.Option(help="CSV file to write (default: print).")] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Cases received at or after this time.")] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Cases whose category somebody changed: words (numbers hidden) and label, as `python -m nlp train` reads them.

    The words are citizens' own: keep the file as carefully as the database. That it was taken is recorded.

    Example: python -m admin_cli nlp corrections --out corrections.csv --since 2026-10-01
    """
    from admin_cli.dates import moment
    from storage import audit, corrections

    who = name_of(by)
    after = moment(since, "--since") if since is not None else None
    with opened() as (_, store):
        with store.read() as session:
            rows = [(c.text, c.category, c.guessed, c.by, stamp(c.at) or "") for c in corrections.all_of(session, after)]
        with store.write(durable=True) as session:
            audit.note(session, now(), who, "nlp corrections", f"{len(rows)} rows", words(reason, "--reason"))
    if out is not None:
        out.write_text(_csv(rows), "utf-8")
        out.chmod(0o600)
        tell({"rows": len(rows), "file": str(out)}, as_json, f"{len(rows)} rows written to {out}.")
        return
    tell([dict(zip(HEAD, row, strict=True)) for row in rows], as_json, lambda: typer.echo(clean(_csv(rows)), nl=False))


def _csv(rows: list[tuple[str, str, str, str, str]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(rows)
    return made.getvalue()
