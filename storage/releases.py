"""Photos that strangers may see: what was decided by hand. Plain functions, a Session first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.public import PublicCase, public
from casework.refusals import Refused
from storage import cases
from storage.models import Case, Media
from storage.models_public import PhotoRelease


@dataclass(frozen=True)
class Photo:
    """A photo of a case, by its place among them (from 1). `shown`: strangers see it. `by`: who decided, None: the rule."""

    place: int
    id: int
    role: str
    path: str
    shown: bool
    by: str | None


def decided(session: Session, case: Case) -> dict[str, bool]:
    """What was decided by hand about the case's photos, by their names."""
    query = select(Media.path, PhotoRelease.shown).join(Media, Media.id == PhotoRelease.media_id)
    return {row.path: row.shown for row in session.execute(query.where(PhotoRelease.case_id == case.id))}


def seen(session: Session, case: Case) -> PublicCase:
    """The case as strangers may see it."""
    return public(cases.view(session, case), decided(session, case))


def photos(session: Session, case: Case, shown: PublicCase | None = None) -> list[Photo]:
    """All photos of the case that are stored, in the order in which they came. `shown`: as `seen` tells, where it was asked."""
    shown = shown or seen(session, case)
    public_names = {*shown.before, *shown.after}
    query = (
        select(Media.id, Media.role, Media.path, PhotoRelease.by)
        .join(PhotoRelease, PhotoRelease.media_id == Media.id, isouter=True)
        .where(Media.case_id == case.id, Media.kind == "image", Media.state == "ready")
        .order_by(Media.id)
    )
    rows = session.execute(query).all()
    return [Photo(n, id_, role, path, path in public_names, by) for n, (id_, role, path, by) in enumerate(rows, 1)]


def decide(session: Session, case: Case, place: int, *, shown: bool, by: str, reason: str | None, now: datetime) -> Photo:
    """Show a photo to strangers, or no longer. Raises Refused where there is none at that place, or it is no case for it."""
    found = {photo.place: photo for photo in photos(session, case)}
    photo = found.get(place)
    if photo is None:
        raise Refused("refused.no_photo", number=case.number, place=place, count=len(found))
    row = session.get(PhotoRelease, photo.id)
    if row is None:
        session.add(PhotoRelease(media_id=photo.id, case_id=case.id, shown=shown, by=by, at=now, reason=reason))
    else:
        row.shown, row.by, row.at, row.reason = shown, by, now, reason
    session.flush()
    made = photos(session, case)[place - 1]
    if shown and not made.shown:
        raise Refused("refused.never_shown", number=case.number, place=place)
    return made


def content(session: Session, photo: Photo) -> str | None:
    """The hash under which the photo's content is stored."""
    return session.scalar(select(Media.sha256).where(Media.id == photo.id))
