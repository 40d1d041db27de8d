"""A strict LINE over real HTTP: keeps every call, answers as LINE does, fails on order.

What LINE would never let pass, or what the service must never do, goes to `violations`; a test's end looks at it.
"""

from __future__ import annotations

import itertools
import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.limits_message import check_messages
from tests.support.waiting import until

Json = dict[str, Any]
TOKEN_SECONDS = 60.0
GROUP_CALL = re.compile(r"/v2/bot/(?:group|room)/([CR][0-9a-f]{32})/(summary|leave|members/count|member/U[0-9a-f]{32})")
CHAT = re.compile(r"[UCR][0-9a-f]{32}")
PERSON = re.compile(r"U[0-9a-f]{32}")
DIES_BEFORE = {"500", "429", "quota", "400", "401", "hang", "drop"}
DIES_AFTER = {"500_after", "hang_after", "drop_after"}


@dataclass
class Call:
    """One request of the service's."""

    number: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    chat: str | None = None
    status: int | None = None
    fault: str | None = None

    @property
    def json(self) -> Json:
        """The body."""
        parsed = json.loads(self.body or b"{}")
        return parsed if isinstance(parsed, dict) else {}

    @property
    def kind(self) -> str:
        """reply, push, multicast, content, profile, loading, quota, group or other."""
        return _kind(self.path)

    @property
    def retry_key(self) -> str | None:
        """The retry key."""
        return self.headers.get("x-line-retry-key")


@dataclass
class Delivered:
    """One call that reached a person's telephone."""

    number: int
    chat: str
    via: str
    name: str
    """The reply token or the retry key."""
    messages: list[Json]


@dataclass
class Fault:
    """What goes wrong with calls of this kind (to this chat), so many times."""

    kind: str
    what: str
    chat: str | None = None
    times: float = 1
    struck: int = 0

    def __post_init__(self) -> None:
        assert self.what in DIES_BEFORE | DIES_AFTER, self.what


@dataclass
class Content:
    """A photo or file: what is answered, one after the other; the last for ever."""

    body: bytes = b""
    mime: str = "image/jpeg"
    statuses: list[int] = field(default_factory=lambda: [200])
    asked: int = 0
    seconds: float = 0.0
    """How long LINE takes for it."""


@dataclass
class _Token:
    chat: str
    born: float
    used: bool = False


class FakeLine:
    """Start with `with FakeLine() as line:`; `line.url` is the LINE_API_HOST."""

    def __init__(self, access_token: str = "right-token") -> None:
        self.access_token = access_token
        self.lock = threading.RLock()
        self.calls: list[Call] = []
        self.delivered: list[Delivered] = []
        self.violations: list[str] = []
        self.allowed: list[str] = []
        """Violations that a test provoked on purpose: those that contain one of these are not counted."""
        self.contents: dict[str, Content] = {}
        self.blocked: set[str] = set()
        self.chats: set[str] = set()
        self.members: dict[str, list[str]] = {}
        """Groups whose members matter, without the account; others have one."""
        self.names: dict[str, str] = {}
        """What people are called, by id."""
        self.left: list[str] = []
        """Groups that the account has left."""
        self.faults: list[Fault] = []
        self.down: str | None = None
        """What is wrong with every call, if something is."""
        self.quota: int | None = 1000
        self.insight: dict[str, object] = {"status": "ready", "followers": 120, "targetedReaches": 100, "blocks": 20}
        """The month's limit; told, not enforced (faults do that)."""
        self.per_second: int | None = None
        """Replies and pushes taken in one second of the clock; 429 for the others."""
        self._second, self._taken = 0, 0
        self._by_chat: dict[str, list[Delivered]] = {}
        self._open: set[socket.socket] = set()
        self._tokens: dict[str, _Token] = {}
        self._keys: dict[str, tuple[bytes, str, Json]] = {}
        self._numbers = itertools.count(1)
        self._released = threading.Event()
        line = self

        class Handler(_Handler):
            fake = line

        self._handler = Handler
        self._listen(0)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _listen(self, port: int) -> None:
        self._server = _Server(("127.0.0.1", port), self._handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> FakeLine:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._leave()

    def _leave(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # What a test sets up.

    def token(self, chat: str) -> str:
        """A fresh reply token for an event of this chat."""
        with self.lock:
            self.chats.add(chat)
            token = uuid.uuid4().hex
            self._tokens[token] = _Token(chat, time.monotonic())
            return token

    def expire(self, token: str) -> None:
        """The token is too old from now on."""
        self._tokens[token].born = -1e9

    def fail(self, kind: str, what: str, *, chat: str | None = None, times: float = 1) -> Fault:
        """Order a fault, `what` of: 500 429 quota 400 401 hang drop (before LINE accepts), 500_after hang_after drop_after."""
        fault = Fault(kind, what, chat, times)
        with self.lock:
            self.faults.append(fault)
        return fault

    def release(self) -> None:
        """Calls that hang are cut off now; later ones hang again."""
        was, self._released = self._released, threading.Event()
        was.set()

    @contextmanager
    def outage(self, what: str = "500") -> Iterator[None]:
        """This is wrong with every call for a while; `quota` with pushes only."""
        assert what in DIES_BEFORE | DIES_AFTER, what
        self.down = what
        try:
            yield
        finally:
            self.down = None
            self.release()

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        """Nobody listens for a while, and connections that were open are cut."""
        port = self._server.server_address[1]
        self._leave()
        with self.lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        try:
            yield
        finally:
            self._listen(int(port))
            self._thread.start()

    # What a test looks at.

    def received(self, chat: str) -> list[Delivered]:
        """What reached this chat, in order."""
        with self.lock:
            return list(self._by_chat.get(chat, ()))

    def messages(self, chat: str) -> list[Json]:
        """The messages that reached this chat, in order."""
        return [m for d in self.received(chat) for m in d.messages]

    def tried(self, chat: str, *kinds: str) -> list[Call]:
        """The calls that were made for this chat, whether they came through or not."""
        with self.lock:
            return [c for c in self.calls if c.chat == chat and (not kinds or c.kind in kinds)]

    def message_id(self, number: int, at: int) -> str:
        """The id that a message of the call of this number was given, by its place in it."""
        return str(number * 10 + at)

    def used(self, token: str) -> bool:
        """Whether the token has been used up."""
        return self._tokens[token].used

    def wait_for(self, what: Callable[[], object], *, seconds: float = 30.0, why: str = "") -> None:
        """Wait until `what()` holds."""
        until(what, seconds=seconds, why=why or "the service to call LINE")

    def check(self) -> None:
        """Raise where the service did something that LINE does not allow, or said something twice."""
        with self.lock:
            bad = [v for v in self.violations if not any(a in v for a in self.allowed)]
            self.violations.clear()
            names = [(d.name, d.chat) for d in self.delivered]
        assert not bad, bad
        assert len(names) == len(set(names))

    # How calls are answered.

    def serve(self, call: Call) -> tuple[int, Json | bytes, dict[str, str]] | None:
        """LINE's answer; None to cut the connection."""
        with self.lock:
            call.number = next(self._numbers)
            self.calls.append(call)
            call.chat = self._chat_of(call)
            fault = self._fault_for(call)
            call.fault = fault
        if call.kind == "content" and (slow := self.contents.get(call.path.split("/")[4])) is not None and slow.seconds:
            self._released.wait(slow.seconds)
        if fault in {"hang", "drop"}:
            self._hang(fault)
            return None
        if fault in DIES_BEFORE:
            return _ORDERED[str(fault)]
        with self.lock:
            answer = self._answer(call)
        if fault in {"hang_after", "drop_after"}:
            self._hang(str(fault))
            return None
        return _ORDERED["500"] if fault == "500_after" else answer

    def _hang(self, fault: str) -> None:
        if fault.startswith("hang"):
            self._released.wait(60)

    def _fault_for(self, call: Call) -> str | None:
        if self.down and (self.down != "quota" or call.kind in {"push", "multicast"}):
            return self.down
        if self.per_second is not None and call.kind in {"reply", "push"} and self._too_many(self.per_second):
            return "429"
        for fault in self.faults:
            if fault.kind == call.kind and fault.chat in {None, call.chat} and fault.struck < fault.times:
                fault.struck += 1
                return fault.what
        return None

    def _too_many(self, most: int) -> bool:
        second = int(time.monotonic())
        self._taken = self._taken + 1 if second == self._second else 1
        self._second = second
        return self._taken > most

    def _chat_of(self, call: Call) -> str | None:
        if call.kind == "push":
            return str(call.json.get("to"))
        if call.kind == "reply":
            known = self._tokens.get(str(call.json.get("replyToken")))
            return known.chat if known else None
        return None

    def _answer(self, call: Call) -> tuple[int, Json | bytes, dict[str, str]]:
        if call.headers.get("authorization") != f"Bearer {self.access_token}":
            self.violations.append(f"{call.path}: wrong access token")
            return 401, {"message": "Authentication failed."}, {}
        handlers = {"reply": self._reply, "push": self._push, "multicast": self._multicast, "content": self._content}
        handler = handlers.get(call.kind)
        if handler is not None:
            return handler(call)
        if call.kind == "loading":
            return 202, {}, {}
        if call.kind == "profile":
            user = call.path.rpartition("/")[2]
            return (200, {"displayName": "สมชาย", "userId": user}, {}) if user in self.chats else _NOT_FOUND
        if (place := GROUP_CALL.fullmatch(call.path)) is not None:
            return self._group(place[1], place[2])
        if call.path == "/v2/bot/info":
            return 200, {"userId": "U" + "0" * 32, "basicId": "@1555", "displayName": "1555"}, {}
        if call.path == "/v2/bot/channel/webhook/endpoint":
            return 200, {"endpoint": "https://1555.example/callback", "active": True}, {}
        if call.path == "/v2/bot/channel/webhook/test":
            return 200, {"success": True, "statusCode": 200, "reason": "OK", "detail": "200"}, {}
        if call.path == "/v2/bot/message/quota":
            return 200, {"type": "none"} if self.quota is None else {"type": "limited", "value": self.quota}, {}
        if call.path.startswith("/v2/bot/insight/followers"):
            return 200, self.insight, {}
        if call.path == "/v2/bot/message/quota/consumption":
            return 200, {"totalUsage": sum(d.via != "reply" for d in self.delivered)}, {}
        if not call.path.startswith("/v2/bot/richmenu"):
            self.violations.append(f"unknown call {call.method} {call.path}")
        return _NOT_FOUND

    def _group(self, chat: str, what: str) -> tuple[int, Json, dict[str, str]]:
        if chat not in self.chats or chat in self.left:
            return _NOT_FOUND
        if what == "leave":
            self.left.append(chat)
            return 200, {}, {}
        if what == "members/count":
            return 200, {"count": len(self.members.get(chat, "1"))}, {}
        if what == "summary":
            return 200, {"groupId": chat, "groupName": self.names.get(chat, "กลุ่ม")}, {}
        user = what.rpartition("/")[2]
        if user not in self.members.get(chat, [user]):
            return _NOT_FOUND
        return 200, {"userId": user, "displayName": self.names.get(user, "สมชาย")}, {}

    def _messages_of(self, call: Call) -> list[Json] | None:
        if not call.headers.get("content-type", "").startswith("application/json"):
            self.violations.append(f"{call.path}: content type {call.headers.get('content-type')}")
        messages = call.json.get("messages")
        wrong = check_messages(messages)
        if wrong or len(call.body) > 2_000_000:
            self.violations.append(f"{call.path}: {wrong[:3]} {len(call.body)} bytes")
            return None
        assert isinstance(messages, list)
        return messages

    def _deliver(self, call: Call, chat: str, name: str, messages: list[Json]) -> Json:
        if chat not in self.blocked:
            made = Delivered(call.number, chat, call.kind, name, messages)
            self.delivered.append(made)
            self._by_chat.setdefault(chat, []).append(made)
        return {"sentMessages": [{"id": self.message_id(call.number, n)} for n in range(len(messages))]}

    def _reply(self, call: Call) -> tuple[int, Json, dict[str, str]]:
        if call.retry_key is not None:
            self.violations.append("a reply with a retry key")
            return 400, {"message": "The retry key is not supported for this endpoint"}, {}
        messages = self._messages_of(call)
        if messages is None:
            return _WRONG_BODY
        name = str(call.json.get("replyToken"))
        token = self._tokens.get(name)
        if token is None or token.used or time.monotonic() - token.born > TOKEN_SECONDS:
            if token is None or token.used:
                self.violations.append("a reply token that LINE never gave, or gave back used")
            return 400, {"message": "Invalid reply token"}, {}
        token.used = True
        return 200, self._deliver(call, token.chat, name, messages), {}

    def _accepted_before(self, call: Call) -> tuple[int, Json, dict[str, str]] | None:
        """LINE's answer where the retry key is none, or known."""
        key = call.retry_key or ""
        try:
            uuid.UUID(key)
        except ValueError:
            self.violations.append(f"a {call.kind} without a retry key")
            return 400, {"message": "The retry key is invalid"}, {}
        if key in self._keys:
            body, request_id, before = self._keys[key]
            if body != call.body:
                self.violations.append("a retry key with another body")
            again = {"message": "The retry key is already accepted", **before}
            return 409, again, {"x-line-accepted-request-id": request_id}
        return None

    def _multicast(self, call: Call) -> tuple[int, Json, dict[str, str]]:
        before = self._accepted_before(call)
        if before is not None:
            return before
        messages, to = self._messages_of(call), call.json.get("to")
        people = [one for one in to if isinstance(one, str) and PERSON.fullmatch(one)] if isinstance(to, list) else []
        if messages is None or not isinstance(to, list) or not 1 <= len(to) <= 500 or people != to:
            self.violations.append(f"a multicast to {len(people)} people, {call.body[:80]!r}")
            return _WRONG_BODY
        if len(set(people)) != len(people):
            self.violations.append("a multicast that names somebody twice")
        for one in dict.fromkeys(people):
            if one in self.chats:
                self._deliver(call, one, str(call.retry_key), messages)
        self._keys[str(call.retry_key)] = call.body, str(uuid.uuid4()), {}
        return 200, {}, {}

    def _push(self, call: Call) -> tuple[int, Json, dict[str, str]]:
        before = self._accepted_before(call)
        if before is not None:
            return before
        key = str(call.retry_key)
        messages = self._messages_of(call)
        if messages is None:
            return _WRONG_BODY
        chat = str(call.json.get("to"))
        if not CHAT.fullmatch(chat) or chat not in self.chats:
            self.violations.append("a push to nobody")
            return 400, {"message": "Failed to send messages"}, {}
        answer = self._deliver(call, chat, key, messages)
        self._keys[key] = call.body, str(uuid.uuid4()), answer
        return 200, answer, {}

    def _content(self, call: Call) -> tuple[int, Json | bytes, dict[str, str]]:
        content = self.contents.get(call.path.split("/")[4])
        if content is None:
            return _NOT_FOUND
        status = content.statuses[min(content.asked, len(content.statuses) - 1)]
        content.asked += 1
        if status == 200:
            return 200, content.body, {"content-type": content.mime}
        return status, {"message": "Not ready" if status == 202 else "Gone"}, {}


_NOT_FOUND: tuple[int, Json, dict[str, str]] = (404, {"message": "Not found"}, {})
_WRONG_BODY: tuple[int, Json, dict[str, str]] = (
    400,
    {"message": "The request body has 1 error(s)", "details": [{"message": "invalid", "property": "messages[0]"}]},
    {},
)
_ORDERED: dict[str, tuple[int, Json, dict[str, str]]] = {
    "500": (500, {"message": "Internal Server Error"}, {}),
    "429": (429, {"message": "The API rate limit has been exceeded. Try again later."}, {}),
    "quota": (429, {"message": "You have reached your monthly limit."}, {}),
    "400": (400, {"message": "Invalid reply token"}, {}),
    "401": (401, {"message": "Authentication failed."}, {}),
}


def _kind(path: str) -> str:
    for name, shape in (
        ("reply", r"/v2/bot/message/reply"),
        ("push", r"/v2/bot/message/push"),
        ("multicast", r"/v2/bot/message/multicast"),
        ("content", r"/v2/bot/message/[^/]+/content"),
        ("profile", r"/v2/bot/profile/.+"),
        ("loading", r"/v2/bot/chat/loading/start"),
        ("quota", r"/v2/bot/message/quota.*"),
        ("group", r"/v2/bot/(group|room)/.*"),
    ):
        if re.fullmatch(shape, path):
            return name
    return "other"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A service that is killed leaves broken connections; that is what they are for."""


class _Handler(BaseHTTPRequestHandler):
    fake: FakeLine
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120

    def setup(self) -> None:
        """Remember the connection."""
        super().setup()
        with self.fake.lock:
            self.fake._open.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        with self.fake.lock:
            self.fake._open.discard(self.connection)
        super().finish()

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            # The service died between the head and the body: LINE never got a request.
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(0, self.command, self.path, headers, body)
        answer = self.fake.serve(call)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, content, more = answer
        call.status = status
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("x-line-request-id", str(uuid.uuid4()))
        for name, value in {"content-type": "application/json", **more, "content-length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    do_GET = do_POST = do_DELETE = do_PUT = _serve

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""
