"""What strangers see: `cases release` (photos on a case's page) and `map` (the public map as a file)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin_cli.cases import Number, app
from admin_cli.kit import AsJson, By, Reason, clean, name_of, now, opened, tell, words

if TYPE_CHECKING:
    from storage.releases import Photo


@app.command("release")
def release(
    number: Number,
    photo: Annotated[int | None, typer.Argument(metavar="PHOTO", min=1, help="Which photo, as listed without it.")] = None,
    hide: Annotated[bool, typer.Option("--hide", help="Strangers see it no longer.")] = False,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Show a photo on the case's public page, or hide it; without PHOTO, list the photos and who sees them.

    Photos of the result are shown by themselves, photos of the report only when released here. Look at a photo first: no
    faces, number plates, house numbers.

    Example: python -m admin_cli cases release 69-0001238 1 --by somchai
    """
    from storage import audit, desk_staff, releases

    who, why = name_of(by), words(reason, "--reason")
    with opened() as (_, store):
        if photo is None:
            with store.read() as session:
                found = releases.photos(session, desk_staff.must(session, number))
            tell([_json(each) for each in found], as_json, lambda: _lines(found))
            return
        with store.write(durable=True) as session:
            case = desk_staff.must(session, number, lock=True)
            made = releases.decide(session, case, photo, shown=not hide, by=who, reason=why, now=now())
            audit.note(session, now(), who, "cases release", f"{case.number} {photo}{' --hide' if hide else ''}", why)
            said = f"{case.number}: photo {photo} is {'shown' if made.shown else 'not shown'} to strangers, by {who}."
        tell(_json(made), as_json, said)


def _json(photo: Photo) -> dict[str, Any]:
    return {"photo": photo.place, "role": photo.role, "name": photo.path, "shown": photo.shown, "decided_by": photo.by}


def _lines(found: list[Photo]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not found:
        typer.echo("No photos.")
        return
    table = Table("photo", "of the", "strangers", "decided by", "name", box=None)
    for photo in found:
        shown = "see it" if photo.shown else "do not see it"
        table.add_row(str(photo.place), photo.role, shown, clean(photo.by or "the rule"), photo.path)
    Console().print(table)


def map_(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="FILE.html (opens from a disk) or FILE.geojson.")],
    days: Annotated[int | None, typer.Option(help="Received in so many last days (default: the rule).")] = None,
    category: Annotated[str | None, typer.Option(help="Only this one, such as road.")] = None,
    status: Annotated[str | None, typer.Option(help="Only this one; `open`: all that are not finished.")] = None,
    district: Annotated[str | None, typer.Option(help="Code (1001 to 1050) or name.")] = None,
    urgent: Annotated[bool | None, typer.Option("--urgent/--no-urgent", help="Only BEST, or only others.")] = None,
    lang: Annotated[str, typer.Option(help="th or en.")] = "th",
    limit: Annotated[int | None, typer.Option(min=1, help="Points at most; more are counted (default: the rule).")] = None,
    as_json: AsJson = False,
) -> None:
    """The public map as one file: nothing personal in it, what strangers may not see is left out or blurred.

    Example: python -m admin_cli map --out map.html --days 90 --category flood
    """
    from bot import map_view
    from bot.words import LANGUAGES
    from storage import desk_staff

    if out.suffix not in {".html", ".geojson"}:
        raise typer.BadParameter("FILE.html or FILE.geojson is wanted", param_hint="--out")
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"one of {', '.join(LANGUAGES)} is wanted", param_hint="--lang")
    given = {"category": category, "status": status, "days": None if days is None else str(days)}
    given |= {"urgent": None if urgent is None else str(int(urgent))}
    given |= {"district": desk_staff.known_district(district) if district is not None else None}
    with opened() as (settings, store):
        chosen = map_view.choice({name: value for name, value in given.items() if value is not None}, settings.rules)
        most, at = limit or settings.rules.whole("map", "file_points"), now()
        with store.read() as session:
            points = map_view.geojson(session, chosen, most, at)
            numbers = map_view.figures(session, chosen.days, settings.rules, at) if out.suffix == ".html" else {}
        if out.suffix == ".html":
            base = None if settings.sandbox else settings.public_url
            made = map_view.one_file(lang, chosen, numbers, points, at, tiles=settings.tiles, public_url=base)
        else:
            made = json.dumps(points, ensure_ascii=False)
        out.write_text(made, "utf-8")
    how = "counted in cells" if points["counted"] else "one by one"
    done = {"file": str(out), "cases": points["total"], "counted": points["counted"], "days": chosen.days}
    tell(done, as_json, f"{out}: {points['total']} cases of the last {chosen.days} days, {how}.")
