"""Registry requests on disk: slots that cannot be overbooked, requests and their events, pauses, what falls due.

Plain functions, a Session first. Card numbers come and go encrypted; they are erased when a request is over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import appointments
from casework.refusals import Refused
from casework.registry import LIVE, Order, RequestView, services
from casework.rules import Rules
from casework.thai_time import BANGKOK, bangkok
from storage.columns import UNTOLD_REGISTRY
from storage.models_registry import Consent, RegistryCaller, RegistryEvent, RegistryRequest, RegistrySlot

PARTS_OF_A_DAY = (time(9), time(13, 30))

# Slots.


def book(session: Session, office: str, slot: datetime, capacity: int) -> bool:
    """Take a place in the slot; False where there is none left. Holds for any number of callers at once."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(RegistrySlot).values(office=office, at=slot, taken=0).on_conflict_do_nothing())
    changed = session.execute(
        update(RegistrySlot)
        .where(RegistrySlot.office == office, RegistrySlot.at == slot, RegistrySlot.taken < capacity)
        .values(taken=RegistrySlot.taken + 1)
        .execution_options(synchronize_session=False)
    )
    return changed.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def give_back(session: Session, row: RegistryRequest) -> None:
    """The request needs its place no longer."""
    if row.slot is not None:
        session.execute(
            update(RegistrySlot)
            .where(RegistrySlot.office == row.office, RegistrySlot.at == row.slot, RegistrySlot.taken > 0)
            .values(taken=RegistrySlot.taken - 1)
            .execution_options(synchronize_session=False)
        )
        row.slot = None


def free(session: Session, rules: Rules, office: str, slots: Sequence[datetime]) -> list[datetime]:
    """Those of the slots that have room."""
    if not slots:
        return []
    full = select(RegistrySlot.at).where(
        RegistrySlot.office == office,
        RegistrySlot.at.between(min(slots), max(slots)),
        RegistrySlot.taken >= rules.whole("registry", "slot_capacity"),
    )
    taken = set(session.scalars(full))
    return [slot for slot in slots if slot not in taken]


def free_on(session: Session, rules: Rules, office: str, day: date, now: datetime) -> list[datetime]:
    """The slots of a day that have room and have not begun."""
    return free(session, rules, office, appointments.slots(rules, day, now))


def alternatives(session: Session, rules: Rules, office: str, near: datetime, now: datetime, most: int) -> list[datetime]:
    """Slots with room, those nearest to the wanted moment: of its day, then of the days after."""
    found: list[datetime] = []
    day = max(bangkok(near).date(), bangkok(now).date())
    last = bangkok(now).date() + timedelta(days=rules.number("registry", "ahead_days"))
    for ahead in range(appointments.LOOK_AHEAD):
        if day + timedelta(days=ahead) > last or len(found) >= most:
            break
        there = free_on(session, rules, office, day + timedelta(days=ahead), now)
        wanted = near if ahead == 0 else datetime.combine(day + timedelta(days=ahead), bangkok(near).time(), tzinfo=BANGKOK)
        share = most - len(found) if ahead else max(1, most // 2)
        found += sorted(there, key=lambda slot: abs(slot - wanted))[:share]
    return sorted(found)[:most]


def soon(session: Session, rules: Rules, office: str, now: datetime, most: int) -> list[datetime]:
    """Slots with room on the next days, one in the morning and one in the afternoon of each."""
    found: list[datetime] = []
    for ahead in range(appointments.LOOK_AHEAD):
        day = bangkok(now).date() + timedelta(days=ahead)
        there = free_on(session, rules, office, day, now)
        for clock in PARTS_OF_A_DAY if there else ():
            slot = min(there, key=lambda slot: abs(slot - datetime.combine(day, clock, tzinfo=BANGKOK)))
            if slot not in found and len(found) < most:
                found.append(slot)
    return sorted(found)


# Requests.


def view(row: RegistryRequest) -> RequestView:
    """Without anything secret."""
    from decimal import Decimal

    fee = None if row.fee is None else Decimal(row.fee) / 100
    return RequestView(
        row.id,
        row.service,
        row.office,
        row.status,
        row.copies,
        row.wanted_at,
        row.agreed_at,
        fee,
        row.reason,
        row.stars,
    )


def must(session: Session, which: int | str) -> RegistryRequest:
    """The request. Raises Refused where there is none."""
    given = str(which).strip().lstrip("#")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    row = session.get(RegistryRequest, number, with_for_update=True) if number else None
    if row is None:
        raise Refused("refused.unknown_request", id=which)
    return row


def make(session: Session, person: str, order: Order, now: datetime) -> RegistryRequest:
    """Write the request down; its slot has been booked."""
    row = RegistryRequest(
        person=person,
        service=order.service,
        office=order.office,
        status="asked",
        copies=order.copies,
        topic=order.topic.encode() if order.topic else None,
        laser=order.laser.encode() if order.laser else None,
        photo=order.photo.encode() if order.photo else None,
        consent_version=order.consent_version,
        consent_at=order.consent_at,
        wanted_at=order.slot,
        slot=order.slot,
        asked_at=now,
        name_at=now,
    )
    session.add(row)
    session.flush()
    happened(session, row, "asked", "citizen", now)
    return row


def happened(session: Session, row: RegistryRequest, kind: str, actor: str, now: datetime, reason: str | None = None) -> None:
    """Write down what happened; the other side is told by the next sweep."""
    session.add(RegistryEvent(request_id=row.id, kind=kind, actor=actor, at=now, reason=reason))


def live_of(session: Session, person: str) -> Sequence[RegistryRequest]:
    """The person's requests that are not over, the latest first."""
    query = select(RegistryRequest).where(RegistryRequest.person == person, RegistryRequest.status.in_(LIVE))
    return session.scalars(query.order_by(RegistryRequest.asked_at.desc(), RegistryRequest.id.desc()).limit(10)).all()


def unrated_of(session: Session, person: str, since: datetime) -> RegistryRequest | None:
    """The person's latest request that was picked up since then and has no stars."""
    query = select(RegistryRequest).where(
        RegistryRequest.person == person,
        RegistryRequest.status == "collected",
        RegistryRequest.stars.is_(None),
        RegistryRequest.ended_at > since,
    )
    return session.scalar(query.order_by(RegistryRequest.ended_at.desc()).limit(1))


def last_office(session: Session, person: str) -> str | None:
    """Where the person asked last."""
    query = select(RegistryRequest.office).where(RegistryRequest.person == person)
    return session.scalar(query.order_by(RegistryRequest.asked_at.desc()).limit(1))


def asked_on(session: Session, person: str, now: datetime) -> int:
    """How many requests the person made today, Bangkok's day."""
    begin = datetime.combine(bangkok(now).date(), time(), tzinfo=BANGKOK)
    query = select(func.count()).select_from(RegistryRequest)
    return int(session.scalar(query.where(RegistryRequest.person == person, RegistryRequest.asked_at >= begin)) or 0)


def move(session: Session, rules: Rules, row: RegistryRequest, at: datetime, now: datetime) -> bool:
    """Another time, exactly `at` within its slot; False where that slot is full. Raises Refused where nobody can come then."""
    appointments.must_suit(rules, at, now)
    slot = appointments.slot_of(rules, at)
    if slot != row.slot:
        if not book(session, row.office, slot, rules.whole("registry", "slot_capacity")):
            return False
        give_back(session, row)
        row.slot = slot
    if row.status == "approved":
        row.agreed_at = at
        row.remind_at, row.reminded_at = appointments.reminder(rules, at, now), None
    else:
        row.wanted_at = at
    return True


def end(session: Session, row: RegistryRequest, status: str, now: datetime) -> None:
    """The request is over: its slot is free where it was not used, its card numbers and name are erased."""
    if status != "collected":
        give_back(session, row)
    row.status, row.ended_at, row.remind_at = status, now, None
    erase(row)


def erase(row: RegistryRequest) -> None:
    """Everything encrypted goes."""
    row.laser = row.photo = row.topic = row.name = row.name_at = None


def nameless(session: Session, now: datetime, limit: int) -> list[tuple[int, str]]:
    """Requests, and their people, whose display name is to be asked for."""
    query = select(RegistryRequest.id, RegistryRequest.person)
    due = query.where(RegistryRequest.name_at.is_not(None), RegistryRequest.name_at <= now)
    return [(which, person) for which, person in session.execute(due.order_by(RegistryRequest.name_at).limit(limit))]


def claim_name(session: Session, which: int, now: datetime, until: datetime) -> bool:
    """Whether asking is ours; nobody else asks before `until`."""
    mine = update(RegistryRequest).where(RegistryRequest.id == which, RegistryRequest.name_at <= now).values(name_at=until)
    changed = session.execute(mine.execution_options(synchronize_session=False))
    return changed.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def named(session: Session, which: int, name: bytes | None, again: datetime | None) -> None:
    """The name, encrypted; or when to ask again. A request that was over meanwhile keeps none."""
    query = select(RegistryRequest).where(RegistryRequest.id == which).with_for_update()
    row = session.scalars(query, execution_options={"populate_existing": True}).one()
    if row.status in LIVE:
        row.name, row.name_at = name or row.name, again


# Consent, pauses.


def consent(session: Session, person: str, purpose: str, version: str, given: bool, now: datetime) -> None:
    """The person's answer."""
    session.add(Consent(person=person, purpose=purpose, version=version, given=given, at=now))


def caller(session: Session, person: str) -> RegistryCaller:
    """The person's row, made at the first slip."""
    found = session.get(RegistryCaller, person)
    if found is None:
        found = RegistryCaller(person=person, wrong=0)
        session.add(found)
    return found


# What falls due.


def due_reminders(session: Session, now: datetime, limit: int) -> Sequence[RegistryRequest]:
    """Approved requests whose evening before has come."""
    query = select(RegistryRequest).where(RegistryRequest.remind_at.is_not(None), RegistryRequest.remind_at <= now)
    return session.scalars(query.order_by(RegistryRequest.remind_at).limit(limit)).all()


def untold(session: Session, limit: int) -> Sequence[RegistryEvent]:
    """Events that the other side has not heard of."""
    return session.scalars(select(RegistryEvent).where(UNTOLD_REGISTRY).order_by(RegistryEvent.id).limit(limit)).all()


def to_erase(session: Session, before: datetime, limit: int) -> Sequence[RegistryRequest]:
    """Requests older than this that still hold something secret."""
    secret = or_(RegistryRequest.laser.is_not(None), RegistryRequest.photo.is_not(None), RegistryRequest.topic.is_not(None))
    query = select(RegistryRequest).where(secret, RegistryRequest.asked_at < before)
    return session.scalars(query.order_by(RegistryRequest.asked_at).limit(limit)).all()


def listed(
    session: Session, *, statuses: Collection[str] = (), office: str | None = None, limit: int | None = None
) -> Sequence[RegistryRequest]:
    """Requests, those that wait longest first."""
    query = select(RegistryRequest).order_by(RegistryRequest.asked_at, RegistryRequest.id).limit(limit)
    if statuses:
        query = query.where(RegistryRequest.status.in_(statuses))
    if office:
        query = query.where(RegistryRequest.office == office)
    return session.scalars(query).all()


def service_name(code: str, language: str = "th") -> str:
    """The service in words; its number where there is no such service any more."""
    service = services().get(code)
    return code if service is None else service.th if language == "th" else service.en
