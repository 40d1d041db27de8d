"""`announce`: news to those who follow it: reach and cost first, then sending, looking, cancelling."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin_cli.kit import AsJson, By, Reason, clean, group, name_of, now, opened, plain, spoken, stamp, tell, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.announcements import Plan
    from storage.models_news import Announcement

app = group(
    "Announcements: to the followers of districts and topics, or to everybody. Look at reach and cost first.",
    'announce send "Rama IV Road is closed tonight" --district 1004 --until "02/12/2569 05:00" --dry-run',
)
Id = Annotated[str, typer.Argument(metavar="ID", help="The announcement's number, from `announce list`.")]
LISTED = 50


@app.command("send")
def send(
    text: Annotated[str, typer.Argument(help="What is announced.")],
    district: Annotated[
        list[str] | None, typer.Option(help="For the followers of this district: code or name. May be given several times.")
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option(help="For those who follow this topic, see `announce audience`. May be repeated.")
    ] = None,
    title: Annotated[str, typer.Option(help="A line above the text.")] = "",
    en: Annotated[str | None, typer.Option(metavar="TEXT", help="The English text, for those who chose English.")] = None,
    en_title: Annotated[str | None, typer.Option(metavar="TEXT", help="The English title.")] = None,
    image: Annotated[str | None, typer.Option(metavar="URL", help="A picture, by HTTPS.")] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When it begins (default: now).")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="When it ends; whoever heard it is told so then.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say whom it would reach and what it would cost.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Although the same people have just heard the same text.")] = False,
    over_budget: Annotated[
        bool, typer.Option("--over-budget", help="Although the month's messages are too few; give a --reason.")
    ] = False,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Announce. Without --district and --topic it goes to all followers of the account.

    Who follows a district hears what is for it and what is for the whole city; who chose topics hears those alone.
    Waves of 500 leave one after the other; each person is told once, whatever breaks down meanwhile.

    Example: python -m admin_cli announce send "Sukhumvit is flooded, please avoid it" --district 1039 --topic flood --by malee
    """
    from admin_cli.dates import moment
    from casework.refusals import Refused
    from storage import announcements, audit

    who = name_of(by)
    why = words(reason, "--reason")
    start = moment(at, "--at") if at is not None else None
    end = moment(until, "--until") if until is not None else None
    with opened() as (settings, store):
        draft = announcements.Draft(
            words(text, "TEXT") or "",
            words(title, "--title") or "",
            words(en, "--en"),
            words(en_title, "--en-title"),
            tuple(district or ()),
            tuple(topic or ()),
            image,
            start,
            end,
        ).checked(settings.rules, now())
        with store.read() as session:
            planned = announcements.plan(session, draft, settings.rules, now())
        if dry_run:
            shown: dict[str, Any] = {"id": None, **_plan_json(planned)}
            tell(shown, as_json, lambda: _plan_lines(planned))
            return
        if not again and planned.repeats:
            raise Refused("refused.news_again", people=f"{planned.repeats:,}", before=planned.before)
        if not planned.fits:
            if not over_budget:
                raise Refused("refused.news_budget", **_figures(planned))
            if not why:
                raise Refused("refused.news_budget_reason")
        with store.write(durable=True) as session:
            row = announcements.make(session, draft, planned, now(), who, why, over_budget=over_budget)
            audit.note(session, now(), who, "announce send", str(row.id), why)
            shown = {"id": row.id, **_plan_json(planned), **_json(row)}
        tell(shown, as_json, lambda: _sent_lines(shown, planned))


@app.command("list")
def list_(
    state: Annotated[
        str | None, typer.Option(help="scheduled, sending, sent, ended, cancelled …; several with commas.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = LISTED,
    as_json: AsJson = False,
) -> None:
    """Announcements, the latest first.

    Example: python -m admin_cli announce list --state scheduled,sending
    """
    from casework.news import STATES
    from storage import announcements

    wanted = [s.strip() for s in (state or "").split(",") if s.strip()]
    if unknown := [s for s in wanted if s not in STATES]:
        raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(STATES)}", param_hint="--state")
    with opened() as (_, store), store.read() as session:
        rows = [_json(row) for row in announcements.listed(session, wanted, limit)]
    tell(rows, as_json, lambda: _lines(rows))


@app.command("show")
def show(id_: Id, as_json: AsJson = False) -> None:
    """One announcement: its words, how far its waves are, who was left out.

    Example: python -m admin_cli announce show 12
    """
    from storage import announcements

    with opened() as (_, store), store.read() as session:
        row = announcements.must(session, id_)
        shown = _json(row) | {
            "made_at": stamp(row.made_at),
            "made_by": row.made_by,
            "reason": row.reason,
            "begun_at": stamp(row.begun_at),
            "done_at": stamp(row.done_at),
            "left_out": announcements.left_out(session, row.id),
            "waves": {p.kind: {"waves": p.waves, "people": p.people} for p in announcements.progress(session, row.id)},
            "cancelled_at": stamp(row.cancelled_at),
            "cancelled_by": row.cancelled_by,
            "cancel_reason": row.cancel_reason,
        }
    tell(shown, as_json, lambda: _facts(shown))


@app.command("cancel")
def cancel(
    id_: Id,
    tell_them: Annotated[bool, typer.Option("--tell", help="Tell those who have heard it that it is withdrawn.")] = False,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Before it begins: nobody hears of it. While it goes out: no further wave leaves. Afterwards only with --tell.

    Example: python -m admin_cli announce cancel 12 --tell --by malee --reason "Wrong date"
    """
    from storage import announcements, audit

    who, why = name_of(by), words(reason, "--reason")
    with opened() as (_, store):
        with store.write(durable=True) as session:
            row = announcements.cancel(session, id_, who, why, now(), tell=tell_them)
            audit.note(session, now(), who, "announce cancel", str(row.id), why)
            shown = _json(row)
        after = "nobody hears of it" if row.state == "cancelled" else "no further wave leaves"
        more = "; whoever heard it is told" if row.withdraws else ""
        tell(shown, as_json, f"Announcement {row.id}: cancelled by {who}, {after}{more}.")


@app.command("audience")
def audience(as_json: AsJson = False) -> None:
    """How many people follow each district and each topic.

    Example: python -m admin_cli announce audience
    """
    from casework.catalog import agencies
    from casework.news import topics
    from storage import news

    with opened() as (_, store), store.read() as session:
        counted = {(kind, code): people for kind, code, people in news.counted(session)}
    rows = [
        {"kind": "topic", "code": t.code, "name": t.th, "people": counted.get(("topic", t.code), 0)} for t in topics().values()
    ]
    offices = [a for a in agencies().values() if a.kind == "district"]
    rows += [
        {"kind": "district", "code": a.code, "name": a.short_th, "people": counted.get(("district", a.code), 0)}
        for a in offices
    ]
    tell(rows, as_json, lambda: _table(rows))


# How it is shown.


def _figures(planned: Plan) -> dict[str, str]:
    purse = planned.purse
    return {
        "cost": f"{planned.cost + planned.end_cost:,}",
        "left": f"{max(0, purse.left or 0):,}",
        "budget": f"{purse.budget or 0:,}",
        "used": f"{purse.used:,}",
        "promised": f"{purse.promised:,}",
        "reserve": f"{purse.reserve:,}",
    }


def _plan_json(planned: Plan) -> dict[str, Any]:
    purse = planned.purse
    return {
        "reach": planned.reach,
        "cost": planned.cost,
        "end_cost": planned.end_cost,
        "budget": purse.budget,
        "used": purse.used,
        "promised": purse.promised,
        "reserve": purse.reserve,
        "left": purse.left,
        "fits": planned.fits,
        "repeats": planned.repeats,
    }


def _plan_lines(planned: Plan) -> None:
    typer.echo(f"It would reach {planned.reach:,} people.")
    _cost_lines(planned)
    if planned.repeats:
        typer.echo(
            f"{planned.repeats:,} of them have just heard the same text (announcement {planned.before}): --again is needed."
        )
    typer.echo("Nothing was sent or written down.")


def _cost_lines(planned: Plan) -> None:
    end = f", and {planned.end_cost:,} for the end notice" if planned.end_cost else ""
    typer.echo(f"Cost: {planned.cost:,} messages{end}.")
    figures = _figures(planned)
    if planned.purse.budget is None:
        typer.echo("No limit of messages is known.")
        return
    typer.echo(
        f"The month has {figures['left']} left for it: of {figures['budget']} are {figures['used']} used, "
        f"{figures['promised']} promised to others, {figures['reserve']} kept for alarms."
    )
    if not planned.fits:
        typer.echo("It does not fit: --over-budget and --reason are needed.")


def _sent_lines(shown: dict[str, Any], planned: Plan) -> None:
    typer.echo(f"Announcement {shown['id']} for {planned.reach:,} people begins {spoken(shown['at'])}")
    _cost_lines(planned)
    typer.echo(f"See how far it is: python -m admin_cli announce show {shown['id']}")


def _json(row: Announcement) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": "held" if row.held and row.state == "sending" else row.state,
        "title": row.title,
        "text": row.text,
        "title_en": row.title_en,
        "text_en": row.text_en,
        "image": row.image,
        "districts": list(row.districts),
        "topics": list(row.topics),
        "at": stamp(row.start_at),
        "until": stamp(row.until_at),
        "reach": row.reach,
    }


def _lines(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    from admin_cli.shown import PIPED

    if not rows:
        typer.echo("No announcements.")
        return
    table = Table(box=None)
    for column in ("id", "state", "at", "until", "reach", "for", "what"):
        table.add_column(column, no_wrap=column != "what")
    for row in rows:
        whom = ", ".join([*row["districts"], *row["topics"]]) or "all"
        what = " ".join((row["title"] or row["text"]).split())[:60]
        times = [spoken(row[name]) for name in ("at", "until")]
        cells = (row["id"], row["state"], *times, f"{row['reach']:,}", whom, what)
        table.add_row(*(clean(str(cell)) for cell in cells))
    Console(width=None if sys.stdout.isatty() else PIPED).print(table)


def _facts(shown: dict[str, Any]) -> None:
    for name, value in shown.items():
        if name in {"text", "text_en", "waves"} or value in (None, "", []):
            continue
        typer.echo(f"  {name:<18}{plain(name, value)}")
    for kind, part in shown["waves"].items():
        states = ", ".join(f"{n} {state} ({part['people'][state]:,} people)" for state, n in sorted(part["waves"].items()))
        typer.echo(f"  {'waves: ' + kind:<18}{states}")
    if shown["state"] == "held":
        typer.echo("  It waits: the month's messages are used up but for those kept for alarms. A larger plan lets it go on.")
    for text in filter(None, (shown["text"], shown["text_en"])):
        typer.echo()
        for line in clean(text).splitlines():
            typer.echo(f"  {line}")


def _table(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for column in ("kind", "code", "name", "people"):
        table.add_column(column, justify="right" if column == "people" else "left")
    for row in rows:
        table.add_row(row["kind"], row["code"], row["name"], f"{row['people']:,}")
    Console().print(table)
