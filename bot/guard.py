"""What every answer carries and what every caller may ask: headers, limits by address, errors without words.

The webhook is never limited where its signature is right; this machine itself (health checks, Prometheus) never is.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import HTTPException

from bot.trouble import where
from casework.rules import Rules
from storage.engine import transient

log = logging.getLogger("web")
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""A part that needs another value sets it itself."""
HSTS = "max-age=31536000"
FREE = {"webhook.callback"}
"""Limited by something better than an address."""


def safe_headers(public_url: str | None, *, sandbox: bool) -> dict[str, str]:
    """The headers of every answer; with HSTS where the service has a public HTTPS address of its own."""
    public = public_url is not None and public_url.startswith("https://") and not sandbox
    return SAFE | ({"Strict-Transport-Security": HSTS} if public else {})


class Doorman:
    """Counts by address, in this process's memory."""

    def __init__(self, rules: Rules) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._pages = RateLimitItemPerMinute(rules.whole("limits", "page_requests"))
        self._wrong = RateLimitItemPerMinute(rules.whole("limits", "wrong_signatures"))

    def page(self, address: str | None) -> bool:
        """A page or picture is asked for; False where it is one too many."""
        key = caller(address)
        return key is None or self._limiter.hit(self._pages, "page", key)

    def wrong_signature(self, address: str | None) -> bool:
        """A webhook was signed wrongly; False where it is one too many."""
        key = caller(address)
        return key is None or self._limiter.hit(self._wrong, "signature", key)


def caller(address: str | None) -> str | None:
    """Whom to count for: the address, of IPv6 the network of one customer (/64); None for this machine."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return (address or "?")[:64]
    if ip.version == 6 and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return None
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def headed(within: WSGIApplication, headers: dict[str, str]) -> WSGIApplication:
    """Adds the headers that an answer does not set itself; as a layer around Flask, a tenth of the time of its own way."""
    ours = {name.lower(): (name, value) for name, value in headers.items()}

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def begin(status: str, given: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            set_already = {name.lower() for name, _ in given}
            return start(status, given + [pair for name, pair in ours.items() if name not in set_already], error)

        return within(environ, begin)

    return application


def guard(app: Flask, doorman: Doorman, headers: dict[str, str]) -> None:
    """Stands before and behind every route of the app, those that are added later included."""
    app.wsgi_app = headed(app.wsgi_app, headers)  # type: ignore[assignment, method-assign]

    @app.before_request
    def limit() -> Response | None:
        if request.endpoint in FREE or doorman.page(request.remote_addr):
            return None
        return Response("too many requests\n", 429, {"Retry-After": "60"}, mimetype="text/plain")

    @app.errorhandler(Exception)
    def failed(problem: Exception) -> Response | HTTPException:
        if isinstance(problem, HTTPException):
            return problem
        # Flask would log the error's words, which may repeat what was asked or stored.
        log.error("%s failed: %s", request.endpoint, where(problem))
        if transient(problem):  # the database is busy, full or away: not this request's fault, and soon over
            return Response("not just now, try again\n", 503, {"Retry-After": "5"}, mimetype="text/plain")
        return Response("something went wrong\n", 500, mimetype="text/plain")
