"""The ledger of pushes: what each cost, what is left this month, and when ordinary news has to wait for a digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework.rules import Rules
from casework.thai_time import bangkok
from casework.threads import of_about
from storage import facts
from storage.models import Fact
from storage.models_groups import Group, Push, Quotable

QUOTA = "line_quota"
"""The fact that holds what LINE says: `LIMIT USED`, LIMIT empty where there is none."""
REFUSED = "line_quota_refused"
"""When LINE last refused a push because the month's quota is used up."""
BOOKS = "push_books"
"""What was pushed this month until that moment, so that nobody adds up a month of pushes for each alert."""
SETTLED = timedelta(minutes=10)
"""Longer than any transaction that books a push: what is older than this comes no more."""
PERSON = "U"
"""What a person's id begins with; a group's and a room's begin otherwise."""

_QUOTABLE: dict[str, Any] = {
    "sqlite": sqlite.insert(Quotable).on_conflict_do_nothing(index_elements=["message_id"]),
    "postgresql": postgresql.insert(Quotable).on_conflict_do_nothing(index_elements=["message_id"]),
}
_BOOK = insert(Push)


class Sent(NamedTuple):
    """A call that LINE accepted: `ids` are LINE's for its messages."""

    chat: str
    purpose: str
    about: str | None
    via: str
    ids: Sequence[str]
    people: int | None = None
    """Of a multicast: how many it went to."""


def book(session: Session, sent: Sequence[Sent], now: datetime) -> None:
    """Write down what pushes cost (replies are free), and which messages can be quoted about what.

    A push costs one message for each member of a group, a multicast one for each recipient, however many messages are in it
    (LINE's rule for counting; those who have blocked the account cost nothing, which only LINE knows).
    """
    pushed = [each for each in sent if each.via == "push"]
    groups = {each.chat for each in pushed if each.people is None and not each.chat.startswith(PERSON)}
    members: dict[str, int] = {}
    if groups:
        members = {r[0]: r[1] for r in session.execute(select(Group.id, Group.members).where(Group.id.in_(groups)))}
    if pushed:
        # Which person it went to is nobody's business later.
        rows = [
            {
                "at": now,
                "chat": each.chat if each.chat in groups else "",
                "purpose": each.purpose,
                "cost": each.people or members.get(each.chat, 1),
            }
            for each in pushed
        ]
        session.execute(_BOOK, rows)
    quotable = [
        {"message_id": which[:64], "chat": "" if each.chat.startswith(PERSON) else each.chat, "about": each.about, "at": now}
        for each in sent
        if each.about is not None and (not each.chat.startswith(PERSON) or of_about(each.about) is not None)
        for which in each.ids
    ]
    if quotable:
        session.execute(_QUOTABLE[session.get_bind().dialect.name], quotable)


def month(now: datetime) -> datetime:
    """The beginning of the calendar month in Bangkok, which LINE's quota goes by."""
    return bangkok(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def spent(session: Session, now: datetime) -> int:
    """Messages pushed this month, by our own books."""
    since, before = month(now), 0
    books = session.get(Fact, BOOKS)
    if books is not None and since <= books.at <= now:
        since, before = books.at, int(books.value)
    return before + _sum(session, since, None)


def _sum(session: Session, since: datetime, until: datetime | None) -> int:
    query = select(func.coalesce(func.sum(Push.cost), 0)).where(Push.at >= since)
    return int(session.scalar(query if until is None else query.where(Push.at < until)) or 0)


def add_up(session: Session, now: datetime) -> None:
    """Carry the sum of what is settled forward."""
    until = now - SETTLED
    since, before = month(until), 0
    books = facts.held(session, BOOKS, "0", since)
    if since <= books.at <= until:
        since, before = books.at, int(books.value)
    books.value, books.at = str(before + _sum(session, since, until)), until


def behind(session: Session, now: datetime) -> bool:
    """Whether it is time to add up."""
    books = session.get(Fact, BOOKS)
    return books is None or not now - 2 * SETTLED <= books.at <= now


def told(session: Session, now: datetime, limit: int | None, used_: int) -> None:
    """What LINE says: how many messages this month, and how many are used."""
    facts.put(session, QUOTA, f"{'' if limit is None else limit} {used_}", now)


def refused(session: Session, now: datetime) -> None:
    """LINE took a push no more: the month's messages are used up."""
    facts.put(session, REFUSED, "", now)


def used_up(session: Session, now: datetime) -> datetime | None:
    """When LINE last said so this month."""
    fact = session.get(Fact, REFUSED)
    return fact.at if fact is not None and fact.at >= month(now) else None


def budget(session: Session, rules: Rules) -> int | None:
    """Messages a month: the rule, else what LINE said last; None where nothing limits them."""
    rule = rules.whole("push", "monthly_budget")
    if rule:
        return rule
    fact = session.get(Fact, QUOTA)
    limit = fact.value.split(" ")[0] if fact is not None else ""
    return int(limit) if limit.isdecimal() else None


def used(session: Session, now: datetime) -> int:
    """The larger of our books and what LINE said this month."""
    fact = session.get(Fact, QUOTA)
    said = 0
    if fact is not None and fact.at >= month(now):
        last = fact.value.split(" ")[-1]
        said = int(last) if last.isdecimal() else 0
    return max(spent(session, now), said)


def saving(session: Session, rules: Rules, now: datetime) -> bool:
    """Ordinary alerts wait for the digest: by the rule, or because so much of the month's budget is spent."""
    if rules.text("group", "ordinary") == "digest":
        return True
    most = budget(session, rules)
    return most is not None and used(session, now) >= most * rules.number("push", "digest_share")
