"""Cases as Open311's requests: posted once however often they are sent, listed by what was asked. A Session first."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from casework import numbers
from casework.case import INTERNAL, OPEN, Draft
from casework.open311 import Asked, Open311Problem, Posted
from casework.public import MAPPED, PublicCase, hidden, public
from casework.rules import Rules
from storage import cases
from storage.columns import COMPLAINT
from storage.models import Case, CaseEvent, Media
from storage.models_public import ApiKey, ApiPost, PhotoRelease
from storage.views import views


def post(
    session: Session, key: ApiKey, given: Posted, rules: Rules, now: datetime, *, urgent: bool, district: str | None
) -> tuple[str, bool]:
    """The number of the case that this makes, or made before; True where it is new. `key` is held by the caller.

    `urgent` and `district`: what was read out of the words. Raises Open311Problem 409 for an idempotency key that came
    with something else.
    """
    token = hashlib.sha256(given.idempotency_key.encode()).hexdigest() if given.idempotency_key else None
    external = _external(key, given.external_no)
    before = _before(session, key, given, token, external, rules, now)
    if before is not None:
        return before, False
    draft = Draft(
        text=given.description or given.media_url,
        category=given.service_code,
        urgent=urgent or given.urgent,
        place_text=given.address or None,
        district_code=district,
        channel=key.channel,
        external_no=external,
    )
    if given.place is not None:
        here = given.place
        draft = replace(
            draft, lat=here.lat, lng=here.lng, district_code=here.district_code, subdistrict_code=here.subdistrict_code
        )
    actor = f"staff:{key.name}"
    case = cases.file(session, draft, rules, now, reporter=None, actor=actor)
    if given.media_url:
        told = cases.add_note(session, case, "", now, actor=actor, told=True, reason=f"media_url: {given.media_url}")
        told.note = None
    session.add(ApiPost(key_id=key.id, token=token, digest=given.digest(), case_number=case.number, at=now))
    session.flush()
    return case.number, True


def _external(key: ApiKey, number: str) -> str | None:
    """MIS's own numbers are one space, whoever sends them; those of others are told apart by the key's name."""
    if not number:
        return None
    return number if key.channel == "mis" else f"{key.name}: {number}"[:64]


def _before(
    session: Session, key: ApiKey, given: Posted, token: str | None, external: str | None, rules: Rules, now: datetime
) -> str | None:
    if token is not None:
        found = session.scalar(select(ApiPost).where(ApiPost.key_id == key.id, ApiPost.token == token))
        if found is not None:
            if found.digest != given.digest():
                raise Open311Problem(409, "this Idempotency-Key came with another request before")
            return found.case_number
    if external is not None:
        return session.scalar(select(Case.number).where(Case.external_no == external))
    if token is not None:
        return None
    since = now - rules.span("open311", "repeat_seconds")
    same = select(ApiPost.case_number).where(ApiPost.key_id == key.id, ApiPost.digest == given.digest(), ApiPost.at > since)
    return session.scalar(same.order_by(ApiPost.id.desc()).limit(1))


def listed(session: Session, asked: Asked) -> list[PublicCase]:
    """A page of requests, latest first. Numbers that were asked for are shown whatever their status, others are passed over."""
    query = select(Case).options(defer(Case.parts)).order_by(Case.created_at.desc(), Case.id.desc())
    if asked.numbers:
        wanted = [number for text in asked.numbers if (number := numbers.parse(text))]
        query = query.where(Case.number.in_(wanted), Case.kind == COMPLAINT)
    else:
        statuses = MAPPED if asked.open is None else OPEN if asked.open else tuple(s for s in MAPPED if s not in OPEN)
        query = query.where(Case.kind == COMPLAINT, Case.status.in_(statuses), Case.category.not_in(hidden()))
        if asked.services:
            query = query.where(Case.category.in_(asked.services))
        if asked.start is not None:
            query = query.where(Case.created_at >= asked.start)
        if asked.end is not None:
            query = query.where(Case.created_at <= asked.end)
        if asked.updated_after is not None and asked.updated_before is not None:
            moved = select(CaseEvent.case_id).where(
                CaseEvent.at >= asked.updated_after, CaseEvent.at <= asked.updated_before, CaseEvent.kind.not_in(INTERNAL)
            )
            query = query.where(Case.id.in_(moved))
    rows = session.scalars(query.limit(asked.size).offset((asked.page - 1) * asked.size)).all()
    return _public(session, rows)


def _public(session: Session, rows: Sequence[Case]) -> list[PublicCase]:
    ids = [row.id for row in rows]
    query = select(PhotoRelease.case_id, Media.path, PhotoRelease.shown).join(Media, Media.id == PhotoRelease.media_id)
    decided: dict[str, bool] = {path: shown for _, path, shown in session.execute(query.where(PhotoRelease.case_id.in_(ids)))}
    return [public(view, decided) for view in views(session, rows)]
