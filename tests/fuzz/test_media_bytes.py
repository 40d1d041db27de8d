"""Damaged pictures and films through the worker that keeps them: kept and clean, or refused; nothing is left behind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.media import Fetcher
from casework import rules
from storage import media
from storage.media import Wanted
from storage.models import Media
from storage.shelf import Folder, name_of
from tests.support.pictures import SECRET_MAKE, film, photo, png
from tests.talks.theatre import Stage, fresh

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def other(kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (30, 20), (n * 40, 5, 5)) for n in range(3)]
    frames[0].save(out, kind, **more, **({"save_all": True, "append_images": frames[1:]} if kind in {"GIF", "WEBP"} else {}))
    return out.getvalue()


WHOLE = [photo(1, (40, 30)), png((30, 20)), other("GIF"), other("WEBP"), other("JPEG", progressive=True), film()]


class Body:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def stream(self, size: int) -> Iterator[bytes]:
        for at in range(0, len(self.data), size):
            yield self.data[at : at + size]

    def close(self) -> None:
        """Nothing to close."""


class Line:
    """Has one content."""

    data = b""

    def content(self, message: str) -> Body:
        return Body(self.data)


class Worker:
    def __init__(self, folder: Path) -> None:
        self.stage: Stage = fresh(folder)
        self.line, self.folder, self.count = Line(), folder / "media", 0
        self.fetcher = Fetcher(self.stage.store, self.line, Folder(self.folder), rules.load(), lambda: NOW)  # type: ignore[arg-type]

    def take(self, body: bytes, kind: str) -> Media:
        self.count += 1
        self.line.data = body
        with self.stage.store.write() as session:
            number = media.promise(session, f"m{self.count}", "U" + "1" * 32, kind, None, NOW)
        self.fetcher.take(Wanted(number, f"m{self.count}", kind, "U" + "1" * 32, 1, NOW))
        with self.stage.store.read() as session:
            return session.get_one(Media, number)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    made = Worker(tmp_path_factory.mktemp("worker"))
    yield made
    made.stage.store.close()


@given(st.sampled_from(WHOLE), st.sampled_from(["image", "video", "file"]), st.data())
def test_damaged_bytes(worker: Worker, whole: bytes, kind: str, data: st.DataObject) -> None:
    body = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(body)))
        change = data.draw(st.sampled_from(["flip", "flip", "cut", "put", "end", "size"]))
        if change == "flip" and at < len(body):
            body[at] = data.draw(st.integers(0, 255))
        elif change == "cut":
            del body[at : at + data.draw(st.integers(1, 50))]
        elif change == "put":
            body[at:at] = data.draw(st.binary(min_size=1, max_size=50))
        elif change == "end":
            body += data.draw(st.sampled_from(WHOLE))
        else:
            body[at : at + 4] = data.draw(st.sampled_from([b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x00" * 4]))
    row = worker.take(bytes(body), kind)
    assert row.state in {"ready", "refused"}, (row.state, row.error)
    assert not list(worker.folder.glob(".coming-*")), "something was left behind"
    if row.state == "ready" and kind == "image":
        assert row.sha256 is not None
        kept = (worker.folder / name_of(row.sha256)).read_bytes()
        assert kept.startswith(b"\xff\xd8\xff") and SECRET_MAKE.encode() not in kept
        with Image.open(io.BytesIO(kept)) as picture:
            picture.load()
            assert picture.format == "JPEG" and max(picture.size) <= 2048 and not picture.getexif()
