"""Errands that need LINE but belong to no turn: names and members of groups, the month's quota, leaving groups.

Every worker runs them; whoever claims an errand does it. Nothing here waits in a transaction for LINE.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.cards.dress import dress
from bot.cards.kit import Look
from bot.line import Declined, FateUnknown, Gone, Line
from bot.ticker import Ticker
from bot.words import words
from casework.groups import WORKING
from casework.refusals import TryLater
from casework.rules import Rules
from casework.thai_time import bangkok
from flows.kit import Say
from storage import facts, groups, ledger, usage
from storage.engine import Store
from storage.models import Fact
from storage.models_groups import Group

log = logging.getLogger("chores")
BATCH = 20
NAMES = 20
"""Members whose names are asked for in one look."""
ASKED = "line_quota_asked"
FOLLOWERS_ASKED = "line_followers_asked"
HOUR = timedelta(hours=1)
ACCOUNT_ASKED = "line_account_asked"
A_DAY = timedelta(days=1)
LEASE = timedelta(minutes=5)
"""An errand that was claimed and not finished is somebody else's after this."""
AGAIN = timedelta(minutes=1)
"""LINE could not be asked, or there is more to ask."""
NO_ANSWER = (TryLater, FateUnknown, Declined)
GOODBYES = uuid.UUID("6f1d5f5e-7f0b-4c6e-9a53-1555c0de1555")


class Chores:
    """The errands; each returns when nothing is left to do."""

    def __init__(self, store: Store, line: Line, rules: Rules, clock: Callable[[], datetime]) -> None:
        self._store, self._line, self._rules, self._clock = store, line, rules, clock
        often = max(0.05, rules.number("jobs", "sweep_seconds"))
        # Each by itself: one that LINE keeps waiting does not keep the others.
        errands = (self.look, self.ask_quota, self.ask_account, self.leave, self.ask_followers)
        self._ticker = Ticker(dict.fromkeys(errands, often))

    def start(self) -> None:
        """Begin, every `[jobs] sweep_seconds`."""
        self._ticker.start()

    def stop(self) -> None:
        """Finish what is under way."""
        self._ticker.stop()

    def alive(self) -> bool:
        """Whether the errands go on."""
        return self._ticker.alive()

    # The month's quota.

    def ask_quota(self) -> None:
        """What LINE says about this month's messages, every `[push] quota_minutes`."""
        now, span = self._clock(), self._rules.span("push", "quota_minutes")
        with self._store.read() as session:
            last = session.get(Fact, ASKED)
            if last is not None and now - span <= last.at <= now:
                return
        with self._store.write() as session:
            if not facts.claim(session, ASKED, now - span, now):
                return
        try:
            limit, used = self._line.quota()
        except (*NO_ANSWER, Gone) as problem:
            log.warning("LINE does not tell the quota: %s", problem)
            with self._store.write() as session:
                facts.put(session, ASKED, "", now - span + min(AGAIN, span))
            return
        with self._store.write() as session:
            ledger.told(session, now, limit, used)

    # Who we are.

    def ask_account(self) -> None:
        """The account's basic id, once a day: pages link to the chat with it."""
        now = self._clock()
        with self._store.read() as session:
            last = session.get(Fact, ACCOUNT_ASKED)
            if last is not None and now - A_DAY <= last.at <= now:
                return
        with self._store.write() as session:
            if not facts.claim(session, ACCOUNT_ASKED, now - A_DAY, now):
                return
        try:
            account = str(self._line.info().get("basicId") or "")
        except (*NO_ANSWER, Gone) as problem:
            log.warning("LINE does not tell who we are: %s", type(problem).__name__)
            with self._store.write() as session:
                facts.put(session, ACCOUNT_ASKED, "", now - A_DAY + AGAIN)
            return
        with self._store.write() as session:
            facts.put(session, facts.LINE_ACCOUNT, account, now)

    # How many follow the account.

    def ask_followers(self) -> None:
        """What LINE counted of yesterday's followers; asked again each hour until it has counted."""
        now = self._clock()
        day = (bangkok(now) - timedelta(days=1)).date()
        with self._store.read() as session:
            if usage.days(session, day, day, "followers"):
                return
            last = session.get(Fact, FOLLOWERS_ASKED)
            if last is not None and now - HOUR <= last.at <= now:
                return
        with self._store.write() as session:
            if not facts.claim(session, FOLLOWERS_ASKED, now - HOUR, now):
                return
        try:
            told = self._line.followers(day)
        except (*NO_ANSWER, Gone) as problem:
            log.info("LINE does not tell the followers: %s", type(problem).__name__)
            return
        if told is not None:
            with self._store.write() as session:
                usage.put(session, day, {(what, ""): n for what, n in zip(("followers", "reach", "blocks"), told, strict=True)})

    # Groups that we are members of.

    def look(self) -> None:
        """Names and numbers of members, where something has changed and else every `[group] look_hours`."""
        now, span = self._clock(), self._rules.span("group", "look_hours")
        with self._store.read() as session:
            due = list(groups.to_look_at(session, now, BATCH, longest=max(span, LEASE)))
        for group in due:
            until = now + LEASE
            with self._store.write() as session:
                if not groups.claim_look(session, group, until):
                    continue
                nameless = groups.nameless(session, group.id, NAMES + 1) if group.kind in WORKING else []
            self._look_at(group, nameless, until, now)

    def _look_at(self, group: Group, nameless: list[str], until: datetime, now: datetime) -> None:
        span = self._rules.span("group", "look_hours")
        try:
            name = self._line.group_name(group.id)
            members = self._line.group_members(group.id)
            names = {person: self._name_of(group.id, person) for person in nameless[:NAMES]}
        except Gone:
            log.warning("LINE does not know us in a group that is %s: it is no longer ours", group.agency or "unbound")
            with self._store.write() as session:
                groups.left(session, group.id, now)
            return
        except NO_ANSWER as problem:
            log.warning("LINE does not tell of a group: %s", type(problem).__name__)
            with self._store.write() as session:
                groups.look_again(session, group.id, until, now + (span if isinstance(problem, Declined) else AGAIN))
            return
        with self._store.write() as session:
            groups.seen(session, group.id, name, members, names, now)
            groups.look_again(session, group.id, until, now + (AGAIN if len(nameless) > NAMES else span))

    def _name_of(self, group: str, person: str) -> str | None:
        """None for somebody who is no member any more."""
        try:
            return self._line.member_name(group, person)
        except Gone:
            return None

    # Groups that nobody bound.

    def leave(self) -> None:
        """Groups that stayed unbound for `[group] leave_hours` are left, with a good-bye where that costs nothing."""
        now = self._clock()
        before = now - self._rules.span("group", "leave_hours")
        with self._store.read() as session:
            due = list(groups.stale(session, before, BATCH))
            free = ledger.budget(session, self._rules) is None
        for group in due:
            with self._store.write() as session:
                mine = facts.claim(session, _leaving(group), now - LEASE, now)
                if not mine or not groups.is_stale(session, group.id, before):
                    continue
            said = free and self._say_goodbye(group)
            try:
                self._line.leave(group.id)
            except Gone:
                pass  # out of it already
            except NO_ANSWER as problem:
                log.warning("a group could not be left: %s", type(problem).__name__)
                continue
            with self._store.write() as session:
                if said:
                    ledger.book(session, [ledger.Sent(group.id, "group", None, "push", ())], now)
                groups.left(session, group.id, now)
                facts.drop(session, _leaving(group))

    def _say_goodbye(self, group: Group) -> bool:
        """Once for each time that the group was joined: a repetition has the same key. True where LINE has it."""
        messages = dress([Say("group.goodbye")], Look(words("th")))
        key = uuid.uuid5(GOODBYES, f"{group.id} {group.joined_at.timestamp()}")
        try:
            self._line.push(group.id, messages, str(key))
        except (*NO_ANSWER, Gone) as problem:
            log.info("no good-bye: %s", type(problem).__name__)
            return False
        return True


def _leaving(group: Group) -> str:
    return f"leaving {group.id}"[:64]
