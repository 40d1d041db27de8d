"""Cases as they are shown: records dressed with their events and photos, in a fixed number of queries, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from casework.case import CaseView, EventView
from casework.catalog import agencies
from casework.place_data import tables
from storage.models import Case, CaseEvent, Media

_EVENTS = (
    select(CaseEvent.id, CaseEvent.case_id, CaseEvent.status, CaseEvent.actor, CaseEvent.note, CaseEvent.at, CaseEvent.kind)
    .where(CaseEvent.case_id.in_(bindparam("cases", expanding=True)), CaseEvent.kind != "stars")
    .order_by(CaseEvent.id)
)
_ALL_MEDIA = (
    select(Media.case_id, Media.path, Media.role, Media.kind, Media.event_id)
    .where(Media.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(Media.id)
)
_SHOWN_TO_STAFF = _ALL_MEDIA.where(Media.state.in_(("ready", "waiting")))
_SHOWN_TO_CITIZENS = _ALL_MEDIA.where(Media.state == "ready", Media.kind.in_(("image", "video")))


def views(session: Session, rows: Sequence[Case], *, events: bool = True, staff: bool = False) -> list[CaseView]:
    """The cases in their order. Citizens see stored photos; `staff` sees every kind of media, also what is on its way."""
    ids = [row.id for row in rows]
    happened: dict[int, list[EventView]] = defaultdict(list)
    media = _media(session, ids, staff=staff)
    pictures: dict[int, list[str]] = defaultdict(list)
    for row in media:
        if row.kind == "image" and row.event_id is not None:
            pictures[row.event_id].append(row.path)
    if events and ids:
        for event_id, case_id, status, actor, note, at, kind in session.execute(_EVENTS, {"cases": ids}):
            happened[case_id].append(EventView(status, actor, note, at, kind, tuple(pictures.get(event_id, ()))))
    sorted_out: dict[int, Shown] = defaultdict(Shown)
    for row in media:
        sorted_out[row.case_id].take(row.kind, row.role, row.path, staff=staff)
    return [_shown(row, sorted_out[row.id], tuple(happened[row.id])) for row in rows]


@dataclass
class Shown:
    """The media of one case, sorted by what they show."""

    photos: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    films: list[str] = field(default_factory=list)
    result_films: list[str] = field(default_factory=list)

    def take(self, kind: str, role: str, path: str, *, staff: bool) -> None:
        """Put it where it belongs. What came with an agency's question, or is no result yet, is no photo of the case."""
        if role == "result":
            (self.result_films if kind == "video" else self.results).append(path)
        elif role == "report":
            (self.films if kind == "video" and not staff else self.photos).append(path)


def _media(session: Session, ids: Sequence[int], *, staff: bool) -> Sequence[Row[tuple[int, str, str, str, int | None]]]:
    if not ids:
        return []
    query = _SHOWN_TO_STAFF if staff else _SHOWN_TO_CITIZENS
    return session.execute(query, {"cases": ids}).all()  # type: ignore[return-value]


def _shown(case: Case, media: Shown, events: tuple[EventView, ...]) -> CaseView:
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
        photos=tuple(media.photos),
        results=tuple(media.results),
        films=tuple(media.films),
        result_films=tuple(media.result_films),
        events=events,
        acknowledge_by=case.acknowledge_by,
        round=case.round,
    )
