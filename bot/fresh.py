"""Answers that are the same for everybody: worked out once, kept for a while, sent compressed, named by their content."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Response, request

PATIENCE = 15.0
"""Seconds that a request waits for its turn to work something out."""


class TooBusy(Exception):
    """Too much is being worked out just now; ask again in a moment."""


@dataclass(frozen=True)
class Answer:
    """A body in both forms, and its name."""

    body: bytes
    packed: bytes
    tag: str
    mimetype: str

    @classmethod
    def of(cls, body: bytes, mimetype: str) -> Answer:
        """Compress it and name it."""
        return cls(body, gzip.compress(body, 6, mtime=0), hashlib.sha256(body).hexdigest()[:32], mimetype)

    def response(self, max_age: int) -> Response:
        """As the caller takes it: compressed or not, or 304 where they have it already. HEAD as GET."""
        squeezed = request.accept_encodings["gzip"] > 0 and len(self.packed) < len(self.body)
        made = Response(self.packed if squeezed else self.body, mimetype=self.mimetype)
        if squeezed:
            made.headers["Content-Encoding"] = "gzip"
        made.vary.update(("Accept-Encoding", "Accept-Language"))
        made.cache_control.public = True
        made.cache_control.max_age = max_age
        made.set_etag(f"{self.tag}-gz" if squeezed else self.tag)
        made.make_conditional(request)
        return made


@dataclass
class _Place:
    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: Answer | None = None
    at: datetime | None = None


class Fresh:
    """Keeps up to `most` answers for `life`; the same one is worked out by one thread, the others wait for it.

    At most `at_once` different ones are worked out at a time: whoever waits longer than PATIENCE gets TooBusy.
    """

    def __init__(self, clock: Callable[[], datetime], life: timedelta, most: int = 200, at_once: int = 2) -> None:
        self._clock, self._life, self._most = clock, life, most
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()
        self._lock = threading.Lock()
        self._room = threading.Semaphore(at_once)

    def get(self, key: Hashable, work: Callable[[], Answer]) -> Answer:
        """The answer of this key, worked out where it is missing or too old."""
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
        if not place.lock.acquire(timeout=PATIENCE):
            raise TooBusy
        try:
            now = self._clock()
            if place.answer is None or place.at is None or not timedelta() <= now - place.at < self._life:
                if not self._room.acquire(timeout=PATIENCE):
                    raise TooBusy
                try:
                    place.answer, place.at = work(), now
                finally:
                    self._room.release()
            return place.answer
        finally:
            place.lock.release()
