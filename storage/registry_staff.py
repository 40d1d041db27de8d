"""What registry officers do: approve, reject, hand over, look at card numbers; how long people waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.refusals import Refused
from casework.registry import LIVE, check_citizen_id, fee, services
from casework.rules import Rules
from casework.thai_time import bangkok
from casework.verifier import CardNumbers, Verdict, verdict
from storage import audit, registry
from storage.models_registry import RegistryRequest


def _now_live(session: Session, which: str, *statuses: str) -> RegistryRequest:
    row = registry.must(session, which)
    if row.status not in statuses:
        raise Refused("refused.request_is", id=row.id, status=row.status)
    return row


def approve(
    session: Session,
    rules: Rules,
    which: str,
    by: str,
    now: datetime,
    *,
    baht: Decimal | None,
    at: datetime | None,
    citizen_id: str | None = None,
    reason: str | None = None,
) -> RegistryRequest:
    """Approve with a fee (of the rules where none is given) and a time (the wanted one where none is given).

    Once more on an approved request changes fee and time. Raises Refused: no such request, it is over, no fee known, the time
    is full or the office is closed then, or the citizen's number has a wrong checksum (it is not kept).
    """
    row = _now_live(session, which, *LIVE)
    if citizen_id is not None:
        check_citizen_id(citizen_id)
    at = at or row.agreed_at or row.wanted_at
    known = baht if baht is not None else fee(rules, row.service, bangkok(at).date(), row.copies)
    if known is None:
        raise Refused("refused.fee_unknown", id=row.id)
    row.status, row.fee = "approved", int(known * 100)
    row.approved_at = row.approved_at or now
    if not registry.move(session, rules, row, at, now):
        raise Refused("refused.slot_full", at=at.isoformat(), office=row.office)
    _done(session, row, "approved", by, now, reason)
    return row


def reject(session: Session, which: str, by: str, now: datetime, reason: str | None) -> RegistryRequest:
    """Say no; the reason is told to the citizen. Raises Refused without one, or where the request is over."""
    row = _now_live(session, which, *LIVE)
    if not reason or not reason.strip():
        raise Refused("refused.reject_needs_reason", id=row.id)
    row.reason = reason.strip()
    registry.end(session, row, "rejected", now)
    _done(session, row, "rejected", by, now, reason)
    return row


def collected(session: Session, which: str, by: str, now: datetime, reason: str | None) -> RegistryRequest:
    """It was picked up, or the appointment kept: numbers are erased, the citizen is asked for stars."""
    row = _now_live(session, which, "approved")
    registry.end(session, row, "collected", now)
    _done(session, row, "collected", by, now, reason)
    return row


def _done(session: Session, row: RegistryRequest, kind: str, by: str, now: datetime, reason: str | None) -> None:
    registry.happened(session, row, kind, f"staff:{by}", now, reason)
    audit.note(session, now, by, f"registry {kind}", str(row.id), reason)
    session.flush()


@dataclass(frozen=True)
class Secrets:
    """What a request holds encrypted, opened."""

    laser: str | None
    photo: str | None
    topic: str | None
    name: str | None
    check: Verdict


def opened(row: RegistryRequest, box: MultiFernet) -> Secrets:
    """Decrypted, for masking or revealing. Raises Refused where DATA_KEY is another."""

    def clear(token: bytes | None) -> str | None:
        try:
            return None if token is None else box.decrypt(token).decode()
        except InvalidToken as problem:
            raise Refused("refused.other_data_key", id=row.id) from problem

    laser, photo = clear(row.laser), clear(row.photo)
    service = services().get(row.service)
    checked = verdict(service.checks if service else (), CardNumbers(laser, photo))
    return Secrets(laser, photo, clear(row.topic), clear(row.name), checked)


def reveal(session: Session, which: str, by: str, reason: str | None, now: datetime) -> RegistryRequest:
    """The request whose numbers are about to be shown; written down first. Raises Refused without a reason, or when over."""
    row = _now_live(session, which, *LIVE)
    if not reason or not reason.strip():
        raise Refused("refused.reveal_needs_reason", id=row.id)
    audit.note(session, now, by, "registry reveal", str(row.id), reason.strip())
    return row


@dataclass(frozen=True)
class Waits:
    """How long people waited in an office: numbers of requests, and mean hours (None where there are none)."""

    office: str
    asked: int
    approved: int
    collected: int
    hours_to_approval: float | None
    hours_to_pickup: float | None
    late_minutes: float | None
    """Mean minutes from the agreed time to pick-up, early ones counted as on time: the wait at the counter."""
    stars: float | None


def waits(session: Session, since: datetime, until: datetime) -> list[Waits]:
    """Per office, of the requests asked in [since, until), the office with the most requests first."""
    columns = (
        RegistryRequest.office,
        RegistryRequest.status,
        RegistryRequest.asked_at,
        RegistryRequest.approved_at,
        RegistryRequest.agreed_at,
        RegistryRequest.ended_at,
        RegistryRequest.stars,
    )
    rows = session.execute(select(*columns).where(RegistryRequest.asked_at >= since, RegistryRequest.asked_at < until))
    by_office: dict[str, list[tuple[str, datetime, datetime | None, datetime | None, datetime | None, int | None]]] = {}
    for office, status, asked, approved, agreed, ended, rated in rows:
        by_office.setdefault(office, []).append((status, asked, approved, agreed, ended, rated))
    found = []
    for office, there in by_office.items():
        approvals = [approved - asked for _, asked, approved, *_ in there if approved is not None]
        picked = [(approved, agreed, ended) for status, _, approved, agreed, ended, _ in there if status == "collected"]
        pickups = [ended - approved for approved, _, ended in picked if ended and approved]
        late = [max(timedelta(), ended - agreed) for _, agreed, ended in picked if ended and agreed]
        stars = [n for *_, n in there if n is not None]
        found.append(
            Waits(
                office,
                len(there),
                len(approvals),
                len(picked),
                _mean(approvals, 3600),
                _mean(pickups, 3600),
                _mean(late, 60),
                sum(stars) / len(stars) if stars else None,
            )
        )
    return sorted(found, key=lambda w: (-w.asked, w.office))


def _mean(spans: Sequence[timedelta], unit: float) -> float | None:
    return sum(s.total_seconds() for s in spans) / len(spans) / unit if spans else None
