"""Anything at all over HTTP: never a 5xx, always armoured; what is rightly signed is kept once, all else never."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.fernet import Fernet
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select

import app
from bot import server as http
from bot import settings
from bot.guard import SAFE
from storage.models import InboxEvent
from tests.fuzz.shapes import EVENT, TEXT
from tests.support.service import SECRET, TOKEN, free_port, signature


class Web:
    """The web part in this process, behind its real server."""

    def __init__(self, folder: Path) -> None:
        rules = folder / "rules.toml"
        rules.write_text("[limits]\npage_requests = 1e8\nwrong_signatures = 1e8\n", "utf-8")
        env = {
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "DATA_KEY": Fernet.generate_key().decode(),
            "DATABASE_URL": f"sqlite:///{folder / 'fuzz.db'}",
            "MEDIA_DIR": str(folder / "media"),
            "RULES_FILE": str(rules),
        }
        self.service = app.build(settings.load(env), "web")
        self.port = free_port()
        self.server = http.create(
            self.service.web,
            host="127.0.0.1",
            port=self.port,
            largest=5_000_000,
            trusted_proxy="127.0.0.1",
            request_seconds=30,
            error_headers=SAFE,
        )
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.server.task_dispatcher.shutdown()
        self.server.close()
        self._thread.join(5)
        self.service.store.close()

    def send(self, raw: bytes) -> bytes:
        """These bytes, then no more; all that comes back."""
        got = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            with contextlib.suppress(ConnectionError, BrokenPipeError):
                connection.sendall(raw)
                connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                while piece := connection.recv(65_536):
                    got += piece
        return got

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> int:
        """A whole request; its status, which is never 5xx, with all headers."""
        lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        got = self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        assert got.startswith(b"HTTP/1."), got[:200]
        status = int(got.split(b" ", 2)[1])
        assert status < 500, got[:300]
        head = got.partition(b"\r\n\r\n")[0].decode("latin-1")
        assert all(name in head for name in SAFE), head
        return status

    def kept(self) -> int:
        with self.service.store.read() as session:
            return int(session.scalar(select(func.count()).select_from(InboxEvent)) or 0)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    made = Web(tmp_path_factory.mktemp("web"))
    yield made
    made.close()


def signed(web: Web, body: bytes) -> int:
    return web.ask("POST", "/callback", body, X_Line_Signature=signature(body))


@given(st.binary(max_size=400))
@example(b"GET / HTTP/1.1\r\n\r\n")
@example(b"POST /callback HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
@example(b"\r\n" * 100)
@example(b"GET http://[ HTTP/1.1\r\n\r\n")
@example(b"GET //[ HTTP/1.1\r\nHost: [\r\n\r\n")
def test_raw_bytes_at_the_door(web: Web, raw: bytes) -> None:
    got = web.send(raw)
    assert not got or got.startswith(b"HTTP/1.")
    assert b" 500 " not in got.partition(b"\r\n")[0]
    assert web.ask("GET", "/healthz") == 200


@given(st.binary(max_size=300))
def test_any_signed_bytes(web: Web, body: bytes) -> None:
    assert signed(web, body) in {200, 400}


@given(st.lists(EVENT, max_size=3), st.data())
def test_valid_webhooks_with_bytes_changed(web: Web, events: list[Any], data: st.DataObject) -> None:
    """Flipped, cut, doubled, with anything put in: signed as it then is."""
    body = bytearray(json.dumps({"destination": "U", "events": events}).encode())
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(body)))
        change = data.draw(st.sampled_from(["cut", "put", "flip", "double"]))
        if change == "cut":
            del body[at : at + data.draw(st.integers(1, 9))]
        elif change == "put":
            body[at:at] = data.draw(st.binary(min_size=1, max_size=9))
        elif change == "flip" and at < len(body):
            body[at] ^= 1 << data.draw(st.integers(0, 7))
        else:
            body[at:at] = body[at : at + 20]
    assert signed(web, bytes(body)) in {200, 400}


@given(st.lists(EVENT, min_size=1, max_size=3), st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60))
def test_nothing_is_kept_without_the_signature(web: Web, events: list[Any], wrong: str) -> None:
    before = web.kept()
    body = json.dumps({"events": events}).encode()
    assert web.ask("POST", "/callback", body, X_Line_Signature=wrong) in {400, 401}
    assert web.kept() == before


@given(st.lists(EVENT, min_size=1, max_size=3))
def test_what_is_signed_is_kept_once(web: Web, events: list[Any]) -> None:
    body = json.dumps({"events": events}).encode()
    first = signed(web, body)
    between = web.kept()
    assert signed(web, body) == first
    assert web.kept() == between


PLACES = st.sampled_from(
    ["/cases/", "/media/", "/", "/callback/", "/readyz", "/metrics", "/healthz", "/sandbox/", "//", "/cases/../"]
)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])


@given(METHODS, PLACES, st.one_of(TEXT, st.binary(max_size=40)), TEXT)
def test_any_path_and_query(web: Web, method: str, place: str, rest: str | bytes, query: str) -> None:
    written = rest if isinstance(rest, bytes) else rest.encode("utf-8", "surrogatepass")
    path = f"{place}{quote(written, safe='/%:;,')}?{quote(query.encode('utf-8', 'surrogatepass'), safe='=&%')}"
    assert web.ask(method, path) in {200, 304, 308, 400, 404, 405}


NAMES = st.sampled_from(
    ["Range", "If-None-Match", "If-Modified-Since", "Accept", "Content-Type", "Cookie", "X-Forwarded-For", "Forwarded",
     "X-Forwarded-Host", "Authorization", "Expect", "Upgrade", "Content-Encoding", "Transfer-Encoding",
     "X-HTTP-Method-Override"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60),
    st.sampled_from(
        ["bytes=0-,0-,0-", "bytes=-1", "bytes=9-1", "*", 'W/"', "gzip", "chunked", "identity", "100-continue", "=", ";q=9"]
    ),
)


@given(
    st.sampled_from(["/healthz", "/readyz", "/cases/70-0000001", "/media/x.jpg", "/x"]),
    st.dictionaries(NAMES, VALUES, max_size=4),
)
@example("/healthz", {"Transfer-Encoding": "gzip"})
@example("/x", {"X-Forwarded-For": '"'})
def test_any_headers(web: Web, path: str, headers: dict[str, str]) -> None:
    lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *(f"{k}: {v}" for k, v in headers.items())]
    got = web.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
    assert not got or got.startswith(b"HTTP/1.")
    # 501 is HTTP's own word for a transfer coding that is not known.
    assert b" 500 " not in got.partition(b"\r\n")[0], got[:300]
