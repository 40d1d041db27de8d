"""Pages: health, metrics, pictures behind unguessable names. Nothing personal on any of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import BinaryIO

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy import text as sql

from bot.metrics import text
from casework.rules import Rules
from storage import inbox, media, outbox
from storage.engine import Store
from storage.shelf import Shelf, ShelfAway, name_of

log = logging.getLogger("pages")
STALE = timedelta(minutes=5)
"""Events or messages that wait longer than this mean that this process should not get traffic."""


PIECE = 1 << 16


def _pieces(file: BinaryIO, length: int) -> Iterator[bytes]:
    """So many bytes of an open file, which is closed then."""
    with file:
        while length > 0 and (piece := file.read(min(PIECE, length))):
            length -= len(piece)
            yield piece


def _sent(file: BinaryIO, length: int) -> Iterable[bytes]:
    """The file as the server takes it: by its own wrapper where it has one, so that no thread waits for a slow telephone."""
    handed_over = request.environ.get("wsgi.file_wrapper")
    wrapped: Iterable[bytes] = handed_over(file) if handed_over is not None else _pieces(file, length)
    return wrapped


@contextmanager
def given() -> Iterator[None]:
    """503 where the shelf is away."""
    try:
        yield
    except ShelfAway as problem:
        log.warning("a picture cannot be shown: %s", problem)
        abort(503)


def pages(
    store: Store, clock: Callable[[], datetime], shelf: Shelf, rules: Rules, alive: Callable[[], dict[str, bool]]
) -> Blueprint:
    """`alive` tells which parts of this process run."""
    copies = threading.Semaphore(4)  # of films out of a bucket at once: other pages need threads, too
    made = Blueprint("pages", __name__)

    @made.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @made.get("/readyz")
    def readyz() -> tuple[Response, int]:
        parts = alive()
        answer: dict[str, object] = {"parts": parts}
        try:
            with store.read() as session:
                session.execute(sql("SELECT 1"))
                event, message = inbox.oldest_waiting(session), outbox.oldest_unsent(session)
        except Exception as problem:
            return jsonify(answer | {"ready": False, "database": type(problem).__name__}), 503
        now = clock()
        ages = {
            name: round((now - at).total_seconds(), 1) if at else 0.0
            for name, at in (("oldest_waiting_event_s", event), ("oldest_unsent_message_s", message))
        }
        ready = all(parts.values()) and ages["oldest_waiting_event_s"] < STALE.total_seconds()
        return jsonify(answer | ages | {"ready": ready, "database": "ok"}), 200 if ready else 503

    @made.get("/metrics")
    def metrics() -> Response:
        return Response(text(store, clock, rules), content_type="text/plain; version=0.0.4; charset=utf-8")

    def kept(name: str, kind: str) -> tuple[str, str | None]:
        with store.read() as session:
            row = media.by_path(session, name)
        if row is None or row.kind != kind or row.sha256 is None:
            abort(404)
        return row.sha256, row.mime

    def conditional(shown: Response, sha256: str, length: int) -> Response:
        shown.cache_control.max_age = 86400
        shown.set_etag(sha256)
        shown.make_conditional(request, accept_ranges=True, complete_length=length)
        shown.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # LINE shows it on pages of its own
        return shown

    @made.get("/media/<name>.jpg")
    def picture(name: str) -> Response:
        sha256, _ = kept(name, "image")
        with given():
            data = shelf.read(name_of(sha256))
        if data is None:
            abort(404)
        return conditional(Response(data, mimetype="image/jpeg"), sha256, len(data))

    @made.get("/media/<name>.mp4")
    def film(name: str) -> Response:
        """A film is never held in memory: the server takes it from an open file, as fast as it can be sent."""
        sha256, mime = kept(name, "video")
        with given():
            length = shelf.size(name_of(sha256))
        if length is None:
            abort(404)
        shown = conditional(Response(mimetype=mime or "video/mp4", direct_passthrough=True), sha256, length)
        if shown.status_code == 304:
            return shown
        part = shown.content_range
        first, end = (part.start or 0, part.stop or length) if shown.status_code == 206 else (0, length)
        shown.content_length = end - first
        if request.method == "HEAD":
            return shown
        with given(), copies:
            file = shelf.opened(name_of(sha256), first, end)
        if file is None:
            abort(404)
        shown.response = _sent(file, end - first)
        return shown

    return made
