"""``python -m nlp train FILE.csv.gz``: the model's weights from a file of labelled complaints. Needs requirements-train.txt.

First layer: one logistic regression a category over buckets of words and letters, all at once by L-BFGS, rows from
``CHANGE`` on counting more, since the feed's labels changed then. Second layer: logistic regression over the first
and the word tables, on labels set by hand (``data/hand_labels.csv`` knows texts by their SHA-256 only). Texts with a
label by hand, here or among those held out for testing, take no part in the first layer. Same file, same weights.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import features
from .category import words_scorer
from .measure import labels_table
from .model import FAR, Array, Second, inputs
from .thai import DATA, Splitter, dictionary, normalise
from .types import CATEGORIES

HAND, HELD_OUT = DATA / "hand_labels.csv", DATA / "held_out.csv"
CHANGE, RECENT = "2022-10", 4.0
"""From this month on the feed labels as later; such rows count this often."""
OLDER, FEED_PART = 2, 3
"""Of older rows one in so many is learnt; of 16 later ones so many are left for the second layer that speaks as the feed."""
SEEN_ROWS, WORD_ROWS, LABEL_ROWS = 8, 5, 20
"""Fewest rows with a bucket, a word, a label for it to be learnt."""
L2_FIRST, ROUNDS = 1e-5, 35
L2_OWN, L2_ALL, FOLDS = 0.03, 0.003, 8
FIRST_COUNTS = 1.0
"""How much more the best category counts than each other, in the second layer."""
Log = Callable[[str], None]
Rows32 = NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """One complaint of the file: month (YYYY-MM), the text's SHA-256, normalised text, codes of its labels."""

    month: str
    key: str
    text: str
    codes: frozenset[str]


def key_of(text: str) -> str:
    """SHA-256 of a text without the spaces around it and with plain line ends, as the label files know it."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def read_rows(file: Path) -> list[Row]:
    """Rows of a CSV (plain or gzip) with the columns text, labels and, where it has one, month. Raises as ``read_samples``."""
    raw = file.read_bytes()
    content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    csv.field_size_limit(1 << 24)
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    if not {"text", "labels"} <= set(reader.fieldnames or ()):
        raise ValueError("the columns text and labels are needed")
    table = labels_table()
    return [
        Row(
            row.get("month") or CHANGE,
            key_of(row["text"] or ""),
            normalise(row["text"] or ""),
            frozenset(table[x] for x in map(str.strip, (row["labels"] or "").split("|")) if x in table),
        )
        for row in reader
    ]


def read_labels(file: Path) -> dict[str, list[str]]:
    """SHA-256 of a text → its codes by people, best first; empty where there is no such file."""
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["sha256"]: row["codes"].split("|") for row in csv.DictReader(lines)}


def _matrix(rows: list[list[int]] | list[NDArray[np.int64]]) -> Any:
    """Rows of buckets as a sparse matrix, each row of length one."""
    import scipy.sparse as sp

    sizes = np.array([len(r) for r in rows])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    where = np.concatenate([np.asarray(r, np.int32) for r in rows]) if len(rows) else np.zeros(0, np.int32)
    return sp.csr_matrix((values, where, np.concatenate([[0], np.cumsum(sizes)])), shape=(len(rows), 1 << features.BITS))


def _vocabulary(texts: list[str]) -> list[str]:
    """Dictionary words that newmm meets in enough texts."""
    known = dictionary()  # what newmm passes through besides, names and signs, is not for a file that is given away
    splitter = Splitter(words=known)
    count: Counter[str] = Counter()
    for text in texts:
        count.update(known & set(splitter.words(text)))
    return sorted(w for w, n in count.items() if n >= WORD_ROWS and len(w) > 1 and not w.isascii())


def _minimise(fun: Callable[[Array], tuple[float, Array]], size: int, rounds: int, start: Array | None = None) -> Array:
    from scipy.optimize import minimize

    begin = np.zeros(size) if start is None else start
    found: Array = minimize(fun, begin, jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 6}).x
    return found


def fit_first(x: Any, y: Rows32, weight: Rows32) -> tuple[Rows32, Rows32]:
    """Weights (buckets, labels) and bias of the first layer for rows `x`, labels `y` (0 or 1) and weights of the rows."""
    n, labels = x.shape[1], y.shape[1]
    across, total = x.T.tocsr(), float(weight.sum())
    share = np.clip((y * weight[:, None]).sum(axis=0) / total, 1e-5, 1 - 1e-5)

    def loss(v: Array) -> tuple[float, Array]:
        w = v[: n * labels].reshape(n, labels).astype(np.float32)
        z = x @ w + v[n * labels :].astype(np.float32)
        value = float((weight[:, None] * (np.logaddexp(0, z) - y * z)).sum(dtype=np.float64)) / total
        rest = ((1 / (1 + np.exp(-z)) - y) * (weight[:, None] / total)).astype(np.float32)
        slope = np.empty_like(v)
        slope[: n * labels] = (across @ rest).ravel() + L2_FIRST * v[: n * labels]
        slope[n * labels :] = rest.sum(axis=0)
        return value + 0.5 * L2_FIRST * float(v[: n * labels] @ v[: n * labels]), slope

    start = np.concatenate([np.zeros(n * labels), np.log(share / (1 - share))])
    v = _minimise(loss, len(start), ROUNDS, start)
    return v[: n * labels].reshape(n, labels).astype(np.float32), v[n * labels :].astype(np.float32)


def fit_second(points: Array, logits: Array, best: list[list[str]], ordered: bool = True) -> Second:
    """The second layer for texts with labels; `ordered`: the first of each text's counts more."""
    own, every = inputs(points, logits)
    weigh = FIRST_COUNTS if ordered else 0.0
    mean, spread = own.mean(axis=(0, 1)), own.std(axis=(0, 1)) + 1e-6
    own = (own - mean) / spread
    n, c, k = own.shape
    m = every.shape[1]
    y = np.array([[float(code in codes) for code in CATEGORIES] for codes in best])
    weight = 1 + weigh * np.array([[float(code == codes[0]) for code in CATEGORIES] for codes in best])
    ends = np.cumsum([k, c * k, m * c, c])

    def loss(v: Array) -> tuple[float, Array]:
        shared, single, cross, bias = np.split(v, ends[:-1])
        w, u = single.reshape(c, k), cross.reshape(m, c)
        q = np.einsum("nck,ck->nc", own, shared + w) + every @ u + bias
        value = (weight * (np.logaddexp(0, q) - y * q)).sum() / n
        value += 0.5 * (L2_OWN * (0.1 * shared @ shared + (w * w).sum() + 0.01 * bias @ bias) + L2_ALL * (u * u).sum())
        rest = weight * (1 / (1 + np.exp(-q)) - y) / n
        slope = [
            np.einsum("nck,nc->k", own, rest) + 0.1 * L2_OWN * shared,
            (np.einsum("nck,nc->ck", own, rest) + L2_OWN * w).ravel(),
            (every.T @ rest + L2_ALL * u).ravel(),
            rest.sum(axis=0) + 0.01 * L2_OWN * bias,
        ]
        return float(value), np.concatenate(slope)

    shared, single, cross, bias = np.split(_minimise(loss, int(ends[-1]), 200), ends[:-1])
    return Second(shared + single.reshape(c, k), cross.reshape(m, c), bias, mean, spread)


def calibrated(second: Second, points: Array, logits: Array, best: list[list[str]]) -> tuple[Second, Array]:
    """The layer with its log-odds stretched and shifted to fit answers on texts it was not fitted on; those log-odds."""
    order = np.random.default_rng(1555).permutation(len(best))
    odds = np.zeros((len(best), len(CATEGORIES)))
    for part in np.array_split(order, FOLDS):
        others = np.setdiff1d(order, part)
        odds[part] = fit_second(points[others], logits[others], [best[i] for i in others]).apply(points[part], logits[part])
    y = np.array([[float(code in codes) for code in CATEGORIES] for codes in best])

    def loss(v: Array) -> tuple[float, Array]:
        q = v[0] * odds + v[1]
        rest = 1 / (1 + np.exp(-q)) - y
        return float((np.logaddexp(0, q) - y * q).sum()), np.array([(rest * odds).sum(), rest.sum()])

    stretch, shift = _minimise(loss, 2, 100, np.array([1.0, 0.0]))
    layer = Second(second.own * stretch, second.all * stretch, second.bias * stretch + shift, second.mean, second.spread)
    return layer, odds * stretch + shift


def points_of(texts: list[str]) -> Array:
    """Points of the word tables for normalised texts, (n, 24)."""
    scorer = words_scorer()
    found = [scorer.scores(text) for text in texts]
    return np.array([[f.get(code, 0.0) for code in CATEGORIES] for f in found]).reshape(len(texts), len(CATEGORIES))


def save(file: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """An .npz with nothing of the day in it: the same arrays give the same bytes."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def _part(row: Row) -> str:
    """Which layer learns from a row that the feed labelled; by the text's hash, so that it is always the same."""
    digit = int(row.key[0], 16)
    if row.month >= CHANGE:
        return "feed" if digit < FEED_PART else "first"
    return "first" if digit % OLDER == 0 else "none"


def _layer(name: str, layer: Second) -> dict[str, NDArray[Any]]:
    parts = {"own": layer.own, "all": layer.all, "bias": layer.bias, "mean": layer.mean, "spread": layer.spread}
    return {f"{name}_{part}": array.astype(np.float32) for part, array in parts.items()}


def train(file: Path, out: Path, log: Log, until: str | None = None) -> str:
    """Fit both layers on a file's rows (up to a month) and write the weights; returns a line of figures.

    ``OSError`` and ``ValueError`` as ``read_samples``; ``ValueError`` too where there are too few labelled rows.
    """
    hand, held_out = read_labels(HAND), read_labels(HELD_OUT)
    rows = [row for row in read_rows(file) if until is None or row.month <= until]
    rows = list({row.key: row for row in rows}.values())
    by_hand = [row for row in rows if row.key in hand]
    free = [row for row in rows if row.codes and row.key not in hand and row.key not in held_out]
    learnt, feed = [row for row in free if _part(row) == "first"], [row for row in free if _part(row) == "feed"]
    log(f"{len(rows)} rows, {len(learnt)} for the first layer, {len(feed)} for the feed's second, {len(by_hand)} by hand")
    columns = [n for n, c in enumerate(CATEGORIES) if sum(c in row.codes for row in learnt) >= LABEL_ROWS]
    if len(columns) < 2 or len(by_hand) < len(CATEGORIES):
        raise ValueError("too few labelled rows to learn from")
    plain = [features.clean(row.text) for row in learnt]
    vocabulary = _vocabulary(plain)
    splitter = Splitter(words=vocabulary)

    def row_of(text: str) -> NDArray[np.int64]:
        return features.buckets(text, [w for w in splitter.words(text) if not w.isspace()])

    x = _matrix([row_of(text) for text in plain])
    kept = np.flatnonzero(np.bincount(x.indices, minlength=x.shape[1]) >= SEEN_ROWS)
    log(f"{len(vocabulary)} words, {len(kept)} buckets, labels {', '.join(CATEGORIES[c] for c in columns)}")
    y = np.array([[c in row.codes for c in (CATEGORIES[n] for n in columns)] for row in learnt], np.float32)
    weight = np.array([RECENT if row.month >= CHANGE else 1.0 for row in learnt], np.float32)
    part, bias = fit_first(x[:, kept].tocsr(), y, weight)
    full = np.zeros((x.shape[1], len(columns)), np.float32)
    full[kept] = part
    scale = np.abs(full).max(axis=0) / 127
    small = np.round(full / scale).astype(np.int8)
    log("first layer done")

    def logits_of(texts: list[str]) -> Array:
        odds = _matrix([row_of(features.clean(t)) for t in texts]) @ (small * scale) + bias
        found = np.full((len(texts), len(CATEGORIES)), -FAR)
        found[:, columns] = np.clip(odds, -FAR, FAR)
        return found

    texts, best = [row.text for row in feed], [sorted(row.codes) for row in feed]
    as_feed = fit_second(points_of(texts), logits_of(texts), best, ordered=False)
    texts, best = [row.text for row in by_hand], [hand[row.key] for row in by_hand]
    points, logits = points_of(texts), logits_of(texts)
    second, checked = calibrated(fit_second(points, logits, best), points, logits, best)
    save(
        out,
        {
            "weights": small, "scale": scale.astype(np.float32), "bias": bias, "columns": np.array(columns, np.uint8),
            **_layer("hand", second), **_layer("feed", as_feed),
            "words": np.frombuffer("\n".join(vocabulary).encode(), np.uint8),
        },
    )  # fmt: skip
    right = np.mean([CATEGORIES[int(q.argmax())] in codes for q, codes in zip(checked, best, strict=True)])
    return f"{out}: {out.stat().st_size / 1e6:.1f} MB; on labels by hand it was not fitted on, top-1 {right:.4f}\n"
