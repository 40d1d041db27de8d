"""Groups on disk: codes that bind them, members who are known, what they are to be told. Plain functions, a Session first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
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


def is_stale(session: Session, group_id: str, before: datetime) -> bool:
    """Whether it is still to be left."""
    group = session.get(Group, group_id)
    return group is not None and group.kind is None and group.left_at is None and group.joined_at < before


def to_look_at(session: Session, now: datetime, limit: int, longest: timedelta) -> Sequence[Group]:
    """Groups whose name and members are to be asked for.

    A look that is further away than the `longest` pause was put off before the clock was set back.
    """
    due = or_(Group.look_at <= now, Group.look_at > now + longest)
    query = select(Group).where(Group.look_at.is_not(None), due, Group.left_at.is_(None))
    return session.scalars(query.order_by(Group.look_at).limit(limit)).all()


def claim_look(session: Session, group: Group, until: datetime) -> bool:
    """Take the look at the group upon oneself until then; False where somebody else has."""
    taken = update(Group).where(Group.id == group.id, Group.look_at == group.look_at).values(look_at=until).returning(Group.id)
    return session.scalar(taken, execution_options={"synchronize_session": False}) is not None


def look_again(session: Session, group_id: str, claimed: datetime, at: datetime) -> None:
    """The look is over, the next is due then; what came in between and wants one at once is left as it is."""
    session.execute(update(Group).where(Group.id == group_id, Group.look_at == claimed).values(look_at=at))


def nameless(session: Session, group_id: str, limit: int) -> list[str]:
    """Members whose name is not known yet, the latest to act first."""
    query = select(Coordinator.person).where(
        Coordinator.group_id == group_id, Coordinator.name.is_(None), Coordinator.left_at.is_(None)
    )
    latest = (Coordinator.acted_at.is_(None), Coordinator.acted_at.desc(), Coordinator.running.desc())
    return list(session.scalars(query.order_by(*latest).limit(limit)))


def seen(session: Session, group_id: str, name: str, members: int, names: Mapping[str, str | None], now: datetime) -> None:
    """What LINE says of a group: its name, how many members (without the account), theirs; None: no member any more."""
    session.execute(update(Group).where(Group.id == group_id).values(name=name[:100] or None, members=members))
    for person, called in names.items():
        known = session.get(Coordinator, (group_id, person))
        if known is None:
            continue
        if called is None:
            known.left_at = now
        else:
            known.name = called[:60] or f"#{known.running}"


# Quotes.


def about(session: Session, message_id: str, chat: str) -> str | None:
    """What our message of this id in this chat was about, for example `case:69-0001238`; `chat` is empty for all 1:1 chats."""
    row = session.get(Quotable, message_id)
    return row.about if row is not None and row.chat == chat else None
