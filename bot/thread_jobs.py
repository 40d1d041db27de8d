"""What falls due with officers' threads: what the command line or a picture that came later left to be told, silence, those
who wait for long. Jobs never send."""

from __future__ import annotations

from collections.abc import Callable

from bot.alerts import Alerts
from bot.officers import BATCH, Relays
from casework.case import OPEN
from storage import cases, threads, waits
from storage.engine import Store
from storage.models import Case


class ThreadJobs:
    """The sweeps of threads. Each piece returns True where there may be more."""

    def __init__(self, store: Store, alerts: Alerts) -> None:
        self._store, self._alerts, self._relays = store, alerts, Relays(alerts)
        self.works: tuple[Callable[[], bool], ...] = (
            *(
                self.tell_threads,
                self.show_questions,
                self.close_silent_threads,
                self.remind_of_waits,
                self.close_answered_questions,
            ),
        )

    def tell_threads(self) -> bool:
        """Pass on what happened."""
        if self._alerts.box is None:
            return False
        with self._store.read() as session:
            found = threads.to_tell(session, self._alerts.rules, self._alerts.clock(), BATCH)
        for thread in found:
            with self._store.write() as session:
                self._relays.tell_of(session, [thread])
        return bool(found)

    def show_questions(self) -> bool:
        """Questions that got a number."""
        with self._store.read() as session:
            if not waits.untold(session, 1):
                return False
        with self._store.write() as session:
            found = waits.untold(session, BATCH)
            for wait in found:
                self._relays.show_question(session, wait)
        return bool(found)

    def close_silent_threads(self) -> bool:
        """An answer, and then nothing for as long as the rule says."""
        now = self._alerts.clock()
        with self._store.read() as session:
            if not threads.silent(session, now, 1):
                return False
        with self._store.write() as session:
            found = threads.silent(session, now, BATCH)
            for thread in found:
                threads.close(session, thread.id, "silence", "system", now)
            self._relays.tell_of(session, [thread.id for thread in found])
        return bool(found)

    def remind_of_waits(self) -> bool:
        """Staff are told once of each who waits too long, ten on a card."""
        now = self._alerts.clock()
        with self._store.read() as session:
            if not waits.overdue(session, self._alerts.rules, now, 1):
                return False
        with self._store.write() as session:
            found = waits.overdue(session, self._alerts.rules, now, BATCH)
            if found:
                self._relays.remind(session, found)
        return bool(found)

    def close_answered_questions(self) -> bool:
        """An answer to a question with a number, and then nothing for as long as the rule says: closed, and stars asked for."""
        now = self._alerts.clock()
        before = now - self._alerts.rules.span("officer", "answered_days")
        with self._store.read() as session:
            if not waits.quiet(session, before, 1):
                return False
        with self._store.write() as session:
            found = waits.quiet(session, before, BATCH)
            for wait in found:
                case = cases.held(session, session.get_one(Case, wait.case_id).number)
                wait.quiet_since = None
                if case.status in OPEN and waits.of_case(session, case.id) is None:
                    cases.move(session, case, "closed", now, who="staff", actor="system", reason="answered, then quiet")
        return bool(found)
