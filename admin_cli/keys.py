"""`keys`: which other systems may post cases by Open311."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin_cli.kit import AsJson, By, Reason, clean, group, name_of, now, opened, stamp, tell, words

if TYPE_CHECKING:
    from storage.models_public import ApiKey

app = group(
    "Keys of Open311: issue one for another system, see when each was used, revoke (docs/open311.md).",
    "keys issue --name MIS --by somchai",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The key's name, from `keys list`.")]


@app.command("issue")
def issue(
    name: Annotated[str, typer.Option("--name", help="Whose it is; stands in the record of each case.")],
    channel: Annotated[str, typer.Option(help="How its cases are said to have come.")] = "mis",
    scope: Annotated[list[str] | None, typer.Option(help="What it may do (default: post).")] = None,
    per_minute: Annotated[int | None, typer.Option(min=1, max=100_000, help="Posts a minute (default: the rule).")] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """A fresh key. It is shown this once; only its hash is kept.

    Example: python -m admin_cli keys issue --name MIS --by somchai
    """
    from storage import api_keys, audit

    who, said = name_of(by), words(name, "--name") or ""
    with opened() as (settings, store):
        often = per_minute or settings.rules.whole("open311", "key_minute")
        with store.write(durable=True) as session:
            key, row = api_keys.issue(session, said, channel, scope or ["post"], often, now(), who)
            audit.note(session, now(), who, "keys issue", row.name, words(reason, "--reason"))
            shown = {"key": key, **_json(row)}
    tell(shown, as_json, f"{key}\nThe key of {shown['name']} ({often} posts a minute). Keep it: it is not shown again.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """All keys, with their first letters.

    Example: python -m admin_cli keys list
    """
    from storage import api_keys

    with opened() as (_, store), store.read() as session:
        rows = [_json(row) for row in api_keys.listed(session)]
    tell(rows, as_json, lambda: _lines(rows))


@app.command("revoke")
def revoke(name: Name, by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """The key opens nothing any more, from now on.

    Example: python -m admin_cli keys revoke MIS --by somchai --reason "It was found in a log"
    """
    from storage import api_keys, audit

    who, said = name_of(by), words(name, "NAME") or ""
    with opened() as (_, store):
        with store.write(durable=True) as session:
            row = api_keys.revoke(session, said, now(), who)
            audit.note(session, now(), who, "keys revoke", row.name, words(reason, "--reason"))
            shown = _json(row)
        tell(shown, as_json, f"{shown['name']}: revoked by {who}.")


def _json(row: ApiKey) -> dict[str, Any]:
    return {
        "name": row.name,
        "begins": row.begins,
        "scopes": row.scopes.split(),
        "channel": row.channel,
        "per_minute": row.per_minute,
        "made_by": row.made_by,
        "made_at": stamp(row.made_at),
        "used_at": stamp(row.used_at),
        "revoked_at": stamp(row.revoked_at),
        "revoked_by": row.revoked_by,
    }


def _lines(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        typer.echo("No keys.")
        return
    table = Table("name", "begins", "channel", "a minute", "made", "last used", "revoked", box=None)
    for row in rows:
        days = [(row[at] or "-")[:10] for at in ("made_at", "used_at", "revoked_at")]
        table.add_row(clean(row["name"]), row["begins"], row["channel"], str(row["per_minute"]), *days)
    Console().print(table)
