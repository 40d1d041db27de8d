"""Who is there and what they sent: profiles, groups, content, the bot itself, its webhook."""

from __future__ import annotations

import datetime
import struct
import time
import zlib

from flask import Response, request

from .acts import Acts
from .delivery import Delivery
from .line_core import Answer, ApiError, LineApi, body_object
from .world import Group, Person, World

NOT_FOUND = "Not found"


def grey_picture() -> bytes:
    """A small grey PNG: the preview of anything that is not a picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x9e" * 64 for _ in range(48))
    head = struct.pack(">IIBBBBB", 64, 48, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class People:
    def __init__(self, api: LineApi, world: World, acts: Acts, delivery: Delivery) -> None:
        self.world = world
        self.acts = acts
        self.delivery = delivery
        api.call("GET", "/v2/bot/profile/<user>")(self.profile)
        api.call("GET", "/v2/bot/followers/ids")(self.followers)
        api.call("GET", "/v2/bot/info")(self.info)
        both = "/v2/bot/<any(group, room):kind>/<chat>"
        api.call("GET", f"{both}/member/<user>")(self.member)
        api.call("GET", f"{both}/members/count")(self.count)
        api.call("GET", f"{both}/members/ids")(self.ids)
        api.call("POST", f"{both}/leave")(self.leave)
        api.call("GET", "/v2/bot/group/<chat>/summary")(self.summary)
        api.call("GET", "/v2/bot/message/<message>/content", "content")(self.content)
        api.call("GET", "/v2/bot/message/<message>/content/preview", "content")(self.preview)
        api.call("GET", "/v2/bot/message/<message>/content/transcoding", "content")(self.transcoding)
        api.call("GET", "/v2/bot/channel/webhook/endpoint")(self.endpoint)
        api.call("PUT", "/v2/bot/channel/webhook/endpoint")(self.set_endpoint)
        api.call("POST", "/v2/bot/channel/webhook/test")(self.test_endpoint)

    # people

    def profile(self, user: str) -> Answer:
        person = self.world.people.get(user)
        if person is None or person.status != "friend":
            raise ApiError(404, NOT_FOUND)
        return {"userId": person.id, "displayName": person.name, "language": "th"}

    def followers(self) -> Answer:
        try:
            limit, start = min(int(request.args.get("limit", 300)), 1000), int(request.args.get("start", "0"))
        except ValueError:
            raise ApiError(400, "Invalid continuation token") from None
        friends = [one.id for one in list(self.world.people.values()) if one.status == "friend"]
        page = {"userIds": friends[start : start + limit]}
        return page if start + limit >= len(friends) else {**page, "next": str(start + limit)}

    def info(self) -> Answer:
        name = self.acts.bot_name
        return {
            "userId": self.world.bot_id, "basicId": "@1555sandbox", "premiumId": f"@{name}",
            "displayName": name, "chatMode": "bot", "markAsReadMode": "auto",
        }  # fmt: skip

    # groups

    def _group(self, kind: str, chat: str) -> Group:
        group = self.world.groups.get(chat)
        if group is None or group.kind != kind or not group.bot:
            raise ApiError(404, NOT_FOUND)
        return group

    def member(self, kind: str, chat: str, user: str) -> Answer:
        person: Person | None = self.world.people.get(user)
        if person is None or user not in self._group(kind, chat).members:
            raise ApiError(404, NOT_FOUND)
        return {"userId": person.id, "displayName": person.name}

    def count(self, kind: str, chat: str) -> Answer:
        return {"count": len(self._group(kind, chat).members)}

    def ids(self, kind: str, chat: str) -> Answer:
        """LINE gives this to verified accounts only; here it is one page."""
        return {"memberIds": list(self._group(kind, chat).members)}

    def leave(self, kind: str, chat: str) -> Answer:
        self.acts.bot_leaves(self._group(kind, chat))
        return {}

    def summary(self, chat: str) -> Answer:
        group = self._group("group", chat)
        return {"groupId": group.id, "groupName": group.name}

    # content

    def _content(self, message: str) -> tuple[bytes, str, bool]:
        with self.world.lock:
            if message in self.world.gone:
                raise ApiError(410, "The content is gone: the message was unsent")
            found = self.world.content.get(message)
            if found is None:
                raise ApiError(404, NOT_FOUND)
            data, mime, since = found
            slow = mime.startswith(("video/", "audio/"))
            ready = not slow or time.monotonic() - since >= float(self.world.switches["prepare_seconds"])
            return data, mime, ready

    def content(self, message: str) -> Answer:
        data, mime, ready = self._content(message)
        return Response(data, 200, content_type=mime) if ready else Response(b"", 202)

    def preview(self, message: str) -> Answer:
        data, mime, ready = self._content(message)
        if not ready:
            return Response(b"", 202)
        if not mime.startswith("image/"):
            data, mime = grey_picture(), "image/png"
        return Response(data, 200, content_type=mime)

    def transcoding(self, message: str) -> Answer:
        return {"status": "succeeded" if self._content(message)[2] else "processing"}

    # the webhook

    def endpoint(self) -> Answer:
        return {"endpoint": self.delivery.url, "active": bool(self.world.switches["webhook"])}

    def set_endpoint(self) -> Answer:
        raise ApiError(400, "The sandbox's webhook address is set when it is built")

    def test_endpoint(self) -> Answer:
        url = (body_object() if request.get_data() else {}).get("endpoint") or self.delivery.url
        if url != self.delivery.url:
            raise ApiError(400, "The sandbox calls only the address it was built with")
        status, reason = self.delivery.post([])
        now = datetime.datetime.fromtimestamp(self.world.clock(), datetime.UTC)
        return {
            "success": 200 <= status < 300, "timestamp": now.isoformat(), "statusCode": status,
            "reason": reason.split(" ")[0] or "OK", "detail": str(status),
        }  # fmt: skip
