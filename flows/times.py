"""The part of a talk that takes a day and a time: from words, LINE's picker, or a button with a free time on it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from casework import appointments
from casework.thai_time import BANGKOK, CLOSES, OPENS, bangkok
from flows.kit import Button, Flow, Heard

ISO = "%Y-%m-%dT%H:%M"


class Times(Flow):
    """A talk that asks when. Kept in `data`: date (ISO), time (HH:MM or none), both Bangkok's."""

    def take_time(self, heard: Heard) -> bool:
        """Keep what was said, picked or pressed; what does not do is explained. False where no time was said at all."""
        if heard.kind in {"slot", "pick_when"}:
            said = self._picked(heard.value)
            if said is None:
                self.say("registry.time_unclear")
                return True
            return self._keep(said.date(), said.time())
        when = heard.understood.when if heard.understood is not None else None
        if when is None:
            return False
        if when.reason is not None:
            self.say(f"registry.time_{when.reason}")
            return True
        clock = time.fromisoformat(when.time) if when.time else None
        if when.date:
            return self._keep(date.fromisoformat(when.date), clock)
        if self.data.get("date") and clock:
            return self._keep(date.fromisoformat(self.data["date"]), clock)
        self.data["time"] = when.time
        return True

    def _picked(self, value: str) -> datetime | None:
        try:
            return datetime.fromisoformat(value[:16]) if len(value) >= 16 else None
        except ValueError:
            return None

    def _keep(self, day: date, clock: time | None) -> bool:
        if clock is None and not self.data.get("date") and self.data.get("time"):
            clock = time.fromisoformat(self.data["time"])  # said before its day
        at = datetime.combine(day, clock, tzinfo=BANGKOK) if clock else None
        why = appointments.trouble(self.desk.rules, day, self.desk.now, at)
        if why is not None:
            self.say(f"registry.time_{why[0]}", **why[1])
            return True
        self.data["date"], self.data["time"] = day.isoformat(), clock.strftime("%H:%M") if clock else None
        return True

    def wanted(self) -> datetime | None:
        """The wanted slot, of a day alone the first one with room; None where there is no day, or it has passed, or is full."""
        if not self.data.get("date"):
            return None
        day = date.fromisoformat(self.data["date"])
        if self.data.get("time"):
            at = datetime.combine(day, time.fromisoformat(self.data["time"]), tzinfo=BANGKOK)
            if appointments.trouble(self.desk.rules, day, self.desk.now, at) is not None:
                return None
            return appointments.slot_of(self.desk.rules, at)
        there = self.desk.registry.free_on(self.data["office"], day)
        return there[0] if there else None

    def stale(self) -> bool:
        """The day or time that was chosen has passed meanwhile."""
        day = date.fromisoformat(self.data["date"])
        clock = self.data.get("time")
        at = datetime.combine(day, time.fromisoformat(clock), tzinfo=BANGKOK) if clock else None
        return appointments.trouble(self.desk.rules, day, self.desk.now, at) is not None

    def free_times(self, office: str) -> tuple[Button, ...]:
        """Times with room near the wanted one, or soon."""
        if self.data.get("date"):
            clock = time.fromisoformat(self.data["time"]) if self.data.get("time") else OPENS
            near = datetime.combine(date.fromisoformat(self.data["date"]), clock, tzinfo=BANGKOK)
            slots = self.desk.registry.alternatives(office, near)
        else:
            slots = self.desk.registry.soon(office)
        found = [bangkok(slot).strftime(ISO) for slot in slots]
        return (*(Button("slot", slot) for slot in found), Button("pick_when", self._bounds(found)))

    def _bounds(self, found: list[str]) -> str:
        """What LINE's picker begins with and stays within: `initial/min/max`."""
        today = bangkok(self.desk.now).date()
        last = today + timedelta(days=self.desk.rules.number("registry", "ahead_days"))
        first, end = (datetime.combine(day, clock) for day, clock in ((today, OPENS), (last, CLOSES)))
        return "/".join((found[0] if found else first.strftime(ISO), first.strftime(ISO), end.strftime(ISO)))
