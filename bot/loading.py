"""LINE's loading animation for a 1:1 chat whose turn takes longer than a second."""

from __future__ import annotations

import logging
import threading
import time

from bot.line import Line
from bot.turn import Turns

log = logging.getLogger("loading")
PATIENCE = 1.0


class Loading:
    """Watches the turns under way. A failure here is of no consequence and only noted."""

    def __init__(self, turns: Turns, line: Line) -> None:
        self._turns, self._line = turns, line
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loading", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=15)

    def _run(self) -> None:
        shown: dict[str, float] = {}
        while not self._stop.wait(0.25):
            slow = {c: at for c, at in list(self._turns.under_way.items()) if time.monotonic() - at > PATIENCE}
            for chat, at in slow.items():
                if shown.get(chat) != at:
                    shown[chat] = at
                    try:
                        self._line.loading(chat)
                    except Exception as problem:
                        log.info("no loading animation: %s", type(problem).__name__)
            shown = {c: at for c, at in shown.items() if c in slow}
