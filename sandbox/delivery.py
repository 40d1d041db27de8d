"""Webhooks on their way to the bot: signed, in order per chat, delivered again after a failure."""

from __future__ import annotations

import base64
import hashlib
import heapq
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from .world import World

TIMEOUT = 10.0
REDELIVER_AFTER = (1.0, 5.0, 15.0, 60.0)
WORKERS = 6


@dataclass(order=True)
class Job:
    """One event to deliver. A loose job (delayed, shuffled, redelivered) does not wait for the others of its chat."""

    due: float
    number: int
    chat: str = field(compare=False)
    event: dict[str, Any] = field(compare=False)
    loose: bool = field(compare=False, default=False)
    attempt: int = field(compare=False, default=0)


class Delivery:
    def __init__(self, world: World, *, url: str, secret: str) -> None:
        self.world = world
        self.url = url
        self._secret = secret.encode()
        self._wake = threading.Condition()
        self._lines: dict[str, deque[Job]] = {}
        self._busy: set[str] = set()
        self._loose: list[Job] = []
        self._number = 0
        self._running = False
        self._working = 0
        self._threads: list[threading.Thread] = []
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.redeliver_after: tuple[float, ...] = REDELIVER_AFTER

    def start(self) -> None:
        with self._wake:
            if self._running:
                return
            self._running = True
        self._threads = [threading.Thread(target=self._work, name=f"webhook-{n}", daemon=True) for n in range(WORKERS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        with self._wake:
            self._running = False
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(TIMEOUT + 1)
        self._threads = []

    def idle(self) -> bool:
        """Nothing waiting and nothing under way (redeliveries in the future count as waiting)."""
        with self._wake:
            return not self._working and not self._loose and not any(self._lines.values())

    def send(self, chat: str, event: dict[str, Any]) -> None:
        """Queues one event; the switches decide whether it comes twice, late or out of order."""
        switches = self.world.switches
        if not switches["webhook"]:
            return
        delay = float(switches["delay_ms"]) / 1000
        for _ in range(2 if switches["twice"] else 1):
            loose = bool(switches["shuffle"])
            wait = delay + (self.world.ids.rng.random() * 2 if loose else 0)
            self._put(chat, event, wait, loose=loose)

    def _put(self, chat: str, event: dict[str, Any], wait: float, *, loose: bool, attempt: int = 0) -> None:
        with self._wake:
            self._number += 1
            job = Job(time.monotonic() + wait, self._number, chat, event, loose, attempt)
            if loose:
                heapq.heappush(self._loose, job)
            else:
                self._lines.setdefault(chat, deque()).append(job)
            self._wake.notify()

    def _next(self) -> tuple[Job | None, float | None]:
        """A job that may go now, or how long to wait for one."""
        now = time.monotonic()
        soonest: float | None = None
        if self._loose:
            if self._loose[0].due <= now:
                return heapq.heappop(self._loose), None
            soonest = self._loose[0].due - now
        for chat, line in list(self._lines.items()):
            if chat in self._busy:
                continue
            if not line:
                del self._lines[chat]
                continue
            if line[0].due <= now:
                self._busy.add(chat)
                return line.popleft(), None
            soonest = min(soonest or 1e9, line[0].due - now)
        return None, soonest

    def _work(self) -> None:
        while True:
            with self._wake:
                job, wait = self._next()
                while job is None:
                    if not self._running:
                        return
                    self._wake.wait(wait)
                    job, wait = self._next()
                if not self._running:
                    return
                self._working += 1
            try:
                self._deliver(job)
            finally:
                with self._wake:
                    self._working -= 1
                    if not job.loose:
                        self._busy.discard(job.chat)
                    self._wake.notify()

    def _deliver(self, job: Job) -> None:
        event = {**job.event, "deliveryContext": {"isRedelivery": job.attempt > 0}}
        if "replyToken" in event:
            self.world.delivered_token(event["replyToken"])
        began = time.monotonic()
        status, why = self.post([event])
        self.world.log_call({
            "way": "webhook", "method": "POST", "path": event["type"], "status": status, "why": why,
            "ms": round((time.monotonic() - began) * 1000), "attempt": job.attempt + 1, "body": event,
        })  # fmt: skip
        failed = not 200 <= status < 300
        if failed and self.world.switches["redelivery"] and job.attempt < len(self.redeliver_after):
            self._put(job.chat, job.event, self.redeliver_after[job.attempt], loose=True, attempt=job.attempt + 1)

    def post(self, events: list[dict[str, Any]], url: str | None = None) -> tuple[int, str]:
        """One signed call of the bot's webhook: its status (0 if none came) and a reason."""
        body = json.dumps({"destination": self.world.bot_id, "events": events}, ensure_ascii=False).encode()
        signature = base64.b64encode(hmac.new(self._secret, body, hashlib.sha256).digest()).decode()
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "LineBotWebhook/2.0",
            "x-line-signature": signature,
        }
        request = urllib.request.Request(url or self.url, data=body, headers=headers, method="POST")  # noqa: S310
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                answer.read()
                return answer.status, "OK"
        except urllib.error.HTTPError as error:
            error.close()
            return error.code, error.reason
        except TimeoutError:
            return 0, "REQUEST_TIMEOUT"
        except (OSError, ValueError) as error:
            return 0, f"COULD_NOT_CONNECT {error}"
