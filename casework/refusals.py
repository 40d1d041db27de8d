"""What can go wrong, named by what to do next. Each refusal carries a wording key, so that a person is told why."""

from __future__ import annotations


class Refused(Exception):
    """The rules say no; nothing was changed. `why` is a wording key (`refused.…`), `values` fill it."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(f"{why} {values}" if values else why)
        self.why = why
        self.values = values


class TryLater(Exception):
    """Something outside is not to be had just now; the same attempt may go through later."""

    def __init__(self, why: str, after_seconds: float | None = None) -> None:
        super().__init__(why)
        self.after_seconds = after_seconds
