"""`doctor`: every setting and where it comes from, what is wrong, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from admin_cli.kit import AsJson, clean, tell

if TYPE_CHECKING:
    from admin_cli.doctor_service import Finding

MARKS = {"ok": "ok  ", "hint": "hint", "wrong": "WRONG"}


def doctor(as_json: AsJson = False) -> None:
    """Every setting, the connections, the quota, the clock, and what to do about what is wrong.

    Exit code 0 when nothing is wrong (hints are not), else 1.

    Example: python -m admin_cli doctor
    """
    from admin_cli import doctor_checks
    from admin_cli.doctor_service import Finding
    from bot.settings import SettingsProblem, environment, load

    env = environment()
    listed = shown(env, os.environ)
    findings = doctor_checks.names(env, os.environ)
    try:
        known = load(env, make_key=False)
    except SettingsProblem as problem:
        findings.append(Finding("settings", "wrong", str(problem), "correct it in the environment or in .env"))
    else:
        findings += doctor_checks.everything(known, env)
    fine = all(each.state != "wrong" for each in findings)
    thing = {"ok": fine, "settings": listed, "checks": [each._asdict() for each in findings]}
    tell(thing, as_json, lambda: _plainly(listed, findings))
    if not fine:
        raise typer.Exit(1)


def shown(env: Mapping[str, str], own: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every setting with its value (of a secret only whether it is set) and where that comes from."""
    from bot.settings import KNOWN

    rows = []
    for known in KNOWN:
        value = env.get(known.name, "").strip()
        said = ("set" if value else "not set") if known.secret else without_password(value)
        source = "default" if not value else "env" if own.get(known.name, "").strip() else ".env"
        rows.append({"name": known.name, "value": said, "source": source, "default": known.default, "meaning": known.meaning})
    return rows


def without_password(value: str) -> str:
    """A URL without the password in it."""
    if "://" not in value or "@" not in value:
        return value
    scheme, _, rest = value.partition("://")
    account, _, place = rest.rpartition("@")
    return f"{scheme}://{account.partition(':')[0]}:***@{place}"


def _plainly(listed: list[dict[str, Any]], findings: list[Finding]) -> None:
    typer.echo("Settings")
    for row in listed:
        value = row["value"] or f"({row['default']})"
        typer.echo(clean(f"  {row['name']:<26} {row['source']:<8} {value}"))
        typer.echo(f"  {'':<26} {'':<8} {row['meaning']}")
    typer.echo("\nChecks")
    for each in findings:
        typer.echo(clean(f"  {MARKS[each.state]:<6}{each.name:<14} {each.detail}"))
        if each.do:
            typer.echo(clean(f"  {'':<6}{'':<14} → {each.do}"))
    wrong = sum(each.state == "wrong" for each in findings)
    typer.echo("\nNothing is wrong." if not wrong else f"\n{wrong} to mend.")
