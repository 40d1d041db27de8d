"""What a page answers when the database cannot just now: try again, not an error."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.exc import OperationalError

from bot.guard import Doorman, guard
from casework import rules


def test_a_busy_database_is_503_and_a_fault_is_500() -> None:
    web = Flask("x")
    guard(web, Doorman(rules.load()), {})

    @web.get("/<what>")
    def page(what: str) -> str:
        raise OperationalError("SELECT secret", {}, Exception(what))

    client = web.test_client()
    busy, wrong = client.get("/database is locked"), client.get("/no such table: cases")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert wrong.status_code == 500 and "Retry-After" not in wrong.headers
    assert "secret" not in busy.text + wrong.text
