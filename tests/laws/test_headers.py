"""Every answer of every route of the composed app is armoured, errors included; a new route without headers fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from werkzeug.test import TestResponse

import app
from bot import settings
from bot.guard import HSTS

REAL = {
    "LINE_CHANNEL_SECRET": "s",
    "LINE_CHANNEL_ACCESS_TOKEN": "t",
    "DATA_KEY": Fernet.generate_key().decode(),
    "PUBLIC_URL": "https://1555.example",
}
KEPT = {"handbook.picture", "pages.picture", "sandbox.content"}
"""What a browser may keep for a while: pictures behind unguessable names, and the stand-in's."""
PUBLIC = ("map.",)
"""What is the same for everybody and says nothing of anybody: the map with its files and data."""


@pytest.fixture(scope="module", params=["real", "sandbox", "no public address"])
def composed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Flask]]:
    folder = tmp_path_factory.mktemp("composed")
    env = {"DATABASE_URL": f"sqlite:///{folder / 'x.db'}", "MEDIA_DIR": str(folder / "media"), "DATA_KEY": REAL["DATA_KEY"]}
    if request.param != "sandbox":
        env |= REAL
    if request.param == "no public address":
        del env["PUBLIC_URL"]
    service = app.build(settings.load(env))
    yield request.param, service.web
    service.store.close()


def check(answer: TestResponse, mode: str) -> None:
    what = (answer.request.path, answer.request.method, answer.status_code, dict(answer.headers))
    csp = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in csp or (mode == "sandbox" and "default-src 'self'" in csp), what
    assert "frame-ancestors 'none'" in csp and "base-uri 'none'" in csp and "unsafe-eval" not in csp, what
    assert "script-src" not in csp or "unsafe-inline" not in csp.partition("script-src")[2].partition(";")[0], what
    assert answer.headers["X-Content-Type-Options"] == "nosniff", what
    assert answer.headers["Referrer-Policy"] == "no-referrer", what
    assert answer.headers["X-Frame-Options"] == "DENY", what
    assert answer.headers["Cache-Control"], what
    assert "Set-Cookie" not in answer.headers and "Server" not in answer.headers, what
    assert "Access-Control-Allow-Origin" not in answer.headers, what
    assert answer.headers.get("Strict-Transport-Security") == (HSTS if mode == "real" else None), what


def asked(web: Flask) -> list[tuple[str, str]]:
    """Every route with something in its places, every method, and paths that are nobody's."""
    found = [
        (method, path) for method in ("GET", "POST", "PUT", "OPTIONS") for path in ("/nobody", "/cases", "/%00", "//x", "/")
    ]
    for rule in web.url_map.iter_rules():
        path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?\w+>", "1", rule.rule)
        found += [(method, path) for method in {*(rule.methods or ()), "GET", "DELETE"}]
    return found


def test_every_answer_is_armoured(composed: tuple[str, Flask]) -> None:
    mode, web = composed
    for method, path in asked(web):
        with web.test_client() as client:
            answer = client.open(path, method=method)
            check(answer, mode)
            answer.close()


def test_errors_are_armoured_and_say_nothing(composed: tuple[str, Flask], caplog: pytest.LogCaptureFixture) -> None:
    """A page that fails: 500, no word of why to the caller, the place but no word in the log."""
    mode, web = composed
    secret = "0812345678"
    endpoint = "pages.healthz"
    whole = web.view_functions[endpoint]

    def fails() -> str:
        raise RuntimeError(secret)

    web.view_functions[endpoint] = fails
    try:
        answer = web.test_client().get("/healthz")
    finally:
        web.view_functions[endpoint] = whole
    check(answer, mode)
    assert answer.status_code == 500 and secret not in answer.text and "RuntimeError" not in answer.text
    assert secret not in caplog.text and "RuntimeError at" in caplog.text


def test_nothing_personal_is_kept_by_browsers_or_proxies(composed: tuple[str, Flask]) -> None:
    mode, web = composed
    for rule in web.url_map.iter_rules():
        if mode == "sandbox" or rule.endpoint in KEPT or rule.endpoint.startswith(("static", *PUBLIC)):
            continue
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        assert web.test_client().get(path).headers["Cache-Control"] == "no-store", path


def test_no_route_shows_files_of_a_folder(composed: tuple[str, Flask]) -> None:
    """Flask offers /static by itself; the service has none outside the sandbox."""
    mode, web = composed
    served = {rule.rule for rule in web.url_map.iter_rules() if "path:" in rule.rule}
    assert served <= ({"/sandbox/static/<path:filename>", "/sandbox/line/<path:rest>"} if mode == "sandbox" else set()), served


def test_there_is_a_list_of_what_the_service_answers(composed: tuple[str, Flask]) -> None:
    """docs/security.md names every way in."""
    _, web = composed
    text = Path(app.__file__).with_name("docs").joinpath("security.md").read_text("utf-8")
    for rule in web.url_map.iter_rules():
        if not rule.rule.startswith("/sandbox"):
            assert f"`{rule.rule}`" in text, f"docs/security.md does not name {rule.rule}"
