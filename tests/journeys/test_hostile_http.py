"""Callers who mean harm: slow ones, many at once, malformed requests, forged signatures, too many questions."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from bot.guard import SAFE
from bot.server import more_files
from tests.support.fake_line import FakeLine
from tests.support.hatch import Hatched
from tests.support.service import Household, Process, signature
from tests.support.waiting import until

EMPTY = b'{"events":[]}'
HEAD = b"POST /callback HTTP/1.1\r\nHost: x\r\n"
AWAY = "203.0.113."
RULES = "[jobs]\nsweep_seconds = 5\n[limits]\nrequest_seconds = 2\npage_requests = 20\nwrong_signatures = 5\n"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A service with short limits."""
    with FakeLine() as line:
        folder = tmp_path_factory.mktemp("guarded")
        household = Household(folder, line.url, rules_text=RULES, PUBLIC_URL="https://1555.example")
        process = Hatched(household, "web").start()
        yield process
        assert process.stop() == 0, process.log()
        household.close()
        assert "Traceback" not in process.log() and " ERROR " not in process.log(), process.log()


def opened(service: Process, sent: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=20)
    connection.sendall(sent)
    return connection


def answer(service: Process, sent: bytes) -> bytes:
    """All that comes back."""
    got = b""
    with opened(service, sent) as connection, contextlib.suppress(OSError):
        while piece := connection.recv(65_536):
            got += piece
    return got


def hung_up(connection: socket.socket) -> bool:
    """Whether the service closed it."""
    connection.setblocking(False)
    try:
        return connection.recv(1000) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


SLOW = {
    "head": HEAD + b"X-Slow: ",
    "body": HEAD + b"Content-Length: 4000\r\n\r\n",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n",
}


def test_who_drips_is_hung_up_on_and_nobody_waits(guarded: Process) -> None:
    """In the head, in the body, in a chunk: fifty of each at once."""
    slow = [opened(guarded, begun) for begun in SLOW.values() for _ in range(50)]
    assert guarded.post_raw(EMPTY).status == 200

    def all_gone() -> bool:
        time.sleep(0.3)  # between two drops
        for connection in slow:
            with contextlib.suppress(OSError):
                connection.send(b"a")
        return all(hung_up(connection) for connection in slow)

    until(all_gone, seconds=30, why="the slow to be hung up on")
    for connection in slow:
        connection.close()
    assert guarded.post_raw(EMPTY).status == 200


@pytest.mark.parametrize("begun", [b"", HEAD + b"X-Slow: "], ids=["silent", "half a head"])
def test_a_thousand_open_connections_keep_nobody_out(guarded: Process, begun: bytes) -> None:
    more_files()  # for this process
    held = []
    try:
        for _ in range(1300):
            held.append(opened(guarded, begun))
        for _ in range(5):
            assert guarded.post_raw(EMPTY).status == 200
    finally:
        for connection in held:
            connection.close()


def test_a_webhook_that_comes_slowly_but_in_time_is_taken(guarded: Process) -> None:
    head = HEAD + b"X-Line-Signature: " + signature(EMPTY).encode() + b"\r\nConnection: close\r\nContent-Length: 13\r\n\r\n"
    with opened(guarded, head) as connection:
        for byte in EMPTY:
            time.sleep(0.02)
            connection.sendall(bytes([byte]))
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


BROKEN = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    "method": b"get /healthz HTTP/1.1\r\n\r\n",
    "length": HEAD + b"Content-Length: -1\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    "endless length": HEAD + b"Content-Length: 99999999999999999999\r\n\r\n",
    "chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 70_000 + b"\r\n\r\n",
    "path": b"GET /cases/" + b"9" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "folded": b"GET /healthz HTTP/1.1\r\nHost: x\r\n X-Line: x\r\nBad Name: x\r\n\r\n",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_request_is_refused_with_all_headers(guarded: Process, kind: str) -> None:
    got = answer(guarded, BROKEN[kind]).decode("latin-1")
    assert got.startswith(("HTTP/1.0 4", "HTTP/1.1 4")), got
    head = got.partition("\r\n\r\n")[0].lower()
    for name, value in SAFE.items():
        assert f"{name}: {value}".lower() in head, got
    assert "strict-transport-security" in head and "\r\nserver:" not in head


def test_length_and_chunks_together_smuggle_nothing(guarded: Process) -> None:
    """The length counts for nothing beside chunks, and the connection ends, so nothing is read as a second request."""
    inner = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = HEAD + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n" % len(inner) + inner
    got = answer(guarded, sent)
    assert got.count(b"HTTP/1.1") == 1 and b"rongtook" not in got


@pytest.mark.parametrize("host", ["evil.example", "", "a" * 300, "[::1", "x:99999999", "../..", "a b"])
def test_a_foreign_host_name_is_never_repeated(guarded: Process, host: str) -> None:
    for path in ("/healthz", "/nobody", "/cases/70-0000001"):
        got = answer(guarded, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert b"evil" not in got and b"Location" not in got, got


def test_a_signature_with_underscores_or_twice_is_none(guarded: Process) -> None:
    signed = signature(EMPTY)
    for headers in (f"X_Line_Signature: {signed}", f"X-Line-Signature: {signed}\r\nX-Line-Signature: {signed}"):
        sent = HEAD + headers.encode() + b"\r\nConnection: close\r\nContent-Length: 13\r\n\r\n" + EMPTY
        assert answer(guarded, sent).startswith(b"HTTP/1.1 4")


def statuses(ask: Callable[[], int], count: int) -> list[int]:
    return [ask() for _ in range(count)]


def test_one_address_may_not_ask_for_pages_without_end(guarded: Process) -> None:
    def ask(address: str) -> int:
        return guarded.call("GET", "/cases/70-0000001", headers={"X-Forwarded-For": address}).status

    first = statuses(lambda: ask(AWAY + "1"), 50)
    assert 429 in first and first[0] == 404
    assert ask(AWAY + "2") == 404
    # What the caller writes before the last entry is its own invention.
    assert 429 in statuses(lambda: ask(f"{AWAY}3, {AWAY}1"), 50)
    # This machine itself is never limited.
    assert 429 not in statuses(lambda: guarded.get("/readyz").status, 60)


def test_neighbours_in_one_ipv6_network_count_as_one(guarded: Process) -> None:
    asked = iter(range(1, 100))
    got = statuses(
        lambda: guarded.call("GET", "/cases/x", headers={"X-Forwarded-For": f"2001:db8:0:7::{next(asked):x}"}).status, 50
    )
    assert 429 in got


def test_wrong_signatures_are_limited_and_right_ones_never(guarded: Process) -> None:
    headers = {"X-Forwarded-For": AWAY + "9"}

    def forged() -> int:
        return guarded.call("POST", "/callback", EMPTY, headers | {"X-Line-Signature": signature(EMPTY, "other")}).status

    got = statuses(forged, 20)
    assert got[0] == 401 and 429 in got and set(got) == {401, 429}
    right = headers | {"X-Line-Signature": signature(EMPTY)}
    assert set(statuses(lambda: guarded.call("POST", "/callback", EMPTY, right).status, 60)) == {200}


def test_malformed_forwarding_is_no_way_around(guarded: Process) -> None:
    for value in ("", "x", "127.0.0.1\x00", "::", "a" * 5000, "127.0.0.1, "):
        assert guarded.call("GET", "/cases/x", headers={"X-Forwarded-For": value}).status in {400, 404, 429}, value
    got = statuses(lambda: guarded.call("GET", "/cases/x", headers={"X-Forwarded-For": "unknown"}).status, 50)
    assert 429 in got
