"""`python -m tests.scale generate|measure`: a city's worth of data, and what it costs.

generate [--cases 1000000] [--messages 5000000] [--database URL] [--seed 1555]
measure [--database URL] [--rounds 200]
"""

from __future__ import annotations

import argparse
import sys

from tests.scale import load, measure
from tests.scale.rows import City

DEFAULT = "sqlite:///var/scale.db"


def main() -> int:
    """Exit code 0; 1 where a figure that must hold does not."""
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("generate", help="fill a new database")
    make.add_argument("--cases", type=int, default=1_000_000)
    make.add_argument("--messages", type=int, default=5_000_000)
    make.add_argument("--seed", type=int, default=1555)
    look = verbs.add_parser("measure", help="time what a turn does on it")
    look.add_argument("--rounds", type=int, default=200, help="how often each thing is timed")
    for each in (make, look):
        each.add_argument("--database", default=DEFAULT, metavar="URL")
    given = parser.parse_args()
    if given.verb == "generate":
        load.generate(given.database, City(given.cases, given.messages, given.seed), lambda s: print(s, file=sys.stderr))
        return 0
    return measure.main(given.database, given.rounds)


if __name__ == "__main__":
    sys.exit(main())
