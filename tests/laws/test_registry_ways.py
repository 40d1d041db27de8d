"""Every state of the registry's conversations is reached by typing alone, and by buttons alone (but for what only the person
knows: the two numbers, and what an appointment is about). Walked over the tables: a new state without both ways fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.booking import Booking
from flows.card_numbers import EXPECTS
from flows.kit import Flow
from flows.registry import Registry
from storage import registry
from storage.models import Talk
from tests.registry.desk import LASER, PHOTO, Registrar, at
from tests.talks.theatre import Actor, Stage, fresh

ONLY_TYPED = {*EXPECTS, "topic"}
PRESSED = re.compile(r"\[.+\]|📍")
SLOT = at("2026-11-24T09:00")
TYPED = {
    "a copy": ("งานทะเบียน", "1", "ยินยอม", LASER, "ดูเพิ่ม", "บางแค", "2", "24 พ.ย. 9.00 น.", "24 พ.ย. 9.15 น.", PHOTO),
    "no consent": ("งานทะเบียน", "ทะเบียนสมรส", "ไม่ยินยอม"),
    "asking": ("5#", "บางแค", "ย้ายบ้าน", "จันทร์หน้า 10 โมง"),
    "moving": ("นัดของฉัน", "1", "26 พ.ย. 10.00 น."),
    "cancelling": ("ยกเลิกคำขอ", "2", "ไม่ใช่", "ยกเลิกคำขอ", "2", "ใช่"),
    "picked up": ("นัดของฉัน", "4 ดาว", "นัดของฉัน"),
}
BUTTONS = {
    "a copy": (
        *("[งานทะเบียน]", "[1 สำเนาทะเบียนบ้าน]", "[ยินยอม]", LASER, "[ดูเพิ่ม]", "📍 13.6961, 100.4095", "[2 ฉบับ]"),
        *("[เลือกวันเวลา] 2026-11-24T09:00", "[อ. 24 พ.ย. 09:15]", PHOTO),
    ),
    "no consent": ("[งานทะเบียน]", "[2 ทะเบียนสมรส]", "[ไม่ยินยอม]"),
    "asking": ("[งานทะเบียน]", "[5 สอบถาม/นัดหมาย]", "[บางแค]", "ย้ายบ้าน", "[จ. 23 พ.ย. 09:00]"),
    "moving": ("[เปลี่ยนเวลา]", "[เลือกวันเวลา] 2026-11-26T10:00"),
    "cancelling": ("[ยกเลิกคำขอ]", "[ไม่ใช่]", "[ยกเลิกคำขอ]", "[ใช่]"),
    "picked up": ("[4 ดาว]", "[เปลี่ยนเวลา]"),
}
BY_ACCIDENT = {"limited", "paused", "dropped"}
"""Ends that come of limits and of `ยกเลิก`; other tests reach them."""
NAMED = {"which", "stars"}
"""A button names its request and its stars; a word may not, and is asked."""


@pytest.fixture(params=["typing", "buttons"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def walked(stage: Stage, actor: Actor, lines: tuple[str, ...], *, buttons: bool) -> Iterator[tuple[str, str]]:
    """Do it line by line; every (flow, state) that was come through."""
    for line in lines:
        now = _state(stage, actor)
        if buttons:
            assert PRESSED.match(line) or now[1] in ONLY_TYPED, f"{now}: {line!r} has to be typed"
        else:
            assert not PRESSED.match(line)
        assert actor.does(line), f"{line!r} is answered"
        yield now
        yield _state(stage, actor)


def _state(stage: Stage, actor: Actor) -> tuple[str, str]:
    with stage.store.read() as session:
        talk = session.query(Talk).filter(Talk.person == actor.person).order_by(Talk.id.desc()).first()
        return ("", "") if talk is None else (talk.flow, talk.state)


def test_every_state_is_reached_in_both_ways(tmp_path: Path, mode: str) -> None:
    stage = fresh(tmp_path)
    office, actor = Registrar(stage), Actor(stage, None)
    with stage.store.write() as session:
        for _ in range(4):
            assert registry.book(session, "1040", SLOT, 4)
    actor.does("เมนู")
    seen: set[tuple[str, str]] = set()
    pressing = mode == "buttons"
    for name, lines in (BUTTONS if pressing else TYPED).items():
        if name == "picked up":
            office.approve(1)
            office.collected(1)
            office.sweep()
            actor.hears()
        seen |= set(walked(stage, actor, lines, buttons=pressing))
    assert [row.status for row in office.rows()] == ["collected", "cancelled"]
    for flow in (Registry, Booking):
        missing = _states(flow) - {state for name, state in seen if name == flow.name}
        excused = BY_ACCIDENT | (NAMED if pressing and flow is Booking else set())
        assert missing <= excused, f"{flow.name}: {sorted(missing - excused)} not reached by {mode}"


def _states(flow: type[Flow]) -> set[str]:
    return {state.name for state in flow.states}
