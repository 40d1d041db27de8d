"""All that may go wrong, at length: `python -m tests.chaos [--kills N] [--seed S] [--scenario NAME …] [--database …]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos.scenarios import SCENARIOS
from tests.chaos.town import Order, Skipped


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Callable[[], str] | None]:
    """What makes an empty database; None for SQLite, which makes its own."""
    if kind == "sqlite":
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pgserver
    server: Any = vars(pgserver)["get_server"](folder / "pg", cleanup_mode="stop")
    numbers = count(1)

    def fresh() -> str:
        name = f"chaos{next(numbers)}"
        server.psql(f"CREATE DATABASE {name};")
        return str(server.get_uri(name))

    try:
        yield fresh
    finally:
        server.cleanup()


def main() -> int:
    """Play what is asked for; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1555)
    parser.add_argument(
        "--scenario", nargs="+", action="extend", choices=list(SCENARIOS), metavar="NAME", help="by default all"
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--short", action="store_true", help="as short as in the test suite")
    wanted = parser.parse_args()
    table = Table("scenario", "outcome", "seconds", "figures", title=f"{wanted.database}, seed {wanted.seed}")
    bad = 0
    with tempfile.TemporaryDirectory(prefix="rt-chaos-") as name, databases(wanted.database, Path(name)) as fresh:
        for scenario in wanted.scenario or SCENARIOS:
            print(f"{time.strftime('%H:%M:%S')} {scenario}", flush=True)
            with tempfile.TemporaryDirectory(prefix=f"{scenario}-", dir=name) as folder:
                order = Order(Path(folder), _say, not wanted.short, wanted.kills, wanted.seed, fresh)
                began = time.monotonic()
                try:
                    SCENARIOS[scenario](order)
                    outcome = "holds"
                except Skipped as reason:
                    outcome = f"skipped: {reason}"
                except Exception as problem:
                    outcome, bad = f"{type(problem).__name__}: {str(problem)[:500]}", bad + 1
                    traceback.print_exc()
                took = time.monotonic() - began
            figures = "; ".join(f"{key}: {value}" for key, value in order.figures.items())
            _say(f"  {outcome}: {figures}")
            table.add_row(scenario, outcome, f"{took:.0f}", figures)
    Console(width=150).print(table)
    return 1 if bad else 0


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
