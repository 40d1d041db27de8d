"""Who may import whom, how large a file may be, where Thai and print may stand: read off the syntax trees."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "casework", "flows", "nlp", "storage", "bot", "admin_cli", "sandbox")
ANY_ROOM = {*ROOMS}
MAY: dict[str, set[str]] = {
    "casework": {"transitions", "itsdangerous", "shapely", "geographiclib", "numpy", "stdnum", "holidays", "regex"},
    "flows": {"casework", "transitions"},
    "nlp": {"pythainlp", "sklearn", "numpy", "scipy", "joblib", "regex", "stdnum"},
    "storage": {"sqlalchemy", "alembic", "cryptography", "casework", "obstore"},
    "bot": {
        *("flows", "nlp", "storage", "casework"),
        *("linebot", "urllib3", "flask", "werkzeug", "cryptography", "sqlalchemy", "apscheduler", "dotenv"),
        "prometheus_client",
        *("limits", "waitress", "geopy", "PIL", "imagehash", "pythainlp", "regex", "uharfbuzz", "fontpkg"),
        *("transitions", "segno"),
    },
    "admin_cli": {
        "storage",
        "casework",
        "bot",
        "typer",
        "click",
        "rich",
        "shellingham",
        "sqlalchemy",
        "cryptography",
        "nlp",
        "urllib3",
    }
    | {"openpyxl", "jinja2", "matplotlib", "numpy"},
    "sandbox": {"flask", "werkzeug", "regex"},
    "app": {*ANY_ROOM, "flask", "werkzeug"},
}
"""Beside the standard library and the room itself."""
OF_BOT_FOR_THE_COMMAND_LINE = {"bot.settings", "bot.line", "bot.richmenu", "bot.map_view", "bot.words", "bot.poster"}
MOST_LINES = 350
THAI = re.compile("[\u0e00-\u0e7f]")


@cache
def sources() -> tuple[Path, ...]:
    """Every Python file of the project that is not a test."""
    found = [ROOT / "app.py"]
    for room in ROOMS[1:]:
        found += sorted((ROOT / room).rglob("*.py"))
    return tuple(f for f in found if "__pycache__" not in f.parts)


def room_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """Its syntax tree, flat."""
    return tuple(ast.walk(ast.parse(file.read_text("utf-8"))))


@cache
def imports(file: Path) -> set[str]:
    """Full names of imported modules; relative ones as their own room's."""
    found: set[str] = set()
    for node in nodes(file):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                found.add(room_of(file))
            elif node.module:
                found.add(node.module)
                if node.module == "bot":
                    found |= {f"bot.{alias.name}" for alias in node.names}
                    found.discard("bot")
    return found


each_file = pytest.mark.parametrize("file", sources(), ids=lambda f: str(f.relative_to(ROOT)))


@each_file
def test_a_file_keeps_to_its_room(file: Path) -> None:
    """What it imports, how long it is, what it prints, where its Thai words stand."""
    imports_only_what_its_table_allows(file)
    stays_short(file)
    prints_nothing(file)
    has_its_words_in_wording_files(file)


def imports_only_what_its_table_allows(file: Path) -> None:
    room = room_of(file)
    tops = {name.partition(".")[0] for name in imports(file)}
    foreign = tops - MAY[room] - {room} - set(sys.stdlib_module_names)
    if file.is_relative_to(ROOT / "nlp") and "train" in file.name:
        foreign -= {"pandas"}
    assert not foreign, f"{file.relative_to(ROOT)} may not import {sorted(foreign)}"
    assert "tests" not in tops


def test_the_command_line_knows_only_a_few_files_of_the_bot() -> None:
    for file in sources():
        if room_of(file) == "admin_cli":
            used = {name for name in imports(file) if name == "bot" or name.startswith("bot.")}
            used = {".".join(name.split(".")[:2]) for name in used}
            assert used <= OF_BOT_FOR_THE_COMMAND_LINE, f"{file.relative_to(ROOT)}: {used}"


def test_only_one_file_calls_line() -> None:
    """The SDK and its HTTP client stand in bot/line.py alone; `doctor` looks whether PUBLIC_URL answers."""
    for file in sources():
        if file.name not in {"line.py", "doctor_checks.py"}:
            tops = {name.partition(".")[0] for name in imports(file)}
            assert not tops & {"linebot", "urllib3", "requests", "httpx"}, file


def test_a_turn_makes_no_network_call() -> None:
    """What a turn can reach at import does not include the file that calls LINE."""
    code = "import sys, bot.turn; print('bot.line' in sys.modules, 'linebot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def stays_short(file: Path) -> None:
    lines = len(file.read_text("utf-8").splitlines())
    assert lines < MOST_LINES, f"{file.relative_to(ROOT)} has {lines} lines: split it"


def thai_in_code(file: Path) -> list[str]:
    """String tokens with Thai that are no docstrings."""
    text = file.read_text("utf-8")
    docs = set()
    for node in nodes(file) if THAI.search(text) else ():
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            docs |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline) if THAI.search(text) else ():
        if (
            token.type in {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1)}
            and THAI.search(token.string)
            and token.start[0] not in docs
        ):
            found.append(f"{file.relative_to(ROOT)}:{token.start[0]}: {token.string[:60]}")
    return found


WORD = re.compile("[\u0e01-\u0e2e]")
"""A Thai consonant; numerals and signs in patterns are no words."""


def has_its_words_in_wording_files(file: Path) -> None:
    """Thai numerals and signs in patterns are no words; the name of the service in its help text is its name."""
    if room_of(file) == "nlp":
        return
    bad = [line for line in thai_in_code(file) if WORD.search(line.split(": ", 1)[1].replace("@ร้องทุกข์1555", ""))]
    assert not bad, bad


def prints_nothing(file: Path) -> None:
    if room_of(file) not in {"bot", "flows", "storage", "casework"}:
        return
    for node in nodes(file):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"print", "breakpoint", "exec", "eval"}, f"{file.relative_to(ROOT)}:{node.lineno}"


def test_the_environment_is_read_in_one_place() -> None:
    """And by `doctor`, which tells what it found there."""
    for file in sources():
        if file.name not in {"settings.py", "doctor.py"}:
            text = file.read_text("utf-8").replace('os.environ.setdefault("PYTHAINLP_', "")
            assert "os.environ" not in text and "getenv" not in text, file.relative_to(ROOT)
