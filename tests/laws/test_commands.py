"""The command line as a whole, read off its tree: whatever group or verb is added keeps to the same manners.

A verb's own example is run in a good world and in bad ones: no database, a locked one, one that cannot be written. Nobody ever
sees a traceback.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from admin_cli import guide
from bot.settings import KNOWN
from storage import engine
from storage.engine import Store
from tests.support.command_line import program, typed
from tests.support.ready import ready

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = program()
HOSTILE = ("", "-1", "'; DROP TABLE cases;--", "a\x00b", "๙" * 300, "{0}%s", "1e999", "2569-02-30", "\udcff")
NOT_YET = {
    *("people find", "people show", "people export", "people erase", "threads list", "threads reply"),
}
"""Commands of the guide's first page that are being built; the page leaves them out until they are there."""


def verbs(at: Any = PROGRAM, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every verb with its path."""
    for name, command in at.commands.items():
        if hasattr(command, "commands"):
            yield from verbs(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(verbs())
each_verb = pytest.mark.parametrize("path", ALL, ids=" ".join)


def options(path: tuple[str, ...]) -> dict[str, Any]:
    """Its options by every name of theirs."""
    return {name: option for option in ALL[path].params for name in option.opts if name.startswith("-")}


def example(path: tuple[str, ...]) -> list[str]:
    """The words of its example, without the program's name."""
    found = re.search(r"^\s*Example: python -m admin_cli (.*(?:\\\n.*)*)", ALL[path].help or "", re.M)
    assert found, f"{' '.join(path)} --help shows no example"
    return shlex.split(found[1])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nothing in it."""
    file = tmp_path_factory.mktemp("empty") / "empty.db"
    store = Store(f"sqlite:///{file}")
    ready(store)
    store.close()
    return file


@pytest.fixture
def folder(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with that database; nothing of the checkout is touched, nobody waits for long."""
    shutil.copy(empty, tmp_path / "desk.db")
    monkeypatch.chdir(tmp_path)
    for known in KNOWN:
        monkeypatch.delenv(known.name, raising=False)
    monkeypatch.setattr(engine, "BUSY_MS", 20)
    monkeypatch.setenv("LOGNAME", "malee")
    return tmp_path


def run(folder: Path, words: list[str], url: str | None = None, **env: str) -> Result:
    """Run it in this process and insist on good manners."""
    given = {"DATABASE_URL": url or f"sqlite:///{folder}/desk.db", "MEDIA_DIR": str(folder / "media"), "PORT": "9"} | env
    done = typed(words, given, "")
    assert done.exception is None or isinstance(done.exception, SystemExit), f"{words}: {done.exception!r}"
    assert done.exit_code in {0, 1, 2}, f"{words}: exit code {done.exit_code}"
    assert "Traceback" not in done.output and "fault in the program" not in done.output, f"{words}: {done.output}"
    assert done.exit_code == 0 or done.output.strip(), f"{words} ends with {done.exit_code} and does not say why"
    return done


# What each verb tells and takes.


@each_verb
def test_a_verb_explains_itself(path: tuple[str, ...]) -> None:
    words = (ALL[path].help or "").strip()
    first = words.partition("\n")[0]
    assert 10 <= len(first) <= 128 and first[0].isupper(), f"{path}: {first!r}"
    assert tuple(example(path)[: len(path)]) == path, f"the example of {path} is another command's"
    for option in ALL[path].params:
        told = getattr(option, "help", None) or getattr(option, "hidden", False)
        assert told, f"{' '.join(path)}: {option.name} has no help"


@each_verb
def test_a_verb_gives_json(path: tuple[str, ...]) -> None:
    assert "--json" in options(path)


@cache
def _module(name: str) -> ast.Module:
    file = ROOT / f"{name.replace('.', '/')}.py"
    return ast.parse((file if file.exists() else file.with_suffix("") / "__init__.py").read_text("utf-8"))


def writes(module: str, name: str, seen: set[tuple[str, str]] | None = None) -> bool:
    """Whether this function or class of the command line opens a writing transaction, by itself or by what it calls there."""
    seen = seen if seen is not None else set()
    if (module, name) in seen:
        return False
    seen.add((module, name))
    tree = _module(module)
    found = [node for node in tree.body if getattr(node, "name", None) == name]
    imported = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("admin_cli.")
        for alias in node.names
    }
    for node in ast.walk(ast.Module(found, [])):
        if isinstance(node, ast.Attribute) and node.attr == "write" and ast.unparse(node.value).endswith("store"):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            where = imported.get(node.func.id, (module, node.func.id))
            if where != (module, name) and writes(*where, seen):
                return True
    return False


@each_verb
def test_a_changing_verb_says_by_whom_and_why(path: tuple[str, ...]) -> None:
    callback = inspect.unwrap(ALL[path].callback)
    has = {"--by", "--reason"} & set(options(path))
    assert len(has) != 1, f"{' '.join(path)} takes {has} alone"
    if writes(callback.__module__, callback.__name__):
        assert has, f"{' '.join(path)} changes something: it needs --by and --reason"


def test_writing_is_noticed() -> None:
    assert writes("admin_cli.cases", "reopen") and writes("admin_cli.interchange", "import_")
    assert not writes("admin_cli.cases", "show") and not writes("admin_cli.db", "check")


# The first page.


def test_the_first_page_names_what_is_there() -> None:
    commands = {command for _, given in guide.TASKS for command in given.split(", ")}
    there = {command for command in commands if guide.exists(PROGRAM, command)}
    assert commands - there <= NOT_YET, "the first page names a command that is not there"
    shown = typed(["--help"], {"COLUMNS": "120"}).stdout
    flat = " ".join(shown.split())
    assert [command for command in there if command not in flat] == []
    assert all(re.search(rf"^  {name} ", shown, re.M) for name in PROGRAM.commands)


def test_mistyped_verbs_and_options_are_guessed(folder: Path) -> None:
    for group, command in PROGRAM.commands.items():
        said = run(folder, [f"{group}x"])
        assert said.exit_code == 2 and f"'{group}'" in said.stderr
        for verb in list(getattr(command, "commands", {}))[-1:]:
            said = run(folder, [group, f"{verb[:-1]}{verb[-1]}{verb[-1]}"])
            assert said.exit_code == 2 and f"'{verb}'" in said.stderr
    assert "--json" in run(folder, ["cases", "list", "--jsn"]).stderr


@pytest.mark.parametrize("shell", guide.Shell)
def test_completion(folder: Path, shell: guide.Shell) -> None:
    script = run(folder, ["--show-completion", "--shell", shell]).stdout
    assert guide.SHORT in script and guide.COMPLETE_VARIABLE in script
    (folder / ".bashrc").write_text("alias ll='ls -l'")
    for _ in range(2):
        assert guide.install(shell, folder).read_text() == script
    assert (folder / ".bashrc").read_text().count("source ") == (shell == "bash")


def test_words_are_completed() -> None:
    guide.completion_init()
    env = {guide.COMPLETE_VARIABLE: "complete_bash", "COMP_WORDS": f"{guide.SHORT}\ncases\ns", "COMP_CWORD": "2"}
    done = typed([], env, complete_var=guide.COMPLETE_VARIABLE)
    assert set(done.stdout.split()) == {"show", "status", "sort"}


# Bad worlds.


@each_verb
def test_examples_can_be_typed(folder: Path, path: tuple[str, ...]) -> None:
    done = run(folder, example(path))
    assert done.exit_code != 2, done.output


@each_verb
def test_a_bad_world_is_told_in_a_sentence(folder: Path, path: tuple[str, ...]) -> None:
    words = example(path)
    assert run(folder, words, "sqlite:////proc/nowhere/x.db").exit_code in {0, 1}
    if "--by" in options(path):
        run(folder, words, f"sqlite:///file:{folder}/desk.db?mode=ro&uri=true")
        with closing(sqlite3.connect(folder / "desk.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            run(folder, words)


def test_settings_that_are_wrong(folder: Path) -> None:
    assert "DATA_KEY" in run(folder, ["cases", "list"], DATA_KEY="no key").stderr


@each_verb
def test_hostile_words_are_answered(folder: Path, path: tuple[str, ...]) -> None:
    """Each verb gets other ones of them, all verbs together get all."""
    arguments = [option for option in ALL[path].params if not option.opts[0].startswith("-")]
    texts = [option for option in ALL[path].params if option.opts[0].startswith("--") and not option.is_flag]
    which = list(ALL).index(path)
    run(folder, [*path, *[HOSTILE[which % len(HOSTILE)]] * len(arguments)])
    if texts:
        option = texts[which % len(texts)].opts[0]
        run(folder, [*example(path), option, HOSTILE[(which + 4) % len(HOSTILE)]])


def test_ctrl_c_is_answered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage import parked

    def tired(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(parked, "listed", tired)
    done = run(folder, ["queue", "list"])
    assert done.exit_code == 1 and done.stderr.strip() == "Stopped."


@pytest.mark.parametrize("how", ["full", "pipe"])
def test_what_is_printed_cannot_be_written(folder: Path, how: str) -> None:
    end = {"full": ">/dev/full", "pipe": "| true"}[how]
    command = f"yes '13.75 100.5' | head -3000 | {shlex.quote(sys.executable)} -m admin_cli locate --stdin {end}"
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert ("No space left" in done.stderr) == (how == "full")
