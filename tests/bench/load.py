"""Callers for the measurements: keep-alive connections in a process of their own, so that they do not share our lock."""

from __future__ import annotations

import json
import multiprocessing
import socket
import statistics
import threading
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.support.service import signature

Json = dict[str, Any]


class Timed(NamedTuple):
    """What a load came to."""

    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int


def event(person: str, number: int, fields: Json, prefix: str = "B") -> Json:
    """An event as LINE sends it; its reply token is its id."""
    name = f"{prefix}{number:024d}"
    return {
        "webhookEventId": name,
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": person},
        "replyToken": name,
        "mode": "active",
        "deliveryContext": {"isRedelivery": False},
        **fields,
    }


def text(person: str, number: int, words: str = "เมนู", prefix: str = "B") -> Json:
    """A text event."""
    return event(
        person, number, {"type": "message", "message": {"type": "text", "id": f"{prefix}{number}", "text": words}}, prefix
    )


def body(*events: Json) -> bytes:
    """A webhook."""
    return json.dumps({"destination": "U0", "events": events}, ensure_ascii=False).encode()


class Caller:
    """One keep-alive connection. It reads no more of an answer than it must: the callers share the machine with the service."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, data: bytes) -> bool:
        """One webhook; whether it was answered 200. Raises OSError where the connection ends before the answer does."""
        head = (
            f"POST /callback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(data)}\r\nX-Line-Signature: {signature(data)}"
        )
        self._socket.sendall(head.encode() + b"\r\n\r\n" + data)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0 or len(answer) < end + 4 + _length(answer[:end]):
            more = self._socket.recv(65_536)
            if not more:
                raise ConnectionError("no whole answer")
            answer += more
        return answer.startswith(b"HTTP/1.1 200 ")

    def close(self) -> None:
        """End."""
        self._socket.close()


def _length(head: bytes) -> int:
    named = head.lower().partition(b"\r\ncontent-length:")[2]
    return int(named.partition(b"\r\n")[0])


def percentiles(seconds: Iterable[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    found = sorted(seconds)
    if len(found) < 2:
        return 0.0, 0.0
    cuts = statistics.quantiles(found, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def _storm(port: int, connections: int, seconds: float, prefix: str, out: Any) -> None:
    took: list[float] = []
    wrong = [0]
    end = time.monotonic() + seconds

    def run(which: int) -> None:
        caller = Caller(port)
        n = 0
        while time.monotonic() < end:
            n += 1
            data = body(text(f"U{which:032x}", which * 10_000_000 + n, prefix=prefix))
            began = time.perf_counter()
            if not caller.post(data):
                wrong[0] += 1
            took.append(time.perf_counter() - began)
        caller.close()

    _threads(run, connections)
    p50, p99 = percentiles(took)
    out.put(Timed(len(took) / seconds, p50, p99, wrong[0]))


def _paced(port: int, per_second: float, seconds: float, people: int, prefix: str, out: Any) -> None:
    """Each event has its moment; the latency counts from that moment, so that waiting callers do not hide slowness."""
    took: list[float] = []
    wrong = [0]
    start = time.monotonic() + 0.2
    total = int(per_second * seconds)
    workers = 32
    words = ("เมนู", "ไฟทางดับทั้งซอยเลยค่ะ", "ขอบคุณค่ะ", "ติดตามเรื่อง", "คู่มือ")

    def run(which: int) -> None:
        caller = Caller(port)
        for n in range(which, total, workers):
            due = start + n / per_second
            data = body(text(f"U{n % people:032x}", n, words[n % len(words)], prefix))
            while (wait := due - time.monotonic()) > 0:
                time.sleep(wait)
            if not caller.post(data):
                wrong[0] += 1
            took.append(time.monotonic() - due)
        caller.close()

    _threads(run, workers)
    p50, p99 = percentiles(took)
    out.put(Timed(len(took) / (time.monotonic() - start), p50, p99, wrong[0]))


def _threads(run: Any, count: int) -> None:
    threads = [threading.Thread(target=run, args=[n]) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _apart(target: Any, *arguments: Any) -> Timed:
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    process = context.Process(target=target, args=(*arguments, out))
    process.start()
    found: Timed = out.get(timeout=300)
    process.join()
    return found


def storm(port: int, connections: int, seconds: float, prefix: str) -> Timed:
    """As many webhooks as so many connections can post."""
    return _apart(_storm, port, connections, seconds, prefix)


def paced(port: int, per_second: float, seconds: float, people: int, prefix: str) -> Timed:
    """So many webhooks a second."""
    return _apart(_paced, port, per_second, seconds, people, prefix)
