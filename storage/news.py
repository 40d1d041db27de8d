"""Who follows which news, and who hears an announcement. Plain functions, a Session first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casework.catalog import agencies
from casework.news import Following, hears
from storage import multicasts
from storage.models import Case, Person
from storage.models_news import NewsOff, Recipient, Subscription

PAGE = 500
"""People looked at in one go."""
RECENT_CASES = 20
_PERSON = re.compile(r"U[0-9a-f]{32}")
"""LINE refuses a whole multicast for one id of another form."""


class Source(NamedTuple):
    """A list of people in the order of their ids: followers of a district or topic, or (kind `all`) everybody."""

    kind: str
    code: str = ""


class Reader(NamedTuple):
    """Somebody who can be told."""

    person: str
    language: str


# What one person follows.


def following(session: Session, person: str) -> Following:
    """What this person follows."""
    return followings(session, [person])[person]


def followings(session: Session, people: Collection[str]) -> dict[str, Following]:
    """What each of these people follows."""
    chosen: dict[str, dict[str, set[str]]] = {person: defaultdict(set) for person in people}
    query = select(Subscription.person, Subscription.kind, Subscription.code).where(Subscription.person.in_(people))
    for person, kind, code in session.execute(query):
        chosen[person][kind].add(code)
    off = set(session.scalars(select(NewsOff.person).where(NewsOff.person.in_(people))))
    return {
        person: Following(frozenset(by["district"]), frozenset(by["topic"]), person in off) for person, by in chosen.items()
    }


def follow(session: Session, person: str, kind: str, code: str, now: datetime) -> bool:
    """Follow a district or topic; news that were switched off are on again. False where it is followed already."""
    session.execute(delete(NewsOff).where(NewsOff.person == person))
    if session.get(Subscription, (person, kind, code)) is not None:
        return False
    session.add(Subscription(person=person, kind=kind, code=code, at=now))
    session.flush()
    return True


def unfollow(session: Session, person: str, kind: str, code: str) -> bool:
    """Follow it no longer. False where it is not followed."""
    row = session.get(Subscription, (person, kind, code))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def switch_off(session: Session, person: str, now: datetime) -> None:
    """No news at all: whatever was followed is not, and what goes to all followers passes this person over."""
    session.execute(delete(Subscription).where(Subscription.person == person))
    if session.get(NewsOff, person) is None:
        session.add(NewsOff(person=person, at=now))
        session.flush()


def forget(session: Session, person: str) -> None:
    """Erase: what they follow, which announcements were for them, and their place in waves that have not left yet."""
    for table in (Subscription, NewsOff, Recipient):
        session.execute(delete(table).where(table.person == person))
    multicasts.leave_out(session, person)


def districts_of_cases(session: Session, person: str, most: int) -> list[str]:
    """Districts of the person's latest cases, each once."""
    recent = select(Case.district_code).where(Case.reporter == person).order_by(Case.id.desc()).limit(RECENT_CASES)
    return list(dict.fromkeys(code for code in session.scalars(recent) if code))[:most]


# Who hears an announcement.


def sources(districts: Collection[str], topics: Collection[str]) -> list[Source]:
    """The lists in which everybody stands whom an announcement may be for; hears() decides."""
    if not districts and not topics:
        return [Source("all")]
    named = [Source("district", code) for code in districts] + [Source("topic", code) for code in topics]
    if not districts:
        # For the whole city: whoever follows a district and chose no topic hears it as well.
        named += [Source("district", code) for code, agency in agencies().items() if agency.kind == "district"]
    return named


def page(
    session: Session, source: Source, behind: str, districts: Collection[str], topics: Collection[str], size: int = PAGE
) -> tuple[list[Reader], str | None]:
    """Those of the next `size` people of a list, behind this id, who hear the announcement; and behind whom to go on.

    None: the list is at its end.
    """
    known = select(Person.id, Person.language, Person.follows)
    if source.kind == "all":
        rows = session.execute(known.where(Person.id > behind).order_by(Person.id).limit(size)).all()
        last = rows[-1].id if len(rows) == size else None
    else:
        listed = select(Subscription.person).where(
            Subscription.kind == source.kind, Subscription.code == source.code, Subscription.person > behind
        )
        people = session.scalars(listed.order_by(Subscription.person).limit(size)).all()
        rows = session.execute(known.where(Person.id.in_(people))).all()
        last = people[-1] if len(people) == size else None
    follows = [Reader(row.id, row.language) for row in rows if row.follows and _PERSON.fullmatch(row.id)]
    return _who_hear(session, follows, districts, topics), last


def still(session: Session, people: Sequence[str], districts: Collection[str], topics: Collection[str]) -> list[str]:
    """Those of these recipients who can be told and still follow it."""
    there = [Reader(person, "") for person in reachable(session, people)]
    return [reader.person for reader in _who_hear(session, there, districts, topics)]


def reachable(session: Session, people: Sequence[str]) -> list[str]:
    """Those of these people who have the account as a friend, in their order.

    Whoever else is to be passed over by news to many (one person's second account, once accounts are merged) belongs here.
    """
    follow = select(Person.id).where(Person.id.in_(people), Person.follows)
    # As people.still(): who is being erased is waited for.
    there = set(session.scalars(follow.order_by(Person.id).with_for_update(read=True, key_share=True)))
    return [person for person in people if person in there]


def _who_hear(session: Session, readers: Sequence[Reader], districts: Collection[str], topics: Collection[str]) -> list[Reader]:
    if not readers:
        return []
    known = followings(session, [reader.person for reader in readers])
    return [reader for reader in readers if hears(districts, topics, known[reader.person])]


def audience(session: Session, districts: Collection[str], topics: Collection[str]) -> Iterator[list[Reader]]:
    """Everybody who hears it, page by page, each once."""
    lists = sources(districts, topics)
    seen: set[str] = set()
    for source in lists:
        behind: str | None = ""
        while behind is not None:
            readers, behind = page(session, source, behind, districts, topics)
            fresh = [reader for reader in readers if reader.person not in seen]
            if len(lists) > 1:
                seen.update(reader.person for reader in fresh)
            yield fresh


def counted(session: Session) -> list[tuple[str, str, int]]:
    """How many follow each district and topic: (kind, code, people)."""
    query = select(Subscription.kind, Subscription.code, func.count()).group_by(Subscription.kind, Subscription.code)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
