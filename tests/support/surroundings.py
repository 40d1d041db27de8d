"""What the machine is to be like while tests run; set before anything else is imported, for all their processes."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 3 * 2**30


def keep_compiled() -> None:
    """Where Python is told to keep nothing of what it compiled, each of the many processes compiles the program anew."""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def write_to_memory() -> None:
    """Hundreds of databases are made and thrown away: in memory, where that has room; TMPDIR, if it is set, wins."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def collect_seldom() -> None:
    """What was imported lives as long as the tests: the collector need not walk over it after every few hundred objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
