"""The first page of help: what staff want to do and the command for it, groups in the order of a day's work; completion."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from typer.completion import completion_init as completion_init  # type: ignore[attr-defined]  # noqa: PLC0414

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Cases and people": ("cases", "people", "threads", "registry"),
    "Telling many": ("announce", "quiz", "poster"),
    "Groups and places": ("groups", "locate", "map"),
    "Figures": ("report", "nlp"),
    "Operation": ("doctor", "queue", "db", "richmenu", "keys"),
}
"""A command that is named nowhere stands under the last heading, so that none is hidden."""
REST = "More"
TASKS: tuple[tuple[str, str], ...] = (
    ("a citizen telephones: look, enter", "cases list, cases show, cases add"),
    ("a case moves on, is handed on, was closed wrongly", "cases status, cases assign, cases reopen"),
    ("the same thing twice; words for the citizen", "cases merge, cases note"),
    ("what is late, what is urgent", "cases list --overdue, cases list --urgent"),
    ("who is this, what did they write before", "people find, people show"),
    ("somebody wants their data, or wants them gone", "people export, people erase"),
    ("a citizen waits for an officer's answer", "threads list, threads reply"),
    ("requests for copies and appointments", "registry list, registry approve"),
    ("tell a district something", "announce send --dry-run"),
    ("bind an agency's LINE group", "groups code, groups list"),
    ("figures for the executives", "report quarter, report kpi, report usage"),
    ("train people, advertise the account", "quiz session, quiz results, poster draw"),
    ("cases from MIS, cases for others", "cases import, cases export"),
    ("something is wrong, or new here", "doctor, queue list"),
    ("every night", "db backup, db check"),
    ("people were erased from a large database", "db vacuum"),
)
"""(what somebody wants, the commands for it); those of commands that are not there are left out."""
SHORT = "rt1555"
"""The name under which shells complete: `python -m admin_cli` itself is two words of another program."""
COMPLETE_VARIABLE = "_RT1555_COMPLETE"


HERE = Path(__file__).resolve().parents[1]


class Shell(StrEnum):
    """Shells that complete."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


_SCRIPTS = {
    Shell.bash: """\
{short}() {{ {run} "$@"; }}
_{short}() {{
  local IFS=$'\\n'
  COMPREPLY=($(COMP_WORDS="${{COMP_WORDS[*]}}" COMP_CWORD=$COMP_CWORD {variable}=complete_bash {ask}))
}}
complete -o default -F _{short} {short}
""",
    Shell.zsh: """\
{short}() {{ {run} "$@" }}
_{short}() {{ eval "$(_TYPER_COMPLETE_ARGS="${{words[1,$CURRENT]}}" {variable}=complete_zsh {ask})" }}
autoload -Uz compinit && compinit
compdef _{short} {short}
""",
    Shell.fish: """\
function {short}; {run} $argv; end
complete --command {short} --no-files --arguments "({fish}get-args {ask})" --condition "{fish}is-args {ask}"
""",
}
_PLACES = {Shell.bash: (".bashrc", True), Shell.zsh: (".zshrc", True), Shell.fish: (f".config/fish/conf.d/{SHORT}.fish", False)}
"""The file that the shell reads, and whether other things stand in it."""


def script(shell: Shell) -> str:
    """What the shell has to read: the short command, and how its words are completed."""
    run = f"{shlex.quote(sys.executable)} -m admin_cli"
    # Completing works in any folder; the command itself is run in the service's own, whose .env it reads.
    ask = f"env PYTHONPATH={shlex.quote(str(HERE))} {run} 2>/dev/null"
    fish = f"env {COMPLETE_VARIABLE}=complete_fish _TYPER_COMPLETE_ARGS=(commandline -cp) _TYPER_COMPLETE_FISH_ACTION="
    return _SCRIPTS[shell].format(short=SHORT, run=run, variable=COMPLETE_VARIABLE, ask=ask, fish=fish)


def install(shell: Shell, home: Path) -> Path:
    """Put the script where the shell reads it at its start, once; the file that was written. Raises OSError."""
    name, shared = _PLACES[shell]
    start = home / name
    start.parent.mkdir(parents=True, exist_ok=True)
    if not shared:
        start.write_text(script(shell), "utf-8")
        return start
    own = home / f".{SHORT}-completion.{shell}"
    own.write_text(script(shell), "utf-8")
    line = f"source {shlex.quote(str(own))}"
    before = start.read_text("utf-8", "surrogateescape") if start.exists() else ""
    if line not in before:
        with start.open("a", encoding="utf-8") as file:
            file.write(f"{'' if not before or before.endswith(chr(10)) else chr(10)}{line}\n")
    return own


def present(shell: str | None) -> Shell | None:
    """The shell of this name, or the one that this terminal runs; None where it is none of ours."""
    if shell is None:
        import shellingham

        try:
            shell = shellingham.detect_shell()[0]
        except shellingham.ShellDetectionFailure:
            return None
    return Shell(shell) if shell in set(Shell) else None


def ordered(names: list[str]) -> dict[str, list[str]]:
    """The commands by heading."""
    found = {title: [name for name in wanted if name in names] for title, wanted in SECTIONS.items()}
    found[REST] = [name for name in names if not any(name in wanted for wanted in SECTIONS.values())]
    return {title: names for title, names in found.items() if names}


def tasks(there: Callable[[str], bool]) -> list[tuple[str, str]]:
    """What to do by which command; `there` tells whether a command exists."""
    made = []
    for wish, commands in TASKS:
        kept = [command for command in commands.split(", ") if there(command)]
        if kept:
            made.append((wish, ", ".join(kept)))
    return made


def exists(program: Any, command: str) -> bool:
    """Whether `GROUP VERB --option` leads to a verb of this program."""
    at = program
    for word in command.split():
        if word.startswith("-"):
            return any(word in option.opts for option in at.params)
        at = getattr(at, "commands", {}).get(word)
        if at is None:
            return False
    return True
