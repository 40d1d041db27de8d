"""``python -m nlp``: texts in, JSON out; ``evaluate FILE.csv`` measures the categories; ``train`` is not here yet."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from . import BANGKOK, understand
from .measure import evaluate


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


def main(argv: list[str] | None = None) -> int:
    """Exit code 0; 1 where a file cannot be used or the verb is not available; 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m nlp", description="Thai understanding: one text a line, JSON out.")
    parser.add_argument("--now", type=_now, help="the clock, ISO 8601 (default: the present)")
    verbs = parser.add_subparsers(dest="verb")
    measure = verbs.add_parser("evaluate", help="top-1, top-3, F1 and the costliest confusions")
    measure.add_argument("file", type=Path, help="CSV with the columns text, labels")
    train = verbs.add_parser("train", help="rebuild the model (not in this version)")
    train.add_argument("file", type=Path)
    args = parser.parse_args(argv)
    if args.verb == "train":
        sys.stderr.write("train: this version understands by word tables (nlp/data); there is no model to train.\n")
        return 1
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
