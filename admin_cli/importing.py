"""What `cases import` does: rows in batches, each with its position, so that it can be broken off anywhere and gone on with."""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import typer

from admin_cli.csv_file import CsvFile, Fingerprint, Read
from admin_cli.kit import clean, now
from admin_cli.progress import progress
from admin_cli.refusals import sentence
from casework.interchange import Row, read
from casework.refusals import Refused
from casework.rules import Rules
from storage import interchange
from storage.engine import Store
from storage.interchange import Position

MOST_TOLD = 1000
"""Bad rows in the answer itself; --errors has all of them."""
_NOTHING = hashlib.sha256().hexdigest()


class Bad(NamedTuple):
    """A row that was not taken."""

    line: int
    external_no: str
    reason: str


@dataclass
class Import:
    """One file on its way into the database."""

    store: Store
    rules: Rules
    path: Path
    actor: str
    reason: str | None
    dry: bool = False
    errors: Path | None = None
    at: Position = field(default_factory=lambda: Position(0, 0, _NOTHING))
    resumed: int | None = None
    bad: list[Bad] = field(default_factory=list)
    further: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Import the file. Raises Refused where it is no such table; KeyboardInterrupt leaves the batches that are done."""
        with ExitStack() as stack:
            file = stack.enter_context(CsvFile(self.path))
            self.further = file.further
            if file.encoding != "utf-8":
                self._say(f"{self.path} is not UTF-8: it is read as TIS-620 (CP874), the Thai of older Windows programs.")
            if self.further:
                self._say(f"Kept as notes for staff: {', '.join(self.further)}.")
            fingerprint = Fingerprint(self.path)
            stack.callback(fingerprint.close)
            if not self.dry:
                self._go_on(file, fingerprint)
            note = stack.enter_context(self._noting()) if self.errors is not None else lambda _: None
            shown = stack.enter_context(progress(self.path.name, file.size))
            for batch in _batches(file.rows(), self.rules.whole("import", "batch_rows")):
                self._take(batch, fingerprint, note)
                shown(self.at.offset, f"{self.at.rows:,} rows, {self.at.entered:,} new, {self.at.bad:,} bad")
            if not self.dry:
                with self.store.write(durable=True) as session:
                    interchange.remember(session, self._name, None, now())
                self.store.shorten_log()

    @property
    def _name(self) -> str:
        return f"import {hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()[:40]}"

    def _say(self, words: str) -> None:
        typer.echo(clean(words), err=True)

    def _go_on(self, file: CsvFile, fingerprint: Fingerprint) -> None:
        """Skip what an earlier run of the same file has done. A file that changed before that place is read from the start."""
        with self.store.read() as session:
            before = interchange.position(session, self._name)
        if before is None or before.offset > file.size or fingerprint.up_to(before.offset) != before.digest:
            return
        self.at, self.resumed = before, before.line + 1
        file.go_to(before.offset, before.line)
        done = f"{before.entered:,} cases of this file were entered, {before.bad:,} bad rows told"
        self._say(f"Going on at line {self.resumed:,}: {done}.")

    def _take(self, batch: list[Read], fingerprint: Fingerprint, note: Callable[[Bad], None]) -> None:
        rows: list[Row] = []
        refused: list[Bad] = []
        moment = now()
        for each in batch:
            try:
                if each.cells is None:
                    raise each.why or Refused("refused.row_quotes", problem="?")
                rows.append(read(each.cells, moment))
            except Refused as why:
                refused.append(Bad(each.first, (each.cells or {}).get("external_no", "").strip(), sentence(why)))
        last = batch[-1]
        entered, took = self._enter(rows, refused, last, fingerprint)
        for bad in refused:
            if len(self.bad) < MOST_TOLD:
                self.bad.append(bad)
            self._say(f"line {bad.line:,}{f' ({bad.external_no})' if bad.external_no else ''}: {bad.reason}")
            note(bad)
        if entered:
            time.sleep(took * self.rules.number("import", "pause_share"))

    def _enter(self, rows: list[Row], refused: list[Bad], last: Read, fingerprint: Fingerprint) -> tuple[int, float]:
        """One transaction: the cases, and how far we have come. How many are new, and the seconds it took."""
        at = self.at
        assumed = sum(any(step.assumed for step in row.steps) for row in rows)

        def reached(entered: int) -> Position:
            return Position(
                last.after,
                last.last,
                "" if self.dry else fingerprint.up_to(last.after),
                at.rows + len(rows) + len(refused),
                at.entered + entered,
                at.known + len(rows) - entered,
                at.bad + len(refused),
                at.assumed + assumed,
            )

        if self.dry:
            with self.store.read() as session:
                fresh = {row.external_no for row in rows} - interchange.known(session, rows)
            self.at = reached(len(fresh))
            return 0, 0.0
        origin = f"{self.path.name}: {self.reason}" if self.reason else self.path.name
        began = time.monotonic()
        with self.store.write() as session:
            entered = interchange.enter(session, rows, self.rules, actor=self.actor, origin=origin)
            self.at = reached(entered)
            interchange.remember(session, self._name, self.at, now())
        took = time.monotonic() - began
        self.store.shorten_log()
        return entered, took

    def _noting(self) -> Any:
        """Writes bad rows into --errors; a run that goes on adds to them."""
        from contextlib import contextmanager

        @contextmanager
        def opened() -> Iterator[Callable[[Bad], None]]:
            assert self.errors is not None
            fresh = self.resumed is None or not self.errors.exists()
            with self.errors.open("w" if fresh else "a", encoding="utf-8", newline="") as out:
                self.errors.chmod(0o600)
                writer = csv.writer(out)
                if fresh:
                    writer.writerow(Bad._fields)

                def note(bad: Bad) -> None:
                    writer.writerow(bad)
                    out.flush()

                yield note

        return opened()


def _batches(rows: Iterator[Read], size: int) -> Iterator[list[Read]]:
    batch: list[Read] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= max(1, size):
            yield batch
            batch = []
    if batch:
        yield batch
