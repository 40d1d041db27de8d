"""A case's public page, the picture that goes with its link, and the photos that were released. Nothing personal."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, abort, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from bot.cards.kit import Look
from bot.cards.parts import STATUS_COLOUR
from bot.case_card import card
from bot.tongue import language
from bot.words import words
from casework import numbers
from casework.catalog import categories
from casework.place_data import tables
from casework.public import PublicCase
from storage import cases, releases
from storage.engine import Store
from storage.facts import LINE_ACCOUNT
from storage.models import Case, Fact
from storage.shelf import Shelf, ShelfAway, name_of

log = logging.getLogger("pages")
_ACCOUNT_ID = re.compile(r"@[\w.-]{1,40}", re.ASCII)
MOST_PHOTOS = 3
"""Of each side, before and after, on a page."""
T = TypeVar("T")


def case_page(store: Store, shelf: Shelf, public_url: str | None) -> Blueprint:
    """`/cases/…`. `public_url`: for the absolute addresses that links in chats want; without one they are left out."""
    made = Blueprint("cases", __name__, template_folder="templates")

    def found(number: str, work: Callable[[Session, Case, PublicCase], T]) -> T | Response:
        """`work` on the case as strangers may see it, or a kind page that says why there is none."""
        with store.read() as session:
            case = cases.by_number(session, number)
            if case is not None:
                return work(session, case, releases.seen(session, case))
        return missing(number)

    @made.get("/cases/<number>")
    def page(number: str) -> AnyResponse:
        parsed = numbers.parse(number)
        if parsed is not None and parsed != number:
            return redirect(f"/cases/{parsed}{'?lang=' + language() if 'lang' in request.args else ''}", 301)

        def work(session: Session, row: Case, case: PublicCase) -> str:
            spoken = language()
            account = session.get(Fact, LINE_ACCOUNT)
            photos = {photo.path: photo.place for photo in releases.photos(session, row, case)}
            return render_template(
                "case.html",
                case=case,
                look=Look(words(spoken)),
                language=spoken,
                colours=STATUS_COLOUR,
                places=places(case, spoken),
                before=[photos[path] for path in case.before if path in photos][:MOST_PHOTOS],
                after=[photos[path] for path in case.after if path in photos][-MOST_PHOTOS:],
                follow=follow(account.value if account else "", case.number),
                public_url=public_url,
            )

        text = found(number, work)
        return tagged(text.encode(), "text/html") if isinstance(text, str) else text

    @made.get("/cases/<number>/card.png")
    def picture(number: str) -> Response:
        seen = found(number, lambda _session, _row, case: case)
        if isinstance(seen, Response):
            return seen
        return tagged(drawn(seen, language()), "image/png", max_age=300)

    @made.get("/cases/<number>/photos/last.jpg")
    def latest(number: str) -> Response:
        """The latest of the result."""
        return shown_photo(number, None)

    @made.get("/cases/<number>/photos/<int:place>.jpg")
    def photo(number: str, place: int) -> Response:
        return shown_photo(number, place)

    def shown_photo(number: str, place: int | None) -> Response:
        def work(session: Session, row: Case, case: PublicCase) -> str | None:
            shown = [p for p in releases.photos(session, row, case) if p.shown]
            here = [p for p in shown if (p.path in case.after[-1:] if place is None else p.place == place)]
            return releases.content(session, here[0]) if here else None

        name = found(number, work)
        if not isinstance(name, str):
            abort(404)
        try:
            data = shelf.read(name_of(name))
        except ShelfAway as problem:
            log.warning("a picture cannot be shown: %s", problem)
            abort(503)
        return tagged(data, "image/jpeg", max_age=300) if data is not None else abort(404)

    return made


def missing(number: str) -> Response:
    """404, saying apart what cannot be a number, what is mistyped, and what nobody has."""
    spoken = language()
    why = "unknown" if numbers.parse(number) else "mistyped" if numbers.looks_like(number) else "no_number"
    text = render_template("no_case.html", look=Look(words(spoken)), language=spoken, why=why, shown=number[:24])
    return Response(text, 404, mimetype="text/html")


def tagged(body: bytes, mimetype: str, max_age: int = 0) -> Response:
    """Named by its content; asked again each time (or after `max_age` seconds), and 304 where nothing changed."""
    made = Response(body, mimetype=mimetype)
    made.cache_control.max_age = max_age
    if not max_age:
        made.cache_control.no_cache = True
    made.vary.add("Accept-Language")
    made.set_etag(hashlib.sha256(body).hexdigest()[:32])
    made.make_conditional(request)
    return made


def places(case: PublicCase, spoken: str) -> str:
    """District and sub-district, as far as strangers may know them."""
    look = Look(words(spoken))
    district = tables().districts.get(case.district_code or "")
    if district is None:
        return ""
    sub = tables().subdistricts.get(case.subdistrict_code or "")
    names = [look.line("district", name=district.name_th if look.thai else district.name_en)]
    if sub is not None:
        names.insert(0, look.line("subdistrict", name=sub.name_th if look.thai else sub.name_en))
    return " ".join(names) if look.thai else ", ".join(names)


def follow(account: str, number: str) -> str | None:
    """Opens the chat with the number already written (LINE's URL scheme `oaMessage`); None while the account is unknown."""
    if not _ACCOUNT_ID.fullmatch(account):
        return None
    return f"https://line.me/R/oaMessage/{quote(account, safe='')}/?{quote(number)}"


def drawn(case: PublicCase, spoken: str) -> bytes:
    """The picture for a chat."""
    look = Look(words(spoken))
    known = categories().get(case.category or "")
    what = look.line(f"kind.{case.kind}") if case.kind != "complaint" else ""
    if known is not None and not what:
        what = known.th if look.thai else known.en
    more = [places(case, spoken), look.line("when", at=look.date(case.created_at))]
    if case.due_at is not None:
        more[1] += f" · {look.line('due', at=look.date(case.due_at))}"
    return card(
        look.line(f"status.{case.status}"),
        STATUS_COLOUR[case.status],
        case.number,
        what,
        tuple(line for line in more if line),
        look.line("page.foot"),
    )
