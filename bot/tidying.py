"""Files that nobody needs any more: those given up by their rows, and those that no row names."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from storage import media
from storage.engine import Store
from storage.shelf import Shelf, name_of, sweep_workshop

log = logging.getLogger("tidying")
YOUNG = timedelta(hours=1)
"""What is younger may be just about to get its row."""
BATCH = 100
ROUND = timedelta(minutes=10)
"""How long each of the 256 shards has the sweep's attention: all have had it after not quite two days."""
MANY = 20


def tidy_shelf(store: Store, shelf: Shelf, now: datetime) -> None:
    """One round of it. Raises ShelfAway where the shelf is away; the next round tries again."""
    sweep_workshop(shelf.workshop, now - YOUNG)
    with store.write() as session:
        hashes = media.orphans(session, now - YOUNG, BATCH)
    gone = []
    try:
        for sha256 in hashes:
            for kind in ("small", "full"):
                shelf.remove(name_of(sha256, kind))
            gone.append(sha256)
    finally:
        if gone:
            with store.write() as session:
                media.forget(session, gone, now)
    sweep(store, shelf, f"{int(now.timestamp() / ROUND.total_seconds()) % 256:02x}", now)


def sweep(store: Store, shelf: Shelf, shard: str, now: datetime) -> int:
    """Remove the files of a shard that no row names (a process died between file and row); how many they were.

    Where most of them are unknown, this is the wrong database for these files: nothing is removed.
    """
    found = [kept.name for kept in shelf.kept(shard) if kept.at < now - YOUNG]
    lost: list[str] = []
    for start in range(0, len(found), BATCH):
        batch = {name: name.rpartition("/")[2].partition(".")[0] for name in found[start : start + BATCH]}
        with store.read() as session:
            strange = media.unknown(session, set(batch.values()))
        lost += [name for name, sha256 in batch.items() if sha256 in strange]
    if len(lost) > MANY and len(lost) * 2 > len(found):
        log.error(
            "%d of %d files in %s belong to no row: is this the right database? They are left alone",
            len(lost),
            len(found),
            shard,
        )
        return 0
    for name in lost:
        shelf.remove(name)
    return len(lost)
