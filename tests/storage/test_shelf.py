"""Both shelves keep the same promises: whole or not at all, what is away comes again, what nobody names goes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.tidying import sweep, tidy_shelf
from storage import media
from storage.engine import Store
from storage.models import Media
from storage.shelf import COMING, Folder, Shelf, ShelfAway, name_of, probe, sweep_workshop
from tests.support.bucket import S3
from tests.support.ready import ready
from tests.support.service import ROOT

LATER = timedelta(hours=2)
FAULTS = [500, 503, 403, "cut", "hang"]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    """One server for all tests here; each has a prefix of its own."""
    with S3() as made:
        yield made
        made.fault = None


@pytest.fixture(params=["folder", "bucket"])
def shelf(request: pytest.FixtureRequest, s3: S3, tmp_path: Path) -> Shelf:
    """Either of them, empty."""
    s3.fault = None
    if request.param == "folder":
        return Folder(tmp_path / "media")
    return s3.bucket(tmp_path / "media", f"deep/{tmp_path.name}")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database."""
    made = Store(f"sqlite:///{tmp_path / 'a.db'}")
    ready(made)
    yield made
    made.close()


def put(shelf: Shelf, content: bytes) -> str:
    """Its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    shelf.workshop.mkdir(parents=True, exist_ok=True)
    file = shelf.workshop / f"{COMING}x"
    file.write_bytes(content)
    shelf.put(name_of(sha256), file)
    file.unlink(missing_ok=True)
    return sha256


def row(store: Store, sha256: str, state: str = "ready", n: int = 0) -> int:
    """A photo of no case and no talk, three hours old."""
    then = datetime.now(UTC) - timedelta(hours=3)
    with store.write() as session:
        kept = media.promise(session, f"{sha256}-{state}-{n}", "U1", "image", None, then)
        found = session.get_one(Media, kept)
        found.state, found.sha256 = state, sha256
    return kept


def test_what_is_put_is_there_and_what_is_removed_is_gone(shelf: Shelf) -> None:
    content = os.urandom(200_000)
    sha256 = put(shelf, content)
    name = name_of(sha256)
    assert shelf.read(name) == content and shelf.has(name)
    assert [kept.name for kept in shelf.kept(sha256[:2])] == [name]
    assert abs(next(shelf.kept(sha256[:2])).at - datetime.now(UTC)) < timedelta(minutes=1)
    assert put(shelf, content) == sha256, "again is no matter"
    shelf.remove(name)
    shelf.remove(name)
    assert shelf.read(name) is None and not shelf.has(name) and not list(shelf.kept(sha256[:2]))


def test_a_film_goes_up_in_pieces(shelf: Shelf) -> None:
    content = os.urandom(11_000_000)
    assert shelf.read(name_of(put(shelf, content))) == content


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bucket_that_fails_is_away_and_shows_nothing_half(s3: S3, tmp_path: Path, fault: int | str) -> None:
    bucket = s3.bucket(tmp_path, f"faulty/{tmp_path.name}", retries=0, whole=timedelta(seconds=1))
    kept = put(bucket, b"was there before")
    s3.fault = fault
    with pytest.raises(ShelfAway) as told:
        put(bucket, b"new" * 1000)
    assert "secret" not in str(told.value)
    for call in (bucket.read, bucket.has, bucket.remove):
        with pytest.raises(ShelfAway):
            call(name_of(kept))
    with pytest.raises(ShelfAway):
        list(bucket.kept(kept[:2]))
    with pytest.raises(ShelfAway):
        probe(bucket)
    s3.fault = None
    new = hashlib.sha256(b"new" * 1000).hexdigest()
    assert not bucket.has(name_of(new)), "half of it is visible"
    assert bucket.read(name_of(kept)) == b"was there before"
    assert put(bucket, b"new" * 1000) == new
    probe(bucket)


def test_a_bucket_that_is_not_there_is_away(s3: S3, tmp_path: Path) -> None:
    bucket = s3.bucket(tmp_path, retries=0)
    bucket._config["bucket"] = "nowhere"
    with pytest.raises(ShelfAway):
        put(bucket, b"x")


def test_a_folder_without_room_is_away(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / hashlib.sha256(b"x").hexdigest()[:2]).write_text("a file where a folder is wanted")
    with pytest.raises(ShelfAway):
        put(Folder(tmp_path / "media"), b"x")


def test_photos_that_nobody_needs_go_and_those_of_others_stay(shelf: Shelf, store: Store) -> None:
    alone, shared = put(shelf, b"alone"), put(shelf, b"shared")
    first = row(store, alone)
    row(store, shared)
    needed = row(store, shared, n=1)
    with store.write() as session:
        media.drop(session, first)
        session.get_one(Media, needed).created_at = datetime.now(UTC)
    tidy_shelf(store, shelf, datetime.now(UTC))
    assert not shelf.has(name_of(alone)) and shelf.has(name_of(shared))
    with store.read() as session:
        assert {(m.state, m.sha256) for m in session.query(Media)} == {("gone", None), ("ready", shared)}


def test_a_removal_that_failed_comes_again(s3: S3, store: Store, tmp_path: Path) -> None:
    bucket = s3.bucket(tmp_path, f"again/{tmp_path.name}", retries=0)
    sha256 = put(bucket, b"taken back")
    row(store, sha256)
    s3.fault = 500
    with pytest.raises(ShelfAway):
        tidy_shelf(store, bucket, datetime.now(UTC))
    with store.read() as session:
        assert session.query(Media).one().state == "gone", "it is shown to nobody all the same"
    s3.fault = None
    assert bucket.has(name_of(sha256))
    tidy_shelf(store, bucket, datetime.now(UTC))
    assert not bucket.has(name_of(sha256))


def test_the_same_photo_that_came_during_its_removal_is_fetched_again(store: Store) -> None:
    sha256 = hashlib.sha256(b"again").hexdigest()
    row(store, sha256)
    with store.write() as session:
        assert media.orphans(session, datetime.now(UTC), 10) == [sha256]
    late = row(store, sha256, n=1)  # between the look and the removal
    with store.write() as session:
        media.forget(session, [sha256], datetime.now(UTC))
    with store.read() as session:
        assert session.get_one(Media, late).state == "waiting"


def test_files_that_no_row_names_are_swept_once_they_are_old(shelf: Shelf, store: Store) -> None:
    known, strange = put(shelf, b"known"), put(shelf, b"strange")
    row(store, known)
    now = datetime.now(UTC)
    assert sweep(store, shelf, strange[:2], now) == 0 and shelf.has(name_of(strange))
    assert sweep(store, shelf, strange[:2], now + LATER) == 1 and not shelf.has(name_of(strange))
    assert sweep(store, shelf, known[:2], now + LATER) == 0 and shelf.has(name_of(known))


def test_a_wrong_database_does_not_empty_the_shelf(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "media" / "ab"
    folder.mkdir(parents=True)
    for n in range(30):
        (folder / f"ab{n:062d}").write_bytes(b"x")
    assert sweep(store, Folder(tmp_path / "media"), "ab", datetime.now(UTC) + LATER) == 0
    assert len(list(folder.iterdir())) == 30


def test_what_a_dead_process_left_half_done_is_swept(tmp_path: Path) -> None:
    (tmp_path / f"{COMING}old").write_bytes(b"with its GPS position")
    sweep_workshop(tmp_path, datetime.now(UTC) - LATER)
    assert len(list(tmp_path.iterdir())) == 1
    sweep_workshop(tmp_path, datetime.now(UTC) + LATER)
    assert not list(tmp_path.iterdir())


def test_without_a_bucket_its_library_is_not_loaded() -> None:
    said = "import sys, app; from bot.settings import load; load({}, make_key=False); print('obstore' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
