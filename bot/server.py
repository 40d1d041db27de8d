"""The HTTP server: waitress, with two things it lacks against slow clients, and our headers on its own errors.

waitress closes a connection that is silent for `channel_timeout`; one that drips a byte now and then holds its place for
ever, and when all places are held nobody else is let in. Here a request has a time within which it must have come in
whole, and when all places are taken those that have waited longest without a whole request make way.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

CONNECTIONS = 1000
MAKE_WAY = CONNECTIONS // 10
OPEN_FILES = 4096
FEW = 100
FILES_OF_SELECT = 1024


class _ErrorTask(ErrorTask):  # type: ignore[misc]
    """What waitress answers by itself: a request that is no HTTP, or too large."""

    def execute(self) -> None:
        """Answer."""
        self.response_headers.extend(self.channel.server.error_headers)
        super().execute()


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _ErrorTask
    begun: float | None = None
    """When the request that is coming in began."""

    def received(self, data: bytes) -> bool:
        """Bytes came."""
        if self.request is None:
            self.begun = time.time()
        return bool(super().received(data))

    def waits(self) -> bool:
        """Nothing is being worked out or sent: only the client keeps it open."""
        return not self.requests and not self.total_outbufs_len and not self.will_close

    def since(self) -> float:
        """Since when it waits for a whole request."""
        return float(self.creation_time if self.begun is None else self.begun)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Made by `serve`."""

    channel_class = _Channel
    request_seconds = 30.0
    error_headers: tuple[tuple[str, str], ...] = ()

    def run(self) -> None:
        """Serve until closed. select() is quicker among few connections; it knows no file beyond the 1024th."""
        while self._map:
            few = len(self._map) < FEW and max(self._map, default=0) < FILES_OF_SELECT
            look = wasyncore.poll if few else wasyncore.poll2
            try:
                look(self.adj.asyncore_loop_timeout, self._map)
            except OSError:  # one was closed in this moment: poll() passes over it
                wasyncore.poll2(self.adj.asyncore_loop_timeout, self._map)

    def maintenance(self, now: float) -> None:
        """Closes what is silent, and what takes too long to say what it wants."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.request is not None and channel.waits() and now - channel.since() > self.request_seconds:
                channel.will_close = True

    def readable(self) -> bool:
        """Whether another connection can be taken; makes room where there is none."""
        if len(self._map) >= self.adj.connection_limit:
            waiting = [c for c in list(self.active_channels.values()) if c.waits()]
            for channel in sorted(waiting, key=_Channel.since)[:MAKE_WAY]:
                channel.will_close = True
        return bool(super().readable())


def create(
    application: Any,
    *,
    host: str,
    port: int,
    largest: int,
    trusted_proxy: str | None,
    request_seconds: float,
    error_headers: dict[str, str],
) -> Server:
    """A listening server; `run()` serves. `largest`: bytes of a body. Raises OSError where it cannot listen.

    `trusted_proxy` is the address whose X-Forwarded-For is believed; all other forwarding headers are dropped. None
    leaves them as they are: the sandbox refuses what was passed on.
    """
    more_files()
    settings: dict[str, Any] = {"clear_untrusted_proxy_headers": trusted_proxy is not None}
    if trusted_proxy is not None:
        settings |= {"trusted_proxy": trusted_proxy, "trusted_proxy_headers": {"x-forwarded-for"}}
    adjusted = Adjustments(
        host=host,
        port=port,
        threads=16,
        ident=None,
        connection_limit=CONNECTIONS,
        channel_timeout=30,
        cleanup_interval=5,
        max_request_header_size=65_536,
        max_request_body_size=largest,
        **settings,
    )
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(adjusted.threads)
    server = Server(application, dispatcher=dispatcher, adj=adjusted, sockinfo=adjusted.listen[0])
    server.request_seconds = request_seconds
    server.error_headers = tuple(error_headers.items())
    return server


def more_files() -> None:
    """Connections, database and photos need more open files than the 1,024 that many systems begin with."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
        if soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
