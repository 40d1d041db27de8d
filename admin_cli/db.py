"""`db`: bring the schema up to date, copy the database while the service runs, see whether it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from admin_cli.kit import AsJson, By, Reason, clean, group, name_of, opened, settings, tell

app = group("The database: schema, backup, soundness.", "db backup backups/2569-12-01.db")


@app.command("upgrade")
def upgrade(by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Bring the schema up to date (every start of the service does it too).

    Example: python -m admin_cli db upgrade
    """
    from storage import schema
    from storage.engine import Store

    who = name_of(by)
    store = Store(settings().database_url, pool=2)
    try:
        before, _ = schema.versions(store)
        schema.upgrade(store)
        after, head = schema.versions(store)
    finally:
        store.close()
    thing = {"before": before, "schema": after, "head": head, "by": who, "reason": reason}
    said = f"The schema is up to date ({after})." if before == after else f"The schema: {before or 'none'} → {after} by {who}."
    tell(thing, as_json, said)


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; it must not exist yet.")],
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Copy the database while the service runs, and check the copy.

    Photos (MEDIA_DIR or MEDIA_URL) and DATA_KEY are not in it: copy the one beside it, keep the other somewhere else.

    Example: python -m admin_cli db backup backups/2569-12-01.db
    """
    from storage import backup as backups

    who = name_of(by)
    with opened() as (_, store):
        backups.copy(store, file)
    found = backups.check_file(file)
    thing = {
        "file": str(file),
        "bytes": file.stat().st_size,
        "schema": found.schema,
        "ok": not found.problems,
        "problems": list(found.problems),
        "rows": found.rows,
        "by": who,
        "reason": reason,
    }
    sound = "sound" if not found.problems else "NOT SOUND, see `db check`"
    tell(
        thing,
        as_json,
        f"{file}: {thing['bytes']:,} bytes, {found.rows.get('cases', 0):,} cases, {sound}. Not in it: photos, DATA_KEY.",
    )
    if found.problems:
        raise typer.Exit(1)


@app.command("rekey")
def rekey(by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Encrypt everything anew with the first key of DATA_KEY, after which the others can be left out.

    Put the new key before the old one (DATA_KEY=new,old), start all parts of the service again, run this, leave the old one
    out. Backups made before still need the old key.

    Example: python -m admin_cli db rekey --by somchai --reason "Yearly"
    """
    from cryptography.fernet import InvalidToken

    from admin_cli.kit import now
    from casework.refusals import Refused
    from storage import audit
    from storage.rekey import rotate

    who = name_of(by)
    with opened() as (known, store):
        try:
            with store.write(durable=True) as session:
                done = rotate(session, known.box)
                audit.note(session, now(), who, "db rekey", "DATA_KEY", reason)
        except InvalidToken as problem:
            raise Refused("refused.key_missing") from problem
        store.shorten_log(0)
    tell(
        done,
        as_json,
        f"{sum(done.values()):,} values encrypted anew by {who}. Keys after the first can be left out of DATA_KEY.",
    )


@app.command("check")
def check(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A backup (default: the database itself).")] = None,
    as_json: AsJson = False,
) -> None:
    """Is the database, or a backup of it, sound? Pages, keys, schema, rows. Exit code 1 when it is not.

    Example: python -m admin_cli db check backups/2569-12-01.db
    """
    from storage import backup as backups
    from storage.engine import Store

    if file is not None:
        found, name = backups.check_file(file), str(file)
    else:
        store = Store(settings().database_url, pool=2)
        try:
            found, name = backups.check(store), store.url.render_as_string(hide_password=True)
        finally:
            store.close()
    behind = found.schema is not None and found.schema != found.head
    thing = {
        "database": name,
        "ok": not found.problems,
        "problems": list(found.problems),
        "schema": found.schema,
        "head": found.head,
        "rows": found.rows,
    }

    def plainly() -> None:
        typer.echo(clean(name))
        typer.echo(f"  schema {found.schema or 'none'}{f' (this program: {found.head}; `db upgrade`)' if behind else ''}")
        for table, count in found.rows.items():
            typer.echo(f"  {table:<16}{count:>12,}")
        for problem in found.problems:
            typer.echo(clean(f"  PROBLEM {problem}"))
        if not found.problems:
            typer.echo("  sound")

    tell(thing, as_json, plainly)
    if found.problems:
        raise typer.Exit(1)
