"""Open311 GeoReport v2 over HTTP: services, requests, tokens, discovery; XML and JSON (docs/open311.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from bot.cards.kit import Look
from bot.case_page import places
from bot.open311_post import Intake
from bot.open311_shapes import FORMS, errors, write
from bot.tongue import language
from bot.words import words
from casework import numbers, open311
from casework.catalog import categories
from casework.open311 import Asked, Open311Problem
from casework.public import PublicCase
from casework.rules import Rules
from casework.thai_time import bangkok
from storage import requests
from storage.engine import Store

BASE = "/open311/v2"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-21T00:00:00+07:00"
_FORM = "<any(json,xml):form>"


def geo_report(store: Store, rules: Rules, clock: Callable[[], datetime], public_url: str | None) -> Blueprint:
    """`/open311/v2/…`."""
    made = Blueprint("open311", __name__)
    intake = Intake(store, rules)

    def told(form: str, root: str, thing: Any, status: int = 200) -> Response:
        answer = Response(write(form, root, thing), status, content_type=FORMS[form])
        answer.vary.add("Accept-Language")
        return answer

    @made.before_request
    def whose() -> None:
        given = request.args.get("jurisdiction_id", "").strip()
        if given and given != rules.text("open311", "jurisdiction"):
            raise Open311Problem(404, "jurisdiction_id was not found")

    @made.get(f"{BASE}/discovery", defaults={"form": ""})
    @made.get(f"{BASE}/discovery.{_FORM}")
    def discovery(form: str) -> Response:
        base = f"{public_url or request.url_root.rstrip('/')}{BASE}"
        endpoint = {
            "specification": SPECIFICATION,
            "url": base,
            "changeset": CHANGED,
            "type": "production",
            "formats": ["text/xml", "application/json"],
        }
        contact = words(language()).line("open311.contact")
        found = {"changeset": CHANGED, "contact": contact, "key_service": contact, "endpoints": [endpoint]}
        return told(form or preferred(), "discovery", found)

    @made.get(f"{BASE}/services.{_FORM}")
    def services(form: str) -> Response:
        return told(form, "services", open311.services(language() == "th"))

    @made.get(f"{BASE}/services/<code>.{_FORM}")
    def service(code: str, form: str) -> Response:
        return told(form, "service_definition", open311.definition(code))

    @made.get(f"{BASE}/requests.{_FORM}")
    def listed(form: str) -> Response:
        most = rules.whole("open311", "most_requests")
        wanted = open311.asked(request.args.to_dict(), clock(), min(rules.whole("open311", "page_size"), most), most)
        with store.read() as session:
            found = requests.listed(session, wanted)
        return told(form, "service_requests", [shape(case, public_url) for case in found])

    @made.get(f"{BASE}/requests/<number>.{_FORM}")
    def one(number: str, form: str) -> Response:
        return told(form, "service_requests", [shape(found(number), public_url)])

    @made.get(f"{BASE}/tokens/<number>.{_FORM}")
    def token(number: str, form: str) -> Response:
        """A number is made at once and is its own token."""
        case = found(number, "token")
        return told(form, "service_requests", [{"service_request_id": case.number, "token": number}])

    def found(number: str, what: str = "service_request_id") -> PublicCase:
        parsed = numbers.parse(number)
        with store.read() as session:
            rows = requests.listed(session, Asked(numbers=(parsed,), size=1)) if parsed else []
        if not rows:
            mistyped = "; it is mistyped: the check digit is wrong" if not parsed and numbers.looks_like(number) else ""
            raise Open311Problem(404, f"{what} was not found{mistyped}")
        return rows[0]

    @made.post(f"{BASE}/requests.{_FORM}")
    def posted(form: str) -> Response:
        number, checked = intake.take(clock())
        case, look = found(number), Look(words(language()))
        notices = [look.line("due", at=look.date(case.due_at))] if case.due_at else []
        if checked.personal:
            notices.append(look.line("open311.not_kept"))
        made_of = {"service_request_id": number, "service_notice": " ".join(notices), "account_id": None}
        return told(form, "service_requests", [made_of], 201)

    @made.errorhandler(Open311Problem)
    def problem(found: Open311Problem) -> Response:
        form = (request.view_args or {}).get("form") or preferred()
        answer = told(form, "errors", errors(found), found.code)
        if found.code == 429:
            answer.headers["Retry-After"] = "60"
        return answer

    return made


def preferred() -> str:
    """XML, which the specification demands of everybody, unless JSON is liked better."""
    return "json" if request.accept_mimetypes.best_match(["text/xml", "application/json"]) == "application/json" else "xml"


def shape(case: PublicCase, public_url: str | None) -> dict[str, Any]:
    """A request as the specification lays it out; what strangers may not see is null."""
    look = Look(words(language()))
    known = categories().get(case.category or "")
    notes = [look.line(f"status.{case.status}")]
    if case.merged_into:
        notes.append(look.line("page.merged", number=case.merged_into))
    notes += [step.note for step in case.steps[-1:] if step.note]
    photo = f"{public_url}/cases/{case.number}/photos/last.jpg" if public_url else None
    return {
        "service_request_id": case.number,
        "status": open311.state(case.status),
        "status_notes": " · ".join(notes),
        "service_name": (known.th if look.thai else known.en) if known else None,
        "service_code": case.category,
        "description": None,
        "agency_responsible": look.agency(case.agency) if case.agency else None,
        "service_notice": None,
        "requested_datetime": _stamp(case.created_at),
        "updated_datetime": _stamp(case.updated_at),
        "expected_datetime": _stamp(case.due_at) if case.due_at else None,
        "address": places(case, language()) or None,
        "address_id": None,
        "zipcode": open311.zipcode(case.district_code),
        "lat": case.spot.lat if case.spot else None,
        "long": case.spot.lng if case.spot else None,
        "media_url": photo if case.after else None,
    }


def _stamp(moment: datetime) -> str:
    return bangkok(moment).isoformat(timespec="seconds")
