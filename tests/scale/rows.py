"""The rows themselves, in an order that keeps foreign keys whole. Deterministic: one seed, one database.

Live queues are as a healthy service leaves them: everything handled, a few rows parked, dead or unsure. Of the messages,
inbox and outbox hold 7 and 30 days (`[keep]` as shipped), so of five million some 950,000 events and 4,050,000 messages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from casework import numbers, rules
from casework.case import UNFIXED
from casework.catalog import responsible
from casework.duetimes import acknowledge_by, finish_by
from casework.place_data import tables
from storage.columns import Base
from tests.scale import news, registry, town
from tests.scale.story import DAY, Step, apologised, closed_at, story

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
"""The moment that the generated database is about."""
YEARS = 4.0
INBOX_DAYS, OUTBOX_DAYS, TALKS_DAYS = 7.0, 30.0, 90.0
ODD = {"parked": 12, "dead": 12, "unsure": 40}
TABLES = (
    "people",
    "cases",
    "case_events",
    "followers",
    "talks",
    "media",
    "inbox",
    "outbox",
    *registry.TABLES,
    *news.TABLES,
    "counters",
    "facts",
)
COLUMNS = {name: tuple(column.name for column in Base.metadata.tables[name].columns) for name in TABLES}
Row = tuple[Any, ...]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_B32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def person(index: int) -> str:
    """The id of the `index`-th person, in LINE's form."""
    return f"U{(index + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}"


def stamp(seconds: float) -> str:
    """A moment as it stands in both databases."""
    return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat(" ", "microseconds")


def clerk_chat(agency: str) -> str:
    """The id of an agency's group, in LINE's form."""
    return f"C{hashlib.sha256(agency.encode()).hexdigest()[:32]}"


def key(seed: int) -> bytes:
    """The secret behind this city's case numbers."""
    return hashlib.sha256(f"scale {seed}".encode()).digest()[:16]


def _moment(seconds: float) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


class City:
    """All rows of a city with so many cases and messages."""

    def __init__(self, cases: int, messages: int, seed: int, now: datetime = NOW) -> None:
        self.cases, self.messages, self.seed = cases, messages, seed
        self.people = max(20, cases // 2)
        self._now = now.timestamp()
        self._rng = Random(seed)
        self._spots = town.spots(self._rng)
        self._rules = rules.load()
        self._ids = dict.fromkeys(TABLES, 0)
        self._subdistricts: dict[str, list[str]] = {}
        for code, row in tables().subdistricts.items():
            self._subdistricts.setdefault(row.district_code, []).append(code)

    def rows(self) -> Iterator[tuple[str, Row]]:
        """(table, row) with the row in the order of COLUMNS."""
        yield from self._people()
        yield from self._cases()
        yield from self._inbox()
        yield from self._outbox()
        yield from registry.rows(self._rng, self.cases // 4, self.people, _moment(self._now), self._ids)

    def _id(self, table: str) -> int:
        self._ids[table] += 1
        return self._ids[table]

    def _somebody(self) -> int:
        """A reporter: a tenth of the cases comes from one person in a hundred, one in a thousand from a single one."""
        chance = self._rng.random()
        if chance < 0.001:
            return 0
        return self._rng.randrange(max(1, self.people // 100) if chance < 0.1 else self.people)

    def _people(self) -> Iterator[tuple[str, Row]]:
        start = stamp(self._now - YEARS * 365 * DAY)
        for index in range(self.people):
            language = "en" if index % 12 == 5 else "th"
            known = (person(index), language, index % 9 != 4, None, "2569-1", start, start)
            # Nobody has a name here (tests/scale/crowd.py is for finding people); all were seen today.
            yield "people", (*known, *[None] * 5, None, stamp(self._now), None, None, None, None, False, None)
            yield from news.subscriptions(index, person(index), start)

    def _cases(self) -> Iterator[tuple[str, Row]]:
        rng, secret = self._rng, key(self.seed)
        districts, categories = town.Choice(town.DISTRICTS), town.Choice(town.CATEGORIES)
        channels, kinds = town.Choice(town.CHANNELS), town.Choice(town.KINDS)
        running: dict[int, int] = {}
        latest: dict[tuple[str, str], str] = {}
        start, span = self._now - YEARS * 365 * DAY, YEARS * 365 * DAY
        for index in range(self.cases):
            # Three times as many a day at the end as at the beginning.
            share = (index + rng.random()) / self.cases
            at = start + span * ((1 + 8 * share) ** 0.5 - 1) / 2
            category, district = categories.draw(rng), districts.draw(rng)
            year = _fiscal_year(int(at // 3600))
            running[year] = running.get(year, 0) + 1
            number = numbers.make(year, running[year], secret)
            steps = story(rng, at, self._now, _days(self._rules, category))
            into = latest.get((category, district)) if steps[-1].status == "merged" else None
            if steps[-1].status == "merged" and into is None:
                steps.pop()
            latest[category, district] = number
            yield from self._case(number, category, district, channels.draw(rng), kinds.draw(rng), steps, into)
        for year, value in running.items():
            yield "counters", (f"cases-{year}", value)

    def _case(
        self, number: str, category: str, district: str, channel: str, kind: str, steps: list[Step], into: str | None
    ) -> Iterator[tuple[str, Row]]:
        rng, at, case = self._rng, steps[0].at, self._id("cases")
        lat, lng = rng.choice(self._spots[district])
        spread = 0.0004 if rng.random() < 0.7 else 0.004
        urgent = rng.random() < 0.03
        reporter = self._somebody() if channel == "line" else None
        due = finish_by(self._rules, category, urgent=urgent, at=_moment(at)).timestamp()
        closed = closed_at(steps)
        confirmed = closed is not None and steps[-1].status == "closed" and any(
            s.status == "closed" and s.actor == "citizen" for s in steps
        )  # fmt: skip
        owner = next((s.actor for s in steps if s.status == "accepted"), None)
        agency = responsible(category, district)[0] if kind == "complaint" else "1555"
        rating = rng.randint(1, 5) if confirmed and rng.random() < 0.4 else None
        taken_by, late = stamp(_acknowledge(self._rules, urgent, at)), stamp(due)
        yield (
            "cases",
            (
                *(case, number, kind, steps[-1].status, category, urgent, town.sentence(rng, category), "[]"),
                *(lat + rng.gauss(0, spread), lng + rng.gauss(0, spread), None, district),
                rng.choice(self._subdistricts[district]),
                agency,
                *(owner, channel, f"MIS-{case:08d}" if channel == "mis" else None),
                *(None if reporter is None else person(reporter), rng.random() < 0.2, category),
                *(rating, True if confirmed else None, into, stamp(at), taken_by, late, taken_by, late),
                *(kind == "complaint" and apologised(steps, due, self._now), None if closed is None else stamp(closed)),
                *(None, 0, 0, None),
            ),
        )
        handed = any(step.status == "forwarded" for step in steps)
        for before, step in zip([None, *steps], steps, strict=False):
            handed = handed and step.status != "forwarded"
            whose = "city_law" if handed else agency
            moved = "move" if before is None or before.status != step.status else "note"
            yield "case_events", self._event(case, step, moved, whose)
            if step.status == "fixed_reported" and moved == "move" and rng.random() < 0.5:
                yield "media", self._photo(case, clerk_chat(agency), step.at, self._ids["case_events"])
        last = steps[-1]
        if rating is not None:
            yield (
                "case_events",
                self._event(case, Step(last.status, "citizen", "citizen", last.at, str(rating)), "stars", agency),
            )
        if rng.random() < 0.12:
            for follower in {self._somebody() for _ in range(min(8, 1 + int(rng.expovariate(0.8))))} - {reporter}:
                yield "followers", (case, person(follower), stamp(at + 3600), None, None)
        if reporter is not None:
            yield from self._talked(case, number, person(reporter), at, steps)

    def _event(self, case: int, step: Step, kind: str, agency: str) -> Row:
        head = (self._id("case_events"), case, step.status, step.actor, step.note, step.reason, None, stamp(step.at))
        return (*head, kind, True, True, agency)

    def _talked(self, case: int, number: str, who: str, at: float, steps: list[Step]) -> Iterator[tuple[str, Row]]:
        rng = self._rng
        talked = 1 + (rng.random() < 0.4)
        if self._now - at > TALKS_DAYS * DAY:
            talked = 0
        for flow, state in (("report", "filed"), ("track", "left"))[:talked]:
            is_open = flow == "track" and steps[-1].status in UNFIXED and self._now - at < INBOX_DAYS * DAY
            data = f'{{"number": "{number}"}}' if is_open else "{}"
            kept = number if flow == "report" else None
            yield (
                "talks",
                (
                    *(self._id("talks"), who, who, flow, "case" if is_open else state, data, is_open, False, kept),
                    *(stamp(at - 120), stamp(at + (0 if flow == "report" else 1800))),
                ),
            )
        for _ in range(rng.randrange(1, 4) if rng.random() < 0.45 else 0):
            gone = rng.random() < 0.04
            yield "media", self._photo(None if gone else case, who, at)

    def _photo(self, case: int | None, who: str, at: float, event: int | None = None) -> Row:
        rng, which = self._rng, self._id("media")
        gone = case is None
        digest = None if gone else f"{rng.getrandbits(256):064x}"
        return (
            *(which, f"M{which:017d}", who, "image", f"set{which:015d}" if rng.random() < 0.3 else None),
            *(
                "gone" if gone else "ready",
                None,
                case,
                event,
                "report" if event is None else "result",
                f"{rng.getrandbits(96):024x}",
                digest,
                digest,
                None,
            ),
            *("image/jpeg", 240_000, 1536, 2048, 1, stamp(at), stamp(at), None),
        )

    def _inbox(self) -> Iterator[tuple[str, Row]]:
        rng = self._rng
        count = round(self.messages * INBOX_DAYS / (INBOX_DAYS + OUTBOX_DAYS))
        for index in range(count):
            at = self._now - INBOX_DAYS * DAY * (1 - index / count)
            came, which = stamp(at), self._id("inbox")
            parked = count - ODD["parked"] <= which <= count
            state, raw = ("parked", '{"type":"message"}') if parked and count > 100 else ("done", None)
            event, who = _ulid(at, rng), person(rng.randrange(self.people))
            yield (
                "inbox",
                (
                    which,
                    event,
                    who if raw else "",
                    int(at * 1000),
                    raw,
                    state,
                    0,
                    came,
                    came,
                    None,
                ),
            )

    def _outbox(self) -> Iterator[tuple[str, Row]]:
        rng = self._rng
        count = self.messages - round(self.messages * INBOX_DAYS / (INBOX_DAYS + OUTBOX_DAYS))
        odd = [*["dead"] * ODD["dead"], *["unsure"] * ODD["unsure"]] if count > 100 else []
        for index in range(count):
            at = self._now - OUTBOX_DAYS * DAY * (1 - index / count)
            made, sent, which = stamp(at), stamp(at + 0.1), self._id("outbox")
            state = odd.pop() if odd and index >= count // 2 else "sent"
            words = "[]" if state == "sent" else '[{"type":"text","text":"1555"}]'
            bits = f"{rng.getrandbits(128):032x}"
            retry = f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"
            yield (
                "outbox",
                (
                    *(which, person(rng.randrange(self.people)), None, made, words, retry, state),
                    *("push" if rng.random() < 0.3 else "reply", 1, made, made, made),
                    *(sent if state == "sent" else None, None, None, "talk", None, False),
                ),
            )


def _ulid(at: float, rng: Random) -> str:
    """An event id in LINE's form: it rises with time."""
    value = int(at * 1000) << 80 | rng.getrandbits(80)
    return "".join(_B32[value >> shift & 31] for shift in range(125, -1, -5))


@cache
def _fiscal_year(hour: int) -> int:
    return numbers.fiscal_year(_moment(hour * 3600))


def _days(known: rules.Rules, category: str) -> float:
    return (finish_by(known, category, urgent=False, at=NOW) - NOW) / timedelta(days=1)


@cache
def _working_day(day: int) -> float:
    return acknowledge_by(rules.load(), urgent=False, at=_moment(day * DAY)).timestamp()


def _acknowledge(known: rules.Rules, urgent: bool, at: float) -> float:
    return at + 900 if urgent else _working_day(int(at // DAY)) + at % DAY
