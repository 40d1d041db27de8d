"""In which language a page is shown: `?lang=` first, then what the browser prefers, else Thai."""

from __future__ import annotations

from flask import request

from bot.words import LANGUAGES


def language() -> str:
    """`th` or `en`."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES, default="th") or "th"
