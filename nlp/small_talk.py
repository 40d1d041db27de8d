"""Words that answer no question of a talk: a question back, a promise, a greeting, swearing.

Where a place or a description is asked for, nearly any words may be the answer, so this is strict: a message is small
talk only where it is made of the words of ``small_talk.toml`` and nothing else: a name, a number, a thing that stands
somewhere, any of them makes it an answer. Where a place is asked for, whatever else is put as a question and names none
is none either (``question``).
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from itertools import product

from .thai import DATA

LONGEST = 90
"""Characters; whoever writes more tells something."""
FROM_INTENTS = ("cancel", "officer", "thanks", "greeting")
"""Kinds whose words stand in ``intent_words.toml`` (whole messages), after those of the table. ``abuse`` is in both."""
_NO_WORD = re.compile(r"[^a-z0-9\u0e01-\u0e4e]+")
_MINUTES = re.compile(r"\d{1,2} ?(?=\u0e19\u0e32\u0e17\u0e35|min)")
_STARS = re.compile(r"[\u2605\u2b50\U0001f31f]")
_LAUGHTER = re.compile(r"5{3,}")
SHORT_QUESTION = 60
"""Characters of a question of other words: a longer one tells something as well."""


class _Tables:
    def __init__(self) -> None:
        table = tomllib.loads((DATA / "small_talk.toml").read_text("utf-8"))
        intents = tomllib.loads((DATA / "intent_words.toml").read_text("utf-8"))
        kinds: dict[str, list[str]] = {**table["kinds"], "abuse": [*intents["words"]["abuse"], *table["kinds"]["abuse"]]}
        kinds |= {kind: intents["exact"][kind] for kind in FROM_INTENTS}
        self.order = list(kinds)
        self.words: dict[str, str] = {_squeeze(word): "" for word in table["around"]["words"]}
        for kind in reversed(self.order):
            self.words |= {_squeeze(word): kind for word in kinds[kind]}
        self.longest = max(map(len, self.words))
        stars = table["stars"]
        self.stars: dict[str, int] = {_squeeze(said): n for said, n in stars["more"].items()}
        for before, n, unit in product(stars["before"], range(1, 6), stars["units"]):
            self.stars |= {_squeeze(before + number + unit): n for number in stars[str(n)]}
        self.polite = sorted({_squeeze(word) for word in intents["polite"]}, key=len, reverse=True)
        ends = "|".join(re.escape(_squeeze(word)) for word in table["question"]["ends"])
        polite = "|".join(re.escape(_squeeze(word)) for word in intents["polite"])
        begins = "|".join(map(re.escape, table["question"]["begins"]))
        self.asked = re.compile(rf"(?:{ends})(?:{polite})*$")
        self.asked_english = re.compile(rf"^(?:{begins})\b")


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()


def _squeeze(text: str) -> str:
    return _NO_WORD.sub("", text.lower())


def small_talk(text: str) -> str:
    """Which kind of small talk a normalised text is: ``abuse``, ``case``, ``when``, ``why``, ``unsure``, ``how``, ``ask``,
    ``photo``, ``wait``, ``nod``, ``cancel``, ``officer``, ``thanks``, ``greeting``; empty for whatever else it may be.
    """
    if len(text) > LONGEST:
        return ""
    tables = _tables()
    bare = _squeeze(_MINUTES.sub("", text))
    bare = _LAUGHTER.sub("", bare) or bare
    # The fewest words that make up the first n characters, and which kinds are among them.
    made: list[tuple[int, frozenset[str]] | None] = [(0, frozenset())]
    for end in range(1, len(bare) + 1):
        best: tuple[int, frozenset[str]] | None = None
        for start in range(max(0, end - tables.longest), end):
            before, word = made[start], tables.words.get(bare[start:end])
            if before is not None and word is not None and (best is None or before[0] + 1 < best[0]):
                best = (before[0] + 1, before[1] | {word} if word else before[1])
        made.append(best)
    whole = made[-1]
    return "" if whole is None else next((kind for kind in tables.order if kind in whole[1]), "")


def is_question(text: str) -> bool:
    """Whether a short normalised text is put as a question, by its end (Thai), its beginning (English) or its mark."""
    if len(text) > SHORT_QUESTION:
        return False
    tables = _tables()
    return "?" in text or bool(tables.asked.search(_squeeze(text)) or tables.asked_english.search(text.strip()))


def stars(text: str) -> int | None:
    """One to five where a normalised text gives that many stars and says nothing else (``5 stars``, five star signs)."""
    signs = len(_STARS.findall(text))
    if signs:
        return signs if signs <= 5 and not _squeeze(text) else None
    tables, bare = _tables(), _squeeze(text)
    for _ in range(3):
        if bare in tables.stars:
            return tables.stars[bare]
        bare = next((bare.removesuffix(p) for p in tables.polite if p and bare.endswith(p)), bare)
    return None
