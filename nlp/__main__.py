"""``python -m nlp``: texts in, JSON out; ``evaluate FILE.csv`` measures the categories, ``train FILE.csv.gz`` learns them."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from . import BANGKOK, understand
from .measure import evaluate
from .model import FILE


def _now(text: str) -> datetime:
    """A clock from ISO 8601; Bangkok time where no offset is given. ``ValueError`` when it is none."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=BANGKOK) if found.tzinfo is None else found


def _serve(now: datetime | None) -> int:
    """One JSON object for each line of standard input, in order, each written out at once."""
    out = sys.stdout.buffer
    for raw in sys.stdin.buffer:
        text = raw.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
        answer = json.dumps(understand(text, now=now).as_dict(), ensure_ascii=False)
        out.write(answer.encode("utf-8", "replace") + b"\n")
        out.flush()
    return 0


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _train(file: Path, out: Path, until: str | None) -> int:
    """Train and say how it went; 1 where a file cannot be used or a package of training is not installed."""
    try:
        from . import train

        sys.stdout.write(train.train(file, out, _say, until))
    except ImportError as error:
        sys.stderr.write(f"train: {error}; pip install -r requirements-train.txt\n")
        return 1
    except (OSError, ValueError) as error:
        sys.stderr.write(f"train: {file}: {error}\n")
        return 1
    return 0


def main(argv: list[str] | None = None) -> int:
    """Exit code 0; 1 where a file cannot be used or the verb is not available; 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m nlp", description="Thai understanding: one text a line, JSON out.")
    parser.add_argument("--now", type=_now, help="the clock, ISO 8601 (default: the present)")
    verbs = parser.add_subparsers(dest="verb")
    measure = verbs.add_parser("evaluate", help="top-1, top-3, F1 and the costliest confusions")
    measure.add_argument("file", type=Path, help="CSV with the columns text, labels")
    train = verbs.add_parser("train", help="rebuild the model (needs requirements-train.txt)")
    train.add_argument("file", type=Path, help="CSV, plain or gzip, with the columns text, labels and perhaps month")
    train.add_argument("--out", type=Path, default=FILE, help=f"where the weights go (default: {FILE})")
    train.add_argument("--until", metavar="YYYY-MM", help="learn from rows up to this month only")
    args = parser.parse_args(argv)
    if args.verb == "train":
        return _train(args.file, args.out, args.until)
    if args.verb == "evaluate":
        try:
            sys.stdout.write(evaluate(args.file))
        except (OSError, ValueError) as error:
            sys.stderr.write(f"evaluate: {args.file}: {error}\n")
            return 1
        return 0
    try:
        return _serve(args.now)
    except BrokenPipeError:
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
