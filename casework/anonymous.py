"""Words of a case without the person who wrote them: numbers, addresses of mail, and what looks like a name are hidden."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache

from casework.contact import hide
from casework.data_files import DATA
from casework.letters import letters

HIDDEN = "▒▒▒"
SHORTEST = 2
"""Letters of a known name that is looked for; a single one would hide half of what was said."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINE_ID = re.compile(r"U[0-9a-f]{32}")


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
    shown = _LINE_ID.sub(HIDDEN, _MAIL.sub(HIDDEN, text))
    for name in sorted(known, key=len, reverse=True):
        for piece in (name, *name.split()):
            if len(letters(piece)) >= SHORTEST + (piece is not name):
                shown = re.sub(re.escape(piece), HIDDEN, shown, flags=re.I)
    shown = _named().sub(lambda found: found[1] + HIDDEN, shown)
    return _without_ends(hide(shown))


def _without_ends(text: str) -> str:
    """What hide() leaves of a number, its last two digits, goes as well."""
    return re.sub(r"(?:x[\s\-.()#/]{0,3}){4,}\d{2}\b", HIDDEN, text)
