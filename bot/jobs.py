"""What falls due by itself. `when` is a column; a sweep finds it and writes outbox rows. Jobs never send.

A sweep may run in several processes at once: each piece of work is taken in a transaction of its own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from bot import meter
from bot.alerts import Alerts
from bot.cards.dress import dress
from bot.cards.kit import Look
from bot.group_jobs import GroupJobs
from bot.news_jobs import NewsJobs
from bot.registry_jobs import RegistryJobs
from bot.remembering import answer
from bot.report_jobs import ReportJobs
from bot.thread_jobs import ThreadJobs
from bot.ticker import Ticker
from bot.tidying import tidy_shelf
from bot.trouble import where
from bot.words import words
from casework.case import EventView
from casework.rules import Rules
from casework.seal import Seal
from flows.kit import Say
from storage import cases, figures, history, media, outbox, people, people_index, remains, set_back, strangers, sweeping, votes
from storage.engine import Store
from storage.models import Case, CaseEvent, Person
from storage.privacy import Limit
from storage.shelf import Shelf

log = logging.getLogger("jobs")
BATCH = 25
INDEXED = 5
"""People whose entries are written anew in one transaction: some thirty rows each, and turns wait meanwhile."""
BREATH = 0.01
"""Seconds between two batches, in which others may write."""
"""Cases told of in one transaction: with cards to draw, a hundred would keep citizens' turns waiting for most of a second."""
MOST_BATCHES = 400
"""Of what is forgotten in one go: some two hundred thousand rows each ten minutes, more than ever come in."""
TIDY_SECONDS = 600.0
BEAT = timedelta(seconds=30)
"""So often it is written down that sweeps go on."""


class Jobs:
    """The sweeps."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        clock: Callable[[], datetime],
        shelf: Shelf,
        *,
        seal: Seal,
        public_url: str | None,
        box: MultiFernet | None = None,
        owed: Callable[[], None] = lambda: None,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        """`owed` is called when messages were written; `before` where work begins that may wait a little."""
        self._store, self._rules, self._clock, self._shelf = store, rules, clock, shelf
        self._public_url, self._box, self.owed, self._before = public_url, box, owed, before
        alerts = Alerts(rules, seal, clock, public_url, box)
        self._groups = GroupJobs(store, alerts)
        self._registry = RegistryJobs(store, alerts)
        self._news = NewsJobs(store, rules, clock, public_url)
        self._reports = ReportJobs(store, alerts)
        self._threads = ThreadJobs(store, alerts)
        self._index_key = seal.index_keys()[0]
        self._ending = threading.Event()
        self._beaten: datetime | None = None
        often = max(0.05, rules.number("jobs", "sweep_seconds"))
        self._ticker = Ticker({self.sweep: often, self.tidy: TIDY_SECONDS})

    def start(self) -> None:
        """Sweep every `[jobs] sweep_seconds`."""
        self._ticker.start()

    def stop(self) -> None:
        """Finish the sweep under way."""
        self._ending.set()
        self._ticker.stop()

    def alive(self) -> bool:
        """Whether the sweeps go on."""
        return self._ticker.alive()

    def sweep(self) -> None:
        """Everything that may be due now. Never raises: one piece of work that fails leaves the others alone."""
        self._before()
        for work in (
            *(self.repair_times, self.tell_news, self.apologise, self.close_silent),
            *self._groups.works,
            *self._registry.works,
            *self._news.works,
            *self._reports.works,
            *self._threads.works,
            self.index_people,
            self._shorten_log,
        ):
            try:
                while work():
                    self.owed()
                    time.sleep(BREATH)
                    self._before()
            except Exception as problem:
                meter.count("sweep_failures", work.__name__)
                log.error("%s failed: %s", work.__name__, where(problem))
        self._beat()

    def _beat(self) -> None:
        """Write down now and then that somebody looks for what is due: doctor and /metrics tell when nobody does."""
        now = self._clock()
        if self._beaten is not None and timedelta() <= now - self._beaten < BEAT:
            return
        try:
            with self._store.write() as session:
                figures.swept(session, now)
            self._beaten = now
        except Exception as problem:
            log.warning("the sweep could not be written down: %s", where(problem))

    def index_people(self) -> bool:
        """Names, numbers and places that changed, into the index by which people are found."""
        with self._store.read() as session:
            if self._box is None or not people_index.waiting(session, 1):
                return False
        with self._store.write() as session:
            return people_index.refresh(session, INDEXED, self._box, self._index_key) == INDEXED

    def _shorten_log(self) -> bool:
        """The database's log; again only at the next sweep, when somebody reads for long."""
        self._store.shorten_log()
        return False

    def repair_times(self) -> bool:
        """What was put off by a clock that has been set back since is due now."""
        now = self._clock()
        with self._store.read() as session:
            if not set_back.any_left(session, now):
                return False
        log.warning("the clock was set back: what waits for later is due now")
        with self._store.write() as session:
            set_back.repair(session, now)
        self.owed()
        return False

    def tell_news(self) -> bool:
        """Pass on what happened to cases; True where there may be more."""
        with self._store.read() as session:
            if not cases.untold(session, self._clock(), 1):
                return False
        now = self._clock()
        with self._store.write() as session:
            events = cases.untold(session, now, BATCH)
            for event in events:
                case = session.get_one(Case, event.case_id)
                pictures = media.of_event(session, event.id)
                happened = EventView(event.status, event.actor, event.note, event.at, event.kind, pictures)
                self._say(session, case, happened, _news_key(session, event), now)
                event.told = True
        self.owed()
        return len(events) == BATCH

    def _say(self, session: Session, case: Case, event: EventView, key: str, now: datetime) -> None:
        """To the reporter, and to the followers as others may read it."""
        view, masked = cases.view(session, case), False
        audience = cases.audience(session, case)
        there = people.still(session, audience)
        for person in audience:
            if person not in there and not person.startswith("C"):
                continue
            own = person == case.reporter
            if not own and not masked:  # the reporter comes first, the followers after
                (view,) = strangers.shown(session, [case], [view], self._box)
                event = replace(event, note=strangers.note(session, case, event.note, self._box))
                masked = True
            values = {"case": view, "event": event, "key": key, "own": own}
            known = session.get(Person, person)
            if case.origin is not None and own and not (known is not None and known.follows):
                continue  # no friend of the account: LINE would refuse it, and the group hears it
            look = Look(words(known.language if known else "th"), None, self._public_url)
            messages = dress([Say("news", values, card=True)], look)
            outbox.owe(session, person, messages, now, purpose="news")
            if self._box is not None:
                history.keep(session, person, [answer(messages, "news")], self._box, now)

    def apologise(self) -> bool:
        """The date that was told has passed: said once, with an apology."""
        now = self._clock()
        with self._store.read() as session:
            if not cases.late(session, now, 1):
                return False
        with self._store.write() as session:
            found = cases.late(session, now, BATCH)
            for case in found:
                self._say(session, case, EventView(case.status, "system", None, now), "late", now)
                case.late_told = True
        self.owed()
        return len(found) == BATCH

    def close_silent(self) -> bool:
        """A fix that was reported and never answered closes the case after the rule's days, told apart from a yes.

        Where more followers say no than yes, it is opened again instead.
        """
        now = self._clock()
        before = now - self._rules.span("case", "confirm_days")
        with self._store.read() as session:
            if not cases.silent(session, before, 1):
                return False
        with self._store.write() as session:
            found = cases.silent(session, before, BATCH)
            for case in found:
                to = "reopened" if votes.doubted(session, case) else "closed"
                cases.move(session, case, to, now, who="system", actor="system")
        return len(found) == BATCH

    def tidy(self) -> None:
        """Forget what need not be kept: every limit of the register, then the files that belong to nothing."""
        for table, limit in sweeping.limits():
            try:
                self._sweep_limit(table, limit)
            except Exception as problem:
                log.error("tidying %s failed: %s", table, where(problem))
        try:
            self._store.shorten_log(0)  # or what went, here or by somebody's wish, would still be read there
            remains.sweep(self._store, self._clock(), self._rules.whole("keep", "rewrite_mb") * 1_000_000)
            tidy_shelf(self._store, self._shelf, self._clock())
        except Exception as problem:
            log.error("tidying photos failed: %s", where(problem))

    def _sweep_limit(self, table: str, limit: Limit) -> None:
        of_it = (self._store, self._rules, table, limit)
        for _ in range(MOST_BATCHES):
            done = 0 if self._ending.is_set() else sweeping.sweep(*of_it, self._clock(), self._box)
            if done < sweeping.AT_ONCE:
                break


def _news_key(session: Session, event: CaseEvent) -> str:
    """Which line tells this event: its status, a silent closing, or a mere note where the status stayed."""
    if event.kind in {"arrived", "asked", "replied"}:
        return event.kind
    before = (
        session.query(CaseEvent.status)
        .filter(CaseEvent.case_id == event.case_id, CaseEvent.id < event.id)
        .order_by(CaseEvent.id.desc())
        .first()
    )
    if before is not None and before[0] == event.status and event.kind != "move":
        return "note"
    if event.status == "closed" and event.actor == "system":
        return "closed_silent" if session.get_one(Case, event.case_id).kind == "complaint" else "closed_answered"
    return "note" if event.status == "numbered" else event.status
