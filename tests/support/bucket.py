"""A server that speaks S3, on loopback, behind a door that can be made to fail."""

from __future__ import annotations

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from moto.server import ThreadedMotoServer

from storage.shelf import Bucket

NAME = "photos"


class S3:
    """`with S3() as s3:`; `s3.url` is the endpoint, `s3.fault` what happens to the next calls: a status, `cut`, `hang`."""

    def __enter__(self) -> S3:
        self.fault: int | str | None = None
        self.calls: list[str] = []
        self._moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._moto.start()
        self._behind = self._moto.get_host_and_port()
        self._door = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._door.daemon_threads = True
        threading.Thread(target=self._door.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._door.server_address[1]}"
        assert self.ask("PUT", f"/{NAME}", b"", {})[0] == 200
        return self

    def __exit__(self, *_: object) -> None:
        self._door.shutdown()
        self._door.server_close()
        self._moto.stop()

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
        """A call to the server behind the door."""
        connection = http.client.HTTPConnection(*self._behind, timeout=30)
        try:
            connection.request(method, path, body or None, headers)
            got = connection.getresponse()
            return got.status, got.getheaders(), got.read()
        finally:
            connection.close()

    def bucket(self, workshop: Path, prefix: str = "", **more: Any) -> Bucket:
        """Our side of it."""
        return Bucket(NAME, prefix, workshop, endpoint=self.url, key_id="key", secret="secret", **more)


def _handler(s3: S3) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            s3.calls.append(f"{self.command} {self.path}")
            length = int(self.headers.get("Content-Length") or 0)
            if s3.fault == "cut":
                self.rfile.read(length // 2)
                self.close_connection = True
                return
            body = self.rfile.read(length)
            if s3.fault == "hang":
                time.sleep(3)
                self.close_connection = True
                return
            headers: list[tuple[str, str]] = []
            if isinstance(s3.fault, int):
                status, data = s3.fault, b"<Error><Code>Fault</Code><Message>as told</Message></Error>"
            else:
                status, headers, data = s3.ask(self.command, self.path, body, dict(self.headers.items()))
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in {"content-length", "connection", "transfer-encoding", "server", "date"}:
                    self.send_header(name, value)
            known = next((v for n, v in headers if n.lower() == "content-length"), "0")
            self.send_header("Content-Length", known if self.command == "HEAD" else str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST = _pass

        def log_message(self, format: str, *args: Any) -> None:
            """Silence."""

    return Door
