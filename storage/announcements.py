"""Announcements as staff handle them: what one would reach and cost, making, looking, cancelling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.news import NEWS, News, checked_image, checked_text, district_code, fingerprint, topic_code
from casework.refusals import Refused
from casework.rules import Rules
from casework.thai_time import bangkok
from storage import ledger, news
from storage.models import OutboxMessage
from storage.models_news import Announcement, Recipient, Wave

SLIP = timedelta(minutes=1)
"""A beginning that lies so little in the past was meant as now."""
SHOWN = 50
"""The latest announcements among which one's own are looked for."""


@dataclass(frozen=True)
class Draft:
    """What staff want to announce. checked() makes sure that it can be."""

    text: str
    title: str = ""
    text_en: str | None = None
    title_en: str | None = None
    districts: Sequence[str] = field(default=())
    topics: Sequence[str] = field(default=())
    image: str | None = None
    start: datetime | None = None
    until: datetime | None = None

    def checked(self, rules: Rules, now: datetime) -> Draft:
        """With codes for names. Raises Refused where words, people or times will not do."""
        if self.title_en and not self.text_en:
            raise Refused("refused.news_title_alone")
        start = self.start or now
        if start < now - SLIP:
            raise Refused("refused.news_past", at=_shown(start))
        if start > now + rules.span("news", "ahead_days"):
            raise Refused("refused.news_far", days=rules.whole("news", "ahead_days"))
        if self.until is not None and self.until <= max(start, now):
            why = "news_until_past" if self.until <= now else "news_until_before"
            raise Refused(f"refused.{why}", at=_shown(self.until), start=_shown(start))
        return Draft(
            text=checked_text(self.text, rules),
            title=checked_text(self.title, rules, title=True) if self.title else "",
            text_en=checked_text(self.text_en, rules) if self.text_en is not None else None,
            title_en=checked_text(self.title_en, rules, title=True) if self.title_en else None,
            districts=tuple(dict.fromkeys(map(district_code, self.districts))),
            topics=tuple(dict.fromkeys(map(topic_code, self.topics))),
            image=checked_image(self.image) if self.image else None,
            start=max(start, now),
            until=self.until,
        )


def _shown(at: datetime) -> str:
    return bangkok(at).isoformat(" ", "minutes")


class Purse(NamedTuple):
    """What the month has left for news. `left`: None where nothing limits it; below 0 where too much is promised."""

    budget: int | None
    used: int
    promised: int
    """To announcements that are made and not sent yet, and to end notices."""
    reserve: int
    """Kept for urgent alarms by `[news] best_share`."""

    @property
    def left(self) -> int | None:
        """For another announcement."""
        return None if self.budget is None else self.budget - self.used - self.promised - self.reserve


class Plan(NamedTuple):
    """What an announcement would come to."""

    reach: int
    cost: int
    """Messages of the announcement itself."""
    end_cost: int
    """And of its end notice."""
    purse: Purse
    repeats: int
    """People who have heard the same text lately, or are about to."""
    before: int | None
    """The announcement they heard it from."""

    @property
    def fits(self) -> bool:
        """Whether the month has enough left."""
        return self.purse.left is None or self.cost + self.end_cost <= max(0, self.purse.left)


def purse(session: Session, rules: Rules, start: datetime, now: datetime) -> Purse:
    """What the month in which something starts has left for news."""
    most, this = ledger.budget(session, rules), ledger.month(start)
    used = ledger.used(session, now) if this == ledger.month(now) else 0
    after = ledger.month(this + timedelta(days=32))
    return Purse(most, used, promised(session, this, after), reserve(rules, most))


def reserve(rules: Rules, most: int | None) -> int:
    """What of the month's messages is kept for urgent alarms."""
    return math.ceil((most or 0) * rules.number("news", "best_share"))


def promised(session: Session, since: datetime, until: datetime) -> int:
    """Messages that announcements will still cost within this time: what is not sent of them, and end notices."""
    total = 0
    for row in session.scalars(select(Announcement).where(Announcement.due_at.is_not(None))):
        if row.state in {"scheduled", "gathering", "sending"} and row.start_at < until:
            total += max(0, row.reach - _told(session, row.id, NEWS))
        if row.until_at is not None and row.until_at < until and row.state not in {"stopping"}:
            total += max(0, row.reach - _told(session, row.id, "end"))
    return total


def _told(session: Session, which: int, kind: str) -> int:
    query = select(func.coalesce(func.sum(Wave.people), 0)).where(
        Wave.announcement_id == which, Wave.kind == kind, Wave.state == "sent"
    )
    return int(session.scalar(query) or 0)


def plan(session: Session, draft: Draft, rules: Rules, now: datetime) -> Plan:
    """Reach and cost of a checked draft; writes nothing."""
    earlier = same_text(session, draft, now - rules.span("news", "again_hours"))
    begun = [row.id for row in earlier if row.begun_at is not None]
    waiting = [row for row in earlier if row.begun_at is None]
    reach = repeats = 0
    for readers in news.audience(session, draft.districts, draft.topics):
        reach += len(readers)
        people = [reader.person for reader in readers]
        known: set[str] = set()
        if begun and people:
            told = select(Recipient.person).where(Recipient.announcement_id.in_(begun), Recipient.person.in_(people))
            known.update(session.scalars(told.where(Recipient.wave.is_distinct_from(0))))
        for row in waiting:
            known.update(news.still(session, people, row.districts, row.topics))
        repeats += len(known)
    costs = purse(session, rules, draft.start or now, now)
    before = earlier[0].id if repeats else None
    return Plan(reach, reach, reach if draft.until else 0, costs, repeats, before)


def same_text(session: Session, draft: Draft, since: datetime) -> list[Announcement]:
    """Announcements of the same text made since then that somebody hears, has heard, or will."""
    query = select(Announcement).where(
        Announcement.fingerprint == fingerprint(draft.title + draft.text), Announcement.made_at > since
    )
    rows = session.scalars(query.order_by(Announcement.made_at.desc()))
    return [row for row in rows if row.begun_at is not None or row.state == "scheduled"]


def make(
    session: Session, draft: Draft, planned: Plan, now: datetime, by: str, reason: str | None, *, over_budget: bool = False
) -> Announcement:
    """Write a checked and planned announcement down; the scheduler does the rest."""
    row = Announcement(
        title=draft.title,
        text=draft.text,
        title_en=draft.title_en,
        text_en=draft.text_en,
        image=draft.image,
        districts=list(draft.districts),
        topics=list(draft.topics),
        fingerprint=fingerprint(draft.title + draft.text),
        state="scheduled",
        start_at=draft.start or now,
        until_at=draft.until,
        due_at=draft.start or now,
        made_at=now,
        made_by=by,
        reason=reason,
        reach=planned.reach,
        over_budget=over_budget,
    )
    session.add(row)
    session.flush()
    return row


def must(session: Session, which: str | int, *, held: bool = False) -> Announcement:
    """The announcement, `held` for a change. Raises Refused where there is none."""
    digits = str(which).strip().removeprefix("#")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else 0
    row = session.get(Announcement, number, with_for_update=held or None) if number else None
    if row is None:
        raise Refused("refused.unknown_announcement", id=which)
    return row


def listed(session: Session, states: Sequence[str] = (), limit: int = SHOWN) -> list[Announcement]:
    """Announcements, the latest first (in these states)."""
    query = select(Announcement).order_by(Announcement.id.desc()).limit(limit)
    return list(session.scalars(query.where(Announcement.state.in_(states)) if states else query))


def current(session: Session, since: datetime, now: datetime) -> list[News]:
    """What has been announced since then and still holds, the latest first."""
    query = select(Announcement).where(
        Announcement.state.in_(("gathering", "sending", "sent")), Announcement.start_at.between(since, now)
    )
    rows = session.scalars(query.order_by(Announcement.start_at.desc()).limit(SHOWN))
    return [view(row) for row in rows if row.until_at is None or row.until_at > now]


def view(row: Announcement) -> News:
    """As people read it."""
    return News(
        number=row.id,
        title=row.title,
        text=row.text,
        title_en=row.title_en,
        text_en=row.text_en,
        districts=tuple(row.districts),
        topics=tuple(row.topics),
        image=row.image,
        since=row.start_at,
        until=row.until_at,
    )


class Progress(NamedTuple):
    """How far the waves of one kind are: waves and people by state; `unsure` ones LINE may have taken."""

    kind: str
    waves: dict[str, int]
    people: dict[str, int]


def progress(session: Session, which: int) -> list[Progress]:
    """By kind of wave, as the outbox has it at this moment."""
    query = (
        select(Wave.kind, Wave.state, Wave.people, OutboxMessage.state, OutboxMessage.doubtful)
        .join(OutboxMessage, OutboxMessage.id == Wave.outbox_id, isouter=True)
        .where(Wave.announcement_id == which)
    )
    found: dict[str, Progress] = {}
    for kind, known, people, state, doubtful in session.execute(query):
        now = known if state is None or known in {"sent", "dropped"} else state
        now = "unsure" if doubtful and now in {"waiting", "sending"} else now
        part = found.setdefault(kind, Progress(kind, {}, {}))
        part.waves[now] = part.waves.get(now, 0) + 1
        part.people[now] = part.people.get(now, 0) + people
    return list(found.values())


def left_out(session: Session, which: int) -> int:
    """Recipients who were passed over since the beginning: left, unsubscribed, or the announcement was over."""
    query = select(func.count()).where(Recipient.announcement_id == which, Recipient.wave == 0)
    return int(session.scalar(query) or 0)


def cancel(session: Session, which: str | int, by: str, reason: str | None, now: datetime, *, tell: bool) -> Announcement:
    """Stop it: before it began nobody hears of it; later the waves that have not left stay here.

    `tell`: whoever has heard it hears that it is withdrawn. Raises Refused where there is nothing left to stop.
    """
    row = must(session, which, held=True)
    heard = _told(session, row.id, NEWS)
    if row.state in {"ending", "ended", "missed"}:
        raise Refused("refused.announcement_over", id=row.id, state=row.state)
    if row.state in {"cancelled", "stopping"} and (row.withdraws or not tell or row.begun_at is None or not heard):
        raise Refused("refused.announcement_cancelled", id=row.id)
    if row.state == "sent" and not tell:
        raise Refused("refused.announcement_sent", id=row.id, people=heard)
    before = row.state == "scheduled"
    row.state = "cancelled" if before else "stopping"
    row.withdraws = tell and not before
    row.cancelled_at, row.cancelled_by, row.cancel_reason = now, by, reason
    row.due_at = None if before else now
    row.behind = ""
    session.flush()
    return row
