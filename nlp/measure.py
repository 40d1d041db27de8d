"""How well the categories fit labelled texts: what ``python -m nlp evaluate`` prints."""

from __future__ import annotations

import csv
import gzip
import io
import tomllib
from collections import Counter
from pathlib import Path

from .category import as_feed, classify
from .thai import DATA, normalise
from .types import CATEGORIES, Guess

Sample = tuple[str, frozenset[str]]


def labels_table() -> dict[str, str]:
    """Label as people and feeds write it → category code; the codes themselves are labels too."""
    table = tomllib.loads((DATA / "labels.toml").read_text("utf-8"))
    return {**{str(k): str(v) for k, v in table["labels"].items()}, **{code: code for code in CATEGORIES}}


def read_samples(file: Path) -> tuple[list[Sample], int]:
    """Texts with at least one known label, and how many rows had none.

    Columns ``text`` and ``labels`` (joined by ``|``), UTF-8, plain or gzip. ``ValueError`` when a column is missing
    or the bytes are no UTF-8, ``OSError`` when it cannot be read.
    """
    raw = file.read_bytes()
    content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    csv.field_size_limit(1 << 24)
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    if not {"text", "labels"} <= set(reader.fieldnames or ()):
        raise ValueError("the columns text and labels are needed")
    table = labels_table()
    samples, skipped = [], 0
    for row in reader:
        wanted = frozenset(table[x] for x in map(str.strip, (row["labels"] or "").split("|")) if x in table)
        if wanted:
            samples.append((row["text"] or "", wanted))
        else:
            skipped += 1
    return samples, skipped


def _f1(hit: int, extra: int, missed: int) -> float:
    return 2 * hit / (2 * hit + extra + missed) if hit else 0.0


def report(samples: list[Sample], answers: list[tuple[Guess, ...]], skipped: int) -> str:
    """The figures in words; with no samples it says so."""
    if not samples:
        return f"no labelled rows ({skipped} without a known label)\n"
    hit: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    top1 = top3 = 0
    for (_, wanted), guesses in zip(samples, answers, strict=True):
        given = {g.code for n, g in enumerate(guesses) if n == 0 or g.p >= 0.5}
        hit.update(given & wanted)
        extra.update(given - wanted)
        missed.update(wanted - given)
        top1 += guesses[0].code in wanted
        top3 += bool(wanted & {g.code for g in guesses[:3]})
        if guesses[0].code not in wanted:
            wrong["|".join(sorted(wanted)), guesses[0].code] += 1
    n = len(samples)
    seen = [c for c in CATEGORIES if hit[c] + missed[c]]
    macro = sum(_f1(hit[c], extra[c], missed[c]) for c in seen) / len(seen)
    lines = [
        f"rows {n} (without a known label: {skipped})",
        f"top-1 {top1 / n:.4f}",
        f"top-3 {top3 / n:.4f}",
        f"micro-F1 {_f1(hit.total(), extra.total(), missed.total()):.4f}",
        f"macro-F1 {macro:.4f}",
        "category      F1      precision recall  rows",
    ]
    for c in seen:
        precision = hit[c] / max(1, hit[c] + extra[c])
        recall = hit[c] / (hit[c] + missed[c])
        score = _f1(hit[c], extra[c], missed[c])
        lines.append(f"{c:<13} {score:.3f}   {precision:.3f}     {recall:.3f}   {hit[c] + missed[c]}")
    lines.append("costliest confusions (wanted -> given first: rows)")
    lines += [f"  {wanted} -> {given}: {count}" for (wanted, given), count in wrong.most_common(15)]
    return "\n".join(lines) + "\n"


def evaluate(file: Path) -> str:
    """Measure the categories on a labelled file; errors as ``read_samples``.

    First what ``understand`` answers. Labels of a complaint feed are another thing than labels by people (see
    docs/model-card.md), so what words and model expect the feed to say is measured below it.
    """
    samples, skipped = read_samples(file)
    plain = [normalise(text) for text, _ in samples]
    answers = report(samples, [classify(text) for text in plain], skipped)
    feed = report(samples, [as_feed(text) for text in plain], skipped)
    return f"{answers}\nas the feed would label\n" + "".join(feed.splitlines(True)[:5])
