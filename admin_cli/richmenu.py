"""`richmenu`: the six buttons below the chat: look at them, put them in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from admin_cli.kit import AsJson, By, Reason, group, name_of, settings, tell

app = group("The rich menu below the chat.", "richmenu preview menu.png")


@app.command("preview")
def preview(
    file: Annotated[Path, typer.Argument(metavar="FILE.png", help="Where the picture goes.")],
    as_json: AsJson = False,
) -> None:
    """Draw the menu into a file; --json prints the object that LINE would get.

    Example: python -m admin_cli richmenu preview menu.png
    """
    if file.suffix.lower() != ".png":
        raise typer.BadParameter("the picture is a PNG: FILE.png", param_hint="FILE.png")
    from bot import richmenu

    about, picture = richmenu.preview()
    file.write_bytes(picture)
    labels = [area["action"]["label"] for area in json.loads(about)["areas"]]
    tell(json.loads(about), as_json, f"{file}: {len(picture):,} bytes, {' · '.join(labels)}")


@app.command("deploy")
def deploy(by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Put the menu in place of the old one, for everybody. Without LINE credentials: in the running sandbox.

    Example: python -m admin_cli richmenu deploy --by somchai
    """
    from bot import richmenu
    from bot.line import Declined, FateUnknown, Gone, Limited, Line, NotReached
    from casework.refusals import Refused

    who, known = name_of(by), settings()
    line = Line(known.api_host, known.data_host, known.access_token, pool=2)
    try:
        made = richmenu.deploy(line)
    except NotReached as problem:
        raise Refused("refused.line_not_reached", host=known.api_host, problem=problem) from problem
    except Limited as problem:
        raise Refused("refused.line_limited", problem=problem) from problem
    except FateUnknown as problem:
        raise Refused("refused.line_unsure", host=known.api_host, problem=problem) from problem
    except (Declined, Gone) as problem:
        raise Refused("refused.line_declined", problem=problem) from problem
    except ValueError as problem:
        raise Refused("refused.menu_unfit", problem=problem) from problem
    where = "the sandbox" if known.sandbox else known.api_host
    thing = {"id": made, "host": known.api_host, "sandbox": known.sandbox, "by": who, "reason": reason}
    tell(thing, as_json, f"The menu {made} is in place at {where}, put there by {who}.")
