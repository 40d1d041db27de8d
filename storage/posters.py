"""Codes of posters and shares on disk, who came by which, and the counts by day. A Session first.

The counts are numbers alone and stay; who came by what is kept for `[keep] came_by_days`, or until it is erased.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import short_codes
from casework.catalog import agencies
from casework.posters import COUNTS, KIND, SHARES, Code
from casework.refusals import Refused
from casework.rules import Rules
from casework.thai_time import bangkok
from storage.models import Person
from storage.models_training import CameBy, PosterCode, PosterDay

LONGEST = 60
"""Characters of a place's name: it stands on the poster in large letters."""
TRIES = 20


def make(session: Session, kind: str, name: str, district: str | None, now: datetime, who: str) -> PosterCode:
    """The code of a district's or a place's poster: the one there is, else a new one. Raises Refused."""
    name = " ".join(name.split())
    if district is not None and (district not in agencies() or agencies()[district].kind != "district"):
        raise Refused("refused.unknown_district", district=district)
    if not name:
        raise Refused("refused.no_text")
    if len(name) > LONGEST:
        raise Refused("refused.name_too_long", most=LONGEST)
    about = f"{kind}:{district or ''}:{name}"
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for _ in range(TRIES):
        fresh = insert(PosterCode).values(
            code=short_codes.new(KIND), kind=kind, name=name, district_code=district, about=about, made_by=who, made_at=now
        )
        session.execute(fresh.on_conflict_do_nothing())
        row = session.scalar(select(PosterCode).where(PosterCode.about == about))
        if row is not None:  # else a code that was drawn before
            return row
    raise Refused("refused.no_code_left")


def by_code(session: Session, code: str) -> PosterCode | None:
    """The code, as `short_codes.read` gives it; of a share the name of its place in the chat is one as well."""
    if code in SHARES:
        return session.scalar(select(PosterCode).where(PosterCode.about == f"share::{code}"))
    return session.scalar(select(PosterCode).where(PosterCode.code == code))


def share(session: Session, place: str, now: datetime) -> PosterCode:
    """The common code of a place in the chat, made at its first use."""
    return make(session, "share", place, None, now, "service")


def count(session: Session, row: PosterCode, what: str, now: datetime) -> None:
    """One more of COUNTS for this code today. Holds for any number of callers at once."""
    assert what in COUNTS, what
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    column = getattr(PosterDay, what)
    first = dict.fromkeys(COUNTS, 0) | {what: 1}
    made = insert(PosterDay).values(code_id=row.id, day=bangkok(now).date(), **first)
    session.execute(made.on_conflict_do_update(index_elements=["code_id", "day"], set_={what: column + 1}))


def came(session: Session, person: Person, code: str, rules: Rules, now: datetime) -> PosterCode | None:
    """Somebody sent a code: None where there is no such. The first one that a person sends counts, and once."""
    row = by_code(session, code)
    if row is None or session.get(CameBy, person.id) is not None:
        return row
    new = now - person.created_at <= rules.span("poster", "new_hours")
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = insert(CameBy).values(person=person.id, code_id=row.id, at=now, new=new)
    session.flush()
    if session.scalar(made.on_conflict_do_nothing(index_elements=["person"]).returning(CameBy.person)) is not None:
        count(session, row, "added" if new else "known", now)
    return row


_BY = select(CameBy).where(CameBy.person == bindparam("person"))


def reported(session: Session, person: str, now: datetime) -> None:
    """A case was filed: the first one of somebody who came new by a code is counted for it."""
    came_by = session.scalar(_BY, {"person": person})
    if came_by is not None and came_by.new and came_by.reported_at is None:
        came_by.reported_at = now
        count(session, session.get_one(PosterCode, came_by.code_id), "reports", now)


def listed(session: Session, since: date | None = None, until: date | None = None) -> list[Code]:
    """Every code with its counts, of the days in `[since, until)` (Bangkok's; all of them without), the latest made first.

    For `poster list` and the reports: how many people came by what.
    """
    sums = select(PosterDay.code_id, *(func.sum(getattr(PosterDay, name)) for name in COUNTS)).group_by(PosterDay.code_id)
    if since is not None:
        sums = sums.where(PosterDay.day >= since)
    if until is not None:
        sums = sums.where(PosterDay.day < until)
    counted = {row[0]: tuple(int(n) for n in row[1:]) for row in session.execute(sums)}
    rows = session.scalars(select(PosterCode).order_by(PosterCode.id.desc()))
    nothing = (0,) * len(COUNTS)
    return [Code(row.code, row.kind, row.name, row.district_code, row.made_at, *counted.get(row.id, nothing)) for row in rows]
