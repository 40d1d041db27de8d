"""Pages: health, metrics, pictures behind unguessable names. Nothing personal on any of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

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


def pages(
    store: Store, clock: Callable[[], datetime], shelf: Shelf, rules: Rules, alive: Callable[[], dict[str, bool]]
) -> Blueprint:
    """`alive` tells which parts of this process run."""
    films = threading.Semaphore(2)
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

    def content(name: str, kind: str) -> Response:
        with store.read() as session:
            row = media.by_path(session, name)
        if row is None or row.kind != kind or row.sha256 is None:
            abort(404)
        try:
            data = shelf.read(name_of(row.sha256))
        except ShelfAway as problem:
            log.warning("a picture cannot be shown: %s", problem)
            abort(503)
        if data is None:
            abort(404)
        shown = Response(data, mimetype="image/jpeg" if kind == "image" else row.mime or "video/mp4")
        shown.cache_control.max_age = 86400
        shown.set_etag(row.sha256)
        shown.make_conditional(request, accept_ranges=True, complete_length=len(data))
        shown.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # LINE shows it on pages of its own
        return shown

    @made.get("/media/<name>.jpg")
    def picture(name: str) -> Response:
        return content(name, "image")

    @made.get("/media/<name>.mp4")
    def film(name: str) -> Response:
        with films:  # a film is held in memory while it is sent on
            return content(name, "video")

    return made
