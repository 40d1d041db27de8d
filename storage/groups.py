"""Groups on disk: codes that bind them, members who are known, what they are to be told. Plain functions, a Session first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import groups as rules_of_groups
from casework.refusals import Refused
from storage.models_groups import Coordinator, Group, GroupCode, Quotable

DAY = timedelta(days=1)


# Codes.


def issue(
    session: Session, key: bytes, agency: str, kind: str | None, hours: float, now: datetime, by: str
) -> tuple[str, GroupCode]:
    """A fresh one-time code for the agency's group, shown this once. Raises Refused for an unknown agency or kind."""
    kind = rules_of_groups.kind_of(agency, kind)
    code = rules_of_groups.new_code()
    row = GroupCode(
        hash=rules_of_groups.hash_code(code, key),
        kind=kind,
        agency=agency,
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    session.add(row)
    session.flush()
    return code, row


def bind(session: Session, keys: Sequence[bytes], text: str, group: Group, now: datetime) -> GroupCode | None:
    """Bind the group with the code that `text` is; None where it is no code of ours, used up or too old."""
    code = rules_of_groups.read_code(text)
    if code is None:
        return None
    hashes = [rules_of_groups.hash_code(code, key) for key in keys]
    row = session.scalar(
        select(GroupCode)
        .where(GroupCode.hash.in_(hashes), GroupCode.used_at.is_(None), GroupCode.expires_at > now)
        .with_for_update()
    )
    if row is None:
        return None
    row.used_at, row.used_by = now, group.id
    group.kind, group.agency, group.bound_at = row.kind, row.agency, now
    group.digest_at, group.look_at = now, now
    return row


def unbind(session: Session, group_id: str, now: datetime) -> Group:
    """The group belongs to nobody any more (and is left after the rule's day). Raises Refused for an unknown one."""
    group = session.get(Group, group_id)
    if group is None or group.kind is None:
        raise Refused("refused.unknown_group", group=group_id)
    group.kind = group.agency = group.bound_at = None
    group.joined_at = now
    return group


# Groups and their members.


def meet(session: Session, group_id: str, now: datetime) -> Group:
    """The group, written down when it is first heard of; one that was left is joined again."""
    group = session.get(Group, group_id)
    if group is None:
        group = Group(id=group_id, joined_at=now, look_at=now, members=1)
        session.add(group)
        session.flush()
    elif group.left_at is not None:
        group.left_at, group.joined_at, group.look_at = None, now, now
    return group


def left(session: Session, group_id: str, now: datetime) -> None:
    """The account is in the group no longer: it is bound to nobody."""
    group = session.get(Group, group_id)
    if group is not None:
        group.left_at, group.look_at = now, None
        group.kind = group.agency = group.bound_at = None


def member(session: Session, group: Group, person: str, now: datetime, *, acted: bool) -> Coordinator:
    """The member, written down when first heard of."""
    known = session.get(Coordinator, (group.id, person))
    if known is None:
        count = session.scalar(select(func.count()).select_from(Coordinator).where(Coordinator.group_id == group.id)) or 0
        known = Coordinator(group_id=group.id, person=person, running=count + 1, first_at=now)
        session.add(known)
        session.flush()
        group.look_at = now
    known.left_at = None
    if acted:
        known.acted_at = now
    return known


def members_left(session: Session, group_id: str, people: Sequence[str], now: datetime) -> None:
    """These are members no longer."""
    session.execute(
        update(Coordinator).where(Coordinator.group_id == group_id, Coordinator.person.in_(people)).values(left_at=now)
    )


def bound(session: Session, agency_codes: Sequence[str]) -> dict[str, list[str]]:
    """The groups bound to these agencies that work on cases, agency → group ids, the oldest first."""
    rows = session.execute(
        select(Group.agency, Group.id)
        .where(Group.agency.in_(agency_codes), Group.kind.in_(rules_of_groups.WORKING), Group.left_at.is_(None))
        .order_by(Group.bound_at)
    )
    found: dict[str, list[str]] = {}
    for agency, group_id in rows:
        found.setdefault(agency or "", []).append(group_id)
    return found


def listed(session: Session) -> Sequence[Group]:
    """All groups the account is a member of, bound ones first."""
    query = select(Group).where(Group.left_at.is_(None)).order_by(Group.bound_at.is_(None), Group.agency, Group.joined_at)
    return session.scalars(query).all()


def acted(session: Session, group_id: str) -> Sequence[Coordinator]:
    """Members of the group who have acted, the latest first."""
    query = select(Coordinator).where(Coordinator.group_id == group_id, Coordinator.acted_at.is_not(None))
    return session.scalars(query.order_by(Coordinator.acted_at.desc())).all()


def stale(session: Session, before: datetime, limit: int) -> Sequence[Group]:
    """Groups that have been unbound since before this moment: to be left."""
    query = select(Group).where(Group.kind.is_(None), Group.left_at.is_(None), Group.joined_at < before)
    return session.scalars(query.limit(limit)).all()


def to_look_at(session: Session, now: datetime, limit: int) -> Sequence[Group]:
    """Groups whose name and members are to be asked for."""
    query = select(Group).where(Group.look_at.is_not(None), Group.look_at <= now, Group.left_at.is_(None))
    return session.scalars(query.order_by(Group.look_at).limit(limit)).all()


# Quotes.


def about(session: Session, message_id: str, chat: str) -> str | None:
    """What our message of this id in this chat was about, for example `case:69-0001238`."""
    row = session.get(Quotable, message_id)
    return row.about if row is not None and row.chat == chat else None
