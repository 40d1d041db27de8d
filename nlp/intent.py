"""What a message wants, by words: buttons and short commands exactly, sentences by points.

Order of the rules: a life in danger → exact labels → codes (``1#…``, a case number) → points by word, weighed
with whether the text describes a problem: a description without any verb of asking is a report.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache

from .thai import DATA
from .types import INTENTS, Code, Guess
from .urgent import Urgency
from .words import Finder

_PUNCT = re.compile(r"[\s!?.,~\"'()\[\]:;*\-_…ๆ]+|[^\w\s\u0e00-\u0e7f/#]+")


class _Tables:
    def __init__(self) -> None:
        table = tomllib.loads((DATA / "intent_words.toml").read_text("utf-8"))
        self.polite = sorted((p.replace(" ", "") for p in table["polite"]), key=len, reverse=True)
        self.exact = {self.squeeze(w): intent for intent, ws in table["exact"].items() for w in ws}
        lines = [(w, i) for i, ws in table["words"].items() for w in ws] + [(w, "") for w in table["hide"]["words"]]
        self.finder: Finder[str] = Finder(lines)

    def squeeze(self, text: str) -> str:
        """A whole message without spaces, punctuation and polite endings."""
        text = _PUNCT.sub("", text)
        changed = True
        while changed:
            changed = False
            for ending in self.polite:
                if text.endswith(ending) and len(text) > len(ending) + 1:
                    text, changed = text[: -len(ending)], True
                    break
        return text


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the intent is weighed from."""

    points: dict[str, float]
    problem: float
    question: bool
    length: int


def guess_intent(text: str, categories: tuple[Guess, ...], urgency: Urgency, codes: tuple[Code, ...]) -> tuple[str, float]:
    """Intent and its p for a normalised text, with what was already found in it."""
    tables = _tables()
    bare = tables.squeeze(text)
    if not any(c.isalnum() for c in bare):
        return "other", 0.1
    exact = tables.exact.get(bare)
    if exact:
        return exact, 0.99
    if urgency.emergency:
        return "emergency", 0.9
    best = categories[0]
    problem = best.p if best.code != "other" else 0.0
    kinds = {c.kind for c in codes if c.valid or problem < 0.5}
    if kinds & {"service", "laser", "photo", "copies"}:
        return "registry", 0.95
    if "case" in kinds:
        return "track", 0.95 if any(c.kind == "case" and c.valid for c in codes) else 0.7
    points: dict[str, float] = {}
    for hit in tables.finder.find(text):
        for intent in dict.fromkeys(hit.values):
            if intent:
                points[intent] = points.get(intent, 0.0) + 1.0
    question = "?" in text or points.get("inquiry", 0) > 0
    return _weigh(_Evidence(points, max(problem, 0.9 if urgency.urgent else 0.0), question, len(text)))


def _weigh(e: _Evidence) -> tuple[str, float]:
    points, strong = e.points, e.problem >= 0.5
    score = dict.fromkeys(INTENTS, 0.0)
    score["report"] = min(points.get("report", 0.0), 2.0) * (1.0 if strong else 0.7) + 2.2 * e.problem
    service = min(points.get("service", 0.0), 2.0)
    score["inquiry"] = min(points.get("inquiry", 0.0), 2.0) * 1.2 + service * 1.6 + (0.4 if e.question else 0.0)
    for intent, weight in {
        "registry": 2.6, "officer": 2.6, "my_data": 2.8, "handbook": 2.2, "news": 2.0, "suggestion": 2.6,
        "compliment": 2.0, "track": 2.4, "abuse": 2.0, "cancel": 2.0, "menu": 1.5, "greeting": 0.9, "thanks": 0.9,
    }.items():  # fmt: skip
        score[intent] = min(points.get(intent, 0.0), 2.0) * weight
    score["suggestion"] += min(points.get("wish", 0.0), 1.0) * 1.4
    asked = points.get("inquiry", 0.0) or not strong
    if points.get("track", 0.0) and not points.get("cancel", 0.0) and asked:
        score["track"] += 2.0  # something sent earlier, and a question about it
    if strong:
        score["officer"] *= 0.5  # "the lamp is out, call me back" is a report
    if strong and points.get("registry", 0.0) < 2:
        score["registry"] *= 0.5
    if strong and e.length > 40:
        for intent in ("greeting", "thanks", "abuse", "menu", "news", "handbook"):
            score[intent] *= 0.4
    if score["registry"] > 0:
        score["registry" if service else "inquiry"] *= 0.5
    if score["compliment"] > 0 and score["thanks"] > 0:
        score["compliment"] += 1.0
    best = max(INTENTS, key=lambda i: (score[i], -INTENTS.index(i)))
    if score[best] < 0.7:
        return "other", 0.3
    rest = sum(v for k, v in score.items() if k != best)
    p = score[best] / (score[best] + 0.6 * rest + 0.6)
    return best, min(0.97, max(0.3, p))
