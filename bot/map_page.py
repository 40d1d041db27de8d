"""The public map over HTTP: the page, its files, its data. The same for everybody, kept for a minute, nothing personal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, request

from bot import map_view
from bot.fresh import Answer, Fresh, TooBusy
from bot.guard import SAFE
from bot.map_view import Choice, Json
from bot.tongue import language
from bot.words import words
from casework.refusals import Refused
from casework.rules import Rules
from casework.tiles import Tiles
from storage.engine import Store

DAY = 86_400
GEOJSON, JSON, SCRIPT = "application/geo+json", "application/json", "text/javascript; charset=utf-8"


def policy(tiles: Tiles | None) -> str:
    """The Content-Security-Policy of the map: its own scripts and data, and the tiles' server where there is one."""
    pictures = f"img-src 'self' data: {tiles.origin}" if tiles else "img-src 'self' data:"
    wider = f"script-src 'self'; connect-src 'self'; {pictures}; style-src 'self' 'unsafe-inline'; "
    _, _, rest = SAFE["Content-Security-Policy"].partition("style-src 'unsafe-inline'; ")
    return f"default-src 'none'; {wider}{rest}"


def map_page(
    store: Store, rules: Rules, clock: Callable[[], datetime], *, tiles: Tiles | None, public_url: str | None
) -> Blueprint:
    """`/map` and what belongs to it. `tiles`: a background from another server, if the operator wants one."""
    made = Blueprint("map", __name__, template_folder="templates")
    life = rules.span("map", "fresh_seconds")
    fresh = Fresh(clock, life)
    seconds = int(life.total_seconds())

    def numbers(days: int) -> Json:
        found: Json = json.loads(kept_numbers(days).body)
        return found

    def kept_numbers(days: int) -> Answer:
        def work() -> Answer:
            with store.read() as session:
                return _json(map_view.figures(session, days, rules, clock()), JSON)

        return fresh.get(("figures", days), work)

    def chosen() -> Choice:
        return map_view.choice(request.args.to_dict(), rules)

    @made.get("/map")
    def page() -> Response:
        spoken, what = language(), chosen()
        found = numbers(what.days)

        def work() -> Answer:
            text = map_view.page(spoken, what, found, clock(), tiles=tiles, public_url=public_url)
            return Answer.of(text.encode(), "text/html")

        answer = fresh.get(("page", spoken, what), work).response(seconds)
        answer.headers["Content-Security-Policy"] = policy(tiles)
        return answer

    @made.get("/map.geojson")
    def points() -> Response:
        what = chosen()

        def work() -> Answer:
            with store.read() as session:
                return _json(map_view.geojson(session, what, rules.whole("map", "points"), clock()), GEOJSON)

        return fresh.get(("points", what), work).response(seconds)

    @made.get("/map/figures.json")
    def figures() -> Response:
        return kept_numbers(chosen().days).response(seconds)

    @made.get("/map/outlines.json")
    def outlines() -> Response:
        return fixed("outlines", map_view.outlines, GEOJSON)

    @made.get("/map/leaflet.js")
    def library() -> Response:
        return fixed("leaflet.js", lambda: map_view.asset("leaflet.js"), SCRIPT)

    @made.get("/map/map.js")
    def script() -> Response:
        return fixed("map.js", lambda: map_view.asset("map.js"), SCRIPT)

    @made.get("/map/map.css")
    def style() -> Response:
        return fixed("map.css", map_view.style, "text/css; charset=utf-8")

    files: dict[str, Answer] = {}

    def fixed(name: str, read: Callable[[], bytes], mimetype: str) -> Response:
        if name not in files:
            files[name] = Answer.of(read(), mimetype)
        answer = files[name].response(DAY)
        answer.cache_control.no_cache = True  # a new version of the service is seen at once; until then it is a 304
        return answer

    @made.errorhandler(Refused)
    def refused(problem: Refused) -> Response:
        said = words(language()).line(problem.why, **problem.values)
        return Response(f"{said}\n", 400, mimetype="text/plain")

    @made.errorhandler(TooBusy)
    def busy(_problem: TooBusy) -> Response:
        return Response("busy\n", 503, {"Retry-After": "5"}, mimetype="text/plain")

    return made


def _json(thing: Json, mimetype: str) -> Answer:
    return Answer.of(json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode(), mimetype)
