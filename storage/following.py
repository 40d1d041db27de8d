"""What the work under way is about (an event, a message, a case), so that each line of the log says it by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


def now_about() -> Mapping[str, str]:
    """The ids of what is under way in this thread. Ids of events, messages and cases alone: never of people."""
    return _about.get()


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Within the block the work is about these as well."""
    token = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(token)
