"""What a person does in a chat, and the webhook event that tells the bot."""

from __future__ import annotations

import re
from typing import Any

from .delivery import Delivery
from .graphemes import utf16
from .world import BOT, SYSTEM, Entry, Group, Json, Person, Refused, World

LONGEST_TEXT = 5000


class Acts:
    def __init__(self, world: World, delivery: Delivery, bot_name: str) -> None:
        self.world = world
        self.delivery = delivery
        self.bot_name = bot_name

    # the envelope

    def _source(self, chat: str, person: str | None) -> Json:
        group = self.world.groups.get(chat)
        if group is None:
            return {"type": "user", "userId": chat}
        source = {"type": group.kind, f"{group.kind}Id": chat}
        return {**source, "userId": person} if person else source

    def _tell(self, kind: str, chat: str, person: str | None, *, token: bool = True, **more: Any) -> None:
        event: Json = {
            "type": kind,
            "timestamp": self.world.now_ms(),
            "source": self._source(chat, person),
            "mode": "active",
            "webhookEventId": self.world.ids.event(),
        }
        if token:
            event["replyToken"] = self.world.issue_token(chat)
        self.delivery.send(chat, {**event, **more})

    def _may_speak(self, chat: str, person: str) -> None:
        self.world.person(person)
        group = self.world.groups.get(chat)
        if group is None and chat != person:
            raise Refused("this chat is someone else's" if chat in self.world.people else "no such chat", 404)
        if group and person not in group.members:
            raise Refused("not a member of this group")

    def _hears(self, chat: str) -> bool:
        """Does the bot get events of this chat? Not of people who blocked it, nor of groups it is not in."""
        return self.world.reaches(chat)

    def _said(self, entry: Entry, **wire: Any) -> Entry:
        if self._hears(entry.chat):
            message: Json = {"id": entry.id, **wire}
            if message["type"] in {"text", "image", "video", "sticker"}:
                message["quoteToken"] = entry.quote_token
            if entry.quote:
                message["quotedMessageId"] = entry.quote
            self._tell("message", entry.chat, entry.sender, message=message)
        return entry

    # messages

    def text(self, chat: str, person: str, text: str, quote: str | None = None) -> Entry:
        with self.world.lock:
            self._may_speak(chat, person)
            text = text.strip("\n")
            if not text.strip() or utf16(text) > LONGEST_TEXT:
                raise Refused("a text has 1 to 5000 characters")
            if quote and self.world.entry(quote).chat != chat:
                raise Refused("the quoted message is of another chat")
            entry = self.world.add_entry(chat, person, {"type": "text", "text": text}, quote)
            mention = self._mentions(chat, text)
            return self._said(entry, type="text", text=text, **({"mention": mention} if mention else {}))

    def _mentions(self, chat: str, text: str) -> Json | None:
        group = self.world.groups.get(chat)
        if group is None:
            return None
        names: dict[str, Json] = {
            self.world.people[member].name: {"type": "user", "userId": member} for member in group.members
        }
        if group.bot:
            names[self.bot_name] = {"type": "user", "userId": self.world.bot_id, "isSelf": True}
        names["All"] = {"type": "all"}
        pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        found = [
            {"index": utf16(text[: hit.start()]), "length": utf16(hit[0]), **names[hit[1]]}
            for hit in re.finditer(f"@({pattern})", text)
        ]
        return {"mentionees": found[:20]} if found else None

    def media(self, chat: str, person: str, kind: str, files: list[tuple[str, str, bytes]], duration: int) -> list[Entry]:
        """Photos (several at once make an image set), a video, a voice message or a file: (name, mime, bytes)."""
        if kind not in {"image", "video", "audio", "file"} or not files or len(files) > 20:
            raise Refused("kind is image, video, audio or file, with 1 to 20 files")
        entries = []
        with self.world.lock:
            self._may_speak(chat, person)
            set_id = self.world.ids.token()
            for index, (name, mime, data) in enumerate(files, 1):
                body: Json = {"type": kind, "name": name, "size": len(data), "mime": mime, "duration": duration}
                entry = self.world.add_entry(chat, person, body)
                self.world.keep_content(entry.id, data, mime)
                wire: Json = {"type": kind}
                if kind == "file":
                    wire |= {"fileName": name, "fileSize": len(data)}
                else:
                    wire["contentProvider"] = {"type": "line"}
                if kind in {"video", "audio"}:
                    wire["duration"] = duration
                if kind == "image" and len(files) > 1:
                    wire["imageSet"] = {"id": set_id, "index": index, "total": len(files)}
                    body["set"] = set_id
                entries.append(self._said(entry, **wire))
        return entries

    def location(self, chat: str, person: str, place: Json) -> Entry:
        with self.world.lock:
            self._may_speak(chat, person)
            body: Json = {"type": "location", "latitude": place["latitude"], "longitude": place["longitude"]}
            body |= {key: str(place[key])[:100] for key in ("title", "address") if place.get(key)}
            return self._said(self.world.add_entry(chat, person, body), **body)

    def sticker(self, chat: str, person: str, sticker: Json) -> Entry:
        with self.world.lock:
            self._may_speak(chat, person)
            body = {"type": "sticker", "packageId": sticker["packageId"], "stickerId": sticker["stickerId"]}
            entry = self.world.add_entry(chat, person, body)
            words = [str(word) for word in sticker.get("keywords", [])][:15]
            return self._said(entry, **body, stickerResourceType="STATIC", keywords=words)

    def unsend(self, message: str, person: str) -> None:
        with self.world.lock:
            entry = self.world.entry(message)
            if entry.sender != person or entry.unsent:
                raise Refused("only one's own message can be unsent, once")
            entry.unsent = True
            self.world.drop_content(message, unsent=True)
            self.world.changed(entry)
            if self._hears(entry.chat):
                self._tell("unsend", entry.chat, person, token=False, unsend={"messageId": message})

    def edit(self, message: str, person: str, text: str) -> None:
        with self.world.lock:
            entry = self.world.entry(message)
            if entry.sender != person or entry.unsent or entry.body["type"] != "text":
                raise Refused("only one's own text can be edited")
            if entry.chat not in self.world.groups:
                raise Refused("in a chat with an official account a message cannot be edited")
            if not text.strip() or utf16(text) > LONGEST_TEXT:
                raise Refused("a text has 1 to 5000 characters")
            entry.body, entry.edited = {"type": "text", "text": text}, True
            self.world.changed(entry)
            if self._hears(entry.chat):
                mention = self._mentions(entry.chat, text)
                wire: Json = {"id": message, **entry.body, "quoteToken": entry.quote_token}
                wire |= {"mention": mention} if mention else {}
                self._tell("messageEdited", entry.chat, person, message=wire)

    # buttons

    def postback(self, chat: str, person: str, data: str, shown: str | None, params: Json | None) -> None:
        with self.world.lock:
            self._may_speak(chat, person)
            if shown:
                self.world.add_entry(chat, person, {"type": "text", "text": shown})
            if self._hears(chat):
                postback: Json = {"data": data} | ({"params": params} if params else {})
                self._tell("postback", chat, person, postback=postback)

    # coming and going

    def follow(self, person: Person) -> None:
        with self.world.lock:
            if person.status == "friend":
                return
            was_blocked, person.status = person.status == "blocked", "friend"
            self.world.add_entry(person.id, SYSTEM, {"type": "notice", "notice": "follow"})
            self._tell("follow", person.id, person.id, follow={"isUnblocked": was_blocked})
            self.world.touch()

    def block(self, person: Person) -> None:
        with self.world.lock:
            if person.status != "friend":
                return
            self._tell("unfollow", person.id, person.id, token=False)
            person.status = "blocked"
            self.world.add_entry(person.id, SYSTEM, {"type": "notice", "notice": "unfollow"})
            self.world.touch()

    def members(self, group: Group, add: list[str], remove: list[str]) -> None:
        with self.world.lock:
            joined = [self.world.person(one) for one in add if one not in group.members]
            left = [self.world.person(one) for one in remove if one in group.members]
            group.members = [one for one in [*group.members, *(p.id for p in joined)] if one not in remove]
            for notice, people in (("memberJoined", joined), ("memberLeft", left)):
                if not people:
                    continue
                names = [person.name for person in people]
                self.world.add_entry(group.id, SYSTEM, {"type": "notice", "notice": notice, "names": names})
                members = {"members": [{"type": "user", "userId": person.id} for person in people]}
                if group.bot and notice == "memberJoined":
                    self._tell(notice, group.id, None, joined=members)
                elif group.bot:
                    self._tell(notice, group.id, None, token=False, left=members)
            self.world.touch()

    def bot_joins(self, group: Group) -> None:
        with self.world.lock:
            if not group.bot:
                group.bot = True
                self.world.add_entry(group.id, SYSTEM, {"type": "notice", "notice": "join"})
                self._tell("join", group.id, None)
                self.world.touch()

    def bot_leaves(self, group: Group) -> None:
        """By a member's hand or by the bot's own wish; either way LINE tells the bot."""
        with self.world.lock:
            if group.bot:
                self._tell("leave", group.id, None, token=False)
                group.bot = False
                self.world.add_entry(group.id, SYSTEM, {"type": "notice", "notice": "leave"})
                self.world.touch()

    def says(self, chat: str, body: Json) -> Entry:
        """A message of the bot arrives in a chat."""
        quoted = self.world.quoted(str(body.get("quoteToken", "")), chat)
        return self.world.add_entry(chat, BOT, body, quoted.id if quoted else None)
