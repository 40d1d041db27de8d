"""Pays the outbox: claims rows durably, calls LINE in parallel, a chat's rows in order, writes down how each call ended."""

from __future__ import annotations

import json
import logging
import queue
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import meter
from bot.line import Declined, FateUnknown, Gone, Limited, Line, UsedUp
from bot.trouble import where
from casework.refusals import TryLater
from storage import outbox
from storage.engine import Store
from storage.outbox import Outcome, Owed

log = logging.getLogger("sender")
KEY_LIFE = timedelta(hours=23)
"""LINE knows a retry key for 24 hours; a push of unknown fate that is older is left to a person."""
AHEAD = 240
"""Rows looked up at a time."""
SLOWEST = 15.0
"""Seconds between tries at the most, so that all goes out soon after LINE is back."""


def pay(line: Line, row: Owed, now: datetime) -> Outcome:
    """One call for one row, and what follows from how it ended. Never raises."""
    messages = json.loads(row.messages)
    via = "reply" if outbox.fresh(row, now) else "push"
    try:
        ids = _call(line, row, via, messages)
    except FateUnknown as problem:
        if via == "reply":
            return Outcome(row, "unsure", via, str(problem))
        if row.first_tried_at is not None and now - row.first_tried_at > KEY_LIFE:
            return Outcome(row, "dead", via, f"of unknown fate for too long: {problem}", doubtful=True)
        return Outcome(row, "waiting", via, str(problem), _pause(row.attempts), doubtful=True)
    except TryLater as problem:
        # Refused for certain or never reached. A reply's token is given up only where LINE itself refused.
        refused = via == "reply" and isinstance(problem, Limited)
        wait = timedelta(seconds=problem.after_seconds) if problem.after_seconds else _pause(row.attempts)
        pause, used_up = timedelta() if refused else wait, isinstance(problem, UsedUp)
        return Outcome(row, "waiting", via, str(problem), pause, drop_token=refused, used_up=used_up)
    except (Declined, Gone) as problem:
        status = getattr(problem, "status", 404)
        if via == "reply" and status == 400:
            return Outcome(row, "waiting", via, str(problem), timedelta(), drop_token=True)
        if status in {401, 403}:
            return Outcome(row, "waiting", via, str(problem), timedelta(seconds=SLOWEST))
        return Outcome(row, "dead", via, str(problem))
    except Exception as problem:
        log.error("sending failed in an unforeseen way: %s", where(problem))
        return Outcome(row, "unsure" if via == "reply" else "dead", via, type(problem).__name__, doubtful=True)
    return Outcome(row, "sent", via, ids=ids)


def _call(line: Line, row: Owed, via: str, messages: list[dict[str, Any]]) -> Sequence[str]:
    if row.recipients is not None:
        line.multicast(json.loads(row.recipients), messages, row.retry_key)
        return ()
    if via == "reply":
        return line.reply(row.reply_token or "", messages)
    return line.push(row.chat, messages, row.retry_key)


def _pause(attempts: int) -> timedelta:
    """0.5 s, 1 s, 2 s … 15 s, each with some chance in it."""
    return timedelta(seconds=min(SLOWEST, 0.5 * 2 ** min(attempts, 6)) * random.uniform(0.7, 1.0))


class Sender:
    """The thread that claims and settles, and the threads that call."""

    def __init__(
        self,
        store: Store,
        line: Line,
        clock: Callable[[], datetime],
        *,
        threads: int = 12,
        idle: float = 0.1,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._line, self._clock = store, line, clock
        self._threads, self._idle, self._before = threads, idle, before
        self._results: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._stop = False
        self._calling: set[int] = set()
        self._ahead: list[Owed] = []
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="send")
        self._claimed_at = clock()
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)

    def start(self) -> None:
        """Begin, after looking at what a dead sender of this machine left behind."""
        with self._store.write() as session:
            outbox.recover(session, self._clock())
        self._thread.start()

    def poke(self) -> None:
        """Something is owed."""
        self._wake.set()

    def alive(self) -> bool:
        """Whether the claiming thread runs."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Finish the calls under way and write down how they ended; claim nothing new."""
        self._stop = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=30)
        self._pool.shutdown(wait=True)

    def _run(self) -> None:
        kept: list[Outcome] = []
        while not (self._stop and not self._calling and self._results.empty()):
            self._wake.clear()
            self._before()
            kept += self._drain()
            try:
                claimed = self._round(kept)
            except Exception as problem:
                # Outcomes are kept and written down as soon as the database takes them.
                log.warning("the outbox cannot be read or written: %s", type(problem).__name__)
                self._wake.wait(0.5)
                continue
            kept = []
            for row in claimed:
                self._calling.add(row.id)
                self._pool.submit(self._pay, row, self._claimed_at)
            if not claimed:
                self._wake.wait(self._idle)

    def _drain(self) -> list[Outcome]:
        found = []
        while not self._results.empty():
            found.append(self._results.get())
            self._calling.discard(found[-1].row.id)
        return found

    def _round(self, outcomes: list[Outcome]) -> list[Owed]:
        room = 0 if self._stop else self._threads - len(self._calling)
        now = self._claimed_at = self._clock()
        rows: list[Owed] = []
        if room > 0 and not outcomes:
            with self._store.read() as session:
                rows = self._next(session, now, room)
        if not outcomes and not rows:
            return []
        with self._store.write(durable=room > 0) as session:
            outbox.settle(session, outcomes, now)
            if outcomes and room > 0:
                rows = self._next(session, now, room)
            return outbox.claim(session, rows, now)

    def _next(self, session: Session, now: datetime, room: int) -> list[Owed]:
        """Rows to claim. Looked up some hundred at a time: among thousands that wait a look takes longer than a call.

        What was seen is not ours yet: claiming makes sure that a row is still to be had.
        """
        if not self._ahead:
            # A call under way is ours, however late the clock says it is. News to many waits for answers and alarms.
            found = [row for row in outbox.heads(session, now, AHEAD) if row.id not in self._calling]
            self._ahead = sorted(found, key=lambda row: row.recipients is not None)
        rows, self._ahead = self._ahead[:room], self._ahead[room:]
        return rows

    def _pay(self, row: Owed, claimed_at: datetime) -> None:
        # By the time of the claim, which has written down whether it goes as reply or as push.
        outcome = pay(self._line, row, claimed_at)
        meter.count("sends", f"{outcome.via} {outcome.state}")
        log.info("%s %s", outcome.via, outcome.state, extra={"about": {"message": outbox.name_of(row.retry_key)}})
        self._results.put(outcome)
        self._wake.set()
