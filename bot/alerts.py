"""What groups are told: every event of a complaint is looked at once, in the turn that made it or by the next sweep."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cryptography.fernet import MultiFernet
from sqlalchemy.orm import Session

from bot.cards.dress import dress
from bot.cards.kit import Look
from bot.words import words
from casework.case import UNACKNOWLEDGED, CaseView
from casework.catalog import agencies, for_groups
from casework.contact import mask
from casework.duetimes import acknowledge_by, finish_by
from casework.groups import Rung, ladder, whom
from casework.rules import Rules
from casework.seal import Seal
from flows.groups import offered
from flows.kit import Button, Say
from storage import cases, digests, groups, ledger, media, outbox, people
from storage.models import Case, CaseEvent
from storage.models_groups import Group

ALARMS = {"numbered": "best", "forwarded": "handed", "reopened": "reopened"}
"""Status → which alarm it is."""
STEPS = ("remind", "escalate", "staff")
CLOCK = {1: "reminded", 2: "escalated", 3: "staff"}
TOLD_BY_CITIZEN = {"note": "added", "photo": "added", "answered": "answered", "rated": "rated", "disagreed": "disagreed"}
OPEN_ENDS = {"closed", "withdrawn", "merged", "not_ours", "nuisance"}


class Alerts:
    """Writes what groups are to hear into the outbox. Everything happens in the caller's transaction."""

    def __init__(
        self,
        rules: Rules,
        seal: Seal,
        clock: Callable[[], datetime],
        public_url: str | None,
        box: MultiFernet | None = None,
    ) -> None:
        """`box` opens the telephone numbers that reporters left for the agency; without it none is shown."""
        self.box = box
        self.rules, self.seal, self.clock, self._public_url = rules, seal, clock, public_url

    def look(self, group_id: str) -> Look:
        """How cards of this group are drawn: in Thai, with buttons that work there alone."""
        now = self.clock()

        def sign(parts: Sequence[str]) -> str:
            return self.seal.sign((*parts, group_id), now)

        return Look(words("th"), None, self._public_url, sign)

    # News of a case.

    def spread_of(self, session: Session, case_ids: Collection[int]) -> bool:
        """Tell the groups what happened to these cases in this transaction; True where something is owed."""
        if not case_ids:
            return False
        session.flush()
        owed = [self.spread(session, event) for event in cases.unspread_of(session, case_ids, self.clock())]
        return any(owed)

    def spread(self, session: Session, event: CaseEvent) -> bool:
        """Tell the groups about one event; True where something is owed."""
        event.spread = True
        case = session.get_one(Case, event.case_id)
        if not for_groups(case.category):
            return False
        if event.kind == "move" and event.status in {"forwarded", "reopened"} and case.status == event.status:
            self._new_dates(case, event)
        view = cases.view(session, case).for_others()
        own = self._origin(session, case, view, event)
        if event.kind == "move" and event.status in ALARMS and case.status == event.status:
            return self._alarm(session, case, view, event) or own
        return self._tell(session, case, view, event) or own

    def _new_dates(self, case: Case, event: CaseEvent) -> None:
        """A new round: somebody has to acknowledge anew; a date that is over, or was for a fix that was none, is set anew."""
        case.acknowledge_by = acknowledge_by(self.rules, urgent=case.urgent, at=event.at)
        if event.status == "reopened" or case.due_at is None or case.due_at <= event.at:
            case.due_at, case.late_told = finish_by(self.rules, case.category, urgent=case.urgent, at=event.at), False

    def _alarm(self, session: Session, case: Case, view: CaseView, event: CaseEvent) -> bool:
        now = self.clock()
        key = ALARMS[event.status]
        if key == "best" and not case.urgent:
            key = "ordinary"
        if key == "reopened" and event.actor == "system":
            key = "doubted"
        if key == "ordinary" and ledger.saving(session, self.rules, now):
            return False  # the next digest has it
        words_ = mask(event.note) if event.note and key in {"reopened", "doubted", "handed"} else None
        reached = self._ring(session, case, view, 0, key, words_)
        if case.urgent and case.status in UNACKNOWLEDGED:
            case.clock_step = 0
            case.clock_at = now + self.rules.span("best", "remind_minutes")
        return reached

    def _ring(
        self, session: Session, case: Case, view: CaseView, step: int, key: str, words_: str | None, minutes: int = 0
    ) -> bool:
        """Alarm the groups of this step, or of the next one that has any; written down as an event."""
        rungs = ladder(case.agency, case.category, case.district_code)[step:]
        for rung in rungs:
            found = whom(rung, groups.bound(session, rung.agencies))
            if found:
                if rung.step > step == 0:
                    key = "nobody"
                self._send(session, case, view, found, key, words_, minutes)
                self._record(session, case, rung, step, key)
                return True
            if not case.urgent and key == "ordinary":
                return False  # the digest and the command line have it
        return False

    def _send(
        self, session: Session, case: Case, view: CaseView, found: list[str], key: str, words_: str | None, minutes: int
    ) -> None:
        buttons = tuple(Button(kind, case.number) for kind in offered(view))
        values = {"case": view, "key": key, "words": words_, "minutes": str(minutes or "")}
        own = groups.bound(session, (case.agency,)).get(case.agency, ())
        reached = people.contact(session, case, self.box) if own else None
        for group in found:
            values["case"] = replace(view, contact=reached) if group in own else view
            messages = dress([Say("alarm", values, card=True, buttons=buttons)], self.look(group), quick_replies=False)
            outbox.owe(
                session, group, messages, self.clock(), about=f"case:{case.number}", purpose="best" if case.urgent else "alert"
            )

    def _record(self, session: Session, case: Case, rung: Rung, step: int, key: str) -> None:
        kind = {1: "reminded", 2: "escalated", 3: "escalated"}.get(step, "alerted")
        names = ", ".join(agencies()[a].th for a in rung.agencies if groups.bound(session, (a,)))
        cases.add_note(session, case, names, self.clock(), actor="system", told=True, kind=kind)

    def ring(self, session: Session, case: Case) -> None:
        """The clock of an urgent case that nobody has acknowledged: the next step, and when the one after it is due."""
        assert case.clock_at is not None
        step, due = case.clock_step + 1, case.clock_at
        rule = self.rules
        begun = due - rule.span("best", f"{STEPS[step - 1]}_minutes")
        minutes = round((self.clock() - begun).total_seconds() / 60)
        view = cases.view(session, case).for_others()
        self._ring(session, case, view, step, CLOCK[step], None, minutes)
        case.clock_step = step
        if step < 3:
            case.clock_at = begun + rule.span("best", f"{STEPS[step]}_minutes")
        else:
            case.clock_at = None

    def digest(self, session: Session, group: Group, codes: Sequence[str], *, first: bool) -> bool:
        """What this group has to do, of these agencies; True where something is owed.

        What has only gone on waiting is told once a day, with the first digest: each costs a message for every member.
        """
        now = self.clock()
        since = group.digest_at or group.bound_at or now
        found = digests.digest(session, codes, min(since, now), now)
        if found is None or not (found.fresh or first):
            return False
        values = {"digest": found, "agency": group.agency}
        messages = dress([Say("digest", values, card=True)], self.look(group.id), quick_replies=False)
        outbox.owe(session, group.id, messages, now, purpose="digest")
        return True

    # What concerns a group that works on a case already.

    def _tell(self, session: Session, case: Case, view: CaseView, event: CaseEvent) -> bool:
        key = self._news(case, event)
        if key is None:
            return False
        by = event.actor.removeprefix("agency:").split(" ")[0] if event.actor.startswith("agency:") else None
        reached = {case.agency}
        if key == "taken":  # those whom the alarm had woken up as well
            rungs = ladder(case.agency, case.category, case.district_code)
            reached = {a for rung in rungs if rung.step <= case.clock_step for a in rung.agencies}
        found = [g for a, ids in groups.bound(session, sorted(reached)).items() if a != by for g in ids]
        pictures = media.of_event(session, event.id)
        if event.kind == "photo" and not media.came(session, event.id):
            return False  # it never came, or was taken back
        values: dict[str, Any] = {"case": view, "key": key, "words": event.note and mask(event.note), "photos": pictures}
        return self._card(session, case, found, values)

    def _news(self, case: Case, event: CaseEvent) -> str | None:
        """Which line tells a working group of this event; None where it need not hear."""
        worked_on = case.owner is not None or case.urgent or case.round > 0
        if event.actor.startswith("staff:"):
            return "staff" if event.kind == "move" else "note" if event.note else None
        if event.actor.startswith("agency:"):
            return "taken" if event.kind == "move" and event.status == "accepted" and case.clock_step > 1 else None
        if not worked_on:
            return None
        if event.kind == "move" and event.status == "inspecting" and event.actor == "system":
            return "proof_gone"
        if event.kind in TOLD_BY_CITIZEN and event.actor in {"citizen", "follower"}:
            return TOLD_BY_CITIZEN[event.kind]
        if event.kind == "move" and event.status == "closed":
            return "silent" if event.actor == "system" else "confirmed"
        return "withdrawn" if event.kind == "move" and event.status == "withdrawn" else None

    def _origin(self, session: Session, case: Case, view: CaseView, event: CaseEvent) -> bool:
        """The community's group in which it was reported hears how it goes on."""
        if case.origin is None or event.kind not in {"move", "arrived"} or event.status == "numbered":
            return False
        values = {
            "case": view,
            "key": "progress",
            "words": event.note and mask(event.note),
            "public": True,
            "photos": view.results,
        }
        buttons: tuple[Button, ...] = ()
        if event.status == "fixed_reported" and event.kind == "move":
            values["key"] = "result"
            buttons = (Button("fixed", case.number), Button("not_fixed", case.number))
        return self._card(session, case, [case.origin], values, buttons)

    def _card(
        self, session: Session, case: Case, found: list[str], values: dict[str, Any], buttons: tuple[Button, ...] = ()
    ) -> bool:
        for group in found:
            messages = dress([Say("told", values, card=True, buttons=buttons)], self.look(group), quick_replies=False)
            outbox.owe(session, group, messages, self.clock(), about=f"case:{case.number}", purpose="relay")
        return bool(found)
