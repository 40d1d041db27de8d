"""Films: streamed from a folder or a bucket, whole or in ranges, never held in memory."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from storage.models import Media
from storage.shelf import Bucket, name_of
from tests.public.conftest import NOW, Public
from tests.support.bucket import NAME, S3

SIZE = 24_000_000


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with S3() as made:
        yield made


@pytest.fixture(params=["folder", "bucket"])
def house(request: pytest.FixtureRequest, s3: S3, tmp_path: Path) -> Public:
    more = {}
    if request.param == "bucket":
        more = {"MEDIA_URL": f"s3://{NAME}/{tmp_path.name}", "S3_ENDPOINT": s3.url}
        more |= {"S3_ACCESS_KEY_ID": "key", "S3_SECRET_ACCESS_KEY": "secret"}
    return Public(f"sqlite:///{tmp_path / 'a.db'}", tmp_path, **more)


def shelved(house: Public, content: bytes) -> str:
    """A film on the shelf; its path."""
    folder = house.settings.media_dir
    folder.mkdir(parents=True, exist_ok=True)
    sha256 = hashlib.sha256(content).hexdigest()
    file = folder / ".coming-film"
    file.write_bytes(content)
    house.settings.shelf.put(name_of(sha256), file)
    file.unlink(missing_ok=True)
    fields: dict[str, Any] = {"kind": "video", "state": "ready", "sha256": sha256, "mime": "video/mp4", "path": "film" * 6}
    with house.store.write() as session:
        session.add(Media(message_id="1", chat="U1", created_at=NOW, due_at=NOW, attempts=1, size=len(content), **fields))
    return f"/media/{fields['path']}.mp4"


def test_whole_in_ranges_by_head_and_not_again(house: Public, s3: S3) -> None:
    content = os.urandom(3_000_000)
    url = shelved(house, content)
    get = partial(house.client.get, buffered=True)
    whole = get(url)
    assert (whole.status_code, whole.mimetype, whole.content_length) == (200, "video/mp4", len(content))
    assert whole.data == content and whole.headers["Accept-Ranges"] == "bytes"
    for asked, first, end in (("0-99", 0, 100), ("1000-", 1000, len(content)), ("-7", len(content) - 7, len(content))):
        part = get(url, headers={"Range": f"bytes={asked}"})
        assert (part.status_code, part.data) == (206, content[first:end])
        assert part.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(content)}"
        assert part.content_length == end - first
    assert get(url, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    changed = get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (changed.status_code, len(changed.data)) == (200, len(content))
    head = house.client.head(url, buffered=True)
    assert (head.status_code, head.content_length, head.data) == (200, len(content), b"")
    part = house.client.head(url, buffered=True, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content_length, part.data) == (206, 5, b"")
    same = get(url, headers={"If-None-Match": whole.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert get("/media/nothing.mp4").status_code == 404
    assert get(url.replace("mp4", "jpg")).status_code == 404
    if isinstance(house.settings.shelf, Bucket):
        s3.fault = 500
        assert get(url).status_code == 503
        s3.fault = None
    assert not list(house.settings.media_dir.glob("*tmp*"))


def test_a_film_is_not_held_in_memory(tmp_path: Path) -> None:
    house = Public(f"sqlite:///{tmp_path / 'a.db'}", tmp_path)
    url = shelved(house, bytes(SIZE))
    tracemalloc.start()
    try:
        shown = house.client.get(url, buffered=False)
        length = sum(map(len, shown.iter_encoded()))
        most = tracemalloc.get_traced_memory()[1]
        shown.close()
    finally:
        tracemalloc.stop()
    assert length == SIZE and most < SIZE / 4
