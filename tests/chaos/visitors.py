"""Who comes by other ways than LINE: other systems with Open311, people with a browser, executives with their reports."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from admin_cli.report import quarter
from casework import periods, rules
from storage import api_keys
from storage.engine import transient
from storage.models import Case
from storage.models_reports import ReportSnapshot
from storage.report_books import Book, Given, give_all
from tests.chaos.ledger import Expectation, Finding
from tests.support.citizen import name
from tests.support.fake_line import FakeLine
from tests.support.service import Answer, Household

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chaos.players import Actor
    from tests.chaos.town import Town

CALM = frozenset({200, 304, 503})
"""What a page may answer while the service suffers: itself, or "not just now"."""
PAGES = ("/map", "/map/figures.json?days=7", "/map.geojson?days=7", "/open311/v2/requests.json", "/open311/v2/services.xml")
T = TypeVar("T")
_lock = threading.Lock()
_keys: dict[str, str] = {}


def stubborn(work: Callable[[], T]) -> T:
    """As staff do: who is told that the database is busy tries again."""
    while True:
        try:
            return work()
        except DBAPIError as problem:
            if not transient(problem):
                raise
            time.sleep(0.05)


def asked(town: Town, method: str, path: str, body: bytes | None = None) -> Answer | None:
    """The answer of any of the web processes; None where the connection broke."""
    webs = [p for p in town.crew if p.role in {"all", "web"}]
    form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    with suppress(OSError):
        return webs[threading.get_ident() % len(webs)].call(method, path, body, form)
    return None


def _key(town: Town) -> str:
    """The other system's key in this town."""

    def issue() -> str:
        with town.house.store.write() as session:
            return api_keys.issue(session, "MIS", "mis", ["post"], 1_000_000, datetime.now(UTC), "chaos")[0]

    with _lock:
        if town.house.url not in _keys:
            _keys[town.house.url] = stubborn(issue)
        return _keys[town.house.url]


def connects(me: Actor) -> None:
    """See players.connects."""
    from tests.chaos.players import spot

    town, (lat, long) = me.town, spot()
    words, again = f"ถนนเป็นหลุม {name(me)}", f"{me.user}"
    given = {"api_key": _key(town), "service_code": "road", "lat": lat, "long": long, "description": words}
    # One half names the repeat by its own key, the other by its own system's number.
    given |= {"idempotency_key": again} if int(me.user[-1], 16) % 2 else {"attribute[external_no]": again[-20:]}
    body, told = urlencode(given).encode(), set[str]()
    end = time.monotonic() + 300
    for wanted in (1, 2):  # the second is a repeat of what went well
        while True:
            answer = asked(town, "POST", "/open311/v2/requests.json", body)
            if answer is not None and answer.status == 201:
                told.add(json.loads(answer.text)[0]["service_request_id"])
                break
            assert answer is None or answer.status in {503, 429}, (answer.status, answer.text[:200])
            assert time.monotonic() < end, f"post {wanted} is not taken"
            time.sleep(0.1)
    town.ledger.expect(_posted_once(words, told))


def _posted_once(text: str, told: set[str]) -> Expectation:
    """One case with these words, of the number that each answer named."""

    def look(house: Household, _line: FakeLine) -> Iterable[Finding]:
        with house.read() as session:
            numbers = session.scalars(select(Case.number).where(Case.text == text)).all()
        if len(numbers) != 1 or {*numbers} != told:
            yield f"posted as {told}, filed as {numbers}: {text}"

    return look


def looks(me: Actor) -> None:
    """See players.looks."""
    words = me.files()
    number = me.case_number()
    for path in (f"/cases/{number}", f"/cases/{number}/card.png", *PAGES):
        answer = asked(me.town, "GET", path)
        if answer is not None and answer.status not in CALM:
            me.town.ledger.expect(_found(f"{path} answered {answer.status}"))
    from tests.chaos.ledger import one_case

    me.town.ledger.expect(one_case(me.user, words))


def _found(finding: Finding) -> Expectation:
    def look(_house: Household, _line: FakeLine) -> Iterable[Finding]:
        yield finding

    return look


def signs(me: Actor) -> None:
    """See players.signs."""
    house, now = me.town.house, datetime.now(UTC)
    which = int(me.user[-6:], 16)
    year, scope = periods.current(now) - 1 - which % 20, f"10{1 + which // 20 % 50:02d}"
    books = [Book("quarter", period, scope) for period in periods.cumulative(year, now)]
    given: list[list[Given]] = []
    compute = partial(quarter.counted_all, scope=scope, rules=rules.load())

    def ask() -> None:
        given.append(stubborn(lambda: give_all(house.store, books, compute, now)))

    both = [threading.Thread(target=ask) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    me.town.ledger.expect(_frozen_once(year, scope, given))


def _frozen_once(year: int, scope: str, given: list[list[Given]]) -> Expectation:
    """Each quarter has one version, and both who asked at once were given its figures."""

    def look(house: Household, _line: FakeLine) -> Iterable[Finding]:
        with house.read() as session:
            query = select(ReportSnapshot).where(ReportSnapshot.fiscal_year == year, ReportSnapshot.scope == scope)
            rows = session.scalars(query.order_by(ReportSnapshot.quarter)).all()
        kept = [row.figures for row in rows]
        if [(row.quarter, row.version) for row in rows] != [(n, 1) for n in (1, 2, 3, 4)]:
            yield f"{year} {scope}: frozen as {[(row.quarter, row.version) for row in rows]}"
        if len(given) != 2 or any([one.figures for one in found] != kept for found in given):
            yield f"{year} {scope}: {len(given)} of two were given the frozen figures, or others"

    return look
