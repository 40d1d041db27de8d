"""Whole turns over a real database, fed with anything: nothing is parked, every message is answered, all that is said fits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.case import STATUSES
from flows.lobby import FLOWS
from sandbox.limits_message import check_messages
from storage.models import Case, InboxEvent, OutboxMessage, Talk
from tests.fuzz.shapes import EVENT, TEXT, THAI
from tests.support.reading import actions
from tests.talks.theatre import Actor, Stage, fresh

SPOTS = [
    (13.7563, 100.5018),
    (13.7281, 100.5241),
    (13.75, 100.5),
    (18.79, 98.98),
    (0.0, 0.0),
    (float("nan"), 0.0),
    (13.6602, 100.6),
]
ACT = st.one_of(
    st.tuples(st.just("text"), st.one_of(THAI, TEXT)),
    st.tuples(st.just("press"), st.integers(0, 400)),
    st.tuples(st.just("press"), st.integers(0, 400)),
    st.tuples(st.just("press"), st.integers(0, 400)),
    st.tuples(st.just("old"), st.integers(0, 400)),
    st.tuples(st.just("pin"), st.sampled_from(SPOTS)),
    st.tuples(st.just("photo"), st.integers(0, 2)),
    st.tuples(st.just("lost"), st.sampled_from(["gone", "refused", "unsent"])),
    st.tuples(
        st.just("other"), st.sampled_from(["sticker", "audio", "video", "file", "follow", "unfollow", "unsend", "standby"])
    ),
    st.tuples(st.just("staff"), st.sampled_from(STATUSES)),
    st.tuples(st.just("time"), st.sampled_from([1, 90, 60 * 24 * 8])),
    st.tuples(
        st.just("data"),
        st.sampled_from(["k=show&v=69-0001238", "k=yes", "k=send", "k=photo", "k=pin", "k=text", "k=onward", "k=star&v=9"]),
    ),
)
SILENT = {"unfollow", "unsend", "standby"}
"""What is not answered: nobody is there to read, or nothing was said."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = fresh(Path(tmp_path_factory.mktemp("fuzz")))
    yield made
    made.store.close()


class Person:
    """Somebody who does anything at all."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.actor = Actor(stage)
        self.id = self.actor.person
        self.seen: list[dict[str, Any]] = []
        self.latest: list[dict[str, Any]] = []

    def message(self, kind: str, **fields: Any) -> dict[str, Any]:
        event = self.stage.event(self.id, type="message")
        return event | {"message": {"type": kind, "id": event["replyToken"], **fields}}

    def postback(self, data: str) -> dict[str, Any]:
        return self.stage.event(self.id, type="postback", postback={"data": data})

    def event(self, kind: str, value: Any) -> dict[str, Any] | None:
        if kind == "text":
            return self.message("text", text=value)
        if kind in {"press", "old"}:
            shown = self.latest if kind == "press" else self.seen
            return self.pressed(shown[value % len(shown)]) if shown else None
        if kind == "pin":
            return self.message("location", latitude=value[0], longitude=value[1])
        if kind == "photo":
            return self.message("image", **({"imageSet": {"id": f"{self.id}{value}"}} if value else {}))
        if kind == "data":
            return self.postback(value)
        if value in {"follow", "unfollow"}:
            return self.stage.event(self.id, type=value)
        if value == "unsend":
            return self.stage.event(self.id, type="unsend", unsend={"messageId": "1"})
        if value == "standby":
            return self.message("text", text="เมนู") | {"mode": "standby"}
        return self.message(value)

    def pressed(self, action: dict[str, Any]) -> dict[str, Any] | None:
        if action["type"] == "postback":
            return self.postback(action["data"])
        if action["type"] == "location":
            return self.message("location", latitude=SPOTS[0][0], longitude=SPOTS[0][1])
        return self.message("image") if action["type"] in {"camera", "cameraRoll"} else None

    def does(self, kind: str, value: Any) -> None:
        if kind == "time":
            from datetime import timedelta

            self.stage.now += timedelta(minutes=value)
            return
        if kind == "staff":
            self.staff(value)
            return
        if kind == "lost":
            event: dict[str, Any] | None = self.stage.event(self.id, type="internal", media=1, why=value)
        else:
            event = self.event(kind, value)
        if event is None:
            return
        self.stage.keep(event)
        self.stage.run()
        said = [message for chat, message in self.stage.sent() if chat == self.id]
        self.check(kind, value, said)

    def staff(self, status: str) -> None:
        from storage import cases

        with self.stage.store.write() as session:
            case = session.query(Case).filter(Case.reporter == self.id).order_by(Case.id.desc()).first()
            if case is not None and case.status != status:
                case.status = status
                cases.add_note(session, case, "fuzz", self.stage.now, actor="staff:x", told=True)

    def check(self, kind: str, value: Any, said: list[dict[str, Any]]) -> None:
        assert said or kind in {"lost", "photo"} or value in SILENT, f"{kind} {value!r} was not answered"
        if said:
            assert not check_messages(said), (kind, value, check_messages(said)[:3])
            self.latest = [a for m in said for a in actions(m)]
            self.seen += self.latest
        with self.stage.store.read() as session:
            stuck = session.query(InboxEvent).filter(InboxEvent.chat == self.id, InboxEvent.state != "done").all()
            assert not stuck, (kind, value, [(s.state, s.error, s.raw) for s in stuck])
            talks = session.query(Talk).filter(Talk.person == self.id).all()
            assert sum(t.open and t.current for t in talks) <= 1
            for talk in talks:
                states = {s.name: s for s in FLOWS[talk.flow].states}
                assert talk.state in states
                assert talk.open is False or not states[talk.state].final
                json.dumps(talk.data)


@settings(max_examples=40)
@given(acts=st.lists(ACT, min_size=1, max_size=14))
def test_whatever_a_person_does_is_answered(stage: Stage, acts: list[tuple[str, Any]]) -> None:
    person = Person(stage)
    for kind, value in acts:
        person.does(kind, value)


@settings(max_examples=25)
@given(acts=st.lists(ACT, min_size=4, max_size=20))
def test_from_a_finished_report_on(stage: Stage, acts: list[tuple[str, Any]]) -> None:
    person = Person(stage)
    for kind, value in [("text", "ฝาท่อหาย"), ("pin", SPOTS[1]), ("photo", 0), ("text", "ส่งเรื่อง"), ("text", "คนละเรื่อง"), *acts]:
        person.does(kind, value)


@settings(max_examples=60)
@given(events=st.lists(EVENT, min_size=1, max_size=6))
def test_events_that_are_nearly_lines_park_nothing(stage: Stage, events: list[Any]) -> None:
    from bot.hearing import split
    from storage import inbox

    with stage.store.write() as session:
        inbox.keep(session.connection(), split(json.dumps({"events": events}).encode(), stage.box), stage.now)
    stage.run()
    with stage.store.read() as session:
        stuck = session.query(InboxEvent).filter(InboxEvent.state != "done").all()
        assert not stuck, [(s.state, s.error, s.raw) for s in stuck]
        rows = session.query(OutboxMessage).filter(OutboxMessage.state == "waiting").all()
        for row in rows:
            assert not check_messages(json.loads(row.messages)), row.messages[:500]
    stage.sent()
