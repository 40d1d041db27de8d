"""Where the public map's background comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tiles:
    """Where the map's background comes from, if from anywhere: a URL with {z}, {x} and {y}, and whom to credit."""

    url: str
    credit: str = ""

    @property
    def origin(self) -> str:
        """For the Content-Security-Policy."""
        scheme, _, rest = self.url.partition("://")
        host = rest.partition("/")[0]
        return f"{scheme}://{host.replace('{s}', '*')}"
