"""All command groups in one program. A new group: one file, one line in GROUPS."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from admin_cli import (
    announce,
    cases,
    db,
    doctor,
    groups,
    guide,
    interchange,
    keys,
    locate,
    nlp,
    people,
    poster,
    public,
    queue,
    quiz,
    registry,
    richmenu,
    threads,
)
from admin_cli.kit import clean
from admin_cli.refusals import Guarded, explain
from admin_cli.report import app as report

NAME = "python -m admin_cli"
assert interchange.app is cases.app  # its verbs belong to `cases`

GROUPS = {
    "cases": cases.app,
    "groups": groups.app,
    "keys": keys.app,
    "people": people.app,
    "registry": registry.app,
    "threads": threads.app,
    "report": report.app,
    "announce": announce.app,
    "quiz": quiz.app,
    "poster": poster.app,
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
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
app.command("locate", cls=locate.Positions)(locate.locate)
app.command("map")(public.map_)
app.command("doctor")(doctor.doctor)


@app.callback()
def start(
    context: Annotated[typer.Context, typer.Option(hidden=True)],
    install_completion: Annotated[
        bool, typer.Option("--install-completion", help=f"Complete words with the Tab key, as `{guide.SHORT} GROUP VERB`.")
    ] = False,
    show_completion: Annotated[bool, typer.Option("--show-completion", help="Print what that would install.")] = False,
    shell: Annotated[guide.Shell | None, typer.Option("--shell", help="For this shell (default: the present one).")] = None,
) -> None:
    """The staff's command line of @ร้องทุกข์1555.

    Reading verbs take --json. Changing verbs take --by NAME (default: your login name) and --reason, and print what
    changed. Exit code 0: done; 1: refused, or no such thing (why is said on stderr); 2: wrong usage.

    Times are ISO 8601 (2026-12-01T14:30+07:00; Bangkok where no offset is given) or Thai dates (1 ธ.ค. 2569,
    01/12/2569 14:30). Case numbers may be typed in any way: 69-0001238, 690001238, ๖๙-๐๐๐๑๒๓๘.
    """
    if install_completion or show_completion:
        which = guide.present(shell)
        if which is None:
            raise typer.BadParameter("this shell is not known here: name one", param_hint="--shell")
        if show_completion:
            typer.echo(guide.script(which), nl=False)
        else:
            typer.echo(
                f"{guide.install(which, Path.home())} is read by {which} from its next start: `{guide.SHORT} cases <Tab>`."
            )
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run; never a traceback, UTF-8 whatever the terminal claims. Always ends in SystemExit."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    code: object = 0
    try:
        guide.completion_init()
        app(prog_name=NAME, complete_var=guide.COMPLETE_VARIABLE)
    except SystemExit as ended:
        code = ended.code
    except OSError as problem:  # what is printed cannot be written: no room, a pipe that is closed
        code = 1
        if not isinstance(problem, BrokenPipeError):
            typer.echo(clean(explain(problem)), err=True)
    sys.exit(_written(code))


def _written(code: object) -> Any:
    """The exit code after what is still in the pipe's buffer has gone out; what cannot is dropped without a traceback."""
    try:
        sys.stdout.flush()
    except OSError as problem:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if not isinstance(problem, BrokenPipeError):
            typer.echo(clean(explain(problem)), err=True)
        return code or 1
    return code
