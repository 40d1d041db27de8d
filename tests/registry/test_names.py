"""The display name beside a request: asked of LINE once, kept encrypted, erased with the rest."""

from __future__ import annotations

from bot.line import Gone
from bot.names import Names
from casework.refusals import TryLater
from storage import registry_staff
from tests.registry.desk import ASKED, Registrar
from tests.talks.theatre import Stage, play


class FakeLine:
    """Answers with these, one after the other."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers, self.asked = list(answers), 0

    def person_name(self, person: str) -> str:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def names(stage: Stage, line: FakeLine) -> Names:
    return Names(stage.store, line, stage.rules, stage.box, lambda: stage.now)  # type: ignore[arg-type]


def test_the_name_is_asked_for_once_and_erased_with_the_rest(stage: Stage) -> None:
    play(stage, ASKED)
    office, line = Registrar(stage), FakeLine(TryLater("busy"), "สมชาย ใจดี")
    errand = names(stage, line)
    errand.look()
    errand.look()
    assert line.asked == 1 and office.row().name is None
    stage.now = stage.now.replace(hour=stage.now.hour + 1)
    errand.look()
    errand.look()
    row = office.row()
    assert line.asked == 2 and registry_staff.opened(row, stage.box).name == "สมชาย ใจดี"
    assert row.name is not None and "สมชาย".encode() not in row.name
    office.reject()
    assert office.row().name is None


def test_somebody_whom_line_does_not_know_is_asked_for_no_more(stage: Stage) -> None:
    play(stage, ASKED)
    line = FakeLine(Gone(404, "x"))
    for _ in range(3):
        names(stage, line).look()
    assert line.asked == 1
