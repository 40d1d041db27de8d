"""The frame round every call of the bot: bearer token, request id, faults on order, the log."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from .world import Json, World

LARGEST_REQUEST = 2 * 1024 * 1024
UNAUTHORIZED = (
    "Authentication failed. Confirm that the access token in the authorization header is valid. "
    "See https://developers.line.biz/en/docs/basics/channel-access-token/"
)
Answer = Json | Response


class ApiError(Exception):
    """A refusal in LINE's shape."""

    def __init__(self, status: int, message: str, *, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, **{key: value for key, value in more.items() if value}}
        self.headers = headers or {}


def wrong(details: list[dict[str, str]]) -> ApiError:
    return ApiError(400, f"The request body has {len(details)} error(s)", details=details)


def answer(body: Json, status: int = 200) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, content_type="application/json; charset=utf-8")


def body_object() -> Json:
    """The request's JSON object, or LINE's complaint about it."""
    try:
        body = json.loads(request.get_data(cache=True) or b"null")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
    return body


def cut_off() -> Response:
    """An answer that ends before its promised length: the caller sees a broken connection."""
    broken = Response(iter([b"{"]), 200, content_type="application/json")
    broken.headers["Content-Length"] = "64"
    return broken


class LineApi:
    """Registers the API's calls on the blueprint under /line."""

    def __init__(self, blueprint: Blueprint, world: World, token: str) -> None:
        self.blueprint = blueprint
        self.world = world
        self._token = token

    def call(self, method: str, rule: str, kind: str = "other") -> Callable[[Callable[..., Answer]], None]:
        """Declares one call; `kind` is what faults are ordered by."""

        def declare(act: Callable[..., Answer]) -> None:
            def view(**parts: str) -> Response:
                return self._serve(kind, act, parts)

            self.blueprint.add_url_rule(
                f"/line{rule}", endpoint="line_" + act.__qualname__.replace(".", "_"), view_func=view, methods=[method]
            )

        return declare

    def unknown(self) -> None:
        """Declares the answer to every call that this stand-in does not know."""

        def not_found(rest: str) -> Answer:
            raise ApiError(404, "Not found")

        def view(rest: str) -> Response:
            return self._serve("other", not_found, {"rest": rest})

        methods = ["GET", "POST", "PUT", "DELETE"]
        self.blueprint.add_url_rule("/line/<path:rest>", endpoint="line_unknown", view_func=view, methods=methods)

    def _serve(self, kind: str, act: Callable[..., Answer], parts: dict[str, str]) -> Response:
        began = time.monotonic()
        request_id = str(uuid.uuid4())
        request.environ["sandbox.request_id"] = request_id
        struck: list[str] = []
        try:
            response = self._through_faults(kind, act, parts, struck)
        except ApiError as error:
            response = answer(error.body, error.status)
            response.headers.update(error.headers)
        response.headers["x-line-request-id"] = request_id
        self._log(response, struck, round((time.monotonic() - began) * 1000))
        return response

    def _through_faults(self, kind: str, act: Callable[..., Answer], parts: dict[str, str], struck: list[str]) -> Response:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            raise ApiError(401, UNAUTHORIZED)
        if (request.content_length or 0) > LARGEST_REQUEST:
            raise ApiError(400, "The request body is larger than 2 MB")
        faults = self.world.faults.take(kind)
        struck.extend(fault.fault for fault in faults)
        for fault in faults:
            if fault.fault == "slow":
                time.sleep(fault.ms / 1000)
        if "429" in struck:
            raise ApiError(429, "The API rate limit has been exceeded. Try again later.")
        if "500" in struck:
            raise ApiError(500, "Internal Server Error")
        if "drop" in struck:
            return cut_off()
        done = act(**parts)
        if "500_after" in struck:
            raise ApiError(500, "Internal Server Error")
        if "drop_after" in struck:
            return cut_off()
        return done if isinstance(done, Response) else answer(done)

    def _log(self, response: Response, struck: list[str], ms: int) -> None:
        body: Any = None
        if request.is_json:
            try:
                body = json.loads(request.get_data(cache=True) or b"null")
            except ValueError:
                body = "(not JSON)"
        broken = any(fault.startswith("drop") for fault in struck) and response.status_code == 200
        said = None
        if response.status_code >= 400 and not response.is_streamed:
            said = response.get_data(as_text=True)[:2000]
        self.world.log_call({
            "way": "api", "method": request.method, "path": request.path.partition("/line")[2],
            "status": 0 if broken else response.status_code, "ms": ms, "faults": struck,
            "body": body, "answer": said, "key": request.headers.get("X-Line-Retry-Key"),
        })  # fmt: skip
