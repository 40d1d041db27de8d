"""Cases as they are shown: records dressed with their events and photos, in a fixed number of queries, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case import CaseView, EventView
from casework.catalog import agencies
from casework.place_data import tables
from storage.models import Case, CaseEvent, Media


def views(session: Session, rows: Sequence[Case], *, events: bool = True, staff: bool = False) -> list[CaseView]:
    """The cases in their order. Citizens see stored photos; `staff` sees every kind of media, also what is on its way."""
    ids = [row.id for row in rows]
    happened: dict[int, list[EventView]] = defaultdict(list)
    names: dict[int, list[str]] = defaultdict(list)
    results: dict[int, list[str]] = defaultdict(list)
    if events and ids:
        event = select(CaseEvent.case_id, CaseEvent.status, CaseEvent.actor, CaseEvent.note, CaseEvent.at, CaseEvent.kind)
        for case_id, status, actor, note, at, kind in session.execute(
            event.where(CaseEvent.case_id.in_(ids)).order_by(CaseEvent.id)
        ):
            happened[case_id].append(EventView(status, actor, note, at, kind))
    media = select(Media.case_id, Media.path, Media.role).where(Media.case_id.in_(ids)).order_by(Media.id)
    if staff:
        media = media.where(Media.state.in_(("ready", "waiting")))
    else:
        media = media.where(Media.state == "ready", Media.kind == "image")
    for owner, path, role in session.execute(media) if ids else ():
        (results if role == "result" else names)[owner or 0].append(path)
    return [_shown(row, tuple(names[row.id]), tuple(results[row.id]), tuple(happened[row.id])) for row in rows]


def _shown(case: Case, photos: tuple[str, ...], results: tuple[str, ...], events: tuple[EventView, ...]) -> CaseView:
    district = agencies().get(case.district_code or "")
    sub = tables().subdistricts.get(case.subdistrict_code or "")
    return CaseView(
        number=case.number,
        kind=case.kind,
        status=case.status,
        category=case.category,
        urgent=case.urgent,
        text=case.text,
        lat=case.lat,
        lng=case.lng,
        place_text=case.place_text,
        district_code=case.district_code,
        district=district.short_th if district else None,
        subdistrict_code=case.subdistrict_code,
        subdistrict=sub.name_th if sub else None,
        agency=case.agency,
        owner=case.owner,
        channel=case.channel,
        rating=case.rating,
        confirmed=case.confirmed,
        merged_into=case.merged_into,
        created_at=case.created_at,
        due_at=case.due_at,
        closed_at=case.closed_at,
        photos=photos,
        results=results,
        events=events,
        acknowledge_by=case.acknowledge_by,
        round=case.round,
    )
