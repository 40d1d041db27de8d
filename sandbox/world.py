"""Everything the stand-in remembers: people, groups, chats, tokens. In memory, bounded, thread-safe."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .faults import Faults
from .ids import Ids, stable

Json = dict[str, Any]
BOT = "bot"
SYSTEM = "system"
KEEP_MESSAGES = 500
KEEP_CALLS = 400
KEEP_TOKENS = 20_000
KEEP_BYTES = 256 * 1024 * 1024


class Refused(Exception):
    """The page or a test asked for something that is not possible; the text says why."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


@dataclass
class Person:
    id: str
    name: str
    status: str = "none"  # friend, blocked, none
    rich_menu: str | None = None

    def view(self) -> Json:
        return {"id": self.id, "name": self.name, "status": self.status}


@dataclass
class Group:
    id: str
    name: str
    kind: str = "group"  # group, room
    members: list[str] = field(default_factory=list)
    bot: bool = False

    def view(self) -> Json:
        return {"id": self.id, "name": self.name, "kind": self.kind, "members": list(self.members), "bot": self.bot}


@dataclass
class Entry:
    """One line of a chat. `sender` is a person's id, BOT or SYSTEM; `body` is LINE's message object."""

    id: str
    chat: str
    sender: str
    at: int
    body: Json
    seq: int = 0
    quote: str | None = None
    quote_token: str | None = None
    unsent: bool = False
    edited: bool = False

    def view(self) -> Json:
        body = {"type": "unsent"} if self.unsent else self.body
        return {
            "id": self.id, "chat": self.chat, "sender": self.sender, "at": self.at, "seq": self.seq,
            "quote": self.quote, "unsent": self.unsent, "edited": self.edited, "message": body,
        }  # fmt: skip


@dataclass
class Token:
    chat: str
    issued: float
    used: bool = False


class World:
    """The one place with state. Take `lock` for anything of more than one step."""

    def __init__(self, *, clock: Callable[[], float], seed: int | None, token_seconds: float, destination: str) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.ids = Ids(clock, seed)
        self.faults = Faults(self.ids.rng)
        self.token_seconds = token_seconds
        self.bot_id = destination
        self.seq = 0
        self.meta_seq = 0
        self.people: OrderedDict[str, Person] = OrderedDict()
        self.groups: OrderedDict[str, Group] = OrderedDict()
        self.chats: dict[str, deque[Entry]] = {}
        self.by_id: dict[str, Entry] = {}
        self.gone: OrderedDict[str, None] = OrderedDict()  # unsent messages with content
        self.content: OrderedDict[str, tuple[bytes, str, float]] = OrderedDict()
        self.content_bytes = 0
        self.tokens: OrderedDict[str, Token] = OrderedDict()
        self.loading: dict[str, float] = {}
        self.calls: deque[Json] = deque(maxlen=KEEP_CALLS)
        self.call_seq = 0
        self.used_quota = 0
        self.counts = {"reply": 0, "push": 0, "multicast": 0, "broadcast": 0, "narrowcast": 0}
        self.switches: Json = {
            "webhook": True, "redelivery": True, "twice": False, "shuffle": False,
            "delay_ms": 0, "quota": None, "prepare_seconds": 0,
        }  # fmt: skip

    # people and groups

    def now_ms(self) -> int:
        return int(self.clock() * 1000)

    def touch(self) -> None:
        """Something other than a message changed; the page will fetch it."""
        with self.lock:
            self.seq += 1
            self.meta_seq = self.seq

    def add_person(self, name: str) -> Person:
        if not name.strip() or len(name) > 60:
            raise Refused("a name has 1 to 60 characters")
        with self.lock:
            person = Person(stable("U", "person", len(self.people) + 1), name.strip())
            self.people[person.id] = person
            self.chats[person.id] = deque()
            self.touch()
            return person

    def add_group(self, name: str, kind: str) -> Group:
        if not name.strip() or len(name) > 100 or kind not in {"group", "room"}:
            raise Refused("a group has a name of 1 to 100 characters; kind is group or room")
        with self.lock:
            group = Group(stable("C" if kind == "group" else "R", kind, len(self.groups) + 1), name.strip(), kind)
            self.groups[group.id] = group
            self.chats[group.id] = deque()
            self.touch()
            return group

    def person(self, person_id: str) -> Person:
        try:
            return self.people[person_id]
        except KeyError:
            raise Refused("no such person", 404) from None

    def group(self, group_id: str) -> Group:
        try:
            return self.groups[group_id]
        except KeyError:
            raise Refused("no such group", 404) from None

    def reaches(self, chat: str) -> bool:
        """Would a message of the bot arrive in this chat?"""
        group = self.groups.get(chat)
        if group:
            return group.bot
        person = self.people.get(chat)
        return bool(person and person.status == "friend")

    # messages

    def add_entry(self, chat: str, sender: str, body: Json, quote: str | None = None) -> Entry:
        with self.lock:
            self.seq += 1
            entry = Entry(self.ids.message(), chat, sender, self.now_ms(), body, self.seq, quote)
            if sender != SYSTEM:
                entry.quote_token = self.ids.token(48)
            line = self.chats[chat]
            line.append(entry)
            self.by_id[entry.id] = entry
            while len(line) > KEEP_MESSAGES:
                old = line.popleft()
                self.by_id.pop(old.id, None)
                self.drop_content(old.id)
            if sender == BOT:
                self.loading.pop(chat, None)
            return entry

    def changed(self, entry: Entry) -> None:
        with self.lock:
            self.seq += 1
            entry.seq = self.seq

    def entry(self, message_id: str) -> Entry:
        try:
            return self.by_id[message_id]
        except KeyError:
            raise Refused("no such message", 404) from None

    def quoted(self, token: str, chat: str) -> Entry | None:
        with self.lock:
            return next((e for e in self.chats.get(chat, ()) if e.quote_token == token and not e.unsent), None)

    def keep_content(self, message_id: str, data: bytes, mime: str) -> None:
        with self.lock:
            self.content[message_id] = (data, mime, time.monotonic())
            self.content_bytes += len(data)
            while self.content_bytes > KEEP_BYTES and len(self.content) > 1:
                self.drop_content(next(iter(self.content)))

    def drop_content(self, message_id: str, *, unsent: bool = False) -> None:
        with self.lock:
            data = self.content.pop(message_id, None)
            if data:
                self.content_bytes -= len(data[0])
            if unsent:
                self.gone[message_id] = None
                while len(self.gone) > 1000:
                    self.gone.popitem(last=False)

    # reply tokens

    def issue_token(self, chat: str) -> str:
        with self.lock:
            token = self.ids.token()
            self.tokens[token] = Token(chat, self.clock())
            while len(self.tokens) > KEEP_TOKENS:
                self.tokens.popitem(last=False)
            return token

    def delivered_token(self, token: str) -> None:
        """The minute of a token begins when the webhook goes out (again)."""
        with self.lock:
            if token in self.tokens:
                self.tokens[token].issued = self.clock()

    def fresh_token(self, token: str) -> Token | None:
        found = self.tokens.get(token)
        if found is None or found.used or self.clock() - found.issued > self.token_seconds:
            return None
        return found

    # the log

    def log_call(self, record: Json) -> None:
        with self.lock:
            self.call_seq += 1
            self.calls.append({"n": self.call_seq, "at": self.now_ms(), **record})


def bot_user_id(channel_secret: str) -> str:
    """The bot's own user id: one a channel, the same after each restart."""
    return "U" + hashlib.sha256(b"sandbox bot " + channel_secret.encode()).hexdigest()[:32]
