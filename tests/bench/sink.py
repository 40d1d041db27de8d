"""A LINE that takes everything at once, in a process of its own: it notes when which reply token came."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    came: dict[str, float] = {}
    pushed: list[tuple[str, float, str]] = []

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = json.loads(data or b"{}")
        token = call.get("replyToken")
        if token:
            self.came[token] = time.monotonic()
        elif call.get("to"):
            self.pushed.append((call["to"], time.monotonic(), json.dumps(call.get("messages"), ensure_ascii=False)[:4000]))
        self._answer(b'{"sentMessages":[]}')

    def do_GET(self) -> None:
        known = {"/came": self.came, "/pushed": self.pushed}
        self._answer(json.dumps(known.get(self.path, {})).encode())

    def _answer(self, data: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away is no matter."""


def _run(out: Any, ended: Any) -> None:
    server = _Server(("127.0.0.1", 0), _Handler)
    out.put(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ended.wait()


class Sink:
    """`with Sink() as sink:`; `sink.url` is the LINE_API_HOST."""

    def __enter__(self) -> Sink:
        context = multiprocessing.get_context("spawn")
        out = context.Queue()
        self._ended = context.Event()
        self._process = context.Process(target=_run, args=(out, self._ended), daemon=True)
        self._process.start()
        self.port = out.get(timeout=60)
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def seen(self, what: str) -> Any:
        """`came`: reply token → monotonic second; `pushed`: (chat, second, messages)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", f"/{what}")
        found = json.loads(connection.getresponse().read())
        connection.close()
        return found

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._process.join()
