"""The stage of the transcripts: real turns over a real database, a clock that is set by hand, no network.

A transcript's lines:

    คุณ: words            what the person types          คุณ: [label]      a press on a button, on any card so far
    คุณ: [label] 2026-12-01T10:00                         the same, where it opens LINE's date and time picker
    คุณ: 📍 13.7, 100.5    a pin                          คุณ: 📷 or 📷×3    a photo, several sent together
    คุณ: (sticker)         other kinds: sticker, audio, video, file, follow, unfollow
    … 2 days …            time passes
    1555: words … [label] what the bot says: the words, in this order, with anything where … stands, and these buttons

Every message of the bot must have its line; `1555: -` says that nothing is answered.
"""

from __future__ import annotations

import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, MultiFernet

from bot.hearing import split
from bot.turn import Turns
from casework import rules
from casework.rules import Rules
from casework.seal import Seal
from storage import inbox
from storage.columns import SENDING, WAITING
from storage.engine import Store
from storage.models import Media, OutboxMessage
from tests.support.reading import actions
from tests.support.reading import words as words_of
from tests.support.ready import ready

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
_ids = itertools.count(1)


class Stage:
    """A service without its edges."""

    def __init__(self, url: str, laid: Rules | None = None, store: Store | None = None) -> None:
        self.now = START
        self.store = store or Store(url)
        ready(self.store)
        self.rules = laid or rules.load()
        self.box = MultiFernet([Fernet(Fernet.generate_key())])
        self.seal = Seal("a key for tests")
        self.turns = Turns(
            self.store, self.rules, self.box, lambda: self.now, seal=self.seal, public_url="https://1555.example"
        )

    def event(self, person: str, **fields: Any) -> dict[str, Any]:
        """A LINE event of the person's, now."""
        return {
            "webhookEventId": f"E{next(_ids):024d}",
            "timestamp": int(self.now.timestamp() * 1000),
            "source": {"type": "user", "userId": person},
            "replyToken": f"token{next(_ids)}",
            "mode": "active",
            "deliveryContext": {"isRedelivery": False},
            **fields,
        }

    def keep(self, *events: dict[str, Any]) -> None:
        """Into the inbox, as the webhook does."""
        with self.store.keep() as connection:
            inbox.keep(connection, split(json.dumps({"events": list(events)}).encode(), self.box), self.now)

    def run(self) -> None:
        """Take every turn that is due."""
        while found := self.turns.due(50):
            for waiting in found:
                self.turns.take(waiting)

    def sent(self) -> list[tuple[str, dict[str, Any]]]:
        """What is owed, as (chat, message), and paid by this look."""
        with self.store.write() as session:
            rows = (
                session.query(OutboxMessage)
                .filter(OutboxMessage.state.in_((WAITING, SENDING)), OutboxMessage.state == WAITING)
                .order_by(OutboxMessage.id)
                .all()
            )
            found = [(row.chat, message) for row in rows for message in json.loads(row.messages)]
            for row in rows:
                row.state = "sent"
        return found

    def photos_arrive(self) -> None:
        """The media worker has done its work."""
        with self.store.write() as session:
            for row in session.query(Media).filter(Media.state == "waiting"):
                row.state, row.sha256, row.mime = "ready", f"{row.id:064d}", "image/jpeg"


class Actor:
    """One person in a 1:1 chat."""

    def __init__(self, stage: Stage, person: str | None = None) -> None:
        self.stage = stage
        self.person = person or f"U{next(_ids):032x}"
        self.buttons: dict[str, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []

    def does(self, line: str) -> list[dict[str, Any]]:
        """Act one line of the transcript; what the bot answers."""
        self.stage.now += timedelta(seconds=2)
        self.stage.keep(*self._events(line.strip()))
        return self.hears()

    def hears(self) -> list[dict[str, Any]]:
        """What the bot says now."""
        self.stage.run()
        found = [message for chat, message in self.stage.sent() if chat == self.person]
        for message in found:
            for action in actions(message):
                self.buttons[action["label"]] = action
        self.messages += found
        return found

    def _events(self, line: str) -> list[dict[str, Any]]:
        make = self.stage.event
        if press := re.fullmatch(r"\[(.+?)\](?: (\S+))?", line):
            action = self.buttons[press[1]]
            if action["type"] == "datetimepicker":
                picked = {"data": action["data"], "params": {"datetime": press[2]}}
                return [make(self.person, type="postback", postback=picked)]
            if action["type"] == "postback":
                return [make(self.person, type="postback", postback={"data": action["data"]})]
            return [make(self.person, type="message", message=_message("text", text=action.get("text", press[1])))]
        if pin := re.fullmatch(r"📍\s*(\S+?),\s*(\S+)", line):
            fields = {"latitude": float(pin[1]), "longitude": float(pin[2])}
            return [make(self.person, type="message", message=_message("location", **fields))]
        if photo := re.fullmatch(r"📷(?:×(\d+))?", line):
            total = int(photo[1] or 1)
            group = {"id": f"set{next(_ids)}", "total": total}
            return [
                make(
                    self.person,
                    type="message",
                    message=_message("image", **({"imageSet": group | {"index": n + 1}} if total > 1 else {})),
                )
                for n in range(total)
            ]
        if other := re.fullmatch(r"\((\w+)\)", line):
            if other[1] in {"follow", "unfollow"}:
                return [make(self.person, type=other[1])]
            return [make(self.person, type="message", message=_message(other[1]))]
        return [make(self.person, type="message", message=_message("text", text=line.replace("⏎", "\n")))]


def _message(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "id": str(next(_ids)), **fields}


def play(stage: Stage, transcript: str, person: str | None = None) -> Actor:
    """Act the transcript; AssertionError with both sides where the talk goes another way."""
    actor = Actor(stage, person)
    said: list[dict[str, Any]] = []
    for raw in transcript.strip().splitlines():
        line = raw.strip()
        if not line:
            continue
        if gap := re.fullmatch(r"… (\d+) (minutes|hours|days) …", line):
            assert not said, f"not in the transcript: {_show(said)}"
            stage.now += timedelta(**{gap[2]: int(gap[1])})
        elif line.startswith("คุณ:"):
            assert not said, f"not in the transcript, before {line!r}: {_show(said)}"
            said = actor.does(line.removeprefix("คุณ:"))
        elif line.startswith("1555:"):
            wanted = line.removeprefix("1555:").strip()
            if wanted == "-":
                assert not said, f"nothing was to be said: {_show(said)}"
                continue
            assert said, f"the bot said nothing, where it should: {wanted}"
            _match(wanted, said.pop(0))
        else:
            raise AssertionError(f"not a line of a transcript: {line!r}")
    assert not said, f"not in the transcript: {_show(said)}"
    return actor


def _match(wanted: str, message: dict[str, Any]) -> None:
    labels = re.findall(r"\[([^\]]+)\]", wanted)
    offered = [a["label"] for a in actions(message)]
    missing = [label for label in labels if label not in offered]
    words = words_of(message)
    at = 0
    for piece in filter(None, (p.strip() for p in re.sub(r"\[[^\]]+\]", "", wanted).split("…"))):
        found = words.find(piece, at)
        assert found >= 0, f"wanted {piece!r} in {words!r}"
        at = found + len(piece)
    assert not missing, f"no button {missing} among {offered} under {words!r}"


def _show(said: list[dict[str, Any]]) -> list[str]:
    return [words_of(m)[:160] + " " + str([a["label"] for a in actions(m)]) for m in said]


def fresh(folder: Path, laid: Rules | None = None) -> Stage:
    """A stage on a database of its own."""
    return Stage(f"sqlite:///{folder / 'stage.db'}", laid)
