"""LINE's webhook: check the signature over the raw bytes, keep every event, answer 200. Nothing else happens here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import datetime

from cryptography.fernet import MultiFernet
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot import hearing
from bot.courtesy import Courtesy
from bot.guard import Doorman
from storage.inbox import GroupCommit

log = logging.getLogger("webhook")
MOST_BYTES = 4 * 1024 * 1024


def signed(secret: bytes, body: bytes, signature: str) -> bool:
    """Whether `signature` is base64(HMAC-SHA256(channel secret, body)); compared in constant time."""
    right = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest())
    return hmac.compare_digest(right, signature.encode("utf-8", "replace"))


def webhook(
    secret: str,
    keep: GroupCommit,
    clock: Callable[[], datetime],
    came: Callable[[], None],
    courtesy: Courtesy,
    doorman: Doorman,
    box: MultiFernet,
) -> Blueprint:
    """`POST /callback`. `came` is called when events were kept. Only what is rightly signed goes before the turns.

    `box` encrypts words in which card numbers could be, before they are written anywhere.
    """
    key = secret.encode()
    made = Blueprint("webhook", __name__)

    @made.post("/callback")
    def callback() -> Response:
        request.max_content_length = MOST_BYTES
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            return Response("too large\n", 413, mimetype="text/plain")
        if not signed(key, body, request.headers.get("X-Line-Signature", "")):
            if doorman.wrong_signature(request.remote_addr):
                return Response("wrong signature\n", 401, mimetype="text/plain")
            return Response("too many wrong signatures\n", 429, {"Retry-After": "60"}, mimetype="text/plain")
        with courtesy.first():
            return keep_all(body)

    def keep_all(body: bytes) -> Response:
        try:
            events = hearing.split(body, box)
        except hearing.Malformed as problem:
            return Response(f"{problem}\n", 400, mimetype="text/plain")
        if events:
            try:
                keep.keep(events, clock())
            except Exception as problem:
                # Not kept: 500, so that LINE sends it again.
                log.error("events could not be kept: %s", type(problem).__name__)
                return Response("try again\n", 500, mimetype="text/plain")
            for event in events:
                log.info("event kept", extra={"about": {"event": event.event_id}})
            came()
        return Response("OK\n", 200, mimetype="text/plain")

    return made
