"""`registry`: requests for copies and appointments at the district offices' registry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin_cli.kit import AsJson, By, Reason, clean, group, name_of, now, opened, plain, spoken, stamp, tell, words

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

    from storage.models_registry import RegistryRequest

app = group(
    "Registry requests: look, check the person in the registry, approve with fee and time, reject, hand over.",
    'registry approve 12 --fee 20 --at "01/12/2569 10:00" --by malee',
)
Id = Annotated[str, typer.Argument(metavar="ID", help="The request's number, from `registry list`.")]


@app.command("list")
def list_(
    status: Annotated[
        str | None, typer.Option(help="asked, approved, collected, rejected, cancelled; several with commas.")
    ] = None,
    office: Annotated[str | None, typer.Option(help="The district office's code, 1001 to 1050.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    as_json: AsJson = False,
) -> None:
    """Requests, those that wait longest first. No card numbers.

    Example: python -m admin_cli registry list --status asked --office 1040
    """
    from casework.registry import STATUSES
    from storage import registry

    wanted = [s.strip() for s in (status or "").split(",") if s.strip()]
    if unknown := [s for s in wanted if s not in STATUSES]:
        raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(STATUSES)}", param_hint="--status")
    with opened() as (settings, store):
        box = settings.box
        with store.read() as session:
            rows = [_row(row, box) for row in registry.listed(session, statuses=wanted, office=office, limit=limit)]
    tell(rows, as_json, lambda: _lines(rows))


@app.command("show")
def show(
    id_: Id,
    reveal: Annotated[bool, typer.Option("--reveal", help="Card numbers in full; who, when and why is written down.")] = False,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """One request; of card numbers the last two digits. In full: --reveal --by NAME --reason WORDS, while it is open.

    Example: python -m admin_cli registry show 12 --reveal --by malee --reason "To check in the registry"
    """
    from storage import registry, registry_staff

    with opened() as (settings, store):
        box = settings.box
        if reveal:
            who = name_of(by)
            with store.write(durable=True) as session:
                shown = _whole(registry_staff.reveal(session, id_, who, words(reason, "--reason"), now()), box, clear=True)
        else:
            with store.read() as session:
                shown = _whole(registry.must(session, id_), box)
    tell(shown, as_json, lambda: _facts(shown))


@app.command("approve")
def approve(
    id_: Id,
    fee: Annotated[
        str | None, typer.Option(metavar="BAHT", help="The fee (default: of the rules, where they know one).")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="The appointment (default: the wanted time).")] = None,
    citizen_id: Annotated[
        str | None,
        typer.Option(metavar="13 DIGITS", help="The person's number as the registry has it: checksum only, not kept."),
    ] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Approve with fee and time; the citizen is told at once and reminded the evening before.

    Once more changes fee or time.

    Example: python -m admin_cli registry approve 12 --fee 20 --at 2026-12-01T10:00+07:00 --by malee
    """
    from admin_cli.dates import moment
    from casework.registry import money
    from storage import registry_staff

    who, when = name_of(by), moment(at, "--at") if at else None
    with opened() as (settings, store):
        baht = money(fee) if fee is not None else None
        with store.write(durable=True) as session:
            row = registry_staff.approve(
                session,
                settings.rules,
                id_,
                who,
                now(),
                baht=baht,
                at=when,
                citizen_id=citizen_id,
                reason=words(reason, "--reason"),
            )
            shown = _row(row, settings.box)
    agreed = spoken(shown["agreed_at"])
    tell(shown, as_json, f"Request {shown['id']}: approved by {who}, {shown['fee']:g} baht, {agreed}.")


@app.command("reject")
def reject(id_: Id, by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Say no; the reason is told to the citizen, the card numbers are erased.

    Example: python -m admin_cli registry reject 12 --by malee --reason "The record is at another office"
    """
    from storage import registry_staff

    who = name_of(by)
    with opened() as (settings, store), store.write(durable=True) as session:
        shown = _row(registry_staff.reject(session, id_, who, now(), words(reason, "--reason")), settings.box)
    tell(shown, as_json, f"Request {shown['id']}: rejected by {who}.")


@app.command("collected")
def collected(id_: Id, by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """It was picked up, or the appointment kept: card numbers are erased, the citizen is asked for stars.

    Example: python -m admin_cli registry collected 12 --by malee
    """
    from storage import registry_staff

    who = name_of(by)
    with opened() as (settings, store), store.write(durable=True) as session:
        shown = _row(registry_staff.collected(session, id_, who, now(), words(reason, "--reason")), settings.box)
    tell(shown, as_json, f"Request {shown['id']}: picked up, written down by {who}. Its card numbers are erased.")


@app.command("slots")
def slots(
    office: Annotated[str, typer.Option(help="The district office's code.")],
    day: Annotated[str, typer.Option("--day", metavar="DAY", help="2026-12-01 or 01/12/2569.")],
    as_json: AsJson = False,
) -> None:
    """Times of a day that have room.

    Example: python -m admin_cli registry slots --office 1040 --day 01/12/2569
    """
    from admin_cli.dates import moment
    from storage import registry

    when = moment(day, "--day").date()
    with opened() as (settings, store), store.read() as session:
        found = [stamp(slot) for slot in registry.free_on(session, settings.rules, office, when, now())]
    tell(found, as_json, "\n".join(map(spoken, found)) or "Nothing is free on that day.")


@app.command("waits")
def waits(
    since: Annotated[str | None, typer.Option(metavar="DAY", help="From this day on (default: the last 30 days).")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Up to the end of the day before this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """How long people waited, per office: from asking to approval, from there to pick-up, at the counter; stars.

    Example: python -m admin_cli registry waits --since 01/10/2569
    """
    from dataclasses import asdict

    from admin_cli.dates import moment
    from storage import registry_staff

    begin = moment(since, "--since") if since else now() - timedelta(days=30)
    end = moment(until, "--until") if until else now() + timedelta(days=1)
    with opened() as (_, store), store.read() as session:
        found = [asdict(w) for w in registry_staff.waits(session, begin, end)]
    tell(found, as_json, lambda: _waits(found))


def _row(row: RegistryRequest, box: MultiFernet) -> dict[str, Any]:
    from casework.catalog import agencies
    from storage.registry import service_name
    from storage.registry_staff import opened as secrets

    office = agencies().get(row.office)
    return {
        "id": row.id,
        "display_name": secrets(row, box).name,
        "service": row.service,
        "service_name": service_name(row.service),
        "office": row.office,
        "office_name": office.th if office else row.office,
        "status": row.status,
        "copies": row.copies,
        "asked_at": stamp(row.asked_at),
        "wanted_at": stamp(row.wanted_at),
        "agreed_at": stamp(row.agreed_at),
        "reminder_due": stamp(row.remind_at),
        "fee": None if row.fee is None else row.fee / 100,
        "stars": row.stars,
        "reason": row.reason,
    }


def _whole(row: RegistryRequest, box: MultiFernet, *, clear: bool = False) -> dict[str, Any]:
    from casework.idcard import mask
    from storage.registry_staff import opened as secrets

    open_ = secrets(row, box)
    numbers = {name: n if clear or n is None else mask(n) for name, n in (("laser", open_.laser), ("photo", open_.photo))}
    return {
        **_row(row, box),
        **numbers,
        "check": open_.check,
        "topic": open_.topic,
        "consent_version": row.consent_version,
        "consent_at": stamp(row.consent_at),
        "approved_at": stamp(row.approved_at),
        "ended_at": stamp(row.ended_at),
        "reminded_at": stamp(row.reminded_at),
    }


def _facts(thing: dict[str, Any]) -> None:
    for key, value in thing.items():
        typer.echo(f"{key:<16} {plain(key, value)}")


def _lines(rows: list[dict[str, Any]]) -> None:
    from admin_cli.shown import fit

    if rows:
        typer.echo(f"{'id':>6} {'status':<10} {'time':<22} {'office':<26} {'name':<20} what")
    for row in rows:
        when = spoken(row["agreed_at"] or row["wanted_at"])
        what = f"{row['copies']} × {row['service_name']}"
        name = fit(row["display_name"] or "-", 20)
        typer.echo(
            clean(f"{row['id']:>6} {fit(row['status'], 10)} {fit(when, 22)} {fit(row['office_name'], 26)} {name} {what}")
        )
    if not rows:
        typer.echo("No requests.")


def _waits(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        figures = (f"{key} {'-' if row[key] is None else round(row[key], 1)}" for key in row if key != "office")
        typer.echo(f"{row['office']}  {', '.join(figures)}")
    if not rows:
        typer.echo("No requests.")
