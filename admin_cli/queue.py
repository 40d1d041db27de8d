"""`queue`: events whose turn failed too often and messages that LINE refused, until a person decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin_cli.kit import AsJson, By, Reason, clean, group, name_of, now, opened, stamp, tell, words

if TYPE_CHECKING:
    from storage.parked import Parked

app = group(
    "Parked events and dead messages: look, then try again or drop.",
    'queue retry event-12 --by somchai --reason "The fault is mended"',
)
Id = Annotated[str, typer.Argument(metavar="ID", help="For example event-12 or message-34.")]

_OURS = {"id", "type", "userid", "groupid", "roomid", "webhookeventid", "messageid"}
"""Names of LINE's own ids: long numbers, but nobody's."""
_SECRET = {"replytoken", "quotetoken", "markasreadtoken"}


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """What waits for a person; empty when nothing does.

    Example: python -m admin_cli queue list
    """
    from storage import parked

    with opened() as (_, store):
        with store.read() as session:
            rows = parked.listed(session)
        tell([_json(row) for row in rows], as_json, lambda: _lines(rows))


@app.command("show")
def show(id_: Id, as_json: AsJson = False) -> None:
    """One of them with its content; telephone and card numbers are hidden.

    Example: python -m admin_cli queue show message-34
    """
    from storage import parked

    with opened() as (_, store):
        with store.read() as session:
            row = parked.show(session, id_)
        tell(_json(row) | {"content": _content(row)}, as_json, lambda: _whole(row))


@app.command("retry")
def retry(id_: Id, by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Try it again, now. A message goes out as a push.

    Example: python -m admin_cli queue retry event-12 --by somchai
    """
    from storage import parked

    who = name_of(by)
    with opened() as (_, store):
        with store.write(durable=True) as session:
            row = parked.retry(session, id_, now())
        why = f" ({reason})" if reason else ""
        tell(_json(row), as_json, f"{row.id}: waiting again, put back by {who}{why}.")


@app.command("drop")
def drop(id_: Id, by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Give it up and forget its words; who dropped it and why is kept.

    Example: python -m admin_cli queue drop message-34 --by somchai --reason "The person has left"
    """
    from storage import parked

    who, why = name_of(by), words(reason, "--reason")
    with opened() as (_, store):
        with store.write(durable=True) as session:
            row = parked.drop(session, id_, who, why)
        tell(_json(row), as_json, f"{row.id}: {row.error}.")


def hide(words: str) -> str:
    """Numbers of telephones and cards hidden (casework.contact, which takes a moment to load)."""
    from casework.contact import hide as hidden

    return hidden(words)


def _hidden(thing: Any, name: str = "") -> Any:
    """The same JSON with its words hidden; LINE's own ids stay, tokens go."""
    if isinstance(thing, dict):
        return {hide(key): _hidden(value, key.lower()) for key, value in thing.items()}
    if isinstance(thing, list):
        return [_hidden(value, name) for value in thing]
    if name in _SECRET:
        return "…"
    return hide(thing) if isinstance(thing, str) and name not in _OURS else thing


def _content(row: Parked) -> Any:
    try:
        return _hidden(json.loads(row.content)) if row.content else None
    except ValueError:
        return hide(row.content)


def _json(row: Parked) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "chat": row.chat,
        "since": stamp(row.since),
        "attempts": row.attempts,
        "error": hide(row.error) if row.error else None,
    }


def _lines(rows: list[Parked]) -> None:
    from admin_cli.shown import fit
    from casework.thai_time import thai_datetime

    for row in rows:
        error = " ".join(clean(hide(row.error or "")).split())
        typer.echo(f"{fit(row.id, 16)} {fit(row.state, 8)} {fit(thai_datetime(row.since), 22)} {row.attempts:>3} × {error}")
    if not rows:
        typer.echo("Nothing is parked or dead.")


def _whole(row: Parked) -> None:
    _lines([row])
    typer.echo(clean(f"chat {row.chat}"))
    content = _content(row)
    if content is not None:
        typer.echo(clean(json.dumps(content, ensure_ascii=False, indent=2)))
