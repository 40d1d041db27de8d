"""`groups`: codes that bind LINE groups to agencies, which groups there are, unbinding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin_cli.kit import AsJson, By, Reason, group, name_of, now, opened, spoken, stamp, tell, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.models_groups import Coordinator, Group

app = group(
    "LINE groups: give a one-time code that a coordinator types in the group, see who is bound, unbind.",
    "groups code --agency 1021 --by somchai",
)


@app.command("code")
def code(
    agency: Annotated[str, typer.Option(help="The agency's code: 1001 to 1050, works, mea, 1555, staff …")],
    kind: Annotated[str | None, typer.Option(help="`community` (default: the agency's own kind).")] = None,
    hours: Annotated[float | None, typer.Option(min=0.01, max=720, help="Good for so long (default: the rule).")] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """A one-time code. It is shown this once; only its hash is kept. A coordinator types it, bare, in the group.

    Example: python -m admin_cli groups code --agency 1021
    """
    from storage import audit, groups

    who = name_of(by)
    with opened() as (settings, store):
        lasts = settings.rules.number("group", "code_hours") if hours is None else hours
        with store.write(durable=True) as session:
            made, row = groups.issue(session, settings.seal.code_keys()[0], agency, kind, lasts, now(), who)
            audit.note(session, now(), who, "groups code", agency, words(reason, "--reason"))
            shown = {"code": made, "agency": row.agency, "kind": row.kind, "expires_at": stamp(row.expires_at)}
    until = spoken(shown["expires_at"])
    tell(shown, as_json, f"{made}  (agency {agency}, {shown['kind']}, until {until}). Type it in the group.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """All groups the account is a member of.

    Example: python -m admin_cli groups list
    """
    from storage import groups

    with opened() as (_, store), store.read() as session:
        rows = [_json(row, groups.acted(session, row.id)) for row in groups.listed(session)]
    tell(rows, as_json, lambda: _lines(rows))


@app.command("unbind")
def unbind(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The group's id, from `groups list`.")],
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """The group belongs to nobody any more: no alerts, its buttons are void; it is left after the rule's hours.

    Example: python -m admin_cli groups unbind C0123… --by somchai --reason "The district has a new group"
    """
    from storage import audit, groups

    who = name_of(by)
    with opened() as (_, store):
        with store.write(durable=True) as session:
            row = groups.unbind(session, id_, now())
            audit.note(session, now(), who, "groups unbind", id_, words(reason, "--reason"))
            shown = _json(row, ())
        tell(shown, as_json, f"{id_}: unbound by {who}.")


def _json(row: Group, members: Sequence[Coordinator]) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "agency": row.agency,
        "name": row.name,
        "members": row.members,
        "bound_at": stamp(row.bound_at),
        "coordinators": [m.name or f"#{m.running}" for m in members if m.left_at is None],
    }


def _lines(rows: Sequence[dict[str, Any]]) -> None:
    from admin_cli.shown import print_table

    if not rows:
        typer.echo("No groups.")
        return
    print_table(rows, list(rows[0]), words=("name", "coordinators"))
