"""Why something was not done, as an English sentence on stderr, and exit code 1. No traceback reaches anybody."""

from __future__ import annotations

import re
import sys
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from admin_cli import guide
from admin_cli.kit import clean
from casework.refusals import Refused

_SENTENCES = Path(__file__).with_name("refusals.toml")
_NUMBER = re.compile(r"(?:--[a-z-]+=)?-?\d[\d.,:/-]*")
"""A word that is a number, a date or a position altogether: Thai digits in it are as good as others."""


_NO_SUCH_WORD = {
    *("unknown_status", "unknown_category", "unknown_case_tag", "unknown_kind", "unknown_topic", "unknown_canned"),
    *("map_status", "map_category", "map_urgent", "map_days", "map_box", "key_channel", "key_scope"),
}
"""Refusals of a word that none of the program's own lists has: wrong use, as `--state x` is. What is not in the database, an
agency or a district that there is not, is refused."""


class Guarded(TyperGroup):
    """The program, with every error told as a sentence, and a first page that leads to the command one wants."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Nothing that is no text goes any further."""
        for word in args:
            try:
                word.encode()
            except UnicodeEncodeError:
                ctx.fail(f"{clean(word)}: this is no UTF-8 text")
        return super().parse_args(ctx, [_western(word) if _NUMBER.fullmatch(word) else word for word in args])

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """What staff want to do, then the groups by heading."""
        with formatter.section("What do you want to do? (GROUP VERB --help tells more)"):
            formatter.write_dl(guide.tasks(lambda command: guide.exists(self, command)), col_max=52)
        shown = [name for name in self.list_commands(ctx) if not self.commands[name].hidden]
        for title, names in guide.ordered(shown).items():
            room = formatter.width - 6 - max(map(len, names))
            with formatter.section(title):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(room)) for name in names])

    def invoke(self, ctx: Any) -> Any:
        """Run the verb. Exit codes of Typer's own stay: 2 for wrong usage."""
        try:
            return super().invoke(ctx)
        except (TyperException, typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            typer.echo("\nStopped.", err=True)
            raise typer.Exit(1) from None
        except Exception as problem:
            sys.stdout.flush()
            typer.echo(clean(explain(problem)), err=True)
            wrong_use = isinstance(problem, Refused) and problem.why.removeprefix("refused.") in _NO_SUCH_WORD
            raise typer.Exit(2 if wrong_use else 1) from problem


def _western(word: str) -> str:
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in word)


def explain(problem: Exception) -> str:
    """One sentence: what is wrong and, where that is known, what to do."""
    if isinstance(problem, Refused):
        return sentence(problem)
    family = {f"{kind.__module__}.{kind.__name__}" for kind in type(problem).__mro__}
    if "bot.settings.SettingsProblem" in family:
        return f"The settings cannot be used: {problem}"
    if "alembic.util.exc.CommandError" in family:
        return f"The schema of the database cannot be brought up to date; was it made by a newer version? ({problem})"
    if family & {"sqlalchemy.exc.SQLAlchemyError", "sqlite3.Error"} or isinstance(problem, ModuleNotFoundError):
        return _database(problem)
    if isinstance(problem, OSError):
        return f"{problem.strerror or type(problem).__name__}: {problem.filename or problem}"
    return f"This is a fault in the program, please report it: {type(problem).__name__} at {_where(problem)}"


def sentence(refused: Refused) -> str:
    """The words of a refusal (`refusals.toml`)."""
    words = _sentences().get(refused.why.removeprefix("refused."))
    if words is None:
        return f"Refused: {refused}"
    return words.format_map(_Known(refused.values))


@cache
def _sentences() -> dict[str, str]:
    table: dict[str, str] = tomllib.loads(_SENTENCES.read_text("utf-8"))["refused"]
    return table


class _Known(dict[str, object]):
    def __missing__(self, key: str) -> str:
        if key == "agencies":
            from casework.catalog import agencies

            return ", ".join(code for code, agency in agencies().items() if agency.kind != "district")
        return "?"


def _database(problem: Exception) -> str:
    # The first line names what is wrong; the rest repeats the statement and its values, which may be personal.
    said = str(getattr(problem, "orig", None) or problem).strip().partition("\n")[0]
    return f"The database cannot be used: {said or type(problem).__name__} (see DATABASE_URL, and `python -m admin_cli doctor`)"


def _where(problem: BaseException) -> str:
    steps, trace = [], problem.__traceback__
    while trace is not None:
        steps.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(steps[-5:])
