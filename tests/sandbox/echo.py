"""A tiny bot and a live server for it: the sandbox with somebody to talk to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import make_server

from sandbox.server import Sandbox, build

SECRET, TOKEN = "sesame", "open"
Json = dict[str, Any]
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Bot:
    """Keeps every event it is sent; `answer` makes messages of one; `status` is what it answers with."""

    def __init__(self) -> None:
        self.events: list[Json] = []
        self.signed: list[bool] = []
        self.status = [200]
        self.answer: Callable[[Json], list[Json]] | None = None
        self.base = ""

    def hear(self) -> Response:
        raw = request.get_data()
        wanted = base64.b64encode(hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()).decode()
        self.signed.append(hmac.compare_digest(wanted, request.headers["x-line-signature"]))
        status = self.status.pop(0) if len(self.status) > 1 else self.status[0]
        events = json.loads(raw)["events"]
        self.events += events
        for event in events if status == 200 else []:
            messages = self.answer(event) if self.answer else []
            if messages and "replyToken" in event:
                self.call("POST", "/v2/bot/message/reply", {"replyToken": event["replyToken"], "messages": messages})
        return Response("", status)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
        data = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers}
        url = f"{self.base}/sandbox/line{path}"
        try:
            with NO_PROXY.open(urllib.request.Request(url, data, sent, method=method), timeout=5) as answer:
                return answer.status, json.loads(answer.read() or b"{}"), dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"{}"), dict(error.headers)

    def wait(self, count: int, seconds: float = 5) -> list[Json]:
        end = time.monotonic() + seconds
        while len(self.events) < count and time.monotonic() < end:
            time.sleep(0.01)
        assert len(self.events) >= count, f"{len(self.events)} events, {count} were awaited"
        return self.events


class Rig:
    """Sandbox and bot on one port."""

    def __init__(self, outlines: Path | None = None, port: int = 0, **options: Any) -> None:
        self.socket = socket.create_server(("127.0.0.1", port))
        self.base = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.bot = Bot()
        self.bot.base = self.base
        self.sandbox: Sandbox = build(
            channel_secret=SECRET,
            channel_access_token=TOKEN,
            webhook_url=f"{self.base}/callback",
            outlines=outlines,
            **options,
        )
        self.app = Flask("rig", static_folder=None)
        self.app.register_blueprint(self.sandbox.blueprint)
        self.app.add_url_rule("/callback", view_func=self.bot.hear, methods=["POST"])
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True, fd=self.socket.fileno())
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Rig:
        self.thread.start()
        self.sandbox.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.stop()
        self.server.shutdown()
        self.thread.join(5)
        self.server.server_close()
        self.socket.close()

    def page(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """One call of the page's own API, by Flask's test client."""
        sent = {"X-Sandbox": "page", **headers}
        answer = self.app.test_client().open(f"/sandbox/api{path}", method=method, json=body, headers=sent)
        return answer.status_code, answer.get_json(silent=True)

    def person(self, name: str = "somchai", **more: object) -> str:
        status, person = self.page("POST", "/people", {"name": name, **more})
        assert status == 200, person
        return str(person["id"])

    def says(self, person: str, text: str, chat: str | None = None) -> Json:
        status, message = self.page("POST", f"/chats/{chat or person}/text", {"person": person, "text": text})
        assert status == 200, message
        return dict(message)

    def chat(self, chat: str) -> list[Json]:
        return list(self.page("GET", f"/chats/{chat}/messages")[1]["messages"])
