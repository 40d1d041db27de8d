"""`/go/CODE`: the way from a poster or a shared link into the chat, counted. No cookies, nothing of the caller is kept.

The target is always LINE's, made of the account's own id and a code that we made: nothing of the request is in it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, abort, redirect, request

from bot.trouble import where
from bot.words import words
from casework import posters, short_codes
from casework.rules import Rules
from storage import facts
from storage import posters as stored
from storage.engine import Store
from storage.models import Fact

log = logging.getLogger("gateway")


def gateway(
    store: Store, rules: Rules, clock: Callable[[], datetime], *, line_id: str | None, public_url: str | None
) -> Blueprint:
    """`line_id`: the account's, where it is a setting; else what LINE told."""
    made = Blueprint("gateway", __name__)
    programs = rules.text("poster", "not_counted").split()

    def account() -> str:
        if line_id is not None:
            return line_id
        with store.read() as session:
            fact = session.get(Fact, facts.LINE_ACCOUNT)
        known = posters.line_id(fact.value) if fact is not None else None
        if known is None:
            abort(503)
        return known

    def counted(code: str, what: str) -> str | None:
        """The code that was asked for, one more counted; None for a code that nobody made."""
        known = code if code in posters.SHARES else short_codes.read(code, posters.KIND)
        if known is None:
            return None
        agent = (request.user_agent.string or "").casefold()
        counts = request.method == "GET" and not any(name in agent for name in programs)
        if known not in posters.SHARES:
            with store.read() as session:
                row = stored.by_code(session, known)
            if row is None or not counts:
                return row.code if row is not None else None
        try:
            with store.write() as session:
                row = stored.share(session, known, clock()) if known in posters.SHARES else stored.by_code(session, known)
                if row is not None and counts:
                    stored.count(session, row, what, clock())
                return row.code if row is not None else None
        except Exception as problem:  # whoever stands before the poster comes in all the same
            log.error("a scan was not counted: %s", where(problem))
            return known if known not in posters.SHARES else None

    @made.get("/go/<code>")
    def come(code: str) -> Response:
        at = account()
        found = counted(code[:40], "scans")
        if found is None:
            return redirect(posters.add_link(at), 302)  # type: ignore[return-value]
        prefilled = words("th").line("poster.prefilled", code=found)
        return redirect(posters.chat_link(at, prefilled), 302)  # type: ignore[return-value]

    @made.get("/go/<code>/share")
    def share(code: str) -> Response:
        at = account()
        found = counted(code[:40], "shared")
        link = posters.add_link(at) if found is None or public_url is None else f"{public_url}/go/{found}"
        return redirect(posters.share_link(words("th").line("poster.invitation", link=link)), 302)  # type: ignore[return-value]

    return made
