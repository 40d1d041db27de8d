"""A disk that is really full: a small tmpfs in a mount namespace of our own, which a normal user may have as well."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.town import Order, Skipped, Town, town
from tests.support.service import ROOT

MB = 1024 * 1024
_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "--kill-child")


def disk_full(order: Order) -> None:
    """The disk of the database is full, then the disk of the photos, then there is room again."""
    if order.database_url is not None:
        raise Skipped("the disk of a PostgreSQL server is not ours to fill")
    try:
        able = subprocess.run([*_NAMESPACE, "true"], capture_output=True, text=True, check=False)
    except OSError as problem:
        raise Skipped(f"no unshare: {problem.strerror}") from problem
    if able.returncode:
        raise Skipped(f"no mount namespace of our own: {able.stderr.strip()[:80]}")
    command = [*_NAMESPACE, sys.executable, "-m", "tests.chaos.disk", str(int(order.full)), str(order.seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    for line in done.stdout.splitlines():
        key, _, value = line.partition("\t")
        order.figures[key] = value


def _inside(full: bool, seed: int) -> None:
    with tempfile.TemporaryDirectory(prefix="rt-disk-") as folder:
        small = {name: Path(folder) / name for name in ("house", "media")}
        for path in small.values():
            path.mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(path)], check=True)
        order = Order(Path(folder), say=lambda _: None, full=full, seed=seed)
        try:
            with town(order, house=small["house"], env={"MEDIA_DIR": str(small["media"])}) as place:
                place.play(3, "reports")
                place.warm()
                for which in ("house", "media"):
                    _fill(place, small[which], 20.0 if full else 0.6)
                place.settled()
                kept = len(place.house.events())
                order.figures |= {"people's events": str(place.ledger.events), "rows in the inbox": str(kept)}
        finally:
            for path in small.values():
                subprocess.run(["umount", "--lazy", str(path)], check=False)
    for key, value in order.figures.items():
        print(key, value, sep="\t")


def _fill(place: Town, disk: Path, seconds: float) -> None:
    """People write while nothing more fits; afterwards there is room, and all goes on."""
    end = place.crowd(4, "reports", "cancels", "reads")
    ballast = disk / "ballast"
    refused = 0
    until = time.monotonic() + seconds
    with ballast.open("wb", buffering=0) as file:
        while time.monotonic() < until:
            # What the service gives back (a checkpoint, a temporary file) is taken away again.
            try:
                for size in (MB, 64 * 1024, 4096):
                    while True:
                        try:
                            file.write(bytes(size))
                        except OSError as problem:
                            if problem.errno != errno.ENOSPC:
                                raise
                            refused += 1
                            break
            finally:
                time.sleep(0.05)
    assert refused and os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize < MB
    web = place.crew[0]
    assert web.running and web.get("/healthz").status == 200
    ballast.unlink()
    back = time.monotonic()
    end()
    place.until_quiet()
    place.order.figures[f"{disk.name} full for {seconds:.0f} s"] = f"all done {time.monotonic() - back:.1f} s after"


if __name__ == "__main__":
    _inside(sys.argv[1] == "1", int(sys.argv[2]))
