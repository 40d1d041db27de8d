"""`locate`: which district and sub-district a position lies in, and which office answers."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from admin_cli.kit import AsJson, counted, tell, to_json

if TYPE_CHECKING:
    from casework.places import Place

BATCH = 1000
LONGEST = 1000
"""A line that is longer is no position."""
_POSITION = re.compile(r"\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)(?:\s*[,;]\s*|\s+)([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*")
_NEGATIVE = re.compile(r"-[0-9.]")


class Positions(TyperCommand):
    """A command whose arguments may begin with a minus: `-13.7` is a number, not an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Options first, then the numbers behind `--` (all options here are flags)."""
        if "--" not in args and any(_NEGATIVE.match(arg) for arg in args):
            options = [arg for arg in args if arg.startswith("-") and not _NEGATIVE.match(arg)]
            args = [*options, "--", *(arg for arg in args if arg not in options)]
        return super().parse_args(ctx, args)


class NoPosition(ValueError):
    """The words are no position; the message says why."""


def locate(
    lat: Annotated[str | None, typer.Argument(metavar="LAT", help="Latitude, for example 13.7563.")] = None,
    lng: Annotated[str | None, typer.Argument(metavar="LNG", help="Longitude, for example 100.5018.")] = None,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read one LAT LNG a line; write one answer a line, in order.")] = False,
    as_json: AsJson = False,
) -> None:
    """District, sub-district, office and metres to the nearest district border of a position.

    With --stdin a line that is no position gets an answer that says so, and the exit code is 1.

    Example: python -m admin_cli locate 13.7563 100.5018
    """
    if stdin:
        if lat is not None:
            raise typer.BadParameter("positions come from standard input", param_hint="--stdin")
        count, bad = _lines(typer.get_binary_stream("stdin"), as_json)
        if bad:
            typer.echo(f"{bad:,} of {counted(count, 'line')} {'is' if bad == 1 else 'are'} no position.", err=True)
            raise typer.Exit(1)
        return
    if lat is None:
        raise typer.BadParameter("a position is wanted: LAT LNG, or --stdin", param_hint="LAT LNG")
    typed = lat if lng is None else f"{lat.rstrip(', ')} {lng}"
    try:
        found = _found(typed)
    except NoPosition as problem:
        from casework.refusals import Refused

        if problem.args[0] == "not a position":
            raise typer.BadParameter(f"{typed!r} is not a position: two numbers are wanted", param_hint="LAT LNG") from None
        one, _, other = " ".join(typed.replace(",", " ").split()).partition(" ")
        raise Refused("refused.no_position", lat=one, lng=other, why_not=problem) from problem
    tell(_json(found), as_json, _plain(found))


def _lines(source: Iterable[bytes], as_json: bool) -> tuple[int, int]:
    """One answer a line. A line that is no position gets an answer that says so. How many lines, and how many such."""
    out = sys.stdout
    count = bad = 0
    for count, line in enumerate(source, 1):
        text = line.decode("utf-8", "replace").strip("\ufeff \t\r\n") if len(line) <= LONGEST else ""
        try:
            found = _found(text)
            answer = to_json(_json(found)) if as_json else _plain(found)
        except NoPosition as problem:
            bad += 1
            answer = to_json(_json(None) | {"error": str(problem)}) if as_json else f"error: {problem}"
        out.write(answer + "\n")
        if count % BATCH == 0:
            out.flush()
    out.flush()
    return count, bad


def _found(text: str) -> Place:
    """The place that the words name."""
    from casework.places import BadPosition, locate

    pair = _POSITION.fullmatch(text)
    try:
        if pair is None:
            raise NoPosition("not a position")
        return locate(float(pair[1]), float(pair[2]))
    except BadPosition as problem:
        why = {"swapped": "latitude and longitude are swapped", "out_of_range": "out of range"}
        raise NoPosition(why.get(problem.reason, "not a position")) from problem
    except ValueError as problem:
        raise NoPosition("not a position") from problem


def _json(place: Place | None) -> dict[str, Any]:
    """The keys of the contract; all but `in_bangkok` and `border_m` are null outside the city."""
    office = place.office if place else None
    return {
        "in_bangkok": place.in_bangkok if place else False,
        "district_code": place.district_code if place else None,
        "district": place.district if place else None,
        "subdistrict_code": place.subdistrict_code if place else None,
        "subdistrict": place.subdistrict if place else None,
        "border_m": round(place.border_m, 1) if place and place.border_m is not None else None,
        "office": {"name": office.name, "phone": office.phone} if office else None,
    }


def _plain(place: Place) -> str:
    far = "" if place.border_m is None else f", {place.border_m:,.0f} m from the nearest district border"
    if not place.in_bangkok:
        return f"outside Bangkok{far}"
    office = f"; {place.office.name} {place.office.phone}" if place.office else ""
    return f"{place.district} ({place.district_code}) · {place.subdistrict} ({place.subdistrict_code}){far}{office}"
