"""The stage with groups: several people in 1:1 chats and in groups, side by side. A transcript's lines:

    นิด: words                 somebody in their 1:1 chat (theatre.py tells what can be done)
    สมชาย@บางรัก: [รับเรื่อง]    a member of the group called บางรัก; buttons are those of that group's cards
    สมชาย@บางรัก: “69-1” words  quotes the latest message heard there that has these words
    → นิด: words … [label]     what that person hears, in order
    → บางรัก: words … [label]   what that group hears
    … 5 minutes …              time passes, and the sweeps run
    (fetched)                  the media worker has done its work; every photo looks different
    (fetched the same)         the photo has the bytes of the one fetched before

Every message must have its line; `→ บางรัก: -` says that nothing is heard there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.jobs import Jobs
from storage import groups, ledger
from storage.models import Media, OutboxMessage
from storage.shelf import Folder
from tests.support.reading import actions, words
from tests.talks.theatre import Actor, Stage, _ids, _match, _message, _show


class Hall:
    """People and groups by name."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.people: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.heard: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.all: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.ids: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.buttons: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.looks = 0
        self.jobs = Jobs(
            stage.store,
            stage.rules,
            lambda: stage.now,
            Folder(Path("unused")),
            seal=stage.seal,
            public_url="https://1555.example",
            box=stage.box,
        )

    def group(self, name: str, agency: str | None = None, kind: str | None = None) -> str:
        """A group the account has joined, bound if an agency is given."""
        chat = self.groups[name] = f"C{next(_ids):032x}"
        with self.stage.store.write() as session:
            made = groups.meet(session, chat, self.stage.now)
            if agency is not None:
                code, _ = groups.issue(session, self.stage.seal.code_keys()[0], agency, kind, 1, self.stage.now, "test")
                assert groups.bind(session, self.stage.seal.code_keys(), code, made, self.stage.now)
        return chat

    def person(self, name: str) -> str:
        """Somebody's LINE id."""
        return self.people.setdefault(name, f"U{next(_ids):032x}")

    def act(self, who: str, line: str) -> None:
        """Somebody does something."""
        name, _, place = who.partition("@")
        person = self.person(name)
        chat = self.groups[place] if place else person
        self.stage.now += timedelta(seconds=2)
        actor = Actor(self.stage, person)
        actor.buttons = self.buttons[chat]
        quote = None
        if quoted := re.fullmatch(r"“(.+?)”\s*(.*)", line):
            quote = next(i for i, said in reversed(self.ids[chat]) if quoted[1] in said)
            line = quoted[2]
        events = actor._events(line)
        for event in events:
            if place:
                event["source"] = {"type": "group", "groupId": chat, "userId": person}
            if quote is not None:
                event["message"]["quotedMessageId"] = quote
        self.stage.keep(*events)
        self.settle()

    def join(self, name: str) -> None:
        """The account is invited."""
        chat = self.groups[name] = f"C{next(_ids):032x}"
        event = self.stage.event("-", type="join")
        event["source"] = {"type": "group", "groupId": chat}
        self.stage.keep(event)
        self.settle()

    def settle(self) -> None:
        """Take all turns, deliver all messages."""
        self.stage.run()
        with self.stage.store.write() as session:
            rows = session.query(OutboxMessage).filter(OutboxMessage.state == "waiting").order_by(OutboxMessage.id).all()
            for row in rows:
                row.state = "sent"
        import json

        given_ids: dict[int, list[str]] = defaultdict(list)
        for row in rows:
            for message in json.loads(row.messages):
                given = f"sent{next(_ids)}"
                self.heard[row.chat].append(message)
                self.all[row.chat].append(message)
                self.ids[row.chat].append((given, words(message)))
                given_ids[row.id].append(given)
                for action in actions(message):
                    self.buttons[row.chat][action["label"]] = action
        with self.stage.store.write() as session:
            sent = [
                ledger.Sent(row.chat, row.purpose, row.about, "reply" if row.reply_token else "push", given_ids[row.id])
                for row in rows
            ]
            ledger.book(session, sent, self.stage.now)

    def fetched(self, same: bool = False) -> None:
        """What was promised is there."""
        import json

        from storage import inbox

        with self.stage.store.write() as session:
            for row in session.query(Media).filter(Media.state == "waiting").all():
                self.looks += not same
                mark = f"{self.looks * 0x9E3779B97F4A7C15 % 2**64:016x}"
                row.state, row.sha256, row.original_sha256 = "ready", mark * 4, mark * 4
                row.mime, row.look = "image/jpeg", mark
                if row.chat.startswith("C"):
                    event = {
                        "type": "internal",
                        "media": row.id,
                        "why": "ready",
                        "source": {"type": "group", "groupId": row.chat},
                        "timestamp": int(self.stage.now.timestamp() * 1000),
                    }
                    inbox.add_internal(session, f"media{next(_ids)}", row.chat, json.dumps(event), self.stage.now)
        self.settle()

    def sweep(self) -> None:
        """The jobs look for what is due."""
        self.jobs.sweep()
        self.settle()

    def chat(self, name: str) -> str:
        """Where this name is heard."""
        return self.groups.get(name) or self.person(name)


def play(hall: Hall, transcript: str) -> None:
    """Act the transcript; AssertionError with both sides where it goes another way."""
    for raw in transcript.strip().splitlines():
        line = raw.strip()
        if not line:
            continue
        if line.startswith("→"):
            name, _, wanted = line[1:].partition(":")
            heard = hall.heard[hall.chat(name.strip())]
            if wanted.strip() == "-":
                assert not heard, f"{name} was to hear nothing: {_show(heard)}"
                continue
            assert heard, f"{name.strip()} heard nothing, where this was to come: {wanted}"
            _match(wanted.strip(), heard.pop(0))
            continue
        left = {n: _show(hall.heard[c]) for n, c in [*hall.people.items(), *hall.groups.items()] if hall.heard[c]}
        assert not left, f"not in the transcript, before {line!r}: {left}"
        if gap := re.fullmatch(r"… (\d+) (seconds|minutes|hours|days) …", line):
            hall.stage.now += timedelta(**{gap[2]: int(gap[1])})
            hall.sweep()
        elif line in {"(fetched)", "(fetched the same)"}:
            hall.fetched(same="same" in line)
        else:
            who, _, said = line.partition(":")
            hall.act(who.strip(), said.strip())
    left = {n: _show(hall.heard[c]) for n, c in [*hall.people.items(), *hall.groups.items()] if hall.heard[c]}
    assert not left, f"not in the transcript: {left}"


__all__ = ["Hall", "_message", "play"]
