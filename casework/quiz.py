"""The quiz (แบบทดสอบ): a bank of questions from the handbook (`data/quiz.toml`), ten at a time, and a group's results.

Questions and answers are shuffled per person, and the same for the same person on resuming: the order is drawn from the
talk's own seed. Of before and after training the same ten are asked, so that the two can be compared.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from statistics import mean, median
from types import MappingProxyType
from typing import Any

from casework.digits import ascii_digits
from casework.handbook import pages

FILE = Path(__file__).parent / "data" / "quiz.toml"
LETTERS = "abcd"
"""Names of the answers: the first is the right one in the file; shown shuffled."""
_THAI = "".join(map(chr, (0x0E01, 0x0E02, 0x0E04, 0x0E07)))
"""How Thai counts answers (without the obsolete third and fifth letters)."""
PARTS = ("before", "after", "alone")
SMALL = 5
"""A group with fewer people than this is marked: its figures may tell of one person."""


class QuizProblem(ValueError):
    """The bank cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Worded:
    """A question in one language; `answers[0]` is right."""

    ask: str
    answers: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Question:
    """A question, and the page of the handbook that answers it."""

    code: str
    page: str
    th: Worded
    en: Worded

    def worded(self, language: str) -> Worded:
        """In `th` or `en`; Thai for another language."""
        return self.en if language == "en" else self.th


@lru_cache(maxsize=4)
def bank(file: Path = FILE) -> Mapping[str, Question]:
    """All questions by their codes. Raises QuizProblem for one that cannot be used."""
    rows: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    made = {}
    for code, row in rows.items():
        try:
            question = Question(code, row["page"], *(_worded(row[language]) for language in ("th", "en")))
        except (KeyError, TypeError) as problem:
            raise QuizProblem(f"[{code}] has no {problem}") from problem
        if question.page not in pages():
            raise QuizProblem(f"[{code}] page: there is no {question.page}")
        for worded in (question.th, question.en):
            if len(worded.answers) != len(LETTERS) or len(set(worded.answers)) != len(LETTERS):
                raise QuizProblem(f"[{code}] answers: four different ones, the right one first")
        made[code] = question
    return MappingProxyType(made)


def _worded(row: Mapping[str, Any]) -> Worded:
    return Worded(row["ask"], tuple(row["answers"]), row["why"])


def draw(seed: int, how_many: int) -> tuple[str, ...]:
    """The codes of so many questions (all, where there are fewer): the same for the same seed."""
    codes = sorted(bank())
    return tuple(random.Random(seed).sample(codes, min(how_many, len(codes))))


def shuffled(codes: Sequence[str], seed: int) -> list[str]:
    """The questions in one person's order."""
    order = list(codes)
    random.Random(seed).shuffle(order)
    return order


def answers_of(code: str, seed: int) -> tuple[int, ...]:
    """The places of a question's answers in the file, in the order in which one person sees them."""
    order = list(range(len(LETTERS)))
    random.Random(f"{seed}.{code}").shuffle(order)
    return tuple(order)


def choice(text: str) -> int | None:
    """Which of the answers, from 0, a short text names: a to d, ก to ง, or 1 to 4; None where none, or several."""
    words = (word.strip('()."') for word in ascii_digits(text[:60]).casefold().split())
    named = [names.index(word) for word in words for names in (LETTERS, _THAI, "1234") if len(word) == 1 and word in names]
    return named[0] if len(named) == 1 else None


@dataclass(frozen=True)
class Session:
    """A training's quiz: what its participants are asked, and until when."""

    code: str
    name: str
    asked: tuple[str, ...]
    closes_at: datetime


@dataclass(frozen=True)
class Try:
    """A finished quiz: whose (by lot), which part, what was right."""

    person: str
    part: str
    right: frozenset[str]


@dataclass(frozen=True)
class Side:
    """What one part of a session came to."""

    n: int
    mean: float | None
    median: float | None


@dataclass(frozen=True)
class Results:
    """A session's results, without names."""

    before: Side
    after: Side
    both: int
    gain: float | None
    """Mean of after minus before of those who did both."""
    questions: tuple[tuple[str, float | None, float | None], ...]
    """(question, share right before, share right after), shares from 0 to 1."""
    small: bool
    """Fewer than SMALL people in a part that anybody did."""


def results(tries: Sequence[Try], asked: Sequence[str]) -> Results:
    """Sum up the tries of one session; `asked`: the codes of its questions."""
    by_part = {part: [t for t in tries if t.part == part] for part in ("before", "after")}
    sides = {part: _side(found) for part, found in by_part.items()}
    scores = {part: {t.person: len(t.right) for t in found} for part, found in by_part.items()}
    both = scores["before"].keys() & scores["after"].keys()
    gains = [scores["after"][person] - scores["before"][person] for person in both]
    questions = tuple((code, _share(by_part["before"], code), _share(by_part["after"], code)) for code in asked)
    small = any(0 < side.n < SMALL for side in sides.values())
    return Results(
        sides["before"], sides["after"], len(both), round(float(mean(gains)), 2) if gains else None, questions, small
    )


def _side(found: Sequence[Try]) -> Side:
    scores = [len(t.right) for t in found]
    return Side(len(scores), round(float(mean(scores)), 2) if scores else None, float(median(scores)) if scores else None)


def _share(found: Sequence[Try], code: str) -> float | None:
    return round(sum(code in t.right for t in found) / len(found), 3) if found else None
