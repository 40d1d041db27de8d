"""The centre's ten tags (seed 000: the work orders' tags), and what of a case each follows from (`data/tags.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from casework.data_files import DATA
from casework.letters import normal
from casework.refusals import Refused


@dataclass(frozen=True)
class Tag:
    """A tag: of cases of a kind, of complaints that came to a status, or (neither) of conversations with an officer."""

    code: str
    th: str
    kind: str | None = None
    status: str | None = None
    thread: bool = False

    def fits(self, kind: str, status: str) -> bool:
        """Whether a case of this kind that came to this status has the tag."""
        if self.kind is not None:
            return kind == self.kind
        return kind == "complaint" and status == self.status


@cache
def tags() -> tuple[Tag, ...]:
    """All ten, in the centre's order."""
    return tuple(Tag(**row) for row in tomllib.loads((DATA / "tags.toml").read_text("utf-8"))["tag"])


def of(kind: str, status: str) -> tuple[Tag, ...]:
    """The tags of a case of this kind with this status, in the centre's order."""
    return tuple(tag for tag in tags() if not tag.thread and tag.fits(kind, status))


def case_tag(word: str) -> Tag:
    """The tag of cases that is meant by its code or its Thai name. Raises Refused for another word, and for the tag of
    conversations, which no case has."""
    asked = normal(word)
    found = next((tag for tag in tags() if asked in {normal(tag.code), normal(tag.th)}), None)
    if found is None:
        known = ", ".join(f"{tag.code} {tag.th}" for tag in tags() if not tag.thread)
        raise Refused("refused.unknown_case_tag", tag=word, known=known)
    if found.thread:
        raise Refused("refused.tag_of_threads", tag=found.th)
    return found
