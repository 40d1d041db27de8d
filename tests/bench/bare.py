"""What the webhook is measured against: a bare Flask endpoint with signature check and one durable insert."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import sqlite3
import sys
import threading

import waitress
from flask import Flask, Response, request

from tests.support.service import SECRET


def main() -> None:
    """`python -m tests.bench.bare PORT FILE`"""
    port, file = int(sys.argv[1]), sys.argv[2]
    local = threading.local()
    turn = threading.Lock()
    app = Flask("bare")
    logging.getLogger("waitress.queue").setLevel(logging.CRITICAL)

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(file, isolation_level=None, timeout=30)
            local.connection.execute("PRAGMA journal_mode=WAL")
            local.connection.execute("PRAGMA synchronous=FULL")
        made: sqlite3.Connection = local.connection
        return made

    connection().execute("CREATE TABLE inbox (event_id TEXT PRIMARY KEY, raw TEXT)")

    @app.post("/callback")
    def callback() -> Response:
        body = request.get_data()
        right = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest())
        if not hmac.compare_digest(right, request.headers.get("X-Line-Signature", "").encode()):
            return Response("no", 401)
        events = json.loads(body)["events"]
        with turn:
            for event in events:
                connection().execute(
                    "INSERT OR IGNORE INTO inbox VALUES (?, ?)",
                    (event["webhookEventId"], json.dumps(event, ensure_ascii=False)),
                )
        return Response("OK")

    waitress.serve(app, host="127.0.0.1", port=port, threads=16, ident=None, connection_limit=1000)


if __name__ == "__main__":
    main()
