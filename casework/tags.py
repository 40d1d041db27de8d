"""The centre's ten tags (seed 000: the work orders' tags), and what of a case each follows from (`data/tags.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from casework.data_files import DATA


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
