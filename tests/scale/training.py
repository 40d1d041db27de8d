"""Posters and trainings among many people: codes that are typed, results that are summed up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import posters, quiz

if TYPE_CHECKING:
    from tests.scale.measure import Measurement


def measure(what: Measurement) -> None:
    """What a turn and the desk do with them."""
    stage = what.stage
    with what.store.write() as session:
        poster = posters.make(session, "place", "ตลาดบางกะปิ", "1006", stage.now, "malee").code
        training = quiz.open_session(session, "ชุมชนวัดม่วง", "1040", stage.rules, stage.now, "malee").code
    for _ in range(max(2, what.rounds // 10)):
        actor = what.newcomer()
        what.says(actor, "turn: a poster's code", poster)
        what.says(actor, "turn: a training's code", training)
        what.says(actor, "turn: the quiz begins", "[ก่อนอบรม]")
        for _answer in range(10):
            what.says(actor, "turn: an answer of the quiz", "ก")
    with what.store.read() as session:
        row = quiz.must(session, training)
        assert quiz.sum_up(session, row).before.n
        assert quiz.listed(session) and posters.listed(session)[0].added
