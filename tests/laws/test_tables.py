"""Tables that must fit together: wording and its uses, rules and their uses, settings and the README, flows."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.settings import KNOWN
from bot.words import LANGUAGES, words
from casework import rules
from casework.case import KINDS, STATUSES
from casework.handbook import pages
from flows import lobby
from flows.groups import GROUP_FLOWS
from flows.kit import MANY, Button, Flow
from flows.lobby import FLOWS as OWN_FLOWS
from storage.privacy import rules_named
from tests.laws.test_rooms import ROOT, room_of, sources

FLOWS = OWN_FLOWS | GROUP_FLOWS

SLOT = re.compile(r"\{(\w+)(?::[^{}|]*\|[^{}|]*)?\}")
OWN_ACTIONS = {"location", "camera", "album"}
"""LINE's own actions: what comes back is a pin or a photo."""
HEARD_ANYWHERE = {*lobby.ALWAYS, *lobby.OPENS, *lobby.PAGES, "show"}
FREE_LABELS = {"agency", "category", "district", "page", "pick", "service", "slot", "topic"}
"""Kinds whose labels come from data."""


@cache
def tree(language: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "bot" / "wording" / f"{language}.toml").read_text("utf-8"))


def flat(part: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in part.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return found


@cache
def calls() -> tuple[tuple[Path, ast.Call, str], ...]:
    """Every call of something with a name, in bot, flows, storage, casework and the command line."""
    found = []
    for file in sources():
        if room_of(file) in {"sandbox", "nlp"}:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                found.append((file, node, name))
    return tuple(found)


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


# Wording.


def test_all_languages_have_the_same_keys() -> None:
    first = flat(tree(LANGUAGES[0])).keys()
    for language in LANGUAGES[1:]:
        assert flat(tree(language)).keys() == first


def test_all_languages_have_the_same_slots() -> None:
    for key, line in flat(tree("th")).items():
        if isinstance(line, str):
            for language in LANGUAGES:
                there = flat(tree(language))[key]
                assert set(SLOT.findall(there)) == set(SLOT.findall(line)), f"{language}: {key}"


def test_no_line_is_empty_or_leaves_a_brace() -> None:
    for language in LANGUAGES:
        for key, line in flat(tree(language)).items():
            for text in [line] if isinstance(line, str) else line:
                assert text.strip(), f"{language}: {key}"
                assert "{" not in SLOT.sub("", text), f"{language}: {key}: {text}"


def used_keys() -> dict[str, str]:
    """Wording keys that stand in the code as they are, each with where."""
    found: dict[str, str] = {}
    for file, node, name in calls():
        if not node.args or room_of(file) not in {"bot", "flows", "storage", "casework"}:
            continue
        key = literal(node.args[0])
        place = f"{file.relative_to(ROOT)}:{node.lineno}"
        if key is None:
            continue
        if name in {"Say"} and not any(k.arg == "card" for k in node.keywords):
            found[key] = place
        elif name in {"say", "_say"}:
            if "." in key or file.stem in FLOWS:
                found[key if "." in key else f"{file.stem}.{key}"] = place
        elif name == "line" and room_of(file) == "bot":
            found[key if "." in key else f"card.{key}"] = place
        elif name == "Refused":
            found[key] = place
    return found


def test_every_key_that_is_used_exists() -> None:
    staff_only = flat(tomllib.loads((ROOT / "admin_cli" / "refusals.toml").read_text("utf-8")))
    for key, place in used_keys().items():
        for language in LANGUAGES:
            assert key in words(language) or key in staff_only, f"{place}: {language} has no {key}"


@pytest.mark.parametrize("chapter, names", [("status", STATUSES), ("kind", KINDS), ("news", STATUSES[1:])])
def test_every_status_and_kind_has_words(chapter: str, names: tuple[str, ...]) -> None:
    for language in LANGUAGES:
        for name in names:
            assert f"{chapter}.{name}" in words(language), f"{language}: {chapter}.{name}"


def test_every_card_that_is_shown_can_be_drawn() -> None:
    from bot.cards.dress import CARDS

    for file, node, name in calls():
        if name in {"show", "_show"} and room_of(file) == "flows" and node.args and literal(node.args[0]):
            assert literal(node.args[0]) in CARDS, f"{file.name}:{node.lineno}"
        if name == "Say" and any(k.arg == "card" for k in node.keywords) and node.args and literal(node.args[0]):
            assert literal(node.args[0]) in CARDS, f"{file.name}:{node.lineno}"


# Rules.

PROMISED = {
    *("finish_days", "case.border_m", "case.late_number_minutes"),
}
"""Chapters and rules that others may set already while what reads them is being built. Used ones leave this list."""


def used_rules() -> set[tuple[str, str]]:
    found = set()
    for _file, node, name in calls():
        if name in {"number", "whole", "span", "text"} and len(node.args) == 2:
            table, key = map(literal, node.args)
            if table and key:
                found.add((table, key))
            elif table and isinstance(node.args[1], ast.JoinedStr):
                pattern = "".join(literal(v) or r"\w+" for v in node.args[1].values)
                found |= {(table, k) for k in shipped().get(table, {}) if re.fullmatch(pattern, k)}
    return found | rules_named()


def used_tables() -> set[str]:
    return {t for _f, n, name in calls() if name == "table" and n.args and (t := literal(n.args[0]))}


@cache
def shipped() -> dict[str, dict[str, Any]]:
    return tomllib.loads(rules.SHIPPED.read_text("utf-8"))


def test_every_rule_that_is_read_is_shipped() -> None:
    for table, key in used_rules():
        if isinstance(shipped().get(table), dict):
            assert key in shipped()[table], f"[{table}] {key}"


def test_every_shipped_rule_is_read_or_promised() -> None:
    used = used_rules()
    for table, keys in shipped().items():
        for key in keys:
            promised = table in PROMISED or f"{table}.{key}" in PROMISED or table in used_tables()
            assert (table, key) in used or promised, f"nothing reads [{table}] {key}"


def test_a_rules_unit_is_told_by_its_name() -> None:
    for file, node, name in calls():
        if name == "span" and len(node.args) == 2 and (key := literal(node.args[1])):
            assert key.rpartition("_")[2] in {"seconds", "minutes", "hours", "days"}, f"{file.name}:{node.lineno} {key}"


# Settings.


def test_every_setting_is_in_the_readme() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README.md yet")
    text = readme.read_text("utf-8")
    for known in KNOWN:
        assert f"`{known.name}`" in text, f"README.md does not tell of {known.name}"


def test_no_setting_is_read_that_is_not_known() -> None:
    text = (ROOT / "bot" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'(?:given\[|env\.get\()"([A-Z_]+)"', text))
    assert read <= {known.name for known in KNOWN}


# Flows.


def kinds_of(state: str, flow: type[Flow]) -> set[str]:
    return {t.kind for t in flow.turns if t.at == MANY or state in t.at}


@pytest.mark.parametrize("flow", FLOWS.values(), ids=lambda f: f.name)
class TestTheTableOfAFlow:
    def test_every_place_it_names_exists(self, flow: type[Flow]) -> None:
        names = {s.name for s in flow.states}
        assert len(names) == len(flow.states)
        for turn in flow.turns:
            assert set(turn.at) <= names | {"*"}, turn
            assert turn.to is None or turn.to in names, turn

    def test_every_deed_and_condition_is_a_method(self, flow: type[Flow]) -> None:
        for turn in flow.turns:
            for method in (*turn.do, *turn.when):
                assert callable(getattr(flow, method, None)), f"{turn}: {method}"

    def test_every_state_is_reached_and_left(self, flow: type[Flow]) -> None:
        waiting = [s.name for s in flow.states if not s.final]
        ways = {s: {t.to for t in flow.turns if t.to and (t.at == MANY or s in t.at)} for s in waiting}
        reached, front = {flow.states[0].name}, [flow.states[0].name]
        text = "".join(inspect.getsource(flow).split())
        reached |= set(re.findall(r'set_state\("(\w+)",model=self\)', text))
        while front:
            for other in ways.get(front.pop(), set()) - reached:
                reached.add(other)
                front.append(other)
        for state in flow.states:
            assert state.name in reached | {"dropped"}, f"{state.name} is never reached"
        for name in waiting:
            assert len(waiting) == 1 or ways[name] - {name}, f"{name} is never left"

    def test_it_can_be_dropped(self, flow: type[Flow]) -> None:
        assert any(s.name == "dropped" and s.final for s in flow.states)

    def test_every_state_that_waits_has_its_question(self, flow: type[Flow]) -> None:
        for state in flow.states:
            if not state.final and not hasattr(flow, f"ask_{state.name}"):
                for language in LANGUAGES:
                    assert f"{flow.name}.{state.name}" in words(language), f"{language}: {flow.name}.{state.name}"

    def test_no_method_asks_in_a_state_that_is_none(self, flow: type[Flow]) -> None:
        names = {s.name for s in flow.states}
        for name in dir(flow):
            if name.startswith(("ask_", "buttons_")) and name != "ask_again":
                assert name.partition("_")[2] in names, name

    def test_every_button_has_a_label_and_somebody_who_hears_it(self, flow: type[Flow]) -> None:
        for state in flow.states:
            for button in state.buttons:
                for language in LANGUAGES:
                    assert words(language).label(Button(button.kind, "1")), button
                heard = {"location": "pin", "camera": "photo", "album": "photo"}.get(button.kind, button.kind)
                assert heard in kinds_of(state.name, flow) | HEARD_ANYWHERE, f"{flow.name}.{state.name}: {button.kind}"

    def test_every_button_made_by_a_method_has_a_label_and_is_heard(self, flow: type[Flow]) -> None:
        for name in dir(flow):
            if not name.startswith("buttons_"):
                continue
            state = name.removeprefix("buttons_")
            for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(getattr(flow, name))))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Button":
                    kind = literal(node.args[0])
                    assert kind, ast.unparse(node)
                    assert kind in kinds_of(state, flow) | HEARD_ANYWHERE, f"{flow.name}.{state}: {kind}"
                    for language in LANGUAGES:
                        assert kind in FREE_LABELS or f"button.{kind}" in words(language), kind

    def test_it_has_a_docstring_and_is_in_the_list(self, flow: type[Flow]) -> None:
        assert flow.__doc__ and FLOWS[flow.name] is flow


def test_every_flow_is_in_the_list() -> None:
    """A subclass with a name is a conversation; the others are parts that conversations share."""
    for file in (ROOT / "flows").glob("*.py"):
        importlib.import_module(f"flows.{file.stem}")
    front: list[type[Flow]] = [Flow]
    while front:
        for found in front.pop().__subclasses__():
            front.append(found)
            if found.name and found.__module__.startswith("flows."):
                assert FLOWS.get(found.name) is found, found


def test_every_button_of_the_menu_leads_somewhere() -> None:
    for button in lobby.MENU:
        assert button.kind in lobby.OPENS or button.kind in lobby.PAGES
        for language in LANGUAGES:
            assert words(language).label(button)


def test_typed_words_stand_for_kinds_that_are_heard() -> None:
    heard = {t.kind for flow in FLOWS.values() for t in flow.turns} | lobby.ALWAYS | lobby.OPENS.keys() | lobby.PAGES.keys()
    for language in LANGUAGES:
        for kind in tree(language)["typed"]:
            assert kind in heard | {"polite"}, f"{language}: {kind}"


def test_pages_that_wishes_lead_to_exist() -> None:
    assert set(lobby.PAGES.values()) <= pages().keys()
