"""Pressing a button of a message, as the telephone would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .acts import Acts
from .line_richmenu import RichMenus
from .world import BOT, Json, Refused, World

PICKED = {"date": r"\d{4}-\d\d-\d\d", "time": r"\d\d:\d\d", "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d"}
NOTHING_SENT = {"uri", "clipboard", "camera", "cameraRoll", "location"}


def actions_of(part: Any) -> Iterator[Json]:
    """Every action inside a message, in reading order."""
    if isinstance(part, list):
        for one in part:
            yield from actions_of(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in {"action", "defaultAction"} and isinstance(value, dict):
                yield value
            elif key == "actions" and isinstance(value, list):
                yield from (one for one in value if isinstance(one, dict))
            elif key != "quickReply":
                yield from actions_of(value)


class Buttons:
    def __init__(self, world: World, acts: Acts, menus: RichMenus) -> None:
        self.world = world
        self.acts = acts
        self.menus = menus

    def visible(self, chat: str, person: str) -> Iterator[Json]:
        """All that can be pressed now, the newest first; quick replies only of the last message."""
        with self.world.lock:
            line = list(self.world.chats.get(chat, ()))
        for index, entry in enumerate(reversed(line)):
            if entry.sender != BOT or entry.unsent:
                continue
            if index == 0:
                quick = entry.body.get("quickReply") or {}
                yield from actions_of(quick.get("items") or [])
            yield from actions_of(entry.body)
        menu = self.menus.seen_by(person) if chat in self.world.people else None
        if menu:
            yield from actions_of(self.menus.menus[menu]["areas"])

    def find(self, chat: str, person: str, label: str) -> Json:
        for action in self.visible(chat, person):
            if action.get("label") == label:
                return action
        raise Refused(f"no button {label!r} to press in this chat", 404)

    def press(self, chat: str, person: str, action: Json, params: Json | None = None) -> str:
        """Does what the action says; answers what was done."""
        kind = action.get("type")
        if kind == "message":
            self.acts.text(chat, person, str(action.get("text", "")))
        elif kind == "postback":
            self.acts.postback(chat, person, str(action.get("data", "")), action.get("displayText"), None)
            if action.get("text"):
                self.acts.text(chat, person, str(action["text"]))
        elif kind == "datetimepicker":
            self.acts.postback(chat, person, str(action.get("data", "")), None, self._picked(action, params))
        elif kind == "richmenuswitch":
            alias = str(action.get("richMenuAliasId", ""))
            status = "SUCCESS" if self.menus.switch(person, alias) else "RICHMENU_ALIAS_ID_NOTFOUND"
            told = {"newRichMenuAliasId": alias, "status": status}
            self.acts.postback(chat, person, str(action.get("data", "")), None, told)
        elif kind not in NOTHING_SENT:
            raise Refused(f"an action of type {kind} cannot be pressed")
        return str(kind)

    def _picked(self, action: Json, params: Json | None) -> Json:
        mode = str(action.get("mode"))
        value = str((params or {}).get(mode, ""))
        if mode not in PICKED or not re.fullmatch(PICKED[mode], value):
            raise Refused(f"params needs {mode} in the form {PICKED.get(mode, 'date, time or datetime')}")
        if (action.get("min") and value < str(action["min"])) or (action.get("max") and value > str(action["max"])):
            raise Refused("the chosen time is outside min and max")
        return {mode: value}
