"""A citizen with a telephone: writes through the webhook, reads at the fake LINE, presses what is shown."""

from __future__ import annotations

import itertools
import json
import random
import time
import uuid
from functools import cache
from typing import Any

from casework import places
from tests.support.fake_line import Content, FakeLine
from tests.support.pictures import photo
from tests.support.reading import actions, words
from tests.support.service import Process
from tests.support.waiting import until

Json = dict[str, Any]
_numbers = itertools.count(1)
_START = int(time.time() * 1000)
_RUN = random.SystemRandom().randrange(10**9)


@cache
def _inland() -> list[tuple[float, float]]:
    found = []
    grid = [(13.60 + 0.01 * a, 100.40 + 0.01 * b) for a in range(35) for b in range(45)]
    for lat, lng in grid:
        spot = places.locate(lat, lng)
        if spot.in_bangkok and (spot.border_m or 0) > 300:
            found.append((round(lat, 4), round(lng, 4)))
    random.Random(1555).shuffle(found)
    return found


_taken = itertools.count()


def fresh_spot() -> tuple[float, float]:
    """A place in Bangkok, far from borders, where no other test reports anything."""
    return spot(next(_taken))


def spot(which: int) -> tuple[float, float]:
    """One of some 770 such places, by its number (negative: from the last), for who counts them alone."""
    spots = _inland()
    return spots[which % len(spots)]


class Citizen:
    """One person in a 1:1 chat."""

    def __init__(self, service: Process, line: FakeLine, user: str | None = None) -> None:
        self.service, self.line = service, line
        self.user = user or f"U{uuid.uuid4().hex}"
        self.sent = 0
        self._read = 0

    # Events, not yet sent.

    def event(self, **fields: Any) -> Json:
        """An event of this person's, with a token that LINE knows."""
        number = next(_numbers)
        return {
            "type": "message",
            "webhookEventId": f"01E{_RUN:09d}{number:014d}",
            "timestamp": _START + number,
            "source": {"type": "user", "userId": self.user},
            "replyToken": self.line.token(self.user),
            "mode": "active",
            "deliveryContext": {"isRedelivery": False},
            **fields,
        }

    def message(self, kind: str, **fields: Any) -> Json:
        """A message event."""
        return self.event(message={"type": kind, "id": f"{_RUN}{next(_numbers)}", **fields})

    def text(self, words: str) -> Json:
        """Words."""
        return self.message("text", text=words)

    def pin(self, lat: Any = None, lng: Any = None, **fields: Any) -> Json:
        """A pin, on a place of one's own by default."""
        if lat is None:
            lat, lng = fresh_spot()
        return self.message("location", latitude=lat, longitude=lng, **fields)

    def photo(
        self, body: bytes | None = None, *, statuses: list[int] | None = None, kind: str = "image", **fields: Any
    ) -> Json:
        """A photo, which LINE keeps for the service to fetch."""
        made = self.message(kind, contentProvider={"type": "line"}, **fields)
        number = next(_numbers)
        self.line.contents[made["message"]["id"]] = Content(photo(number) if body is None else body, statuses=statuses or [200])
        return made

    def button(self, label: str) -> Json:
        """A press on the latest button of this label that reached the telephone."""
        for message in reversed(self.line.messages(self.user)):
            for action in reversed(list(actions(message))):
                if action["label"] == label:
                    return self._pressed(action)
        shown = [a["label"] for m in self.line.messages(self.user) for a in actions(m)]
        raise AssertionError(f"no button {label!r} among {shown}")

    def _pressed(self, action: Json) -> Json:
        if action["type"] == "postback":
            return self.event(type="postback", postback={"data": action["data"]})
        assert action["type"] == "message", action
        return self.text(action["text"])

    # Sent, and answered.

    def tell(self, *events: Json) -> list[Json]:
        """Send these; wait until each is answered by its own token; the messages that came."""
        self.sent += len(events)
        self.service.accept(*events)
        return self.hears(*events)

    def hears(self, *events: Json) -> list[Json]:
        """Wait for the answers to these events; the messages that came."""
        for event in events:
            token = event["replyToken"]
            until(lambda token=token: self.line.used(token), why=f"an answer to {event}")  # type: ignore[misc]
        tokens = {event["replyToken"] for event in events}
        return [m for d in self.line.received(self.user) if d.name in tokens for m in d.messages]

    def say(self, text: str) -> list[Json]:
        """Write this; the answer."""
        return self.tell(self.text(text))

    def press(self, label: str) -> list[Json]:
        """Press this; the answer."""
        return self.tell(self.button(label))

    def until_told(self, piece: str, seconds: float = 30.0) -> str:
        """Wait until some message holds this; that message's words."""

        def found() -> str:
            return next((w for w in map(words, self.line.messages(self.user)) if piece in w), "")

        return until(found, seconds=seconds, why=f"{piece!r} among {[words(m)[:80] for m in self.line.messages(self.user)]}")

    def settles(self) -> None:
        """Wait until nothing of this person's waits or is owed."""
        self.service.household.until_quiet(self.user)

    def labels(self) -> list[str]:
        """The labels of the last message's buttons."""
        return [a["label"] for a in actions(self.line.messages(self.user)[-1])]

    def report(self, text: str = "ไฟทางดับทั้งซอย") -> str:
        """A whole report, number and all."""
        self.tell(self.text(text))
        self.tell(self.pin())
        self.tell(self.photo())
        self.press("ส่งเรื่อง")
        found = self.service.household.cases(self.user)
        assert found, [words(m) for m in self.line.messages(self.user)]
        return found[-1].number


def name(person: Citizen) -> str:
    """Letters that nobody else has and that mean nothing: an id's digits may read as a telephone number."""
    return "".join(chr(ord("a") + int(c, 16)) for c in person.user[1:13])


def compact(events: list[Json]) -> bytes:
    """A webhook body of these events."""
    return json.dumps({"destination": "U" + "0" * 32, "events": events}, ensure_ascii=False).encode()
