"""News (ข่าวประชาสัมพันธ์): topics, who hears which announcement, what an announcement may say. No tables, no LINE.

Who hears what. A person follows districts and topics; no topic means every topic, no district the whole city. An
announcement names districts (none: the whole city) and topics (none: of general interest). Neither named: every follower
of the account hears it who has not switched news off.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import regex

from casework.catalog import agencies
from casework.data_files import DATA
from casework.digits import ascii_digits
from casework.refusals import Refused
from casework.rules import Rules

WAVE = 500
"""People a multicast call takes at the most (LINE's limit)."""
TEXT_UNITS, TEXT_BYTES = 4000, 12_000
"""UTF-16 units and bytes of UTF-8 that fit into a card whatever they are: LINE takes 30 KB a bubble, words twice at most."""
TITLE_BYTES = 900
LONGEST_URL = 1000
LEAST_WORD = 3
"""Code points of a topic's word that is looked for within a text; a shorter one must be all of it."""

STATES = ("scheduled", "gathering", "sending", "sent", "ending", "ended", "stopping", "cancelled", "missed")
"""scheduled → gathering (who hears it is being fixed) → sending → sent; sent → ending → ended where there is an end.

cancel: scheduled → cancelled; otherwise → stopping (waves under way, withdrawals) → cancelled. missed: its end came first.
"""
MOVING = ("gathering", "sending", "ending", "stopping")
"""States in which a sweep has something to do soon."""
NEWS, END, WITHDRAWN = "news", "end", "withdrawn"
"""Kinds of waves: the announcement, its end notice, its withdrawal."""
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff.,!?\u0e46\"'“”/&~]+")


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of news. `words` are what may be typed for it."""

    code: str
    icon: str
    th: str
    en: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Following:
    """What a person follows. `off`: no news at all, by their own wish."""

    districts: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    off: bool = False

    def __bool__(self) -> bool:
        return bool(self.districts or self.topics)


@dataclass(frozen=True, slots=True)
class News:
    """An announcement as people read it. `number` is its id."""

    number: int
    title: str
    text: str
    title_en: str | None
    text_en: str | None
    districts: tuple[str, ...]
    topics: tuple[str, ...]
    image: str | None
    since: datetime
    until: datetime | None

    def words(self, language: str) -> tuple[str, str]:
        """Title (possibly empty) and text in this language; Thai where there is no other."""
        if language == "en" and self.text_en:
            return self.title_en or "", self.text_en
        return self.title, self.text


@lru_cache(maxsize=1)
def topics() -> Mapping[str, Topic]:
    """Topics by code, in the order they are offered. Read-only (`data/topics.toml`)."""
    rows = {code: row for code, row in _table().items() if isinstance(row, dict)}
    return MappingProxyType({code: Topic(code, **{**row, "words": tuple(row["words"])}) for code, row in rows.items()})


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((DATA / "topics.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _fillers() -> tuple[str, ...]:
    """Words around names that say nothing more, the longest first."""
    return tuple(sorted(map(bare, _table()["fillers"]), key=len, reverse=True))


def hears(districts: Collection[str], topics_: Collection[str], person: Following) -> bool:
    """Whether an announcement for these districts and topics (empty: all, general) is for this person.

    For everybody (neither named): whoever has not switched news off. Else a district of theirs must be named, or all are;
    and a topic of theirs, or they chose none. Who chose topics alone hears those of every district, and nothing general.
    """
    if person.off:
        return False
    if not districts and not topics_:
        return True
    if not person:
        return False
    topic_named = bool(person.topics.intersection(topics_))
    here = bool(person.districts.intersection(districts)) if districts else True
    if not person.districts:
        return topic_named
    return here and (topic_named or not topics_ or not person.topics)


def bare(text: str) -> str:
    """As typed words are compared: case, spaces and signs do not count."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", ascii_digits(text[:200])).casefold())


@lru_cache(maxsize=1)
def _topic_words() -> dict[str, str]:
    return {bare(word): t.code for t in topics().values() for word in (t.code, t.th, t.en, *t.words)}


def topics_in(text: str) -> tuple[str, ...]:
    """Topics that a typed text names, the longest words first: `ข่าวน้ำท่วมกับฝุ่น` names two."""
    rest, found = bare(text), []
    for word, code in sorted(_topic_words().items(), key=lambda each: -len(each[0])):
        if word == rest or (len(word) >= LEAST_WORD and word in rest):
            found.append(code)
            rest = rest.replace(word, " ")
    return tuple(code for code in topics() if code in found)


def left_over(text: str, districts: Collection[str]) -> str:
    """What of a typed text is neither the name of one of these districts, nor a topic, nor words without weight."""
    names = [bare(form) for code in districts for form in (agencies()[code].short_th, agencies()[code].en)]
    rest = bare(text)
    for word in sorted([*names, *_topic_words(), *_fillers()], key=len, reverse=True):
        if len(word) >= LEAST_WORD or word in names or word == rest:
            rest = rest.replace(word, " ")
    return rest.replace(" ", "")


def district_code(given: str) -> str:
    """The code of a district by code or name, Thai or English. Raises Refused with the nearest names for an unknown one."""
    wanted = bare(ascii_digits(given))
    names = {bare(form): a.code for a in agencies().values() if a.kind == "district" for form in (a.code, a.short_th, a.en)}
    for word in _fillers():
        wanted = wanted if wanted in names else wanted.removeprefix(word).removesuffix(word)
    if wanted in names:
        return names[wanted]
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    shown = [f"{agencies()[code].short_th} ({code})" for code in dict.fromkeys(names[each] for each in near)]
    raise Refused("refused.unknown_news_district", district=given, near=_suggest(shown))


def topic_code(given: str) -> str:
    """The code of a topic by code, name or word. Raises Refused with the nearest ones for an unknown one."""
    known = _topic_words()
    if bare(given) in known:
        return known[bare(given)]
    near = difflib.get_close_matches(bare(given), known, n=3, cutoff=0.6)
    suggested = _suggest(list(dict.fromkeys(known[each] for each in near)))
    raise Refused("refused.unknown_topic", topic=given, near=suggested, known=", ".join(topics()))


def _suggest(near: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(near)}?" if near else ""


def graphemes(text: str) -> int:
    """Letters as people count them (extended grapheme clusters, UAX #29)."""
    return len(regex.findall(r"\X", text))


def checked_text(text: str, rules: Rules, *, title: bool = False) -> str:
    """The text without blank ends. Raises Refused where it is empty, too long by `[news]`, or too large for LINE."""
    kept = unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\t", " "))).strip()
    if not regex.search(r"[^\p{C}\p{Z}]", kept):
        raise Refused("refused.news_empty")
    most = rules.whole("news", "title_letters") if title else rules.whole("news", "text_letters")
    letters, large = graphemes(kept), len(kept.encode())
    if letters > most:
        raise Refused("refused.news_too_long", letters=letters, most=most)
    if large > (TITLE_BYTES if title else TEXT_BYTES) or len(kept.encode("utf-16-le")) // 2 > TEXT_UNITS:
        raise Refused("refused.news_too_large", bytes=large, most=TITLE_BYTES if title else TEXT_BYTES)
    return kept


def checked_image(url: str) -> str:
    """The address of a picture. Raises Refused for one that LINE would not fetch (HTTPS, at most 1,000 characters)."""
    parts = urlsplit(url.strip())
    if parts.scheme != "https" or not parts.netloc or len(url) > LONGEST_URL or not url.isascii() or " " in url.strip():
        raise Refused("refused.news_image", url=url[:80])
    return url.strip()


def fingerprint(text: str) -> str:
    """The same for texts that read the same: case, blanks and invisible signs do not count."""
    return hashlib.sha256(_BLANK.sub("", unicodedata.normalize("NFKC", text).casefold()).encode()).hexdigest()
