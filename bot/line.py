"""The one file that calls LINE. Time-outs on every call, one pooled client, answers sorted by what to do next."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import quote

import urllib3
from linebot.v3.messaging import ApiClient, Configuration
from linebot.v3.messaging.exceptions import ApiException

from bot import meter
from casework.refusals import TryLater

CONNECT, READ, CONTENT_READ = 3.0, 10.0, 30.0
"""Seconds. LINE answers in far less; a sender that waits longer keeps others waiting."""
FORM = {"type", "size", "color", "layout", "action", "weight", "margin", "align", "gravity", "style", "spacing", "mode"}
ROOM = "/v2/bot/room/"
Message = dict[str, Any]


class FateUnknown(Exception):
    """LINE may or may not have taken the call (5xx, time-out, connection lost): repeat only with its retry key."""


class Limited(TryLater):
    """429: too many calls, or the month's quota is used up. Nothing was taken."""


class UsedUp(Limited):
    """429 because the month's messages are used up. Nothing was taken."""


class NotReached(TryLater):
    """No connection came about. Nothing was taken."""


class Declined(Exception):
    """LINE refused for good (4xx); trying the same again is of no use. `status` and LINE's words tell why."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status} {words}")
        self.status = status


class _Accepted(Declined):
    """409: this retry key was accepted before. `body`: LINE's answer of then."""

    def __init__(self, body: str) -> None:
        super().__init__(409, "accepted before")
        self.body = body


class Gone(Exception):
    """The content or person is not there (any more): 404, 410."""


class NotReady(TryLater):
    """202: the content is still being prepared."""


class Line:
    """The Messaging API as far as the bot uses it. Safe to share between threads."""

    def __init__(self, host: str, data_host: str, token: str, *, pool: int = 16, read: float = READ) -> None:
        self._hosts = host, data_host
        self._token = token
        self._timeout = (CONNECT, read)
        config = Configuration(host=host, access_token=token)
        config.connection_pool_maxsize = pool
        config.retries = False  # ours to decide: an outbox row is repeated with its key, a reply never
        self._client = ApiClient(config)
        data = Configuration(host=data_host, access_token=token)
        data.connection_pool_maxsize = pool
        data.retries = False
        self._data = ApiClient(data)

    def reply(self, token: str, messages: Sequence[Message]) -> list[str]:
        """Answer by the reply token; free of the quota, possible once. LINE's ids of the messages."""
        body = {"replyToken": token, "messages": list(messages)}
        return _sent(self._raw(self._client, "POST", "/v2/bot/message/reply", body, None).raw_data)

    def push(self, to: str, messages: Sequence[Message], retry_key: str) -> list[str]:
        """Push to a person or group; a repetition that LINE has taken already (409) is as good as sent. LINE's ids."""
        body = {"to": to, "messages": list(messages)}
        try:
            answer = self._raw(self._client, "POST", "/v2/bot/message/push", body, {"X-Line-Retry-Key": retry_key})
        except _Accepted as before:
            return _sent(before.body)
        return _sent(answer.raw_data)

    def multicast(self, to: Sequence[str], messages: Sequence[Message], retry_key: str) -> None:
        """Push to at most 500 people at once; a repetition that LINE has taken already (409) is as good as sent.

        Those who have blocked the account are passed over. LINE gives no ids of what was sent.
        """
        body = {"to": list(to), "messages": list(messages)}
        with suppress(_Accepted):
            self._call("POST", "/v2/bot/message/multicast", body, {"X-Line-Retry-Key": retry_key})

    def loading(self, person: str, seconds: int = 10) -> None:
        """Show the loading animation in a 1:1 chat (5 to 60 seconds in steps of 5)."""
        self._call("POST", "/v2/bot/chat/loading/start", {"chatId": person, "loadingSeconds": seconds})

    def leave(self, group: str) -> None:
        """Leave a group or room. Raises Gone where the account is no member."""
        self._call("POST", f"{_place(group)}/leave", None)

    def group_name(self, group: str) -> str:
        """The group's name; a room has none. Raises Gone where the account is no member."""
        if _place(group).startswith(ROOM):
            return ""
        return str(self._json("GET", f"{_place(group)}/summary").get("groupName") or "")

    def group_members(self, group: str) -> int:
        """How many members it has without this account. Raises Gone where the account is no member."""
        return int(self._json("GET", f"{_place(group)}/members/count").get("count") or 0)

    def member_name(self, group: str, person: str) -> str:
        """The member's name as that group sees it. Raises Gone where they are no member."""
        return str(self._json("GET", f"{_place(group)}/member/{person}").get("displayName") or "")

    def person_name(self, person: str) -> str:
        """The display name of somebody who wrote to the account. Raises Gone where LINE does not know them."""
        return str(self._json("GET", f"/v2/bot/profile/{quote(person, safe='')}").get("displayName") or "")

    def quota(self) -> tuple[int | None, int]:
        """This month's limit (None: no limit) and how much is used."""
        limit = self._json("GET", "/v2/bot/message/quota")
        used = self._json("GET", "/v2/bot/message/quota/consumption")
        return (limit.get("value") if limit.get("type") == "limited" else None), int(used.get("totalUsage", 0))

    def test_webhook(self) -> dict[str, Any]:
        """LINE calls the webhook address that is set at it, now: `success`, `statusCode`, `reason`, `detail`."""
        return self._json("POST", "/v2/bot/channel/webhook/test", {})

    def webhook(self) -> tuple[str, bool]:
        """The address that is set at LINE ("" for none), and whether it is switched on."""
        try:
            found = self._json("GET", "/v2/bot/channel/webhook/endpoint")
        except Gone:
            return "", False
        return str(found.get("endpoint") or ""), bool(found.get("active"))

    def followers(self, day: date) -> tuple[int, int, int] | None:
        """Followers, of them reached by targeted messages, and blocks on that day; None while LINE has not counted it."""
        told = self._json("GET", f"/v2/bot/insight/followers?date={day:%Y%m%d}")
        if told.get("status") != "ready":
            return None
        return int(told.get("followers") or 0), int(told.get("targetedReaches") or 0), int(told.get("blocks") or 0)

    def info(self) -> dict[str, Any]:
        """Who this account is: proves that the credentials work."""
        return self._json("GET", "/v2/bot/info")

    def content(self, message_id: str) -> urllib3.BaseHTTPResponse:
        """The bytes of a photo, video or file, to be read piecewise and then closed. Raises Gone, NotReady.

        Over the SDK's own pool: its calls read a body whole, and a film may have 200 MB.
        """
        pool: urllib3.PoolManager = self._data.rest_client.pool_manager
        url = f"{self._hosts[1]}/v2/bot/message/{quote(message_id, safe='')}/content"
        try:
            body = pool.request(
                "GET",
                url,
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=urllib3.Timeout(connect=CONNECT, read=CONTENT_READ),
                preload_content=False,
                retries=False,
            )
        except urllib3.exceptions.HTTPError as problem:
            raise NotReached(type(problem).__name__) from problem
        if body.status == 200:
            return body
        body.close()
        if body.status == 202:
            raise NotReady("the content is being prepared", 3)
        raise _sorted(body.status, "", body.headers.get("Retry-After"))

    # The rich menu.

    def create_rich_menu(self, menu: dict[str, Any]) -> str:
        """Create it; returns its id."""
        return str(self._json("POST", "/v2/bot/richmenu", menu)["richMenuId"])

    def set_rich_menu_image(self, menu_id: str, image: bytes, mime: str) -> None:
        """Upload its image."""
        path = f"/v2/bot/richmenu/{menu_id}/content"
        self._raw(self._data, "POST", path, image, {"Content-Type": mime})

    def set_default_rich_menu(self, menu_id: str) -> None:
        """Show it to everybody."""
        self._call("POST", f"/v2/bot/user/all/richmenu/{menu_id}", None)

    def list_rich_menus(self) -> list[dict[str, Any]]:
        """What there is."""
        return list(self._json("GET", "/v2/bot/richmenu/list").get("richmenus", []))

    def delete_rich_menu(self, menu_id: str) -> None:
        """Take it away."""
        self._call("DELETE", f"/v2/bot/richmenu/{menu_id}", None)

    # How a call is made.

    def _call(self, method: str, path: str, body: Any, headers: dict[str, str] | None = None) -> None:
        self._raw(self._client, method, path, body, headers)

    def _json(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self._raw(self._client, method, path, body, None)
        parsed = json.loads(answer.raw_data)
        return parsed if isinstance(parsed, dict) else {}

    def _raw(self, client: Any, method: str, path: str, body: Any, headers: dict[str, str] | None) -> Any:
        try:
            answer = self._once(client, method, path, body, headers)
        except Exception as problem:
            meter.count("line_calls", type(problem).__name__.strip("_"))
            raise
        meter.count("line_calls", "ok")
        return answer

    def _once(self, client: Any, method: str, path: str, body: Any, headers: dict[str, str] | None) -> Any:
        sent = {"Content-Type": "application/json", **(headers or {})} if method == "POST" else dict(headers or {})
        try:
            return client.call_api(
                path,
                method,
                header_params=sent,
                body=body,
                auth_settings=["Bearer"],
                response_types_map={},
                _request_timeout=self._timeout,
                _host=client.configuration.host,
            )
        except ApiException as no:
            if no.status == 409:
                raise _Accepted(no.body if isinstance(no.body, str) else "") from no
            words = not_ours(no.body if isinstance(no.body, str) else "", (body, self._token))
            raise _sorted(int(no.status or 0), words, (no.headers or {}).get("Retry-After")) from no
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as problem:
            raise NotReached(type(problem).__name__) from problem
        except urllib3.exceptions.HTTPError as problem:
            raise FateUnknown(type(problem).__name__) from problem
        except (OSError, ValueError) as problem:
            raise FateUnknown(type(problem).__name__) from problem


def _place(chat: str) -> str:
    return f"{ROOM if chat.startswith('R') else '/v2/bot/group/'}{quote(chat, safe='')}"


def _sent(answer: str | bytes) -> list[str]:
    """The ids in LINE's answer to a reply or push; what cannot be read is as good as none: the messages are sent."""
    try:
        messages = json.loads(answer or b"{}").get("sentMessages")
    except (ValueError, AttributeError):
        return []
    ids = [each.get("id") for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []
    return [each for each in ids if isinstance(each, str) and each]


def not_ours(words: str, sent: Any) -> str:
    """LINE's words without those that repeat what was sent: they are kept and shown to staff, what citizens wrote is not."""
    said = " ".join(_texts(sent))
    return re.sub(r"[^\s\"]{3,}", lambda word: "…" if word[0].strip(".,:;!?") in said else word[0], words)


def _texts(thing: Any, name: str = "") -> Iterator[str]:
    """All strings but the values of LINE's own fields, such as `"type": "text"`."""
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield from _texts(value, key)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from _texts(value, name)
    elif isinstance(thing, str) and name not in FORM:
        yield thing


def _sorted(status: int, body: str, wait: str | None) -> Exception:
    """LINE's answer as one of the errors above. Its words are kept short: they may repeat what was sent."""
    words = body[:160].replace("\n", " ")
    if status == 429:
        kind = UsedUp if "monthly limit" in body else Limited
        return kind(words, float(wait) if wait and wait.isdecimal() else None)
    if status == 0 or status >= 500 or status == 408:
        return FateUnknown(f"{status} {words}")
    if status in {404, 410}:
        return Gone(f"{status} {words}")
    return Declined(status, words)
