"""A LINE group with the account in it, and its members."""

from __future__ import annotations

import json
import uuid
from typing import Any

from tests.support.citizen import Citizen
from tests.support.fake_line import FakeLine
from tests.support.hatch import command
from tests.support.reading import actions, words
from tests.support.service import Process
from tests.support.waiting import until

Json = dict[str, Any]


class Group:
    """A LINE group."""

    def __init__(self, service: Process, line: FakeLine, kind: str = "group") -> None:
        self.service, self.line, self.kind = service, line, kind
        self.id = f"{'C' if kind == 'group' else 'R'}{uuid.uuid4().hex}"
        line.token(self.id)  # from now on LINE knows the chat

    def member(self, user: str | None = None) -> Member:
        """Somebody in it."""
        return Member(self, user)

    def code(self, agency: str, *more: str) -> str:
        """A binding code from the command line."""
        done = command(self.service.household, "groups", "code", "--agency", agency, "--by", "test", "--json", *more)
        assert done.returncode == 0, done.stderr
        return str(json.loads(done.stdout)["code"])

    def bound(self, agency: str, *more: str) -> Member:
        """Bind it; the member who typed the code."""
        member = self.member()
        said = member.say(self.code(agency, *more))
        assert said, "nothing was said about the code"
        return member

    def heard(self) -> list[str]:
        """The words of every message that reached the group."""
        return [words(message) for message in self.line.messages(self.id)]

    def until_heard(self, piece: str, times: int = 1, seconds: float = 30.0) -> None:
        """Wait until messages with this piece have come."""
        until(lambda: sum(piece in said for said in self.heard()) >= times, seconds=seconds, why=f"{piece!r} in {self.heard()}")


class Member(Citizen):
    """A member of a group, writing there."""

    def __init__(self, group: Group, user: str | None = None) -> None:
        super().__init__(group.service, group.line, user)
        self.group = group

    def event(self, **fields: Any) -> Json:
        """An event of this member's in the group."""
        made = super().event(**fields)
        made["source"] = {"type": self.group.kind, f"{self.group.kind}Id": self.group.id, "userId": self.user}
        made["replyToken"] = self.line.token(self.group.id)
        return made

    def button(self, label: str, about: str = "") -> Json:
        """A press on the group's latest button of this label, on a message that has `about` in its words."""
        for message in reversed(self.line.messages(self.group.id)):
            for action in reversed(list(actions(message))):
                if action["label"] == label and about in words(message):
                    return self._pressed(action)
        raise AssertionError(f"no button {label!r} among {[list(actions(m)) for m in self.line.messages(self.group.id)]}")

    def hears(self, *events: Json) -> list[Json]:
        """Wait for the answers to these events; the messages that came."""
        for event in events:
            token = event["replyToken"]
            until(lambda token=token: self.line.used(token), why=f"an answer to {event}")  # type: ignore[misc]
        tokens = {event["replyToken"] for event in events}
        return [m for d in self.line.received(self.group.id) if d.name in tokens for m in d.messages]
