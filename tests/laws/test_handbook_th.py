"""The Thai handbook stays true: what its pages show is there, in the wording, on the command line, among the pictures."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from admin_cli import cli
from docs.th.make_pictures import PAGES, PICTURES
from tests.laws.test_rooms import ROOT
from tests.support.command_line import program

FOLDER = ROOT / "docs" / "th"
CONTENTS = "README.md"
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
SAID = re.compile("“([^”]+)”")
BUTTON = re.compile(r"`\[([^\]`]+)\]`")
BLOCK = re.compile(r"^ *```(?:sh)?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([a-z]+(?: [a-z-]+)*)`")
FILLED = re.compile(r"\{[^}]*\}")
PROGRAM = "python -m admin_cli "
MOST_BYTES, MOST_TOGETHER = 120_000, 3_000_000


@cache
def pages() -> dict[str, str]:
    """File name → text."""
    return {file.name: file.read_text("utf-8") for file in sorted(FOLDER.glob("*.md"))}


def strings(thing: Any) -> Iterator[str]:
    """Every text in a wording file."""
    if isinstance(thing, str):
        yield thing
    else:
        for each in thing.values() if isinstance(thing, dict) else thing:
            yield from strings(each)


@cache
def wording() -> dict[str, Any]:
    return tomllib.loads((ROOT / "bot" / "wording" / "th.toml").read_text("utf-8"))


@cache
def everything_said() -> tuple[re.Pattern[str], ...]:
    """Every line of the wording as a pattern: what is filled in may be anything."""
    return tuple(re.compile(".{0,60}".join(map(re.escape, FILLED.split(line)))) for line in strings(wording()))


def known_word(word: str) -> bool:
    """A button's label, or a word that may be typed."""
    typed = {each for table in ("typed", "typed_group") for each in strings(wording()[table])}
    return word in typed or any(pattern.fullmatch(word) for pattern in everything_said())


def known_saying(said: str) -> bool:
    """A piece of a line of the wording."""
    pieces = (FILLED.split(line) for line in strings(wording()))
    return any(said in piece for line in pieces for piece in line) or any(p.fullmatch(said) for p in everything_said())


def commands() -> list[tuple[str, str]]:
    """(page, command) of every block."""
    found = []
    for name, text in pages().items():
        for block in BLOCK.findall(text):
            lines = (line.strip() for line in block.splitlines())
            found += [(name, line) for line in lines if line and not line.startswith("#")]
    return found


def test_there_is_a_handbook() -> None:
    assert len(pages()) > 10
    assert len(commands()) > 10


@pytest.mark.parametrize("name", [name for name in pages() if name != CONTENTS])
def test_a_page_is_found_from_the_contents_and_leads_back(name: str) -> None:
    assert f"({name})" in pages()[CONTENTS]
    assert f"({CONTENTS})" in pages()[name]


@pytest.mark.parametrize("name", pages())
def test_links_lead_somewhere(name: str) -> None:
    for target in LINK.findall(pages()[name]):
        if not target.startswith(("http", "#")):
            assert (FOLDER / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("name", pages())
def test_the_pictures_of_a_page_are_those_that_are_taken_for_it(name: str) -> None:
    shown = PICTURE.findall(pages()[name])
    assert all(told.strip() for told, _ in shown), "a picture says nothing to those who cannot see it"
    wanted = PAGES.get(Path(name).stem, (None, ()))[1]
    assert sorted(path for _, path in shown) == sorted(f"pictures/{picture}.png" for picture in wanted)


def test_every_picture_is_there_and_small_and_no_other() -> None:
    there = {file.stem: file.stat().st_size for file in PICTURES.iterdir()}
    taken = [picture for _, pictures in PAGES.values() for picture in pictures]
    assert len(taken) == len(set(taken))
    assert there.keys() == set(taken)
    assert {name: size for name, size in there.items() if size > MOST_BYTES} == {}
    assert sum(there.values()) < MOST_TOGETHER
    assert {f"{page}.md" for page in PAGES} <= pages().keys()


@pytest.mark.parametrize("name", pages())
def test_buttons_and_typed_words_exist(name: str) -> None:
    assert [word for word in BUTTON.findall(pages()[name]) if not known_word(word)] == []


@pytest.mark.parametrize("name", pages())
def test_what_the_account_is_quoted_with_is_what_it_says(name: str) -> None:
    assert [said for said in SAID.findall(pages()[name]) if not known_saying(said)] == []


@pytest.mark.parametrize(("name", "line"), commands())
def test_commands_are_real(name: str, line: str) -> None:
    assert line.startswith(PROGRAM), f"{name}: {line}"
    command, context, words = verb(shlex.split(line.removeprefix(PROGRAM)))
    assert not isinstance(command, TyperGroup), f"{name}: {line} names no verb"
    command.make_context(command.name, words, parent=context)  # raises where an option, a choice or an argument is wrong


def verb(words: list[str]) -> tuple[Any, typer.Context, list[str]]:
    """The command that the words name, the context above it, and the words that are left for it."""
    command: Any = program()
    above = context = typer.Context(command, info_name="admin_cli")
    while isinstance(command, TyperGroup) and words:
        found = command.get_command(context, words[0])
        assert found is not None, f"{words[0]} is no command of {command.name}"
        command, words, above = found, words[1:], context
        context = typer.Context(command, info_name=command.name, parent=above)
    return command, above, words


@pytest.mark.parametrize(
    "wrong", ["cases nothing", "cases list --colour red", "groups code", "cases add --text x --channel smoke"]
)
def test_a_wrong_command_would_be_noticed(wrong: str) -> None:
    with pytest.raises(Exception, match=r"nothing|colour|agency|smoke"):
        test_commands_are_real("", PROGRAM + wrong)


@pytest.mark.parametrize("name", pages())
def test_commands_named_in_a_sentence_are_real(name: str) -> None:
    for words in (code.split() for code in INLINE.findall(pages()[name])):
        if len(words) > 1 and words[0] in cli.GROUPS:
            assert not isinstance(verb(words)[0], TyperGroup), words
