"""`poster`: draw a poster that leads to the account, see how many came by which."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from admin_cli.kit import AsJson, By, Reason, group, name_of, now, opened, stamp, tell, words

if TYPE_CHECKING:
    from bot.settings import Settings
    from casework.posters import Code
    from storage.engine import Store


class _FileFirst(TyperGroup):
    """`poster FILE …` is `poster draw FILE …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and re.search(r"\.(png|pdf)$", args[0], re.IGNORECASE):
            args = ["draw", *args]
        return list(super().parse_args(ctx, args))


app = group(
    "Posters with a QR code that leads to the account, and the counts of who came by which.",
    "poster office.pdf --district 1040 --by malee",
)
app.info.cls = _FileFirst


@app.command("draw")
def draw(
    file: Annotated[Path, typer.Argument(metavar="FILE.png|FILE.pdf", help="Where the poster goes.")],
    district: Annotated[str | None, typer.Option(help="The district's code (1001 to 1050): a poster for its office.")] = None,
    place: Annotated[str | None, typer.Option(metavar="NAME", help="A place: a market, a temple, a community.")] = None,
    language: Annotated[str, typer.Option(help="th or en.")] = "th",
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Draw an A4 poster (300 dpi) for a district, or for a place (in a district, if one is given).

    The same place gets the same code again. `draw` can be left out.

    Example: python -m admin_cli poster draw market.png --place "ตลาดบางกะปิ" --district 1006
    """
    from bot import poster
    from casework.catalog import agencies
    from storage import audit, posters

    who, made_of = name_of(by), file.suffix.lower()
    if made_of not in {".png", ".pdf"}:
        raise typer.BadParameter("a poster is FILE.png or FILE.pdf", param_hint="FILE")
    if language not in {"th", "en"}:
        raise typer.BadParameter("th or en", param_hint="--language")
    if place is None and district is None:
        raise typer.BadParameter("say where it hangs: --district CODE, --place NAME, or both", param_hint="--place")
    place = words(place, "--place")
    with opened() as (settings, store):
        account = _account(settings, store)
        with store.write(durable=True) as session:
            office = agencies().get(district or "")
            name = place if place is not None else (office.th if office is not None else district or "")
            row = posters.make(session, "place" if place is not None else "district", name, district, now(), who)
            audit.note(session, now(), who, "poster", row.code, words(reason, "--reason"))
            code = row.code
        shown = office.short_th if language == "th" and office is not None else office.en if office is not None else ""
        title = name if place is None or not shown else f"{name} · {shown}"
        if place is None and language == "en":
            title = shown
        link = link_of(settings, account, code)
        try:
            picture = poster.Poster(title, link, code, language)
            data = poster.as_png(picture) if made_of == ".png" else poster.as_pdf(picture)
        except ValueError as problem:
            raise typer.BadParameter(str(problem), param_hint="--place") from problem
        file.write_bytes(data)
    thing = {"code": code, "file": str(file), "link": link, "name": name, "district_code": district, "bytes": len(data)}
    tell(thing, as_json, f"{file}: {title}, code {code}, leads to {link}")


def link_of(settings: Settings, account: str, code: str) -> str:
    """Where the code leads: over the service, which counts scans, or straight to LINE where it has no public address."""
    from casework.posters import chat_link

    if settings.public_url is not None and not settings.sandbox:
        return f"{settings.public_url}/go/{code}"
    return chat_link(account, code)


def _account(settings: Settings, store: Store) -> str:
    """LINE's id of the account: the setting, what the service was told, or what LINE says now. Raises Refused."""
    from bot.line import Declined, FateUnknown, Gone, Line
    from casework.posters import id_of, line_id
    from casework.refusals import Refused, TryLater
    from storage import facts
    from storage.models import Fact

    if settings.line_id is not None:
        return settings.line_id
    with store.read() as session:
        fact = session.get(Fact, facts.LINE_ACCOUNT)
    known = line_id(fact.value) if fact is not None else None
    if known is not None:
        return known
    try:
        found = id_of(Line(settings.api_host, settings.data_host, settings.access_token, pool=2).info())
    except (TryLater, Declined, FateUnknown, Gone) as problem:
        raise Refused("refused.no_line_id", host=settings.api_host, problem=problem) from problem
    if found is None:
        raise Refused("refused.no_line_id", host=settings.api_host, problem="it tells no id")
    with store.write() as session:
        facts.put(session, facts.LINE_ACCOUNT, found, now())
    return found


@app.command("list")
def list_(
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Counts from this day on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Counts before this day.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every poster and share with its counts: shared, opened, new people, people known before, first reports.

    Example: python -m admin_cli poster list --since 2026-10-01
    """
    from admin_cli.dates import moment
    from casework.thai_time import bangkok
    from storage import posters

    first = bangkok(moment(since, "--since")).date() if since else None
    last = bangkok(moment(until, "--until")).date() if until else None
    with opened() as (_, store), store.read() as session:
        rows = [_json(code) for code in posters.listed(session, first, last)]
    tell(rows, as_json, lambda: _lines(rows))


def _json(code: Code) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(code) | {"made_at": stamp(code.made_at)}


def _lines(rows: list[dict[str, Any]]) -> None:
    from admin_cli.shown import print_table

    if not rows:
        typer.echo("No posters yet.")
        return
    columns = ("code", "kind", "name", "district_code", "shared", "scans", "added", "known", "reports")
    print_table(rows, columns, words=("name",))
