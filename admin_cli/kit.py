"""What every command shares: the database, who is at the keyboard, and how things are printed."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.engine import Store

By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does this (default: your login name).")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="WORDS", help="Why, for the record.")]
Note = Annotated[str | None, typer.Option("--note", metavar="WORDS", help="Words for the citizen.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

LONGEST_NAME = 50
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""What could steer a terminal or turn a line's direction: citizens' words are printed without it."""


def group(about: str, example: str) -> typer.Typer:
    """A command group whose help explains itself with an example."""
    return typer.Typer(
        help=f"{about}\n\n\b\nExample:\n  python -m admin_cli {example}", no_args_is_help=True, rich_markup_mode=None
    )


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def settings() -> Settings:
    """The service's settings, as it reads them itself."""
    from bot.settings import environment, load

    return load(environment(), make_key=False)


@contextmanager
def opened() -> Iterator[tuple[Settings, Store]]:
    """The settings and the database, its schema brought up to date first where it is not."""
    from storage import backup
    from storage.engine import Store

    known = settings()
    store = Store(known.database_url, pool=2)
    try:
        if not backup.is_current(store):
            from storage import schema

            schema.upgrade(store)
        yield known, store
    finally:
        store.close()


def name_of(by: str | None) -> str:
    """Who is at the keyboard. Wrong usage for a name that nobody could be found by later."""
    if by is None:
        try:
            by = getpass.getuser()
        except (OSError, KeyError, ImportError) as problem:
            raise typer.BadParameter("your login name is not known here: say who you are", param_hint="--by") from problem
    by = " ".join(by.split())
    if not by or len(by) > LONGEST_NAME or _UNSAFE.search(by):
        raise typer.BadParameter(f"a name of 1 to {LONGEST_NAME} letters is wanted", param_hint="--by")
    return by


def words(text: str | None, option: str) -> str | None:
    """What was typed, where it is text at all."""
    if text is not None:
        try:
            text.encode()
        except UnicodeEncodeError as problem:
            raise typer.BadParameter("this is no UTF-8 text", param_hint=option) from problem
    return text


def to_json(thing: Any, *, indent: int | None = None) -> str:
    """JSON with Thai as it is, and nothing in it that steers a terminal."""
    made = json.dumps(thing, ensure_ascii=False, indent=indent)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", made)


def clean(text: str) -> str:
    """Words of others, safe for a terminal."""
    return _UNSAFE.sub("\ufffd", text)


def counted(count: int, thing: str) -> str:
    """So many of a thing whose plural is regular: `1 case`, `2 cases`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def lasting(seconds: float) -> str:
    """A length of time in plain words: `less than a minute`, `5 minutes`, `3 hours`, `12 days`."""
    minutes = int(max(0.0, seconds)) // 60
    if not minutes:
        return "less than a minute"
    if minutes < 120:
        return counted(minutes, "minute")
    return counted(minutes // 60, "hour") if minutes < 48 * 60 else counted(minutes // 1440, "day")


def tell(thing: Any, as_json: bool, plainly: Callable[[], None] | str) -> None:
    """Print the thing as JSON, or plainly."""
    if as_json:
        typer.echo(to_json(thing, indent=2))
    elif isinstance(plainly, str):
        typer.echo(clean(plainly))
    else:
        plainly()


def stamp(moment: datetime | None) -> str | None:
    """ISO 8601 with Bangkok's offset, to the second (thousandths where there are any)."""
    if moment is None:
        return None
    from casework.thai_time import bangkok

    return bangkok(moment).isoformat(timespec="milliseconds" if moment.microsecond >= 1000 else "seconds")


def spoken(given: str | None) -> str:
    """A moment that `stamp` wrote, as people read it: a Thai date; `-` where there is none."""
    if given is None:
        return "-"
    from casework.thai_time import thai_datetime

    return thai_datetime(datetime.fromisoformat(given))


def plain(key: str, value: object) -> str:
    """A value of a JSON object for people's eyes: moments (told by the key's ending) as Thai dates, `-` for nothing."""
    if value is None or value == "":
        return "-"
    if isinstance(value, list):
        return clean(", ".join(map(str, value)))
    moment = key in {"at", "since", "until"} or key.endswith(("_at", "_since", "_due", "_seen"))
    return spoken(str(value)) if moment else clean(str(value))
