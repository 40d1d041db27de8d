"""People as staff see them on the command line: found (masked), whole, and who looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from admin_cli.kit import clean, counted, plain, spoken, stamp
from admin_cli.shown import fit
from casework import tags

if TYPE_CHECKING:
    from storage.people_desk import Row, Whole


def row_json(row: Row) -> dict[str, Any]:
    """A person as a line of a list: masked."""
    return {
        "id": row.id,
        "name": row.name,
        "phone": row.phone,
        "district": row.district,
        "cases": row.cases,
        "open": row.open,
        "tags": list(row.tags),
        "nuisance": row.nuisance,
        "found_by": row.by,
    }


def whole_json(whole: Whole) -> dict[str, Any]:
    """A person with all that staff may see."""
    person = whole.person
    return {
        **row_json(whole.row),
        "phone": whole.phone,
        "line_name": whole.name,
        "accounts": whole.accounts,
        "language": person.language,
        "follows": person.follows,
        "since": stamp(person.created_at),
        "last_seen": stamp(person.seen_at),
        "nuisance_since": stamp(person.nuisance_at),
        "nuisance_why": person.nuisance_why,
        "notice": person.notice_version,
        "consents": [{"to": to, "version": version, "at": stamp(at)} for to, version, at in whole.consents],
        "subscriptions": [f"{kind} {code}" for kind, code in whole.subscriptions],
        "latest_cases": [
            {"number": c.number, "status": c.status, "kind": c.kind, "category": c.category, "at": stamp(c.created_at),
             "tags": [tag.th for tag in tags.of(c.kind, c.status)], "theirs": c.reporter in whole.accounts} for c in whole.cases
        ],
        "registry": [{"id": r.id, "service": r.service, "status": r.status, "at": stamp(r.asked_at)} for r in whole.requests],
        "threads": [
            {"id": t.id, "state": t.state, "opened_at": stamp(t.opened_at), "last_at": stamp(at), "rating": t.rating}
            for t, at in whole.threads
        ],
        "messages": [
            {"n": line.id, "at": stamp(line.at), "who": line.who, "kind": line.kind, "words": line.words}
            for line in whole.history
        ],
    }  # fmt: skip


def lines(rows: list[dict[str, Any]], more: bool) -> None:
    """The people found, a line each."""
    if rows:
        head = zip(("id", "name", "phone", "area", "cases", "by"), (33, 24, 5, 5, 20, 6), strict=True)
        typer.echo(" ".join((*(fit(name, width) for name, width in head), "labels")))
    for row in rows:
        marks = " ".join(["NUISANCE"] * row["nuisance"] + row["tags"])
        line = (
            fit(row["id"], max(33, len(row["id"]))),
            fit(row["name"] or "-", 24),
            fit(row["phone"] or "-", 5),
            fit(row["district"] or "-", 5),
            fit(f"{counted(row['cases'], 'case')}, {row['open']} open", 20),
        )
        typer.echo(clean(" ".join((*line, fit(row["found_by"], 6), marks)).rstrip()))
    typer.echo("There may be more: type more of it." if more else f"{len(rows)} {'person' if len(rows) == 1 else 'people'}")


def screen(shown: dict[str, Any]) -> None:
    """A person on one screen."""
    for key, value in shown.items():
        if not isinstance(value, list):
            typer.echo(f"{key:<16}{_word(value) or plain(key, value)}")
    for key in ("accounts", "tags", "subscriptions"):
        typer.echo(clean(f"{key:<16}{', '.join(shown[key]) or '-'}"))
    for key in ("consents", "latest_cases", "registry", "threads", "messages"):
        typer.echo(f"\n{key.replace('_', ' ')}")
        for each in shown[key]:
            told = "  ".join(_cell(key, name, value) for name, value in each.items() if value not in (None, "", []))
            typer.echo("  " + told.replace("\n", "\n    "))
        if not shown[key]:
            typer.echo("  -")


def _cell(section: str, name: str, value: object) -> str:
    if name == "theirs":
        return "reported" if value else "follows"
    if section == "threads" and name != "state":
        said = plain(name, value)
        return {"id": f"#{said}", "opened_at": f"opened {said}", "last_at": f"last {said}", "rating": f"{said} of 5 stars"}[
            name
        ]
    return plain(name, value)


def _word(value: object) -> str | None:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else None


def deeds(rows: list[dict[str, Any]]) -> None:
    """The audit, a line a deed."""
    for row in rows:
        columns = f"{fit(spoken(row['at']), 22)} {fit(row['who'], 16)} {fit(row['what'], 18)}"
        typer.echo(clean(f"{columns} {row['thing']} {row['reason'] or ''}".rstrip()))
    if not rows:
        typer.echo("Nothing.")
