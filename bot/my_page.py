"""One's own data behind a link that only the person has, for some hours: to read, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from cryptography.fernet import MultiFernet
from flask import Blueprint, Response, render_template, request

from bot.cards.kit import Look
from bot.words import LANGUAGES, words
from casework.rules import Rules
from storage import mydata
from storage.engine import Store


def my_page(store: Store, rules: Rules, box: MultiFernet, clock: Callable[[], datetime]) -> Blueprint:
    """The page; an unknown link and an old one look alike."""
    made = Blueprint("my_page", __name__)

    @made.get("/me/<token>")
    def mine(token: str) -> Response:
        language = request.args.get("lang", "th")
        language = language if language in LANGUAGES else "th"
        with store.read() as session:
            person = mydata.of_link(session, token[:64], rules, clock())
            data = None if person is None else mydata.export(session, person, box)
        if data is not None and request.args.get("format") == "json":
            answer = Response(json.dumps(data, ensure_ascii=False, indent=1), mimetype="application/json")
            answer.headers["Content-Disposition"] = "attachment; filename=my-data-1555.json"
        else:
            page = render_template("my_data.html", look=Look(words(language)), language=language, data=data)
            answer = Response(page, status=200 if data is not None else 404)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return made
