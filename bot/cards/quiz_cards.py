"""Cards of the quiz: a question with its four answers, and the score with what to read."""

from __future__ import annotations

from typing import Any

from bot.cards.kit import Card, Look
from bot.cards.parts import AMBER, GREEN, SOFT, TEAL, Box, band, box, breakable, bubble, rule, text
from casework.handbook import pages
from casework.quiz import bank
from flows.kit import Button

Values = dict[str, Any]
Buttons = tuple[Button, ...]


def question(look: Look, values: Values, buttons: Buttons) -> Card:
    """One question; its answers in this person's order."""
    worded = bank()[values["code"]].worded(look.words.language)
    title = look.line("quiz_card.title", at=values["at"], of=values["of"])
    letters = look.line("quiz.letters")
    answers = [f"{letter}. {worded.answers[place]}" for letter, place in zip(letters, values["order"], strict=False)]
    rows: list[Box] = [text(breakable(worded.ask), weight="bold", size="lg"), rule()]
    for letter, place in zip(letters, values["order"], strict=False):
        mark = text(letter, weight="bold", colour=TEAL, flex=1)
        rows.append(box("horizontal", [mark, text(breakable(worded.answers[place]), flex=12)], spacing="sm", margin="md"))
    mine = [b for b in buttons if b.kind == "pick"]
    footer = [box("horizontal", [look.press(b, filled=True, colour=TEAL) for b in mine], spacing="sm")]
    made = bubble(header=band(title, TEAL), body=rows, footer=footer)
    return Card(" ".join((title, worded.ask, *answers)), made, mine)


def result(look: Look, values: Values, buttons: Buttons) -> Card:
    """The score; what was wrong, with the right answer and why; pages to read."""
    language = look.words.language
    score = look.line("quiz_card.score", score=values["score"], of=values["of"])
    rows: list[Box] = [text(score, size="xxl", weight="bold", align="center")]
    said = [score]
    if values["before"] is not None:
        before = look.line("quiz_card.before", before=values["before"])
        rows.append(text(before, colour=SOFT, align="center"))
        said.append(before)
    if values["part"] == "before":
        said.append(look.line("quiz_card.later"))
        rows.append(text(breakable(said[-1]), colour=SOFT))
    elif not values["wrong"]:
        said.append(look.line("quiz_card.all_right"))
        rows.append(text(said[-1], align="center"))
    else:
        rows += [rule(), text(look.line("quiz_card.wrong"), size="xs", colour=SOFT)]
        for code in values["wrong"]:
            worded = bank()[code].worded(language)
            rows.append(text(breakable(worded.ask), size="sm", weight="bold", margin="md"))
            rows.append(text(breakable(f"✓ {worded.answers[0]}"), size="sm", colour=GREEN))
            rows.append(text(breakable(worded.why), size="xs", colour=SOFT))
    mine = [b for b in buttons if b.kind == "page" and b.value in pages()]
    footer: list[Box] = []
    if mine:
        footer = [text(look.line("quiz_card.read"), size="xs", colour=SOFT), *(look.press(b) for b in mine)]
    colour = AMBER if values["part"] == "before" else GREEN
    made = bubble(header=band(look.line("quiz_card.result"), colour), body=rows, footer=footer)
    return Card(" ".join((look.line("quiz_card.result"), *said)), made, mine)


CARDS = {"quiz_question": question, "quiz_result": result}
