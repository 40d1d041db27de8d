"""Posting a request to Open311: what came is read, the key is looked at, and one case is made of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from casework import open311
from casework.open311 import PERSONAL, Open311Problem, Posted
from casework.rules import Rules
from nlp import understand
from storage import api_keys, requests
from storage.engine import Store

LARGEST = 64_000
"""Bytes of a posted request."""
FIRM = 0.5
"""A district read out of an address is believed from this probability on."""


class Intake:
    """Takes posted requests. Limits by key are counted in this process's memory."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store, self._rules = store, rules
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def take(self, now: datetime) -> tuple[str, Posted]:
        """The number of the case that the present request makes, or made before. Raises Open311Problem."""
        given = _given()
        if given.get("jurisdiction_id", "").strip() not in {"", self._rules.text("open311", "jurisdiction")}:
            raise Open311Problem(404, "jurisdiction_id was not found")
        key = given.pop("api_key", "") or request.headers.get("X-Api-Key", "")
        self._admit(key)
        checked = open311.posted(given)
        if checked.personal and self._rules.text("open311", "contact") == "refuse":
            raise Open311Problem(400, f"{checked.personal[0]}: nothing about a person is taken here; leave it out")
        return self._file(key, checked, now), checked

    def _admit(self, key: str) -> None:
        """Raises Open311Problem for a key that is none, may not, or comes too often."""
        with self._store.read() as session:
            row = api_keys.known(session, key) if key else None
        if row is None:
            raise Open311Problem(403, "api_key was not provided, or is not valid (any more)")
        if "post" not in row.scopes.split():
            raise Open311Problem(403, "this api_key may not post")
        if not self._limiter.hit(RateLimitItemPerMinute(row.per_minute), "key", str(row.id)):
            raise Open311Problem(429, f"this api_key may post {row.per_minute} requests a minute")

    def _file(self, key: str, checked: Posted, now: datetime) -> str:
        read = understand(checked.description, now=now)
        firm = [p.district_code for p in understand(checked.address, now=now).places if p.district_code and p.p >= FIRM]
        with self._store.write(durable=True) as session:
            row = api_keys.known(session, key, lock=True)
            if row is None:  # revoked in this very moment
                raise Open311Problem(403, "api_key is not valid any more")
            row.used_at = now
            number, _new = requests.post(
                session, row, checked, self._rules, now, urgent=read.urgent, district=firm[0] if firm else None
            )
        return number


def _given() -> dict[str, str]:
    """The posted fields: form-encoded as the specification says, or a JSON object. Raises Open311Problem 400, 413."""
    request.max_content_length = LARGEST
    try:
        if request.mimetype == "application/json":
            return _of_json(_body())
        fields = request.form.to_dict()
    except RequestEntityTooLarge:
        raise Open311Problem(413, f"a request has at most {LARGEST} bytes") from None
    except HTTPException as problem:
        raise Open311Problem(400, "the request cannot be read") from problem
    for name in PERSONAL:  # their content goes no further than this line
        if fields.get(name, "").strip():
            fields[name] = "x"
    return _with_key(fields)


def _body() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _with_key(fields: dict[str, str]) -> dict[str, str]:
    header = request.headers.get("Idempotency-Key", "")
    return fields | ({"idempotency_key": header} if header else {})


def _of_json(body: Any) -> dict[str, str]:
    if not isinstance(body, dict):
        raise Open311Problem(400, "the body is no JSON object")
    fields: dict[str, str] = {}
    attributes = body.pop("attribute", {})
    if not isinstance(attributes, dict):
        raise Open311Problem(400, "attribute is an object of codes and values")
    for name, value in [*body.items(), *((f"attribute[{code}]", value) for code, value in attributes.items())]:
        if isinstance(value, bool):
            fields[name] = "yes" if value else "no"
        elif isinstance(value, str | int | float):
            fields[name] = "x" if name in PERSONAL and str(value).strip() else str(value)
        elif value is not None:
            raise Open311Problem(400, f"{str(name)[:60]} is no text and no number")
    return _with_key(fields)
