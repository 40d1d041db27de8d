"""The service as a process of its own: started, called, killed and started again over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.settings import KNOWN
from casework import rules
from storage import cases
from storage.engine import Store
from storage.models import Case, InboxEvent, OutboxMessage
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
SECRET, TOKEN = "right-secret", "right-token"
Json = dict[str, Any]
QUICK_RULES = "[jobs]\nsweep_seconds = 0.25\n"
SETTINGS = {known.name for known in KNOWN}


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Answer:
    """An HTTP answer."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def signature(body: bytes, secret: str = SECRET) -> str:
    """What LINE writes into x-line-signature."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Household:
    """What all processes of one installation share: folder, database, media, settings."""

    def __init__(
        self, folder: Path, api_host: str, *, database_url: str | None = None, rules_text: str = QUICK_RULES, **env: str
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.media = folder, folder / "media"
        rules_file = folder / "rules.toml"
        rules_file.write_text(rules_text, "utf-8")
        self.url = database_url or f"sqlite:///{folder / 'service.db'}"
        self.env = {
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_HOST": api_host,
            "DATABASE_URL": self.url,
            "DATA_KEY": Fernet.generate_key().decode(),
            "MEDIA_DIR": str(self.media),
            "RULES_FILE": str(rules_file),
            "HOST": "127.0.0.1",
            **env,
        }
        self.rules = rules.load(rules_file)
        self._store: Store | None = None
        self._lock = threading.Lock()

    @property
    def store(self) -> Store:
        """The database, from outside."""
        with self._lock:
            if self._store is None:
                self._store = Store(self.url, pool=2)
            return self._store

    def close(self) -> None:
        """Let the database go."""
        if self._store is not None:
            self._store.close()
            self._store = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A look into the database."""
        with self.store.read() as session:
            yield session

    def environment(self, **more: str) -> dict[str, str]:
        """The whole environment of a process."""
        kept = {k: v for k, v in os.environ.items() if k not in SETTINGS}
        return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | self.env | more

    def cases(self, reporter: str | None = None) -> list[Case]:
        """The cases (of a person), oldest first."""
        with self.read() as session:
            query = select(Case).order_by(Case.id)
            return list(session.scalars(query if reporter is None else query.where(Case.reporter == reporter)))

    def events(self, *states: str) -> list[InboxEvent]:
        """Inbox rows in these states (all, by default)."""
        with self.read() as session:
            rows = session.scalars(select(InboxEvent).order_by(InboxEvent.id)).all()
            return [row for row in rows if not states or row.state in states]

    def outbox(self, *states: str) -> list[OutboxMessage]:
        """Outbox rows in these states (all, by default)."""
        with self.read() as session:
            rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
            return [row for row in rows if not states or row.state in states]

    def quiet(self, *chats: str) -> bool:
        """Nothing waits and nothing is owed (of these chats)."""
        busy = [row.chat for row in self.events("waiting")] + [row.chat for row in self.outbox("waiting", "sending")]
        return not [chat for chat in busy if not chats or chat in chats]

    def until_quiet(self, *chats: str, seconds: float = 40.0) -> None:
        """Wait until all is done (of these chats)."""
        until(lambda: self.quiet(*chats), seconds=seconds, why="inbox and outbox to be empty")

    def staff_moves(self, number: str, status: str, note: str | None = None, reason: str | None = None) -> None:
        """What the command line does with `cases status`."""
        from datetime import UTC, datetime

        with self.store.write() as session:
            case = cases.must(session, number)
            cases.move(session, case, status, datetime.now(UTC), who="staff", actor="staff:test", note=note, reason=reason)


class Process:
    """One process of the service, in a role."""

    def __init__(
        self, household: Household, role: str = "all", *, port: int | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        self.household, self.role, self.more = household, role, dict(env or {})
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._log = household.folder / "none.log"

    def begin(self) -> Process:
        """Start it without waiting."""
        assert self._process is None
        self._starts += 1
        self._log = self.household.folder / f"{self.role}-{self.port}-{self._starts}.log"
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, str(ROOT / "app.py"), *([] if self.role == "all" else [self.role])],
                cwd=self.household.folder,
                env=self.household.environment(PORT=str(self.port), **self.more),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        return self

    def start(self) -> Process:
        """Start it and wait until it takes traffic."""
        self.begin()
        return self.ready()

    def ready(self) -> Process:
        """Wait until it is."""
        until(self._is_ready, seconds=60, why=f"{self.role} to be ready")
        return self

    def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"{self.role} ended with {self._process.returncode}:\n{self.log()}")
        if self.role in {"worker", "scheduler"}:
            return "ready: " in self.log()
        try:
            return self.get("/readyz").status == 200
        except OSError:
            return False

    def log(self) -> str:
        """What it wrote."""
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """The power goes: kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(30)
        self._process = None

    def stop(self, seconds: float = 60) -> int:
        """SIGTERM; its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.role} did not stop:\n{self.log()[-4000:]}") from None
        self._process = None
        return code

    def ends(self, seconds: float = 60) -> int:
        """Wait for its own end; the exit code."""
        assert self._process is not None
        code = self._process.wait(seconds)
        self._process = None
        return code

    # HTTP

    def call(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One call. Raises OSError where the connection does not come about or breaks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            got = connection.getresponse()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        except http.client.HTTPException as problem:
            raise ConnectionError(str(problem)) from problem
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        """GET."""
        return self.call("GET", path)

    def post_raw(self, body: bytes, signed: str | None = None, **headers: str) -> Answer:
        """A webhook of these bytes, rightly signed unless told otherwise."""
        sent = {"Content-Type": "application/json; charset=utf-8", "X-Line-Signature": signed or signature(body)}
        return self.call("POST", "/callback", body, sent | headers)

    def post(self, *events: Json) -> Answer:
        """A webhook with these events."""
        return self.post_raw(json.dumps({"destination": "U" + "0" * 32, "events": list(events)}).encode())

    def accept(self, *events: Json) -> None:
        """A webhook that must be answered 200."""
        answer = self.post(*events)
        assert answer.status == 200, (answer.status, answer.text, self.log()[-3000:])

    def post_stubbornly(self, *events: Json, seconds: float = 60) -> None:
        """As LINE with redelivery: again and again until it is answered 200."""
        end = time.monotonic() + seconds
        while True:
            try:
                if self.post(*events).status == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < end, f"the webhook is not answered:\n{self.log()[-3000:]}"
            time.sleep(0.02)
