"""`db`: bring the schema up to date, copy the database while the service runs, see whether it is sound."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from admin_cli.kit import AsJson, By, Reason, clean, group, name_of, now, opened, settings, tell, words

if TYPE_CHECKING:
    from storage.engine import Store

PATIENCE_MS = 1000
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
    media: Annotated[
        Path | None, typer.Option("--media", metavar="FOLDER", help="Copy new photos and files of MEDIA_DIR there, too.")
    ] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Copy the database while the service runs, and check the copy; what is in it stands in FILE.manifest.json beside it.

    PostgreSQL: by pg_dump. Keep DATA_KEY somewhere else; a bucket (MEDIA_URL) keeps its own versions.

    Example: python -m admin_cli db backup backups/2569-12-01.db --media backups/media
    """
    from storage import backup as backups
    from storage import restoring

    who, why = name_of(by), words(reason, "--reason")
    with opened() as (known, store):
        if store.sqlite:
            backups.copy(store, file)
            found = backups.check_file(file)
            rows, version, problems = found.rows, found.schema, list(found.problems)
        else:
            rows, version, problems = restoring.dump(store, file), backups.head(), list[str]()
        made = restoring.describe(file, rows, version, now())
        copied = _media(known.media_dir, media) if media is not None else None
        if not problems:
            _remembered(store, file)
    thing = {
        "file": str(file),
        "bytes": made.bytes,
        "schema": version,
        "ok": not problems,
        "problems": problems,
        "rows": rows,
        "media": copied,
        "by": who,
        "reason": why,
    }
    sound = "sound" if not problems else "NOT SOUND, see `db check`"
    left = "DATA_KEY" if copied is not None else "photos, DATA_KEY"
    photos = "" if copied is None else f", {copied:,} new photos and files"
    said = f"{file}: {made.bytes:,} bytes, {rows.get('cases', 0):,} cases{photos}, {sound}. Not in it: {left}."
    tell(thing, as_json, said)
    if problems:
        raise typer.Exit(1)


def _remembered(store: Store, file: Path) -> None:
    """For doctor and /metrics. Somebody who writes for long does not make the backup a bad one."""
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.orm import Session

    from storage import figures

    with store.engine.connect() as connection:
        try:
            if store.sqlite:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE_MS}")
            with Session(connection) as session:
                figures.backed_up(session, str(file.absolute()), now())
                session.commit()
        except OperationalError:
            typer.echo("The backup is made; that it was could not be written down, the database is busy.", err=True)
        finally:
            connection.invalidate()


def _media(source: Path, folder: Path) -> int:
    """Copy what is not there yet (files are named by their contents and never change); how many were."""
    from admin_cli.progress import progress

    files = [each for each in source.rglob("*") if each.is_file()] if source.is_dir() else []
    copied = 0
    with progress(folder.name, len(files)) as shown:
        for number, file in enumerate(files, 1):
            there = folder / file.relative_to(source)
            if not there.exists() and file.exists():
                there.parent.mkdir(parents=True, exist_ok=True)
                coming = there.with_name(f".{there.name}.{os.getpid()}")
                try:
                    shutil.copy2(file, coming)
                    coming.replace(there)
                    copied += 1
                except FileNotFoundError:
                    pass  # tidied away meanwhile
                finally:
                    coming.unlink(missing_ok=True)
            shown(number, f"{copied:,} new")
    return copied


@app.command("rekey")
def rekey(by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Encrypt everything anew with the first key of DATA_KEY, after which the others can be left out.

    Put the new key before the old one (DATA_KEY=new,old), start all parts of the service again, run this, leave the old one
    out. Backups made before still need the old key.

    Example: python -m admin_cli db rekey --by somchai --reason "Yearly"
    """
    from cryptography.fernet import InvalidToken

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


@app.command("vacuum")
def vacuum(by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Write the database anew, so that its files hold nothing of people who were erased. The service waits meanwhile.

    The service does this by itself up to the size in [keep] rewrite_mb; `doctor` tells when there is more to be done. A million
    cases take about a minute: choose a quiet hour. As much free room on the disk as the database takes is needed.

    Example: python -m admin_cli db vacuum --by somchai --reason "After erasures"
    """
    from storage import audit, remains

    who = name_of(by)
    with opened() as (_, store):
        with store.write(durable=True) as session:
            audit.note(session, now(), who, "db vacuum", "database", reason)
        remains.clear(store)
    tell({"ok": True}, as_json, f"Written anew by {who}: the files hold nothing of who was erased.")


@app.command("check")
def check(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A backup (default: the database itself).")] = None,
    as_json: AsJson = False,
) -> None:
    """Is the database, or a backup of it, sound? Pages, keys, schema, rows. Exit code 1 when it is not.

    A backup is restored into a place of its own, brought up to this program's schema, read whole, and compared with the counts
    written down when it was made; the database itself is not touched.

    Example: python -m admin_cli db check backups/2569-12-01.db
    """
    from bot.settings import key_is_known
    from storage import backup as backups
    from storage import restoring
    from storage.engine import Store

    known = settings()
    store = Store(known.database_url, pool=2)
    try:
        if file is not None:
            proof, name = restoring.prove(file, store.url, known.box if key_is_known() else None), str(file)
        else:
            found, name = backups.check(store), store.url.render_as_string(hide_password=True)
            proof = restoring.Proof(found.schema, found.rows, list(found.problems))
    finally:
        store.close()
    behind = proof.schema is not None and proof.schema != backups.head()
    thing = {
        "database": name,
        "ok": not proof.problems,
        "problems": proof.problems,
        "hints": proof.hints,
        "restored": proof.restored,
        "schema": proof.schema,
        "head": backups.head(),
        "rows": proof.rows,
    }

    def plainly() -> None:
        typer.echo(clean(name))
        typer.echo(f"  schema {proof.schema or 'none'}{f' (this program: {backups.head()}; `db upgrade`)' if behind else ''}")
        for table, count in proof.rows.items():
            typer.echo(f"  {table:<20}{count:>12,}")
        for problem in proof.problems:
            typer.echo(clean(f"  PROBLEM {problem}"))
        for hint in proof.hints:
            typer.echo(clean(f"  hint    {hint}"))
        if not proof.problems:
            typer.echo("  sound: restored, migrated and read whole" if proof.restored else "  sound")

    tell(thing, as_json, plainly)
    if proof.problems:
        raise typer.Exit(1)
