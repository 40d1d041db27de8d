"""Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2) over the centre's cases: what is offered, what may be posted.

Nothing of HTTP here. A problem is raised with the status and the words that the specification wants in an answer.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from casework.case import OPEN
from casework.catalog import categories
from casework.place_data import tables
from casework.places import BadPosition, Place, locate
from casework.thai_time import BANGKOK

SCOPES = ("post",)
"""What a key may allow: posting. Reading needs none."""
LONGEST = {"description": 4000, "address_string": 500, "media_url": 500, "external_no": 64, "idempotency_key": 200}
"""Letters; the first is the specification's."""
PERSONAL = ("email", "phone", "first_name", "last_name", "device_id", "account_id")
SPAN = timedelta(days=90)
YES, NO = ("yes", "true", "1"), ("no", "false", "0", "")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_FIGURE = re.compile(r"-?\d{1,3}(\.\d{1,15})?", re.ASCII)
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Open311Problem(Exception):
    """Told to the caller as `code` (the HTTP status) and `description`."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


@dataclass(frozen=True)
class Posted:
    """A request that somebody posts, checked."""

    service_code: str
    description: str
    place: Place | None
    address: str
    media_url: str
    external_no: str
    urgent: bool
    idempotency_key: str
    personal: tuple[str, ...]
    """Which fields about a person came along; their content is not here."""

    def digest(self) -> str:
        """The same for what is nearly the same: spaces, capitals and the last digits of a position do not count."""
        spot = None if self.place is None else (round(self.place.lat, 4), round(self.place.lng, 4))
        bare = [" ".join(text.casefold().split()) for text in (self.description, self.address)]
        whole = [self.service_code, *bare, spot, self.media_url, self.external_no, self.urgent]
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


def posted(given: Mapping[str, str]) -> Posted:
    """What was posted, checked field by field. Raises Open311Problem 400 or 404 with what is wrong."""
    for name, text in given.items():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Open311Problem(400, f"{name}: no UTF-8 text") from None
    fields = {name: _words(given, name) for name in LONGEST}
    fields["external_no"] = _words(given, "attribute[external_no]", "external_no") or fields["external_no"]
    code = given.get("service_code", "").strip()
    if not code:
        raise Open311Problem(400, "service_code was not provided")
    if code not in categories():
        raise Open311Problem(404, "service_code was not found")
    urgent = given.get("attribute[urgent]", "").strip().lower()
    if urgent not in (*YES, *NO):
        raise Open311Problem(400, "attribute[urgent] is yes or no")
    asked_for = {f"attribute[{a.code}]" for a in ATTRIBUTES}
    unknown = sorted(name for name in given if name.startswith("attribute[") and name not in asked_for)
    if unknown:
        raise Open311Problem(400, f"{unknown[0][:60]}: this service has no such attribute")
    if given.get("address_id", "").strip():
        raise Open311Problem(400, "address_id is not known here: send lat and long, or address_string")
    place = _place(given)
    if place is None and not fields["address_string"]:
        raise Open311Problem(400, "a place was not provided: lat and long, or address_string")
    if not fields["description"] and not fields["media_url"]:
        raise Open311Problem(400, "description was not provided")
    return Posted(
        service_code=code,
        description=fields["description"],
        place=place,
        address=fields["address_string"],
        media_url=_url(fields["media_url"]),
        external_no=fields["external_no"],
        urgent=urgent in YES,
        idempotency_key=fields["idempotency_key"],
        personal=tuple(name for name in PERSONAL if given.get(name, "").strip()),
    )


def _words(given: Mapping[str, str], name: str, limit: str | None = None) -> str:
    text = _STEERING.sub("", given.get(name, "")).strip()
    most = LONGEST[limit or name]
    if len(text) > most:
        raise Open311Problem(400, f"{name} is longer than {most} characters")
    return text


def _url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s<>\"'\\^`{|}]+", text):
        raise Open311Problem(400, "media_url is no http or https address")
    return text


def _place(given: Mapping[str, str]) -> Place | None:
    lat, long = given.get("lat", "").strip(), given.get("long", "").strip()
    if not lat and not long:
        return None
    if not lat or not long:
        raise Open311Problem(400, "lat and long go together")
    if not (_FIGURE.fullmatch(lat) and _FIGURE.fullmatch(long)):
        raise Open311Problem(400, "lat and long are decimal degrees (WGS 84)")
    try:
        found = locate(float(lat), float(long))
    except BadPosition as problem:
        raise Open311Problem(400, f"lat and long: {problem.reason.replace('_', ' ')}") from None
    if not found.in_bangkok:
        raise Open311Problem(400, "lat and long are outside Bangkok: call 1567 (Damrongdhama Centre) for other provinces")
    return found


# What is asked for.


@dataclass(frozen=True)
class Asked:
    """Filters of `GET requests`."""

    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    open: bool | None = None
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    page: int = 1
    size: int = 0


MOST_NUMBERS = 100
MOST_PAGES = 1000


def asked(given: Mapping[str, str], now: datetime, usual: int, most: int) -> Asked:
    """The filters, checked. Raises Open311Problem 400.

    Without dates the last 90 days; with one of them, 90 days from or to it; never more than 90 days. `usual` and `most`:
    how many requests a page holds. `service_request_id` overrides all else, as the specification says.
    """
    for name in ("lat", "long", "radius"):
        # Passing over it, as over what is unknown, would answer with the whole city as if all of it were there.
        if given.get(name, "").strip():
            raise Open311Problem(400, f"{name}: requests are not asked for by place here; /map.geojson?bbox= finds by place")
    page = _whole(given, "page", 1, MOST_PAGES)
    size = _whole(given, "page_size", usual, most)
    ids = _list(given, "service_request_id")
    if len(ids) > MOST_NUMBERS:
        raise Open311Problem(400, f"service_request_id: at most {MOST_NUMBERS} at a time")
    if ids:
        return Asked(numbers=ids, page=page, size=size)
    services = _list(given, "service_code")
    for code in services:
        if code not in categories():
            raise Open311Problem(404, "service_code was not found")
    states = set(_list(given, "status"))
    if not states <= {"open", "closed"}:
        raise Open311Problem(400, "status is open or closed")
    updated_after, updated_before = _span(given, "updated_after", "updated_before", now, needed=False)
    by_update = updated_after is not None
    start, end = _span(given, "start_date", "end_date", now, needed=not by_update)
    return Asked(
        services=services,
        open=None if len(states) != 1 else states == {"open"},
        start=start,
        end=end,
        updated_after=updated_after,
        updated_before=updated_before,
        page=page,
        size=size,
    )


def _span(
    given: Mapping[str, str], first: str, last: str, now: datetime, *, needed: bool
) -> tuple[datetime | None, datetime | None]:
    start, end = _moment(given, first), _moment(given, last)
    if start is None and end is None:
        return (now - SPAN, None) if needed else (None, None)
    if start is not None and end is not None:
        if end < start:
            raise Open311Problem(400, f"{last} is before {first}")
        if end - start > SPAN + timedelta(days=1):
            raise Open311Problem(400, f"{first} and {last} may not span more than 90 days")
        return start, end
    if start is None and end is not None:
        return end - SPAN, end
    assert start is not None
    return start, start + SPAN


def _moment(given: Mapping[str, str], name: str) -> datetime | None:
    text = given.get(name, "").strip().replace(" ", "+")  # a plus in an address stands for a space
    if not text:
        return None
    if len(text) > 40 or not _MOMENT.fullmatch(text):
        raise Open311Problem(400, f"{name} is an ISO 8601 time with its zone, such as 2026-11-21T09:00:00Z")
    try:
        found = datetime.fromisoformat(text)
        made = found.replace(tzinfo=BANGKOK) if found.tzinfo is None else found
    except ValueError:
        raise Open311Problem(400, f"{name} is no date") from None
    if not 1990 <= made.year <= 2400:
        raise Open311Problem(400, f"{name} is no date of ours")
    return made


def _whole(given: Mapping[str, str], name: str, usual: int, most: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise Open311Problem(400, f"{name} is a number from 1 to {most}")
    return int(text)


def _list(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in given.get(name, "")[:4000].split(",") if part.strip()))


# What is told.


@dataclass(frozen=True)
class Attribute:
    """A question that a service asks beside the usual fields."""

    code: str
    datatype: str
    description: str
    values: tuple[tuple[str, str], ...] = field(default=())


ATTRIBUTES = (
    Attribute(
        "urgent",
        "singlevaluelist",
        "Danger to life or property now (BEST): announced to the responsible group at once",
        (("yes", "yes"), ("no", "no")),
    ),
    Attribute("external_no", "string", "The case's number in the calling system; the same number makes no second case"),
)


def services(thai: bool) -> list[dict[str, Any]]:
    """What `GET services` tells: the categories."""
    return [
        {
            "service_code": c.code,
            "service_name": c.th if thai else c.en,
            "description": c.en if thai else c.th,
            "metadata": True,
            "type": "realtime",
            "keywords": f"{c.th.replace('/', ', ')}, {c.en.lower()}",
            "group": c.section or "",
        }
        for c in categories().values()
    ]


def definition(code: str) -> dict[str, Any]:
    """What `GET services/CODE` tells. Raises Open311Problem 404."""
    if code not in categories():
        raise Open311Problem(404, "service_code was not found")
    attributes = [
        {
            "variable": True,
            "code": a.code,
            "datatype": a.datatype,
            "required": False,
            "datatype_description": "",
            "order": n,
            "description": a.description,
            "values": [{"key": key, "name": name} for key, name in a.values],
        }
        for n, a in enumerate(ATTRIBUTES, 1)
    ]
    return {"service_code": code, "attributes": attributes}


def state(status: str) -> str:
    """`open` while somebody still has to do something, else `closed`."""
    return "open" if status in OPEN else "closed"


def zipcode(district: str | None) -> str | None:
    """The postcode of a district's office."""
    found = tables().districts.get(district or "")
    return found.postcode if found is not None else None


# Keys.

_BEGIN = "rt_"


def new_key() -> str:
    """A fresh key: 256 random bits."""
    return _BEGIN + secrets.token_urlsafe(32)


def hash_key(key: str) -> str:
    """What is kept of a key. It is random, so that its plain hash cannot be guessed back."""
    return hashlib.sha256(b"open311-key:" + key.encode("utf-8", "replace")).hexdigest()
