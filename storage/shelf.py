"""Where photos and files lie: a folder, or a bucket of a server that speaks S3. Each under the hash of its content.

What is put is there whole or not at all, and on disk (or with the server) when put() returns.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from casework.refusals import TryLater

COMING = ".coming-"
"""What the names of half-done files begin with."""
CONNECT = timedelta(seconds=5)
WHOLE = timedelta(seconds=60)
"""The longest call to a bucket: a film of 200 MB goes up in pieces, each within this time."""
PIECE = 1 << 20
"""Bytes that are held at once while something large is copied."""
PROBE = "probe/1555"


class ShelfAway(TryLater):
    """The shelf does not take or give just now: full, unreachable, or its keys are wrong. Nothing is given up for it."""


class Kept(NamedTuple):
    """Something on the shelf."""

    name: str
    at: datetime


class Shelf(Protocol):
    """Takes, gives and removes by name. Every method raises ShelfAway where it cannot be done now."""

    workshop: Path
    """A folder of this machine for what is half done."""

    def put(self, name: str, file: Path) -> None:
        """Keep the file's content under this name; the file itself may be gone afterwards."""

    def read(self, name: str) -> bytes | None:
        """The whole content; None where there is none."""

    def size(self, name: str) -> int | None:
        """How many bytes it has; None where there is none."""

    def opened(self, name: str, first: int, end: int) -> BinaryIO | None:
        """An open file of this machine that stands at byte `first` of the content; it may end at byte `end` (not included).

        Never held in memory: for what is too large to read(). None where there is none.
        """

    def has(self, name: str) -> bool:
        """Whether it is there."""

    def remove(self, name: str) -> None:
        """Take it away; nothing happens where it is not there."""

    def kept(self, shard: str) -> Iterator[Kept]:
        """All whose name begins with `shard` and a slash."""


def name_of(sha256: str, kind: str = "full") -> str:
    """The name of content by its hash; `kind` is `full` or `small` (a preview)."""
    return f"{sha256[:2]}/{sha256 if kind == 'full' else f'{sha256}.small'}"


class Folder:
    """A folder of this machine, or one that several share."""

    def __init__(self, path: Path) -> None:
        self.path = self.workshop = path

    def put(self, name: str, file: Path) -> None:
        """`file` lies in the workshop, so that it can be renamed."""
        place = self.path / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
            file.replace(place)
            folder = os.open(place.parent, os.O_RDONLY)
            try:
                os.fsync(folder)  # the name, too
            finally:
                os.close(folder)
        except OSError as problem:
            raise ShelfAway(f"the folder takes nothing: {problem.strerror}") from problem

    def read(self, name: str) -> bytes | None:
        """See Shelf, as for all that follows."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise ShelfAway(f"the folder gives nothing: {problem.strerror}") from problem

    def size(self, name: str) -> int | None:
        """Its inode tells."""
        try:
            return (self.path / name).stat().st_size
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise ShelfAway(f"the folder gives nothing: {problem.strerror}") from problem

    def opened(self, name: str, first: int, end: int) -> BinaryIO | None:
        """The file itself."""
        try:
            file = (self.path / name).open("rb")
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise ShelfAway(f"the folder gives nothing: {problem.strerror}") from problem
        file.seek(first)
        return file

    def has(self, name: str) -> bool:
        """A look."""
        return (self.path / name).is_file()

    def remove(self, name: str) -> None:
        """Unlinked."""
        try:
            (self.path / name).unlink(missing_ok=True)
        except OSError as problem:
            raise ShelfAway(f"the folder cannot be written: {problem.strerror}") from problem

    def kept(self, shard: str) -> Iterator[Kept]:
        """Its files."""
        folder = self.path / shard
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            with suppress(FileNotFoundError):
                yield Kept(f"{shard}/{file.name}", datetime.fromtimestamp(file.stat().st_mtime, UTC))


class Bucket:
    """A bucket, or a part of it, behind S3's protocol. The library is loaded at the first use."""

    def __init__(
        self,
        bucket: str,
        prefix: str,
        workshop: Path,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        key_id: str | None = None,
        secret: str | None = None,
        retries: int = 2,
        whole: timedelta = WHOLE,
    ) -> None:
        """Without `key_id` and `secret` the machine's own role is asked (AWS)."""
        self.workshop = workshop
        self._prefix = prefix
        self._config = {
            "bucket": bucket,
            "endpoint": endpoint,
            "region": region or "us-east-1",
            "access_key_id": key_id,
            "secret_access_key": secret,
        }
        self._limits: Any = {"timeout": whole, "connect_timeout": CONNECT, "allow_http": (endpoint or "").startswith("http://")}
        self._retry: Any = {"max_retries": retries, "retry_timeout": whole}
        self._made: Any = None

    @property
    def _store(self) -> Any:
        if self._made is None:
            from obstore.store import S3Store

            given: dict[str, Any] = {name: value for name, value in self._config.items() if value is not None}
            self._made = S3Store(prefix=self._prefix or None, client_options=self._limits, retry_config=self._retry, **given)
        return self._made

    def put(self, name: str, file: Path) -> None:
        """In one request or several; the server shows it when all has come."""
        import obstore

        with _away("put"):
            obstore.put(self._store, name, file)

    def read(self, name: str) -> bytes | None:
        """See Shelf, as for all that follows."""
        import obstore

        with _away("get"):
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except FileNotFoundError:
                return None

    def size(self, name: str) -> int | None:
        """Its head tells."""
        import obstore

        with _away("head"):
            try:
                return int(obstore.head(self._store, name)["size"])
            except FileNotFoundError:
                return None

    def opened(self, name: str, first: int, end: int) -> BinaryIO | None:
        """The wanted bytes, copied piece by piece into a file without a name in the workshop: the bucket is read quickly,
        however slowly they are taken from here.
        """
        import obstore

        self.workshop.mkdir(parents=True, exist_ok=True)
        copy: BinaryIO = tempfile.TemporaryFile(dir=self.workshop)  # noqa: SIM115
        try:
            with _away("get"):
                wanted: Any = {"range": (first, end)}
                for piece in obstore.get(self._store, name, options=wanted).stream(min_chunk_size=PIECE):
                    copy.write(piece)
            copy.seek(0)
        except BaseException as problem:
            copy.close()
            if isinstance(problem, FileNotFoundError) or isinstance(problem.__cause__, FileNotFoundError):
                return None
            raise
        return copy

    def has(self, name: str) -> bool:
        """Its head."""
        import obstore

        with _away("head"):
            try:
                obstore.head(self._store, name)
            except FileNotFoundError:
                return False
            return True

    def remove(self, name: str) -> None:
        """Deleted."""
        import obstore

        with _away("delete"), suppress(FileNotFoundError):
            obstore.delete(self._store, name)

    def kept(self, shard: str) -> Iterator[Kept]:
        """A thousand at a time."""
        import obstore

        with _away("list"):
            for page in obstore.list(self._store, shard, chunk_size=1000):
                for meta in page:
                    yield Kept(meta["path"], meta["last_modified"])


class _away:
    """Whatever a bucket cannot do is to be tried later. Its words may hold addresses and keys: only the kind is told."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if isinstance(problem, Exception):
            raise ShelfAway(f"the bucket refuses to {self._what}: {type(problem).__name__}") from problem


def probe(shelf: Shelf) -> None:
    """Write, read and remove a few bytes. Raises ShelfAway where one of these fails."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "probe"
        file.write_bytes(b"1555")
        shelf.put(PROBE, file)
    if shelf.read(PROBE) != b"1555":
        raise ShelfAway("the bucket gave back something else")
    shelf.remove(PROBE)


def sweep_workshop(folder: Path, before: datetime) -> None:
    """Remove what processes that died left half done before this moment."""
    if folder.is_dir():
        for file in folder.glob(f"{COMING}*"):
            try:
                if datetime.fromtimestamp(file.stat().st_mtime, UTC) < before:
                    file.unlink(missing_ok=True)
            except FileNotFoundError:
                continue  # another scheduler was quicker
