"""Fetches what people send, at once; looks what it really is; keeps it without hidden data, named by its hash."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import threading
import uuid
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import imagehash
from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from bot.line import Declined, FateUnknown, Gone, Line
from casework.refusals import TryLater
from casework.rules import Rules
from storage import inbox, media
from storage.engine import Store, transient
from storage.following import about
from storage.media import Wanted
from storage.shelf import COMING, Shelf, ShelfAway, name_of

log = logging.getLogger("media")
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 60_000_000
MOST_SCANS = 100
"""Scans of one progressive JPEG. Cameras write about ten; each costs a walk over the whole picture, whatever its bytes."""
PIECE = 64 * 1024
GIVE_UP_AFTER = timedelta(hours=6)
_VIDEO = ((4, b"ftyp", "video/mp4"), (0, b"\x1aE\xdf\xa3", "video/webm"))
_DOCUMENTS = ((b"%PDF-", "application/pdf"), (b"PK\x03\x04", "application/zip"))

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
_ONE_AT_A_TIME = threading.Lock()
"""A picture is drawn in memory whole, up to 0.7 GB at MOST_PIXELS: fetching goes side by side, drawing does not."""
Image.init()  # all formats now: two threads at their first pictures would race for it


class NotWhatItClaims(Exception):
    """The content is no picture or film, or larger than the rules allow."""


def draw(file: Path, edge: int) -> Image.Image:
    """The picture in `file`, upright, RGB, at most `edge` pixels long, with nothing of what was hidden in it.

    Raises NotWhatItClaims, or what Pillow raises for what is no picture. Not for two threads at once: warnings are caught.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(file, formats=FORMATS) as opened:
            if opened.format == "JPEG":
                # In a scan's own bytes FF is followed by 00 or a restart mark, so this counts scans (and a few thumbnails').
                if file.read_bytes().count(b"\xff\xda") > MOST_SCANS:
                    raise NotWhatItClaims(f"a JPEG of more than {MOST_SCANS} scans")
                opened.thumbnail((edge, edge))  # decodes no more than it needs
            picture: Image.Image = opened if opened.mode == "RGB" else opened.convert("RGB")
            picture.thumbnail((edge, edge))
            # The place is turned by the picture's own data, which go with the rest: comments would be written out again.
            picture = ImageOps.exif_transpose(picture)
    picture.info.clear()
    return picture


class Fetcher:
    """Takes what is promised from LINE to the shelf."""

    def __init__(
        self,
        store: Store,
        line: Line,
        shelf: Shelf,
        rules: Rules,
        clock: Callable[[], datetime],
        *,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._line, self._shelf, self._rules, self._clock = store, line, shelf, rules, clock
        self.heard = heard
        self._put_down: deque[int] = deque()
        """Claimed, and the database was away when it was to be told how it ended."""

    def due(self, limit: int) -> list[Wanted]:
        """Claims what is to be fetched now."""
        while self._put_down:
            with self._store.write() as session:
                media.later(session, self._put_down[0], self._clock(), "the database was away")
            self._put_down.popleft()
        with self._store.read() as session:
            if not media.any_due(session, self._clock()):
                return []
        with self._store.write() as session:
            return media.take_due(session, self._clock(), limit)

    def give_back(self, wanted: Sequence[Wanted]) -> None:
        """What was claimed and not begun."""
        with self._store.write() as session:
            media.give_back(session, wanted, self._clock())

    def take(self, wanted: Wanted) -> None:
        """Fetch, check, keep; what cannot be had is told to the person as an event of our own.

        Where the database is away for a while, it is fetched again at once when it is back.
        """
        try:
            with about(media=str(wanted.id)):
                self._try(wanted)
        except Exception as problem:
            if not transient(problem):
                raise
            self._put_down.append(wanted.id)

    def _try(self, wanted: Wanted) -> None:
        try:
            self._fetch(wanted)
        except Gone as problem:
            self._lost(wanted, "gone", str(problem))
        except NotWhatItClaims as problem:
            self._lost(wanted, "refused", str(problem))
        except ShelfAway as problem:
            log.error("a photo cannot be kept, it is fetched again later: %s", problem)
            self._again(wanted, problem)
        except (TryLater, FateUnknown, Declined, OSError) as problem:
            self._again(wanted, problem)
        except Exception as problem:
            if transient(problem):
                raise
            log.error("a picture could not be read: %s", type(problem).__name__)
            self._lost(wanted, "refused", type(problem).__name__)

    def _fetch(self, wanted: Wanted) -> None:
        workshop = self._shelf.workshop
        workshop.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=workshop, prefix=COMING)
        came = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                original = self._copy(wanted, out)
            if wanted.kind == "image":
                self._image(wanted, came, original)
            else:
                self._other(wanted, came, original)
        finally:
            came.unlink(missing_ok=True)

    def _copy(self, wanted: Wanted, out: object) -> str:
        most = int(self._rules.number("media", f"max_{wanted.kind}_mb") * 1_000_000)
        body = self._line.content(wanted.message_id)
        digest, size = hashlib.sha256(), 0
        try:
            for piece in body.stream(PIECE):
                size += len(piece)
                if size > most:
                    raise NotWhatItClaims(f"larger than {most} bytes")
                digest.update(piece)
                out.write(piece)  # type: ignore[attr-defined]
        finally:
            body.close()
        if size == 0:
            raise NotWhatItClaims("empty")
        return digest.hexdigest()

    def _image(self, wanted: Wanted, came: Path, original: str) -> None:
        edge, small = self._rules.whole("media", "long_edge_px"), self._rules.whole("media", "preview_px")
        drawn, preview = came.with_suffix(".jpg"), came.with_suffix(".small")
        try:
            with _ONE_AT_A_TIME:
                picture = draw(came, edge)
                picture.save(drawn, "JPEG", quality=85, optimize=True)
                size, look = picture.size, str(imagehash.phash(picture))
                picture.thumbnail((small, small))
                picture.save(preview, "JPEG", quality=80)
            sha256 = hashlib.sha256(drawn.read_bytes()).hexdigest()
            weight = drawn.stat().st_size
            self._shelf.put(name_of(sha256, "small"), preview)
            self._shelf.put(name_of(sha256), drawn)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError, ValueError) as no:
            if isinstance(no, OSError) and no.errno is not None:
                raise  # the disk, not the picture
            raise NotWhatItClaims(f"no picture: {type(no).__name__}") from no
        finally:
            drawn.unlink(missing_ok=True)
            preview.unlink(missing_ok=True)
        came.unlink(missing_ok=True)  # with its hidden data, before anybody hears that the picture is ready
        self._ready(wanted, sha256, original, "image/jpeg", weight, size, look)

    def _other(self, wanted: Wanted, came: Path, original: str) -> None:
        with came.open("rb") as file:
            head = file.read(16)
        if wanted.kind == "video":
            mime = next((m for at, sign, m in _VIDEO if head[at : at + len(sign)] == sign), None)
            if mime is None:
                raise NotWhatItClaims("no film")
        else:
            mime = next((m for sign, m in _DOCUMENTS if head.startswith(sign)), "application/octet-stream")
        size = came.stat().st_size
        self._shelf.put(name_of(original), came)
        self._ready(wanted, original, original, mime, size, None)

    def _ready(
        self,
        wanted: Wanted,
        sha256: str,
        original: str,
        mime: str,
        size: int,
        pixels: tuple[int, int] | None,
        look: str | None = None,
    ) -> None:
        width, height = pixels or (None, None)
        with self._store.write() as session:
            media.ready(
                session,
                wanted.id,
                sha256=sha256,
                original=original,
                mime=mime,
                size=size,
                width=width,
                height=height,
                look=look,
            )
            if wanted.chat.startswith(("C", "R")):
                self._event(session, wanted, "ready")
        self.heard()

    def _again(self, wanted: Wanted, problem: Exception) -> None:
        now = self._clock()
        # That our own shelf is away is nobody's fault but ours: the photo is tried for as long as LINE has it.
        if now - wanted.created_at > GIVE_UP_AFTER and not isinstance(problem, ShelfAway):
            self._lost(wanted, "gone", f"given up: {type(problem).__name__}")
            return
        wait = getattr(problem, "after_seconds", None) or min(60.0, 0.5 * 2 ** min(wanted.attempts, 7))
        with self._store.write() as session:
            media.later(session, wanted.id, now + timedelta(seconds=wait), type(problem).__name__)

    def _lost(self, wanted: Wanted, state: str, why: str) -> None:
        """The person is asked for another picture: by an event of our own, so that there is one way in."""
        with self._store.write() as session:
            if not media.lost(session, wanted.id, state, why):
                return
            self._event(session, wanted, state)
        self.heard()

    def _event(self, session: Session, wanted: Wanted, why: str) -> None:
        """Whoever sent it is told by an event of our own, so that there is one way in."""
        now = self._clock()
        group = wanted.chat.startswith(("C", "R"))
        event = {
            "type": "internal",
            "media": wanted.id,
            "why": why,
            "source": {"type": "group", "groupId": wanted.chat} if group else {"type": "user", "userId": wanted.chat},
            "timestamp": int(now.timestamp() * 1000),
        }
        inbox.add_internal(session, f"media-{uuid.uuid4()}", wanted.chat, json.dumps(event), now)
