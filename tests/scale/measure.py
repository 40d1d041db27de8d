"""Medians and 99th percentiles, in milliseconds, of what the service does on a generated database.

The database is changed by it as by real use: cases are filed, followed, told of. Times are of the warm machine.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from admin_cli import doctor_checks
from bot.jobs import Jobs
from bot.pages import pages
from bot.settings import load as load_settings
from casework import rules
from casework.case import OPEN, Draft
from storage import digests, inbox, ledger, media, nearby, outbox, people_find, sweeping
from storage.models import Case, CaseEvent, Follower
from storage.outbox import Outcome
from storage.shelf import Folder
from tests.scale import news, public, registry, training
from tests.scale.rows import person
from tests.support import command_line
from tests.support.citizen import fresh_spot
from tests.talks.theatre import Actor, Stage

MUST_HOLD_MS = 50.0
"""Tracking, and the search for the same thing nearby, in a turn with a million cases."""
BUDGET = 12.0
"""Seconds that one thing is timed at the most."""
DENSE = "1042"
"""A district with one of the largest shares of cases."""


class Times:
    """What was timed, by name."""

    def __init__(self) -> None:
        self.of: dict[str, list[float]] = {}

    @contextmanager
    def one(self, name: str | None) -> Iterator[None]:
        """Time the block; nothing where there is no name."""
        began = time.perf_counter()
        yield
        if name is not None:
            self.of.setdefault(name, []).append((time.perf_counter() - began) * 1000)

    def often(self, name: str, rounds: int, work: Callable[[], object]) -> None:
        """Time `work` so often, or as often as the budget lets it."""
        end = time.monotonic() + BUDGET
        for n in range(rounds):
            with self.one(name):
                work()
            if time.monotonic() > end and n:
                break

    def p50(self, name: str) -> float:
        """Median, ms."""
        return statistics.median(self.of[name])

    def p99(self, name: str) -> float:
        """99th percentile, ms (of few times: the longest)."""
        found = sorted(self.of[name])
        return found[max(0, math.ceil(len(found) * 0.99) - 1)]


class TimedStage(Stage):
    """Times each turn: finding the event and all that its transaction does."""

    def __init__(self, url: str, times: Times) -> None:
        super().__init__(url)
        self.times, self.name = times, ""

    def event(self, person: str, **fields: Any) -> dict[str, Any]:
        """With ids that no earlier measurement of the same database used."""
        made = super().event(person, **fields) | {"webhookEventId": uuid4().hex}
        if "message" in made:
            made["message"] = made["message"] | {"id": uuid4().hex}
        return made

    def run(self) -> None:
        """Every turn that is due, one by one."""
        while True:
            began = time.perf_counter()
            found = self.turns.due(1)
            if not found:
                return
            for waiting in found:
                self.turns.take(waiting)
            self.times.of.setdefault(self.name, []).append((time.perf_counter() - began) * 1000)


class Measurement:
    """One run over one database."""

    def __init__(self, url: str, rounds: int, folder: Path, waiting: int = 500) -> None:
        """`waiting`: how long the queues are that are measured."""
        self.url, self.rounds, self.times, self.folder, self.waiting = url, rounds, Times(), folder, waiting
        self.stage = TimedStage(url, self.times)
        self.store, self.rng = self.stage.store, Random(7)
        with self.store.read() as session:
            light = select(Case).where(Case.category == "light", Case.status.in_(OPEN), Case.kind == "complaint")
            light = light.where(Case.created_at > self.stage.now - timedelta(days=25))
            dense_first = light.order_by((Case.district_code == DENSE).desc(), Case.id.desc())
            self.open = session.scalars(dense_first.limit(100)).all()
            fixed = select(Case).where(Case.status == "fixed_reported", Case.reporter.is_not(None), Case.kind == "complaint")
            self.fixed = session.scalars(fixed.limit(rounds)).all()
            last = session.scalar(select(func.max(Case.id))) or 0
            some = session.scalars(select(Case).where(Case.id.in_([self.rng.randrange(1, last) for _ in range(rounds)])))
            self.some = some.all()
            self.following = list(session.scalars(select(Follower.person).limit(rounds)))
            where = Case.kind == "complaint", Case.status == "accepted"
            self.working = list(session.scalars(select(Case.id).where(*where).order_by(Case.id.desc()).limit(100)))

    @property
    def few(self) -> int:
        """How often what is slow is timed."""
        return max(3, self.rounds // 10)

    def everything(self) -> None:
        """All that is measured."""
        for part in (self.turns, self.afterwards, self.lookups, self.photos, self.queues, self.sweeps, self.staff):
            part()
        registry.measure(self)
        training.measure(self)
        news.measure(self)
        public.measure(self)

    def newcomer(self) -> Actor:
        """Somebody who never wrote before."""
        return Actor(self.stage, f"U{uuid4().hex}")

    def says(self, actor: Actor, name: str, line: str) -> None:
        """One turn under a name."""
        self.stage.name = name
        actor.does(line)

    def turns(self) -> None:
        """Whole turns."""
        reporters = [case.reporter for case in self.some if case.reporter]
        for who in reporters:
            self.says(Actor(self.stage, who), "turn: my cases", "ติดตามเรื่อง")
        for who in self.following:
            self.says(Actor(self.stage, who), "turn: my cases, one who follows", "ติดตามเรื่อง")
        for _ in range(max(1, self.rounds // 10)):
            self.says(Actor(self.stage, person(0)), "turn: my cases, somebody with 700", "ติดตามเรื่อง")
        for case in self.some:
            self.says(self.newcomer(), "turn: somebody else's case by its number", case.number)
            if case.reporter:
                self.says(Actor(self.stage, case.reporter), "turn: one's own case by its number", case.number)
        for n in range(self.rounds):
            actor = self.newcomer()
            self.says(actor, "turn: what happened, in words", "ไฟทางดับทั้งซอย มืดมากค่ะ")
            spot = self.open[n % len(self.open)] if n % 2 else None
            lat, lng = (spot.lat, spot.lng) if spot else fresh_spot()
            self.says(actor, "turn: a pin", f"📍 {lat}, {lng}")
            self.says(actor, "turn: photos sent together, each", "📷×2")
            if "ส่งเรื่อง" not in actor.buttons:
                continue  # so near to a border that the bot asks for the district
            self.says(actor, "turn: send; the same nearby is shown" if spot else "turn: send; a case is filed", "[ส่งเรื่อง]")
            if spot and "เรื่องเดียวกัน" in actor.buttons:
                self.says(actor, "turn: the same thing, followed", "[เรื่องเดียวกัน]")

    def afterwards(self) -> None:
        """What people do with a case: add to it, take a message back, answer whether it is fixed, withdraw it."""
        for case in self.fixed:
            actor = Actor(self.stage, case.reporter)
            self.says(actor, "turn: one's own case by its number", case.number)
            if "แก้ไขแล้วจริง" in actor.buttons:  # not where an earlier measurement left a question open
                self.says(actor, "turn: it is fixed", "[แก้ไขแล้วจริง]")
        for case in (c for c in self.open if c.reporter and c.status != "fixed_reported"):
            actor = Actor(self.stage, case.reporter)
            self.says(actor, "turn: one's own case by its number", case.number)
            if "เพิ่มข้อมูล" not in actor.buttons:
                continue
            for line in ("[เพิ่มข้อมูล]", "ยังเป็นอยู่ค่ะ", "📷", "เสร็จ"):
                self.says(actor, "turn: something is added", line)
            unsend = self.stage.event(actor.person, type="unsend", unsend={"messageId": "x"})
            self.stage.name = "turn: a message is taken back"
            self.stage.keep(unsend)
            self.stage.run()
            self.says(actor, "turn: withdrawn", "[ถอนเรื่อง]")
            self.says(actor, "turn: withdrawn", "ใช่")
            if len(self.times.of["turn: withdrawn"]) > self.rounds:
                break

    def photos(self) -> None:
        """The media worker's part."""
        now = self.stage.now
        with self.store.write() as session:
            media.recover(session, now)
        with self.store.write() as session, self.times.one("photos: six are taken"):
            taken = media.take_due(session, now, 6)
        for one in taken:
            with self.store.write() as session, self.times.one("photos: one is ready"):
                about: dict[str, Any] = {"original": "0" * 64, "mime": "image/jpeg", "size": 1, "width": 1, "height": 1}
                media.ready(session, one.id, sha256=f"{one.id:064x}", **about)
        with self.store.read() as session:
            media.by_path(session, "x")
            media.of_case(session, self.some[0])
            media.count_waiting(session)

    def lookups(self) -> None:
        """The parts of a turn that look far."""
        for n in range(self.rounds):
            case = self.open[n % len(self.open)]
            draft = Draft("", category="light", lat=case.lat, lng=case.lng, district_code=DENSE)
            with self.store.read() as session, self.times.one("the same nearby, dense district"):
                nearby.near(session, draft, self.stage.rules, self.stage.now)
            with self.store.read() as session, self.times.one("days that such a case takes"):
                nearby.expected_days(session, "light", DENSE, self.stage.rules)

    def queues(self) -> None:
        """Many chats wait to be answered, many messages to be sent."""
        stage, now = self.stage, self.stage.now
        stage.keep(
            *(stage.event(f"Uqueue{n}", type="message", message={"type": "sticker", "id": "1"}) for n in range(self.waiting))
        )

        def heads() -> list[inbox.Waiting]:
            with self.store.read() as session:
                return inbox.heads(session, now, 64)

        self.times.often(f"inbox: the heads, {self.waiting} waiting", self.rounds, heads)
        while waiting := heads():
            for one in waiting:
                with self.store.write() as session, self.times.one("inbox: take"):
                    inbox.take(session, one)
        with self.store.write() as session:
            for n in range(self.waiting):
                outbox.owe(session, f"Uqueue{n}", [{"type": "text", "text": "1555"}], now)

        def owed() -> list[outbox.Owed]:
            with self.store.read() as session:
                return outbox.heads(session, now, 12)

        self.times.often(f"outbox: the heads, {self.waiting} waiting", self.rounds, owed)
        while rows := owed():
            with self.times.one("outbox: claim 12, durable"), self.store.write(durable=True) as session:
                claimed = outbox.claim(session, rows, now)
            with self.times.one("outbox: settle 12"), self.store.write() as session:
                outbox.settle(session, [Outcome(row, "sent", "push") for row in claimed], now)

    def sweeps(self) -> None:
        """What the scheduler does, mostly in vain."""
        stage = self.stage
        jobs = Jobs(self.store, stage.rules, lambda: stage.now, Folder(self.folder / "media"), seal=stage.seal, public_url=None)
        jobs.sweep()
        for work in (jobs.tell_news, jobs.apologise, jobs.close_silent):
            self.times.often(f"sweep: {work.__name__}, nothing due", self.rounds, work)
        with self.store.write() as session:
            for case in self.working:
                session.add(CaseEvent(case_id=case, status="accepted", actor="staff:x", at=stage.now, told=False, note="1"))
        self.times.often("sweep: tell_news, 100 cases", 1, jobs.tell_news)
        day = stage.now - timedelta(days=1)
        for name, codes in ((f"district {DENSE}", [DENSE]), ("all agencies", digests.theirs("1555", ()))):
            with self.store.read() as session:
                self.times.often(f"digest: {name}", self.rounds, partial(digests.digest, session, codes, day, stage.now))
        with self.store.write() as session:
            ledger.add_up(session, stage.now)
            self.times.often("ledger: what is spent", self.rounds, partial(ledger.used, session, stage.now))
        before = stage.now - stage.rules.span("keep", "inbox_days")
        for table, limit in sweeping.limits():
            with self.store.read() as session:
                found = partial(sweeping.due, session, table, limit, before - timedelta(3000))
                self.times.often(f"sweep: {table} by {limit.rule}, none", self.rounds, found)
        with self.store.read() as session:
            self.times.often("sweep: orphaned photos, none", self.rounds, lambda: media.orphans(session, before, 100))

        def later() -> None:
            stage.now += timedelta(minutes=10)
            jobs.tidy()

        self.times.often("sweep: tidy, ten minutes' rows", 6, later)

    def staff(self) -> None:
        """The command line, in process, and the pages."""
        env = {"DATABASE_URL": self.url, "MEDIA_DIR": str(self.folder / "media")}

        def command(*words: str) -> Callable[[], object]:
            def run() -> None:
                result = command_line.typed(words, env)
                assert result.exit_code == 0, (words, result.output[-400:], result.exception)

            return run

        few = self.few
        box, keys = self.stage.box, self.stage.seal.index_keys()
        for typed in ("สมชาย ใจดี", "5678"):
            with self.store.read() as session:
                self.times.often(f"people: find {typed}", few, partial(people_find.find, session, typed, box, keys, 20))
        listed = ("", "--status open", "--district 1042 --status open", "--category bridge", "--urgent", "--overdue")
        for filters in (*listed, "--since 2026-11-20", "--district 1042 --category light --overdue"):
            words = ("cases", "list", "--limit", "50", *filters.split())
            self.times.often(f"admin_cli: {' '.join(words)}", few, command(*words))
        self.times.often("admin_cli: cases show N", few, command("cases", "show", self.some[0].number))
        self.times.often("admin_cli: queue list", few, command("queue", "list"))
        known = load_settings(
            env | {"LINE_CHANNEL_SECRET": "x", "LINE_CHANNEL_ACCESS_TOKEN": "x", "DATA_KEY": "A" * 43 + "="}, make_key=False
        )
        self.times.often("doctor: the database", few, lambda: doctor_checks.database(known))
        web = Flask("scale")
        web.register_blueprint(pages(self.store, lambda: self.stage.now, Folder(self.folder / "media"), rules.load(), dict))
        client = web.test_client()
        for path in ("/readyz", "/metrics"):
            self.times.often(path, few, partial(client.get, path))


def main(url: str, rounds: int) -> int:
    """Measure and print; 1 where tracking or the search nearby takes too long."""
    with TemporaryDirectory(prefix="rt-scale-") as folder:
        found = Measurement(url, rounds, Path(folder))
        found.everything()
        found.store.close()
    times = found.times
    shown = Table("ms", "p50", "p99", "times", title=found.store.url.get_backend_name())
    for name in times.of:
        shown.add_row(name, f"{times.p50(name):.1f}", f"{times.p99(name):.1f}", str(len(times.of[name])))
    Console(width=120).print(shown)
    print(json.dumps({name: [round(times.p50(name), 2), round(times.p99(name), 2)] for name in times.of}))
    turns = [name for name in times.of if name.startswith(("turn:", "the same")) and times.p50(name) > MUST_HOLD_MS]
    slow = [*(f"more than {MUST_HOLD_MS:.0f} ms: {name}" for name in turns), *public.over(found)]
    for line in slow:
        print(line)
    return 1 if slow else 0
