"""All command groups in one program. A new group: one file, one line in GROUPS."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from admin_cli import cases, db, doctor, groups, interchange, locate, nlp, public, queue, registry, richmenu
from admin_cli.refusals import Guarded
from admin_cli.report import app as report

assert interchange.app is cases.app  # its verbs belong to `cases`

GROUPS = {
    "cases": cases.app,
    "groups": groups.app,
    "registry": registry.app,
    "report": report.app,
    "nlp": nlp.app,
    "queue": queue.app,
    "db": db.app,
    "richmenu": richmenu.app,
}

app = typer.Typer(
    name="admin_cli",
    cls=Guarded,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
app.command("locate", cls=locate.Positions)(locate.locate)
app.command("map")(public.map_)
app.command("doctor")(doctor.doctor)


@app.callback()
def start(context: Annotated[typer.Context, typer.Option(hidden=True)]) -> None:
    """The staff's command line of @ร้องทุกข์1555.

    Reading verbs take --json. Changing verbs take --by NAME (default: your login name) and --reason, and print what
    changed. Exit code 0: done; 1: refused, or no such thing (why is said on stderr); 2: wrong usage.

    Times are ISO 8601 (2026-12-01T14:30+07:00; Bangkok where no offset is given) or Thai dates (1 ธ.ค. 2569,
    01/12/2569 14:30). Case numbers may be typed in any way: 69-0001238, 690001238, ๖๙-๐๐๐๑๒๓๘.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run; never a traceback, UTF-8 whatever the terminal claims."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app(prog_name="python -m admin_cli")
