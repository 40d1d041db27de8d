"""The staff's command line in this process: typed, and read. Its tree of commands is built once, as a process does.

`CliRunner.invoke` builds it anew each time, which takes longer than most commands.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import typer.main
from typer.testing import CliRunner, Result

from admin_cli.cli import app


@cache
def program() -> Any:
    """All verbs."""
    return typer.main.get_command(app)


def typed(words: Sequence[str], env: Mapping[str, str], stdin: str | None = None, **more: Any) -> Result:
    """What `python -m admin_cli WORDS` prints, and how it ends."""
    runner = CliRunner()
    code, where = 0, None
    problem: BaseException | None = None
    with runner.isolation(input=stdin, env=env) as streams:
        try:
            program().main(args=words, prog_name="admin_cli", **more)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
            problem, where = (end, sys.exc_info()) if code else (None, None)
        except Exception as fault:
            code, problem, where = 1, fault, sys.exc_info()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            out, complaint, both = (stream.getvalue() for stream in streams)
    return Result(runner, out, complaint, both, None, code, problem, where)  # type: ignore[arg-type]
