"""Long work shows on stderr how far it has come: a bar at a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

EVERY_S = 10.0


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int, str], None]]:
    """Gives `at(done, words)`: `done` of `total`, and words such as how many rows. Nothing is shown for what is quick."""
    if sys.stderr.isatty():
        with _bar(what, total) as at:
            yield at
        return
    told = time.monotonic()

    def line(done: int, words: str) -> None:
        nonlocal told
        if time.monotonic() - told >= EVERY_S:
            told = time.monotonic()
            typer.echo(f"{what}: {done / max(1, total):.0%}, {words}", err=True)

    yield line


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[int, str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[words]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=max(1, total), words="")
        yield lambda done, words: shown.update(task, completed=done, words=words)
