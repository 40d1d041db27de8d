"""Times as staff type them (casework.typed_times)."""

from __future__ import annotations

from datetime import datetime

import typer

from casework.thai_time import words
from casework.typed_times import read


def moment(text: str, option: str) -> datetime:
    """The moment that was typed; a day alone is its beginning. Wrong usage (exit code 2) for anything else."""
    found = read(text)
    if found is None:
        raise typer.BadParameter(
            f"{text!r} is no time; write 2026-12-01, 2026-12-01T14:30+07:00, 01/12/2569 or 1 {words()['th']['short'][11]} 2569",
            param_hint=option,
        )
    return found
