"""``python -m nlp.benchmark FILE.csv.gz``: the figures of docs/model-card.md that need the complaint file.

1. By time: the first layer is trained on the earlier half of the months and asked about the later half; a word list
   and a plain TF-IDF with a linear SVC, trained on the same rows, are asked the same.
2. Readers: what ``understand`` answers on the held-out texts that two readers labelled (``data/held_out.csv``).
3. Cost: milliseconds a text in bulk, memory, time to the first answer.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from . import understand
from .category import as_feed, by_words, classify
from .measure import report
from .model import Model
from .thai import Splitter, dictionary
from .train import HELD_OUT, Row, read_labels, read_rows, train
from .types import CATEGORIES, Guess

Answers = list[tuple[Guess, ...]]
_START = "import time; t = time.perf_counter(); import nlp; nlp.understand('x'); print(time.perf_counter() - t)"


def _ranked(chances: np.ndarray) -> tuple[Guess, ...]:
    order = sorted(range(len(CATEGORIES)), key=lambda n: (-chances[n], n))
    return tuple(Guess(CATEGORIES[n], float(chances[n])) for n in order)


def _svc(before: list[Row], after: list[Row]) -> Answers:
    """The baseline: words by newmm, TF-IDF, one linear SVC a category."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    splitter = Splitter(words=dictionary())
    tfidf = TfidfVectorizer(analyzer=lambda t: [w for w in splitter.words(t) if not w.isspace()], min_df=2, sublinear_tf=True)
    x = tfidf.fit_transform([row.text for row in before])
    asked = tfidf.transform([row.text for row in after])
    distance = np.full((len(after), len(CATEGORIES)), -9.0)
    for n, code in enumerate(CATEGORIES):
        y = [code in row.codes for row in before]
        if any(y):
            distance[:, n] = LinearSVC(C=1.0, random_state=0).fit(x, y).decision_function(asked)
    return [_ranked(1 / (1 + np.exp(-row))) for row in distance]


def _figures(name: str, rows: list[Row], answers: Answers) -> str:
    lines = report([(row.text, row.codes) for row in rows], answers, 0).splitlines()
    return f"{name:<28}" + "  ".join(lines[1:5])


def by_time(rows: list[Row], file: Path) -> str:
    """The later half of the months, by what was learnt on the earlier half."""
    months = sorted({row.month for row in rows})
    last = months[(len(months) - 1) // 2]
    before, after = ([r for r in rows if r.codes and early == (r.month <= last)] for early in (True, False))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "weights.npz"
        train(file, out, lambda line: None, until=last)
        early = Model(out)
    answers = {
        "word list": [by_words(row.text) for row in after],
        "TF-IDF + linear SVC": _svc(before, after),
        "first layer alone": [_ranked(1 / (1 + np.exp(-early.logits(row.text)))) for row in after],
        "words and model": [as_feed(row.text, early) for row in after],
    }
    head = f"by time: {len(before)} rows to {last}, {len(after)} after\n"
    return head + "\n".join(_figures(name, after, found) for name, found in answers.items()) + "\n"


def by_people(rows: list[Row]) -> str:
    """Held-out texts with readers' labels; the shipped model learnt none of them."""
    wanted = {key: codes for key, codes in read_labels(HELD_OUT).items() if codes[0]}
    known = list({row.key: row for row in rows if row.key in wanted}.values())
    samples = [(row.text, frozenset(wanted[row.key])) for row in known]
    answers: dict[str, Answers] = {
        "word list": [by_words(row.text) for row in known],
        "answer": [classify(row.text) for row in known],
    }
    feed = [
        tuple(Guess(c, float(c in row.codes)) for c in sorted(CATEGORIES, key=lambda c: c not in row.codes)) for row in known
    ]
    answers["labels of the feed itself"] = feed
    people = [Row(row.month, row.key, row.text, codes) for row, (_, codes) in zip(known, samples, strict=True)]
    lines = [_figures(name, people, found) for name, found in answers.items()]
    best = sum(a[0].code == wanted[row.key][0] for a, row in zip(answers["answer"], known, strict=True))
    whole = report(samples, answers["answer"], 0)
    return (
        f"people: {len(known)} texts\n" + "\n".join(lines) + f"\nvery first label hit: {best / max(1, len(known)):.4f}\n{whole}"
    )


def cost(rows: list[Row]) -> str:
    """Time and memory of whole answers, in this process and of a fresh start."""
    texts = [row.text for row in rows[:: max(1, len(rows) // 3000)]]
    begin = time.process_time()
    for text in texts:
        understand(text)
    spent = (time.process_time() - begin) / len(texts) * 1e3
    program = "import nlp, sys\nfor line in sys.stdin: nlp.understand(line)\nprint(open('/proc/self/status').read())"
    bulk = subprocess.run([sys.executable, "-c", program], input="\n".join(texts), capture_output=True, text=True, check=True)
    peak = next(line.split()[1] for line in bulk.stdout.splitlines() if line.startswith("VmHWM"))
    fresh = [subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=True) for _ in range(3)]
    start = min(float(run.stdout) for run in fresh)
    return f"cost: {spent:.2f} ms a text, {int(peak) / 1024:.0f} MB in bulk, first answer after {start:.2f} s\n"


def main(argv: list[str] | None = None) -> int:
    """Print the figures; ``--part`` one of time, people, cost."""
    parser = argparse.ArgumentParser(prog="python -m nlp.benchmark")
    parser.add_argument("file", type=Path)
    parser.add_argument("--part", choices=["time", "people", "cost"])
    args = parser.parse_args(argv)
    rows = read_rows(args.file)
    parts: dict[str, Callable[[], str]] = {
        "people": lambda: by_people(rows),
        "cost": lambda: cost(rows),
        "time": lambda: by_time(rows, args.file),
    }
    for name, part in parts.items():
        if args.part in {None, name}:
            sys.stdout.write(part() + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
