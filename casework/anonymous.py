"""Words of a case without the person who wrote them: numbers, addresses of mail, and what looks like a name are hidden."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from casework.contact import hide, phone
from casework.data_files import DATA
from casework.letters import letters

HIDDEN = "▒▒▒"
SHORTEST = 2
"""Letters of a known name that is looked for; a single one would hide half of what was said."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINE_ID = re.compile(r"U[0-9a-f]{32}")
_GAP, _BREAK = "[\\s\\-.()\u2010-\u2015\u200b-\u200d]{0,3}", "\u200b?"


@cache
def _named() -> re.Pattern[str]:
    words = tomllib.loads((DATA / "name_words.toml").read_text("utf-8"))

    def any_of(which: str) -> str:
        return "|".join(re.escape(word) for word in sorted(words[which], key=len, reverse=True))

    names, titles, but = map(any_of, ("names", "titles", "but"))
    return re.compile(
        rf"((?:{names})\s*:?\s*|(?:{titles})\s?(?!{but}))([^\s,;()]{{2,}}(?:\s+(?=\S{{3,}}\s|\S{{3,}}$)\S+)?)", re.I
    )


def anonymised(text: str, known: Iterable[str] = ()) -> str:
    """`text` with telephone, ID and other long numbers, mail addresses, the `known` names and what follows a title hidden."""
    shown = without(_LINE_ID.sub(HIDDEN, _MAIL.sub(HIDDEN, text)), known)
    shown = _named().sub(lambda found: found[1] + HIDDEN, shown)
    return _without_ends(hide(shown))


def without(text: str, known: Iterable[str]) -> str:
    """`text` without these names, numbers and ids, and nothing else of it: however the digits are grouped, and where a card
    has set marks between the letters at which a line may break."""
    found = _known(tuple(sorted(set(known), key=lambda piece: (-len(piece), piece))))
    return text if found is None else found.sub(HIDDEN, text)


@lru_cache(maxsize=256)
def _known(known: Sequence[str]) -> re.Pattern[str] | None:
    patterns = []
    for name in known:
        number = phone(name)
        if number is not None:
            patterns.append(r"(?:\+?66|0)" + "".join(rf"{_GAP}{digit}" for digit in number[1:]))
            continue
        pieces = (piece for piece in (name, *name.split()) if len(letters(piece)) >= SHORTEST + (piece is not name))
        patterns += [_BREAK.join(map(re.escape, piece)) for piece in pieces]
    return re.compile("|".join(patterns), re.I) if patterns else None


def _without_ends(text: str) -> str:
    """What hide() leaves of a number, its last two digits, goes as well."""
    return re.sub(r"(?:x[\s\-.()#/]{0,3}){4,}\d{2}\b", HIDDEN, text)
