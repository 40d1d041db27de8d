"""What `cases export` does: the file beside its name first, then in its place, so that nobody reads half of it."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from admin_cli.progress import progress
from casework.interchange import COLUMNS, safe
from casework.interchange import write as cells_of
from casework.refusals import Refused
from storage.interchange import leaving

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

    from storage.engine import Store

TELL = 1000


def write(
    file: Path, store: Store, ids: Sequence[int], box: MultiFernet | None, *, number: bool = False, excel: bool = False
) -> int:
    """Write these cases, in their order; how many there were. `box`: words and telephone numbers in clear.

    Readable by its owner alone. Raises Refused where there is no such folder, OSError where it cannot be written.
    """
    folder = file.absolute().parent
    if not folder.is_dir():
        raise Refused("refused.no_such_folder", folder=folder)
    if file.exists() and not file.is_file():
        raise Refused("refused.no_plain_file", file=file)
    file = file.resolve()  # a link stays, what it leads to is replaced
    coming = file.with_name(f".{file.name}.{os.getpid()}")
    head = [*COLUMNS, *(["number"] if number else []), *(["contact"] if box is not None else [])]
    rows = 0
    try:
        os.close(os.open(coming, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with coming.open("w", encoding="utf-8", newline="") as out:
            if excel:
                out.write("\ufeff")
            writer = csv.writer(out, lineterminator="\r\n")
            writer.writerow(head)
            with progress(file.name, len(ids)) as shown:
                for told, own, phone in leaving(store, ids, box):
                    cells = cells_of(told)
                    if number:
                        cells.append(own)
                    if box is not None:
                        cells.append(safe(phone or ""))
                    writer.writerow(cells)
                    rows += 1
                    if rows % TELL == 0:
                        shown(rows, f"{rows:,} cases")
            out.flush()
            os.fsync(out.fileno())
        coming.replace(file)
    finally:
        coming.unlink(missing_ok=True)
    return rows
