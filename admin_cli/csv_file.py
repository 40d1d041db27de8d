"""A CSV file read row by row in constant memory, whatever is in it: where each row stands, and which rows are none."""

from __future__ import annotations

import csv
import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from casework.interchange import COLUMNS, IGNORED, REQUIRED
from casework.refusals import Refused

LONGEST_LINE = 1_000_000
SAMPLE = 1 << 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
THAI_WINDOWS = "cp874"


class Read(NamedTuple):
    """A row: the lines it stands in, its cells (None where it is none, with the reason), and the byte after it."""

    first: int
    last: int
    cells: dict[str, str] | None
    why: Refused | None
    after: int


class CsvFile:
    """An open file, its header read. Raises Refused where the file cannot be such a table at all."""

    def __init__(self, path: Path) -> None:
        found = path.stat()
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise Refused("refused.no_plain_file", file=path)  # a device has no end, a pipe cannot be gone on with
        self.path, self.size = path, found.st_size
        self._file: BinaryIO = path.open("rb")
        self._offset = self._line = 0
        self._wrong: dict[int, Refused] = {}
        try:
            self.encoding = self._encoding()
            self.columns = self._header()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> CsvFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def further(self) -> list[str]:
        """Columns that the contract does not know: kept as notes."""
        return [name for name in self.columns if name not in (*COLUMNS, *IGNORED)]

    def go_to(self, offset: int, line: int) -> None:
        """Go on behind this byte, which ends line number `line`."""
        self._file.seek(offset)
        self._offset, self._line = offset, line

    def rows(self) -> Iterator[Read]:
        """The rows from here on; empty lines are passed over. What is wrong with one row leaves the next ones alone."""
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
        while True:
            first, why = self._line + 1, None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                cells, why = [], Refused("refused.row_quotes", problem=problem)
            if self._wrong:
                why = next(iter(self._wrong.values()))
                self._wrong.clear()
            if why is None and not cells:
                continue
            if why is None and len(cells) != len(self.columns):
                why = Refused("refused.row_cells", found=len(cells), wanted=len(self.columns))
            row = None if why else dict(zip(self.columns, cells, strict=True))
            yield Read(first, self._line, row, why, self._offset)

    def _lines(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST_LINE):
            self._line += 1
            self._offset += len(line)
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                self._wrong[self._line] = Refused("refused.row_line_long", longest=LONGEST_LINE)
                while line and not line.endswith(b"\n"):
                    line = self._file.readline(LONGEST_LINE)
                    self._offset += len(line)
                line = b"\n"
            try:
                yield line.decode(self.encoding)
            except UnicodeDecodeError:
                self._wrong[self._line] = Refused("refused.row_bytes")
                yield line.decode("ascii", "replace")

    def _encoding(self) -> str:
        """UTF-8, or Thai Windows (TIS-620, CP874) where no Thai letter of UTF-8 is found and those of CP874 are.

        Of the first megabyte with letters beyond ASCII: a stray byte further on makes one row bad, not another file of it.
        """
        sample = b""
        while chunk := self._file.read(SAMPLE):
            if not sample and b"\n" not in chunk[:LONGEST_LINE] and len(chunk) > LONGEST_LINE:
                break  # one endless line: refused when the header is read
            sample = chunk
            if not chunk.isascii():
                break
        self._file.seek(0)
        if sample.isascii():
            return "utf-8"
        try:
            sample[: sample.rfind(b"\n") + 1].decode("utf-8")
        except UnicodeDecodeError:
            if sample.decode("utf-8", "ignore").isascii() and not sample.startswith(_UTF16):
                return THAI_WINDOWS
        return "utf-8"

    def _header(self) -> list[str]:
        start = self._file.read(SAMPLE)
        self._file.seek(0)
        if not start:
            raise Refused("refused.csv_empty", file=self.path)
        if start.startswith(_UTF16) or b"e\x00x\x00t" in start[:200]:
            raise Refused("refused.csv_utf16", file=self.path)
        if b"\n" not in start and start.rstrip(b"\r").count(b"\r"):
            raise Refused("refused.csv_line_ends", file=self.path)
        if len(start) > LONGEST_LINE and b"\n" not in start[:LONGEST_LINE]:
            raise Refused("refused.csv_line_long", file=self.path, longest=LONGEST_LINE)
        if start.startswith(_BOM):
            self._offset = len(_BOM)
            self._file.seek(self._offset)
        first = next(self._lines(), "")
        # Excel writes semicolons in some countries, and tabs as "text".
        self._delimiter = max(",;\t", key=first.count)
        cells = next(csv.reader([first], delimiter=self._delimiter), [])
        names = [" ".join(cell.split()) for cell in cells]
        columns = [name.casefold() if name.casefold() in (*COLUMNS, *IGNORED) else name for name in names]
        missing = [name for name in REQUIRED if name not in columns]
        if missing or self._wrong:
            raise Refused("refused.csv_no_header", file=self.path, missing=", ".join(missing), known=", ".join(COLUMNS))
        for name in columns:
            if columns.count(name) > 1:
                raise Refused("refused.csv_twice", file=self.path, column=name or "(without a name)")
        return columns


class Fingerprint:
    """SHA-256 of a file's beginning, carried on as far as wanted: whether an import goes on with the same file."""

    def __init__(self, path: Path) -> None:
        self._file, self._hash, self._at = path.open("rb"), hashlib.sha256(), 0

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def up_to(self, offset: int) -> str:
        """The digest of everything before `offset`, which never goes back."""
        while self._at < offset and (chunk := self._file.read(min(SAMPLE, offset - self._at))):
            self._hash.update(chunk)
            self._at += len(chunk)
        return self._hash.hexdigest()
