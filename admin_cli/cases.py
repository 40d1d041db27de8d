"""`cases`: find, show, enter and change cases."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from admin_cli.filters import Category, District, Limit, Overdue, Since, Status, Tagged, Urgent, wanted_of
from admin_cli.kit import AsJson, By, Note, Reason, group, name_of, now, opened, tell, words

if TYPE_CHECKING:
    from casework.case import CaseView, Draft
    from storage.models import Case

app = group(
    "Cases: find, show, enter by another channel, change. Numbers may be typed in any way.",
    'cases status 69-0001238 inspecting --note "A team is on its way" --by somchai',
)
Number = Annotated[str, typer.Argument(metavar="N", help="The case's number.")]
Time = Annotated[str | None, typer.Option(metavar="TIME", help="ISO 8601 or a Thai date.")]


class Kind(StrEnum):
    """casework.case.KINDS, as Typer wants them."""

    complaint = "complaint"
    inquiry = "inquiry"
    suggestion = "suggestion"
    compliment = "compliment"


class Channel(StrEnum):
    """casework.case.CHANNELS."""

    phone_1555 = "phone_1555"
    mis = "mis"
    facebook = "facebook"
    letter = "letter"
    walk_in = "walk_in"
    governor_line = "governor_line"
    line = "line"
    group = "group"


@app.command("list")
def list_(
    status: Status = None,
    district: District = None,
    category: Category = None,
    urgent: Urgent = None,
    since: Since = None,
    overdue: Overdue = False,
    limit: Limit = None,
    tag: Tagged = None,
    as_json: AsJson = False,
) -> None:
    """Cases, the latest first.

    Example: python -m admin_cli cases list --status open --district 1021 --overdue
    """
    from admin_cli.shown import print_json_list, print_lines
    from storage import desk_staff

    wanted = wanted_of(status, district, category, urgent, since, overdue, limit, tag)
    with opened() as (_, store):
        found = desk_staff.listed(store, wanted)
        if as_json:
            print_json_list(found)
        else:
            print_lines(found, now())


@app.command("show")
def show(number: Number, as_json: AsJson = False) -> None:
    """One case with its whole story.

    Example: python -m admin_cli cases show 69-0001238
    """
    from admin_cli.shown import case_json, print_case
    from storage import desk_staff

    with opened() as (_, store):
        with store.read() as session:
            case = desk_staff.must(session, number)
            view = desk_staff.view(session, case)
            reasons = [event.reason for event in desk_staff.record(session, case)]
        tell(case_json(view), as_json, lambda: print_case(view, reasons, now()))


@app.command("add")
def add(
    text: Annotated[str, typer.Option("--text", help="What is the matter, in the citizen's words.")],
    channel: Annotated[Channel, typer.Option(help="How it came.")] = Channel.phone_1555,
    kind: Annotated[Kind, typer.Option(help="What it is.")] = Kind.complaint,
    category: Annotated[str, typer.Option(help="Code, such as road.")] = "other",
    district: Annotated[str | None, typer.Option(help="Code (1001 to 1050) or name.")] = None,
    lat: Annotated[float | None, typer.Option(help="Latitude; the district is found from the position.")] = None,
    lng: Annotated[float | None, typer.Option(help="Longitude.")] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="BEST: danger to life or property.")] = False,
    received_at: Annotated[str | None, typer.Option(metavar="TIME", help="When it came (default: now).")] = None,
    external_no: Annotated[str | None, typer.Option(help="Its number elsewhere; entered once only.")] = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Enter a case that came by telephone, letter or another channel.

    Example: python -m admin_cli cases add --text "ถนนเป็นหลุม หน้าตลาด" --category road --lat 13.7563 --lng 100.5018
    """
    from admin_cli.dates import moment
    from casework.case import Draft
    from storage import desk_staff

    who, at = name_of(by), now()
    received = moment(received_at, "--received-at") if received_at is not None else at
    if external_no is not None and not 0 < len(external_no.strip()) <= 64:
        raise typer.BadParameter("1 to 64 letters are wanted", param_hint="--external-no")
    draft = Draft(
        text=words(text, "--text") or "",
        category=category,
        kind=kind.value,
        urgent=urgent,
        channel=channel.value,
        external_no=words(external_no.strip(), "--external-no") if external_no else None,
        district_code=desk_staff.known_district(district) if district is not None else None,
    )
    _place(draft, lat, lng)
    with opened() as (settings, store):
        with store.write(durable=True) as session:
            case = desk_staff.add(session, draft, settings.rules, received, at, by=who, reason=words(reason, "--reason"))
            view = desk_staff.view(session, case)
        _done(view, as_json, f"{view.number}: entered by {who}, with {_agency(view.agency)}.")


def _place(draft: Draft, lat: float | None, lng: float | None) -> None:
    """District and sub-district of the position. A district given at a border stands; elsewhere it must be the pin's."""
    if lat is None and lng is None:
        return
    if lat is None or lng is None:
        raise typer.BadParameter("--lat and --lng go together", param_hint="--lat" if lat is None else "--lng")
    from casework.places import BadPosition, locate
    from casework.refusals import Refused

    try:
        found = locate(lat, lng)
    except BadPosition as problem:
        raise Refused("refused.no_position", lat=lat, lng=lng, why_not=problem.reason.replace("_", " ")) from problem
    if not found.in_bangkok:
        raise Refused("refused.outside_bangkok", lat=lat, lng=lng)
    given, near = draft.district_code, dict(found.near)
    if given is not None and given != found.district_code and given not in near:
        raise Refused(
            "refused.other_district", lat=lat, lng=lng, district=_agency(found.district_code or ""), given=_agency(given)
        )
    draft.lat, draft.lng = found.lat, found.lng
    if given is None or given == found.district_code:
        draft.district_code, draft.subdistrict_code = found.district_code, found.subdistrict_code


@app.command("status")
def status(
    number: Number,
    to: Annotated[str, typer.Argument(metavar="STATUS", help="For example inspecting, fixed_reported, closed.")],
    note: Note = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Move a case along its lifecycle; the citizen is told.

    Example: python -m admin_cli cases status 69-0001238 fixed_reported --note "The hole is filled" --by somchai
    """
    from storage import desk_staff

    who, note, reason = name_of(by), words(note, "--note"), words(reason, "--reason")
    with opened() as (_, store):
        with store.write(durable=True) as session:
            case = desk_staff.must(session, number, lock=True)
            before = case.status
            desk_staff.change_status(session, case, to, now(), by=who, note=note, reason=reason)
            view, told = desk_staff.view(session, case), _told(session, case)
        _done(view, as_json, f"{view.number}: {before} → {view.status} by {who}. {told}")


@app.command("note")
def note(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The words.")],
    internal: Annotated[bool, typer.Option("--internal", help="For the record only; the citizen never sees it.")] = False,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Add words to a case; the citizen is told them, unless --internal.

    Example: python -m admin_cli cases note 69-0001238 "The contractor comes on Monday" --by somchai
    """
    from storage import desk_staff

    who, said, why = name_of(by), words(text, "TEXT") or "", words(reason, "--reason")
    with opened() as (_, store):
        with store.write(durable=True) as session:
            case = desk_staff.must(session, number, lock=True)
            desk_staff.add_note(session, case, said, now(), by=who, internal=internal, reason=why)
            view = desk_staff.view(session, case)
            told = "For the record only." if internal else _told(session, case)
        _done(view, as_json, f"{view.number}: noted by {who}. {told}")


@app.command("assign")
def assign(
    number: Number,
    agency: Annotated[str, typer.Argument(metavar="AGENCY", help="1001 to 1050, or works, drainage, mea, 1555 …")],
    note: Note = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Hand a case to another agency; the citizen is told.

    Example: python -m admin_cli cases assign 69-0001238 drainage --reason "It is a canal" --by somchai
    """
    from storage import desk_staff

    who, note, reason = name_of(by), words(note, "--note"), words(reason, "--reason")
    with opened() as (_, store):
        with store.write(durable=True) as session:
            case = desk_staff.must(session, number, lock=True)
            before = case.agency
            desk_staff.assign(session, case, agency.strip(), now(), by=who, note=note, reason=reason)
            view, told = desk_staff.view(session, case), _told(session, case)
        _done(view, as_json, f"{view.number}: {_agency(before)} → {_agency(view.agency)} by {who}. {told}")


@app.command("sort")
def sort(
    number: Number,
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="Code, such as drain.")],
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Put a case into another category: for the reports, and for the model that learns from it (`nlp corrections`).

    Example: python -m admin_cli cases sort 69-0001238 drain --by somchai
    """
    from storage import desk_staff

    who, reason = name_of(by), words(reason, "--reason")
    with opened() as (_, store):
        with store.write(durable=True) as session:
            case = desk_staff.must(session, number, lock=True)
            before = case.category
            desk_staff.sort(session, case, category.strip(), now(), by=who, reason=reason)
            view = desk_staff.view(session, case)
        _done(view, as_json, f"{view.number}: {before} → {view.category} by {who}.")


@app.command("merge")
def merge(
    number: Number,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The open case that stays.")],
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Although kind, category or district differ; give a --reason.")
    ] = False,
    note: Note = None,
    by: By = None,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Merge a case into another one; its reporter and followers follow that one from now on.

    Cases of another kind, category or district are merged with --anyway --reason alone.

    Example: python -m admin_cli cases merge 69-0001238 69-0004564 --by somchai
    """
    from storage import desk_staff

    who, note, reason = name_of(by), words(note, "--note"), words(reason, "--reason")
    with opened() as (_, store):
        with store.write(durable=True) as session:
            one, _other = desk_staff.merge(session, number, into, now(), by=who, note=note, reason=reason, anyway=anyway)
            view, told = desk_staff.view(session, one), _told(session, one)
        _done(view, as_json, f"{view.number}: merged into {view.merged_into} by {who}. {told}")


@app.command("reopen")
def reopen(number: Number, note: Note = None, by: By = None, reason: Reason = None, as_json: AsJson = False) -> None:
    """Open a case again; the citizen is told.

    Example: python -m admin_cli cases reopen 69-0001238 --reason "The hole is back" --by somchai
    """
    status(number, "reopened", note, by, reason, as_json)


def _told(session: object, case: Case) -> str:
    """Who will hear of it (the scheduler tells them)."""
    from sqlalchemy.orm import Session

    from storage import cases

    assert isinstance(session, Session)
    count = len(cases.audience(session, case))
    return {0: "Nobody is to be told in LINE.", 1: "1 person will be told."}.get(count, f"{count} people will be told.")


def _agency(code: str) -> str:
    from casework.catalog import agencies

    known = agencies().get(code)
    return f"{code} {known.th}" if known else code


def _done(view: CaseView, as_json: bool, said: str) -> None:
    from admin_cli.shown import case_json

    tell(case_json(view), as_json, said)
