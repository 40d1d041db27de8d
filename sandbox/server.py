"""Puts the stand-in together: state, webhooks, the API the bot calls, the page. The one way in is `build`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from .acts import Acts
from .delivery import Delivery
from .line_core import LineApi, answer
from .line_messages import Sending
from .line_people import People
from .line_richmenu import RichMenus
from .page_api import PageApi
from .world import World, bot_user_id

STATIC = Path(__file__).parent / "static"
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
NAMES = {"localhost", "127.0.0.1", "::1"}
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGE_HEADER = "X-Sandbox"


class Sandbox:
    """Mount `blueprint` (it brings its prefix /sandbox), then `start()`; `stop()` at the end."""

    def __init__(self, world: World, delivery: Delivery, acts: Acts, page: Blueprint) -> None:
        self.world = world
        self.delivery = delivery
        self.acts = acts
        self.blueprint = page

    def start(self) -> None:
        self.delivery.start()

    def stop(self) -> None:
        self.delivery.stop()


def build(
    *,
    channel_secret: str,
    channel_access_token: str,
    webhook_url: str,
    outlines: Path | None = None,
    clock: Callable[[], float] = time.time,
    media_base: str | None = None,
    token_seconds: float = 60.0,
    seed: int | None = None,
) -> Sandbox:
    """The whole stand-in of LINE. `outlines` is a GeoJSON file of districts for the page's map."""
    names = json.loads((STATIC / "wording" / "names.json").read_text(encoding="utf-8"))
    world = World(clock=clock, seed=seed, token_seconds=token_seconds, destination=bot_user_id(channel_secret))
    delivery = Delivery(world, url=webhook_url, secret=channel_secret)
    acts = Acts(world, delivery, names["bot"])
    page = Blueprint("sandbox", __name__, url_prefix="/sandbox", static_folder=str(STATIC), static_url_path="/static")
    page.before_request(guard)
    page.after_request(headers)
    api = LineApi(page, world, channel_access_token)
    Sending(api, world, acts)
    People(api, world, acts, delivery)
    menus = RichMenus(api, world)
    api.unknown()
    PageApi(page, world, acts, menus)
    _pages(page, acts, names, {"bot": {"id": world.bot_id, "name": names["bot"]}, "mediaBase": media_base}, outlines)
    return Sandbox(world, delivery, acts, page)


def _pages(page: Blueprint, acts: Acts, names: dict[str, Any], config: dict[str, Any], outlines: Path | None) -> None:
    html = (STATIC / "index.html").read_text(encoding="utf-8")

    def chat() -> Response:
        with acts.world.lock:
            if not acts.world.people:
                acts.follow(acts.world.add_person(names["first"]))
        return Response(html, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})

    def outline_map() -> Response:
        if outlines is None:
            return answer({"type": "FeatureCollection", "features": []})
        return Response(outlines.read_bytes(), content_type="application/geo+json")

    page.add_url_rule("", "chat", chat)
    page.add_url_rule("/", "chat_slash", chat)
    page.add_url_rule("/api/config", "config", lambda: answer({**config, "names": names}))
    page.add_url_rule("/api/outlines", "outlines", outline_map)


FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-Ip")
"""A request that somebody passed on does not come from this machine."""


def guard() -> Response | None:
    """Loopback only, against other machines, rebinding of names and forms of foreign pages."""
    try:
        host = urlsplit(f"//{request.headers.get('Host', '')}").hostname
    except ValueError:
        host = None
    if request.remote_addr not in LOOPBACK or host not in NAMES or any(name in request.headers for name in FORWARDED):
        return answer({"message": "The sandbox answers on this machine only"}, 403)
    if request.method in {"GET", "HEAD"} or request.path.startswith("/sandbox/line/"):
        return None
    origin = request.headers.get("Origin")
    if PAGE_HEADER not in request.headers or (origin and urlsplit(origin).netloc != request.headers.get("Host")):
        return answer({"message": f"The page's own header {PAGE_HEADER} is missing"}, 403)
    return None


def headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
