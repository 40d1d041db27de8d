"""What strangers and other systems ask for, over HTTP, beside the cheapest answer of the same server."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from casework import places
from casework.case import Draft
from storage import api_keys, cases
from tests.bench import load
from tests.bench.house import NO_LIMITS, Row, fresh, running
from tests.bench.sink import Sink
from tests.support.citizen import fresh_spot
from tests.support.service import Household

ANEW = "[map]\nfresh_seconds = 0\n"
"""Each answer of the map is worked out anew."""
CASES = 2000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> None:
        """Raises AssertionError where it is not answered 200."""
        self._line.request("GET", path)
        self._read(200, path)

    def post(self, path: str, body: bytes) -> None:
        """The same, with 201."""
        self._line.request("POST", path, body, FORM)
        self._read(201, path)

    def _read(self, wanted: int, path: str) -> None:
        answer = self._line.getresponse()
        said = answer.read()
        assert answer.status == wanted, (path, answer.status, said[:200])


def public(runs: int, seconds: float) -> Iterator[Row]:
    """The case's page, the map's data of 30 days, a request posted by Open311: one connection, milliseconds."""
    took: dict[str, list[float]] = {}
    for _ in range(runs):
        with Sink() as sink, running(sink, rules_text=NO_LIMITS + ANEW) as process:
            number, key = _filled(process.household)
            browser, again = Browser(process.port), iter(range(10**9))
            prefix = fresh()

            def post(browser: Browser = browser, prefix: str = prefix, key: str = key, again: Iterator[int] = again) -> None:
                lat, long = fresh_spot()
                words = {"description": f"หลุมกลางถนน {prefix}{next(again)}", "service_code": "road", "api_key": key}
                browser.post("/open311/v2/requests.json", urlencode(words | {"lat": lat, "long": long}).encode())

            asked: dict[str, Callable[[], None]] = {
                "/healthz": lambda browser=browser: browser.get("/healthz"),  # type: ignore[misc]
                "/cases/N": lambda browser=browser, number=number: browser.get(f"/cases/{number}"),  # type: ignore[misc]
                "/map.geojson": lambda browser=browser: browser.get("/map.geojson?days=30"),  # type: ignore[misc]
                "/map/figures.json": lambda browser=browser: browser.get("/map/figures.json?days=30"),  # type: ignore[misc]
                "POST /open311": post,
            }
            for name, ask in asked.items():
                took.setdefault(name, []).extend(_timed(ask, seconds))
    bare = statistics.median(took.pop("/healthz"))
    for name, times in took.items():
        p50, p99 = load.percentiles(times)
        yield (
            f"{name}, {CASES:,} cases, one connection",
            f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
            f"{p50 / 1000 / bare:.1f} × /healthz",
        )


def _timed(ask: Callable[[], None], seconds: float) -> list[float]:
    """Seconds that each took, for so long."""
    ask()
    found, end = [], time.monotonic() + seconds / 2
    while time.monotonic() < end:
        began = time.perf_counter()
        ask()
        found.append(time.perf_counter() - began)
    return found


def _filled(house: Household) -> tuple[str, str]:
    """Cases of the last days, spread over the city: the number of one, and a key that may post."""
    now = datetime.now(UTC)
    with house.store.write() as session:
        for n in range(CASES):
            lat, lng = fresh_spot()
            here = places.locate(lat, lng)
            draft = Draft(
                "x", category="road", lat=lat, lng=lng, district_code=here.district_code, subdistrict_code=here.subdistrict_code
            )
            case = cases.file(session, draft, house.rules, now - timedelta(minutes=n * 15), reporter=None)
        key, _ = api_keys.issue(session, "bench", "mis", ["post"], 10**6, now, "bench")
    return case.number, key
