"""Sending: reply, push, multicast, broadcast, narrowcast, their checks, quota and retry keys."""

from __future__ import annotations

import re
import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import request

from .acts import Acts
from .limits_message import check_messages
from .line_core import Answer, ApiError, LineApi, body_object, wrong
from .world import Json, World

KEY_SECONDS = 24 * 3600
USER, CHAT = r"U[0-9a-f]{32}", r"[UCR][0-9a-f]{32}"
BAD_TO = "The property, 'to', in the request body is invalid (line: -, column: -)"


class Sending:
    def __init__(self, api: LineApi, world: World, acts: Acts) -> None:
        self.world = world
        self.acts = acts
        self._keys: OrderedDict[str, tuple[str, float, Json]] = OrderedDict()
        api.call("POST", "/v2/bot/message/reply", "reply")(self.reply)
        api.call("POST", "/v2/bot/message/push", "push")(self.push)
        api.call("POST", "/v2/bot/message/multicast", "multicast")(self.multicast)
        api.call("POST", "/v2/bot/message/broadcast", "broadcast")(self.broadcast)
        api.call("POST", "/v2/bot/message/narrowcast", "broadcast")(self.narrowcast)
        api.call("GET", "/v2/bot/message/progress/narrowcast")(self.progress)
        api.call("POST", "/v2/bot/message/validate/<kind>")(self.validate)
        api.call("GET", "/v2/bot/message/quota")(self.quota)
        api.call("GET", "/v2/bot/message/quota/consumption")(self.consumption)
        api.call("GET", "/v2/bot/message/delivery/<kind>")(self.delivered)
        api.call("GET", "/v2/bot/insight/followers")(self.insight)
        api.call("POST", "/v2/bot/chat/loading/start")(self.loading)

    # the five ways

    def reply(self) -> Answer:
        if request.headers.get("X-Line-Retry-Key"):
            raise ApiError(400, "The retry key is not supported for this endpoint")
        body = self._checked("replyToken", str)
        with self.world.lock:
            token = self.world.fresh_token(body["replyToken"])
            if token is None:
                raise ApiError(400, "Invalid reply token")
            self._check_people(token.chat, body["messages"])
            token.used = True
            self.world.counts["reply"] += len(body["messages"])
            return {"sentMessages": self._deliver(token.chat, body["messages"])}

    def push(self) -> Answer:
        body = self._checked("to", str)
        to = body["to"]
        if not re.fullmatch(CHAT, to):
            raise ApiError(400, BAD_TO)

        def send() -> Json:
            group = self.world.groups.get(to)
            if to not in self.world.chats or (group and not group.bot):
                raise ApiError(400, "Failed to send messages")
            self._check_people(to, body["messages"])
            self._spend(len(group.members) if group else int(self.world.reaches(to)))
            self.world.counts["push"] += len(body["messages"])
            return {"sentMessages": self._deliver(to, body["messages"])}

        return self._once(send)

    def multicast(self) -> Answer:
        body = self._checked("to", list)
        if not 1 <= len(body["to"]) <= 500:
            raise wrong([{"message": "Size must be between 1 and 500", "property": "to"}])
        if not all(isinstance(one, str) and re.fullmatch(USER, one) for one in body["to"]):
            raise ApiError(400, BAD_TO)
        return self._once(lambda: self._cast("multicast", list(dict.fromkeys(body["to"])), body["messages"]))

    def broadcast(self) -> Answer:
        body = self._checked()
        return self._once(lambda: self._cast("broadcast", list(self.world.people), body["messages"]))

    def narrowcast(self) -> Answer:
        """Recipients and filters are accepted but not understood here: it goes to every friend."""
        body = self._checked()
        return self._once(lambda: self._cast("narrowcast", list(self.world.people), body["messages"]))

    def _cast(self, kind: str, people: list[str], messages: list[Json]) -> Json:
        reached = [one for one in people if one in self.world.people and self.world.reaches(one)]
        self._spend(len(reached))
        self.world.counts[kind] += len(reached)
        for one in reached:
            self._deliver(one, messages)
        return {}

    # the rest

    def progress(self) -> Answer:
        if not request.args.get("requestId"):
            raise ApiError(400, "The value for the 'requestId' parameter is missing")
        return {"phase": "succeeded", "successCount": 0, "failureCount": 0, "targetCount": 0}

    def validate(self, kind: str) -> Answer:
        if kind not in {"reply", "push", "multicast", "narrowcast", "broadcast"}:
            raise ApiError(404, "Not found")
        self._checked()
        return {}

    def quota(self) -> Answer:
        limit = self.world.switches["quota"]
        return {"type": "none"} if limit is None else {"type": "limited", "value": limit}

    def consumption(self) -> Answer:
        return {"totalUsage": self.world.used_quota}

    def insight(self) -> Answer:
        """Of any day: as many as follow now. LINE tells less in small accounts, the stand-in tells all."""
        if not re.fullmatch(r"\d{8}", request.args.get("date", "")):
            raise ApiError(400, "The value for the 'date' parameter is invalid")
        friends = sum(person.status == "friend" for person in self.world.people.values())
        blocks = sum(person.status == "blocked" for person in self.world.people.values())
        return {"status": "ready", "followers": friends + blocks, "targetedReaches": friends, "blocks": blocks}

    def delivered(self, kind: str) -> Answer:
        if kind not in self.world.counts:
            raise ApiError(404, "Not found")
        return {"status": "ready", "success": self.world.counts[kind]}

    def loading(self) -> Answer:
        body = body_object()
        seconds = body.get("loadingSeconds", 20)
        if not isinstance(seconds, int) or not 5 <= seconds <= 60 or seconds % 5:
            raise wrong([{"message": "must be a multiple of 5 between 5 and 60", "property": "loadingSeconds"}])
        if not re.fullmatch(USER, str(body.get("chatId"))):
            raise wrong([{"message": "must be a user ID", "property": "chatId"}])
        with self.world.lock:
            if self.world.reaches(body["chatId"]):
                self.world.loading[body["chatId"]] = self.world.clock() + seconds
                self.world.seq += 1
        return {}

    # inside

    def _checked(self, field: str | None = None, kind: type[Any] = str) -> Json:
        body = body_object()
        details = []
        if field and not isinstance(body.get(field), kind):
            details.append({"message": "May not be empty", "property": field})
        details += check_messages(body.get("messages"))
        if details:
            raise wrong(details)
        return body

    def _check_people(self, chat: str, messages: list[Json]) -> None:
        """Checks that need the chat: quoted messages and mentioned members."""
        group = self.world.groups.get(chat)
        for index, message in enumerate(messages):
            token = message.get("quoteToken")
            if token and self.world.quoted(str(token), chat) is None:
                raise wrong([{"message": "Invalid quote token", "property": f"messages[{index}].quoteToken"}])
            for key, value in (message.get("substitution") or {}).items():
                one = value.get("mentionee") or {}
                if value.get("type") != "mention":
                    continue
                if group is None or (one.get("type") == "user" and one.get("userId") not in group.members):
                    where = f"messages[{index}].substitution.{key}.mentionee"
                    raise wrong([{"message": "The mentioned user is not in this chat", "property": where}])

    def _deliver(self, chat: str, messages: list[Json]) -> list[Json]:
        """A blocked person's message is accepted and goes nowhere."""
        if not self.world.reaches(chat):
            return [{"id": self.world.ids.message()} for _ in messages]
        entries = [self.acts.says(chat, message) for message in messages]
        quotable = {"text", "textV2", "sticker", "image", "video", "template", "flex", "imagemap"}
        return [
            {"id": entry.id} | ({"quoteToken": entry.quote_token} if entry.body["type"] in quotable else {})
            for entry in entries
        ]

    def _spend(self, people: int) -> None:
        limit = self.world.switches["quota"]
        if limit is not None and self.world.used_quota + people > limit:
            raise ApiError(429, "You have reached your monthly limit.")
        self.world.used_quota += people

    def _once(self, send: Callable[[], Json]) -> Json:
        """Runs a send, or says that its retry key was accepted before."""
        key = request.headers.get("X-Line-Retry-Key")
        if key is not None:
            try:
                key = str(uuid.UUID(key)) if len(key) == 36 else ""
            except ValueError:
                key = ""
            if not key:
                raise ApiError(400, "The retry key is invalid (must be a UUID)")
        with self.world.lock:
            now = self.world.clock()
            known = self._keys.get(key) if key else None
            if known and now - known[1] <= KEY_SECONDS:
                accepted = {"x-line-accepted-request-id": known[0]}
                sent = known[2].get("sentMessages")
                raise ApiError(409, "The retry key is already accepted", headers=accepted, sentMessages=sent)
            done = send()
            if key:
                self._keys[key] = (request.environ["sandbox.request_id"], now, done)
                while len(self._keys) > 50_000:
                    self._keys.popitem(last=False)
            return done
