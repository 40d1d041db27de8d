"""One's own data: what is held, changing it, the download, taking consent back. flows.mine.MyData over one transaction."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from cryptography.fernet import MultiFernet
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework.case import OPEN
from casework.catalog import agencies
from casework.mine import Given, Mine
from casework.registry import LIVE
from casework.rules import Rules
from storage import history, people, registry
from storage.models import Case, CaseEvent, Follower, Person
from storage.models_news import NewsOff, Subscription
from storage.models_people import DataLink, Tag
from storage.models_registry import Consent, RegistryRequest
from storage.people_index import clear

MOST_SAID = 2_000
"""Messages of the history in a download: more than anybody writes in the days it is kept."""
PART = 4_000


class Leaving(Protocol):
    """Who is told that the person wants to go."""

    leaving: bool | None
    has_pages: bool


class StoredMyData:
    """What one person may do with what is held of them."""

    def __init__(self, session: Session, person: Person, box: MultiFernet, rules: Rules, now: datetime, desk: Leaving) -> None:
        self._session, self._person, self._box, self._rules, self._now, self._desk = session, person, box, rules, now, desk

    def shown(self) -> Mine:
        """See flows.mine.MyData, as for all that follows."""
        row = self._person
        ids = people.accounts(self._session, row)
        office = agencies().get(row.district_code or "")
        return Mine(
            name=clear(row.called, self._box) or clear(row.name, self._box),
            phone=clear(row.phone, self._box),
            district=office.short_th if office else None,
            language=row.language,
            cases=_count(self._session, select(func.count()).select_from(Case).where(Case.reporter.in_(ids))),
            followed=_count(self._session, select(func.count()).select_from(Follower).where(Follower.person.in_(ids))),
            subscriptions=tuple(code for _, code in subscriptions(self._session, row.id)),
            news_off=self._session.get(NewsOff, row.id) is not None,
            consents=tuple(standing(self._session, row.id)),
            notice_version=row.notice_version,
            notice_at=row.notice_at,
            since=row.created_at,
        )

    def call(self, name: str | None) -> None:
        """Goes before the display name."""
        people.call(self._person, name, self._box)

    def keep_phone(self, phone: str | None) -> None:
        """Without a number no case shows one any more."""
        people.keep_phone(self._person, phone, self._box)
        if phone is None:
            self._share_no_more()

    def live_in(self, district_code: str | None) -> None:
        """Written down."""
        self._person.district_code, self._person.stale = district_code, True

    def withdraw(self) -> int:
        """The number goes from all cases, card numbers of live requests are erased with the requests; written down."""
        given = standing(self._session, self._person.id)
        for each in given:
            registry.consent(self._session, self._person.id, each.purpose, each.version, False, self._now)
        live = select(RegistryRequest).where(RegistryRequest.person == self._person.id, RegistryRequest.status.in_(LIVE))
        for row in self._session.scalars(live.with_for_update()):
            if row.laser is not None or row.photo is not None:
                registry.end(self._session, row, "cancelled", self._now)
                registry.happened(self._session, row, "cancelled", "citizen", self._now)
        had = self._person.phone is not None
        people.keep_phone(self._person, None, self._box)
        self._share_no_more()
        return len(given) + had

    def _share_no_more(self) -> None:
        shared = update(Case).where(Case.reporter == self._person.id, Case.share_contact)
        self._session.execute(shared.values(share_contact=False), execution_options={"synchronize_session": False})

    def link(self) -> str | None:
        """Only its hash is kept."""
        if not self._desk.has_pages:
            return None
        token = secrets.token_urlsafe(24)
        self._session.add(DataLink(hash=_hash(token), person=self._person.id, made_at=self._now, used=False))
        return token

    @property
    def has_pages(self) -> bool:
        """By the settings."""
        return self._desk.has_pages

    def in_words(self, part: int) -> tuple[str, int]:
        """The JSON of the download, indented: it reads as it is."""
        whole = json.dumps(export(self._session, self._person, self._box), ensure_ascii=False, indent=1)
        return whole[part * PART : (part + 1) * PART], max(1, -(-len(whole) // PART))

    def open_cases(self) -> int:
        """Not yet over."""
        mine = select(func.count()).select_from(Case).where(Case.reporter == self._person.id, Case.status.in_(OPEN))
        return _count(self._session, mine)

    def erase(self, photos: bool) -> None:
        """At the end of the turn (storage.erasing)."""
        self._desk.leaving = photos


def _count(session: Session, query: Any) -> int:
    return int(session.scalar(query) or 0)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def of_link(session: Session, token: str, rules: Rules, now: datetime) -> Person | None:
    """Whose data this link shows; None for an unknown or old one."""
    row = session.get(DataLink, _hash(token))
    if row is None or not row.made_at <= now <= row.made_at + rules.span("my_data", "link_hours"):
        return None
    return session.get(Person, row.person)


def subscriptions(session: Session, person: str) -> list[tuple[str, str]]:
    """News the person follows, as (kind, code)."""
    query = select(Subscription.kind, Subscription.code).where(Subscription.person == person)
    return [(kind, code) for kind, code in session.execute(query.order_by(Subscription.kind, Subscription.code))]


def standing(session: Session, person: str) -> list[Given]:
    """Consents that count: the last answer for each purpose, where it was yes."""
    latest: dict[str, Consent] = {}
    for row in session.scalars(select(Consent).where(Consent.person == person).order_by(Consent.id)):
        latest[row.purpose] = row
    return [Given(row.purpose, row.version, row.at) for row in latest.values() if row.given]


def export(session: Session, person: Person, box: MultiFernet) -> dict[str, Any]:
    """All that is held of a person, of every account of theirs, for them to read (PDPA s. 30 and 31). No card numbers:
    they are in the person's hand.
    """
    ids = people.accounts(session, person)
    return {
        "accounts": [_account(session, which, box) for which in ids],
        "cases": [_case(session, case) for case in _reported(session, ids)],
        "followed": [
            {"number": number, "since": _at(at), "vote": vote}
            for number, at, vote in session.execute(
                select(Case.number, Follower.at, Follower.vote).join(Case, Case.id == Follower.case_id)
                .where(Follower.person.in_(ids)).order_by(Follower.at)
            )
        ],
        "registry": [_request(row) for row in session.scalars(
            select(RegistryRequest).where(RegistryRequest.person.in_(ids)).order_by(RegistryRequest.id)
        )],
        "messages": [
            {"at": _at(line.at), "who": line.who, "kind": line.kind, "words": line.words}
            for which in ids for line in history.of_person(session, which, box, MOST_SAID)
        ],
    }  # fmt: skip


def _at(moment: datetime | None) -> str | None:
    from casework.thai_time import bangkok

    return None if moment is None else bangkok(moment).isoformat(timespec="seconds")


def _account(session: Session, which: str, box: MultiFernet) -> dict[str, Any]:
    row = session.get_one(Person, which)
    tags = session.scalars(select(Tag.tag).where(Tag.person == which).order_by(Tag.tag)).all()
    said = session.scalars(select(Consent).where(Consent.person == which).order_by(Consent.id))
    return {
        "line_id": row.id,
        "display_name": clear(row.name, box),
        "called": clear(row.called, box),
        "phone": clear(row.phone, box),
        "district_code": row.district_code,
        "language": row.language,
        "follows": row.follows,
        "since": _at(row.created_at),
        "last_seen": _at(row.seen_at),
        "notice": {"version": row.notice_version, "shown_at": _at(row.notice_at)},
        "looked_at_first": {"since": _at(row.nuisance_at), "why": row.nuisance_why} if row.nuisance_at else None,
        "labels": list(tags),
        "subscriptions": [{"kind": kind, "code": code} for kind, code in subscriptions(session, which)],
        "all_news_off": session.get(NewsOff, which) is not None,
        "consents": [{"to": c.purpose, "version": c.version, "yes": c.given, "at": _at(c.at)} for c in said],
    }


def _reported(session: Session, ids: Sequence[str]) -> Sequence[Case]:
    return session.scalars(select(Case).where(Case.reporter.in_(ids)).order_by(Case.id)).all()


def _case(session: Session, case: Case) -> dict[str, Any]:
    events = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    return {
        "number": case.number,
        "kind": case.kind,
        "status": case.status,
        "category": case.category,
        "text": case.text,
        "place": case.place_text,
        "lat": case.lat,
        "lng": case.lng,
        "reported_at": _at(case.created_at),
        "shares_phone": case.share_contact,
        "stars": case.rating,
        "events": [{"at": _at(e.at), "status": e.status, "words": e.note} for e in session.scalars(events)],
    }


def _request(row: RegistryRequest) -> dict[str, Any]:
    return {
        "id": row.id,
        "service": row.service,
        "office": row.office,
        "status": row.status,
        "asked_at": _at(row.asked_at),
        "wanted_at": _at(row.wanted_at),
        "agreed_at": _at(row.agreed_at),
        "card_numbers": "encrypted" if row.laser is not None or row.photo is not None else None,
    }
