"""News in the generated city: half of its people follow a district, and what an announcement costs there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.news_jobs import NewsJobs
from casework.rules import Rules
from storage import announcements, news
from storage.announcements import Draft
from storage.models_news import Announcement

if TYPE_CHECKING:
    from tests.scale.measure import Measurement

TABLES = ("subscriptions",)
FIFTH = "1042"
"""A district that a fifth of the people follow."""
PAUSE = timedelta(minutes=1)


def subscriptions(index: int, person: str, at: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What the `index`-th person follows, as rows of the table."""
    if index % 5 == 0:
        yield "subscriptions", (person, "district", FIFTH, at)
    elif index % 5 == 1:
        yield "subscriptions", (person, "district", f"{1001 + index // 5 % 50}", at)
    if index % 10 == 0:
        yield "subscriptions", (person, "topic", "flood", at)


def measure(on: Measurement) -> None:
    """Following, a dry run, gathering, waves, the end."""
    for _ in range(on.rounds):
        somebody = on.newcomer()
        for line in ("ข่าวประชาสัมพันธ์", "ติดตามข่าว", "บางแค", "เลิกติดตาม", "เสร็จ"):
            on.says(somebody, "turn: news", line)
    stage, times = on.stage, on.times
    stage.now += PAUSE
    every = {name: dict(stage.rules.table(name)) for name in ("news", "push", "keep", "jobs")}
    quick = Rules({**every, "news": {**every["news"], "waves_minute": 1e6}})
    jobs = NewsJobs(on.store, quick, lambda: stage.now, None)
    for name, fields in (("a fifth", {"districts": (FIFTH,)}), ("flood", {"topics": ("flood",)}), ("all", {})):
        draft = Draft(f"ข่าว {name}", until=stage.now + PAUSE, **fields).checked(quick, stage.now)  # type: ignore[arg-type]
        with on.store.read() as session, times.one(f"news: reach and cost, {name}"):
            planned = announcements.plan(session, draft, quick, stage.now)
        with on.store.write() as session:
            which = announcements.make(session, draft, planned, stage.now, "x", None).id
        _steps(on, jobs, which, name)
        stage.now += PAUSE
        _steps(on, jobs, which, name)
    with on.store.read() as session, times.one("news: how many follow what"):
        news.counted(session)
    with on.store.write() as session, times.one("news: a person is forgotten"):
        news.forget(session, "x")


def _steps(on: Measurement, jobs: NewsJobs, which: int, name: str) -> None:
    """Each step of the announcement under the name of its state, while the sender pays; the queue of waves stays short."""
    from storage import outbox
    from storage.outbox import Outcome

    while True:
        with on.store.read() as session:
            state = session.get_one(Announcement, which).state
        with on.times.one(f"news: a step, {state}, {name}"):
            more = jobs.announce()
        now = on.stage.now + timedelta(seconds=30)
        with on.store.write() as session:
            rows = [row for row in outbox.heads(session, now, 12) if row.recipients is not None]
            mine = outbox.claim(session, rows, now)
            outbox.settle(session, [Outcome(row, "sent", "push") for row in mine], now)
        if not more and not rows:
            return
