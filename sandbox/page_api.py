"""The JSON API of the chat page, also meant for tests. See README.md for the list."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from .acts import Acts
from .buttons import Buttons
from .line_core import answer
from .line_richmenu import RichMenus
from .world import Group, Json, Refused, World

LARGEST_UPLOAD = 64 * 1024 * 1024
INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp", "video/", "audio/")
NUMBERS = {"delay_ms": 30_000, "prepare_seconds": 60, "quota": 10_000_000}


def wish() -> Json:
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise Refused("the body must be a JSON object")
    return body


def said(body: Json, key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise Refused(f"{key} is missing")
    return value


def names(body: Json, key: str) -> list[str]:
    value = body.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refused(f"{key} must be a list of ids")
    return value


class PageApi:
    def __init__(self, page: Blueprint, world: World, acts: Acts, menus: RichMenus) -> None:
        self.page = page
        self.world = world
        self.acts = acts
        self.menus = menus
        self.buttons = Buttons(world, acts, menus)
        rules: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", "/updates", self.updates),
            ("GET", "/calls", self.calls),
            ("GET", "/people", lambda: {"people": [one.view() for one in self.world.people.values()]}),
            ("POST", "/people", self.new_person),
            ("POST", "/people/<person>/follow", self.follow),
            ("POST", "/people/<person>/block", self.block),
            ("GET", "/groups", lambda: {"groups": [one.view() for one in self.world.groups.values()]}),
            ("POST", "/groups", self.new_group),
            ("POST", "/groups/<group>/members", self.change_members),
            ("POST", "/groups/<group>/bot", self.change_bot),
            ("GET", "/chats/<chat>/messages", self.messages),
            ("POST", "/chats/<chat>/text", self.text),
            ("POST", "/chats/<chat>/media", self.media),
            ("POST", "/chats/<chat>/location", self.location),
            ("POST", "/chats/<chat>/sticker", self.sticker),
            ("POST", "/chats/<chat>/press", self.press),
            ("POST", "/messages/<message>/unsend", self.unsend),
            ("POST", "/messages/<message>/edit", self.edit),
            ("GET", "/content/<message>", self.content),
            ("GET", "/richmenus/<menu>/image", self.menu_image),
            ("POST", "/switches", self.switch),
            ("GET", "/faults", lambda: {"faults": self.world.faults.view()}),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("DELETE", "/faults/<int:number>", self.clear_faults),
        ]
        for number, (method, rule, act) in enumerate(rules):
            page.add_url_rule(f"/api{rule}", f"api_{number}", self._guarded(act), methods=[method])

    def _guarded(self, act: Callable[..., Any]) -> Callable[..., Response]:
        def view(**parts: Any) -> Response:
            try:
                done = act(**parts)
            except Refused as refusal:
                return answer({"error": str(refusal)}, refusal.status)
            except (TypeError, ValueError) as error:
                return answer({"error": str(error)}, 400)
            return done if isinstance(done, Response) else answer(done or {})

        return view

    # reading

    def updates(self) -> Json:
        """All that changed after `since`; the cheap call the page repeats."""
        since = int(request.args.get("since", "0"))
        world = self.world
        with world.lock:
            if since > world.seq:  # the sandbox was started anew
                return {"seq": 0, "reset": True}
            out: Json = {"seq": world.seq, "now": world.now_ms(), "calls": world.call_seq}
            if since == world.seq:
                return out
            out["messages"] = [entry.view() for line in world.chats.values() for entry in line if entry.seq > since]
            if world.meta_seq > since:
                out["people"] = [one.view() for one in world.people.values()]
                out["groups"] = [one.view() for one in world.groups.values()]
                out["menus"] = {one: self._menu(one) for one in world.people}
                out["switches"], out["faults"] = dict(world.switches), world.faults.view()
            out["loading"] = {chat: int(until * 1000) for chat, until in world.loading.items()}
            return out

    def _menu(self, person: str) -> Json | None:
        menu = self.menus.seen_by(person)
        return {"id": menu, **self.menus.menus[menu]} if menu and menu in self.menus.menus else None

    def calls(self) -> Json:
        since = int(request.args.get("since", "0"))
        with self.world.lock:
            quota = {"used": self.world.used_quota, "limit": self.world.switches["quota"], **self.world.counts}
            return {"calls": [call for call in self.world.calls if call["n"] > since], "quota": quota}

    def messages(self, chat: str) -> Json:
        with self.world.lock:
            if chat not in self.world.chats:
                raise Refused("no such chat", 404)
            return {"messages": [entry.view() for entry in self.world.chats[chat]]}

    def content(self, message: str) -> Response:
        found = self.world.content.get(message)
        if found is None:
            raise Refused("no such content", 404)
        data, mime, _ = found
        shown = mime.startswith(INLINE)
        response = Response(data, content_type=mime if shown else "application/octet-stream")
        response.headers["Cache-Control"] = "private, max-age=3600"
        if not shown:
            response.headers["Content-Disposition"] = "attachment"
        response.accept_ranges = "none"
        return response

    def menu_image(self, menu: str) -> Response:
        if menu not in self.menus.images:
            raise Refused("no such image", 404)
        data, kind = self.menus.images[menu]
        return Response(data, content_type=kind, headers={"Cache-Control": "private, max-age=3600"})

    # people and groups

    def new_person(self) -> Json:
        body = wish()
        person = self.world.add_person(said(body, "name"))
        if body.get("follow", True):
            self.acts.follow(person)
        return person.view()

    def follow(self, person: str) -> Json:
        self.acts.follow(self.world.person(person))
        return self.world.person(person).view()

    def block(self, person: str) -> Json:
        self.acts.block(self.world.person(person))
        return self.world.person(person).view()

    def new_group(self) -> Json:
        body = wish()
        members = names(body, "members")
        for member in members:
            self.world.person(member)
        group: Group = self.world.add_group(said(body, "name"), str(body.get("kind", "group")))
        group.members = list(dict.fromkeys(members))
        if body.get("bot", True):
            self.acts.bot_joins(group)
        self.world.touch()
        return group.view()

    def change_members(self, group: str) -> Json:
        body = wish()
        self.acts.members(self.world.group(group), names(body, "add"), names(body, "remove"))
        return self.world.group(group).view()

    def change_bot(self, group: str) -> Json:
        found = self.world.group(group)
        (self.acts.bot_joins if wish().get("in") else self.acts.bot_leaves)(found)
        return found.view()

    # messages

    def text(self, chat: str) -> Json:
        body = wish()
        return self.acts.text(chat, said(body, "person"), said(body, "text"), body.get("quote")).view()

    def media(self, chat: str) -> Json:
        if (request.content_length or 0) > LARGEST_UPLOAD:
            raise Refused("at most 64 MB at once", 413)
        form = request.form
        files = [
            (one.filename or "file", one.mimetype or "application/octet-stream", one.read())
            for one in request.files.getlist("files")
        ]
        duration = max(0, int(form.get("duration", "0")))
        entries = self.acts.media(chat, form.get("person", ""), form.get("kind", "image"), files, duration)
        return {"messages": [entry.view() for entry in entries]}

    def location(self, chat: str) -> Json:
        body = wish()
        spot = {key: float(body.get(key, "nan")) for key in ("latitude", "longitude")}
        if not all(map(math.isfinite, spot.values())) or abs(spot["latitude"]) > 90 or abs(spot["longitude"]) > 180:
            raise Refused("latitude and longitude must be numbers on the globe")
        place = {**spot, "title": body.get("title"), "address": body.get("address")}
        return self.acts.location(chat, said(body, "person"), place).view()

    def sticker(self, chat: str) -> Json:
        body = wish()
        sticker: Json = {key: said(body, key) for key in ("packageId", "stickerId")}
        sticker["keywords"] = names(body, "keywords")
        return self.acts.sticker(chat, said(body, "person"), sticker).view()

    def press(self, chat: str) -> Json:
        body = wish()
        person = said(body, "person")
        action = body.get("action")
        if not isinstance(action, dict):
            action = self.buttons.find(chat, person, said(body, "label"))
        return {"pressed": self.buttons.press(chat, person, action, body.get("params")), "action": action}

    def unsend(self, message: str) -> None:
        self.acts.unsend(message, said(wish(), "person"))

    def edit(self, message: str) -> None:
        body = wish()
        self.acts.edit(message, said(body, "person"), said(body, "text"))

    # switches and faults

    def switch(self) -> Json:
        for key, value in wish().items():
            if key not in self.world.switches:
                raise Refused(f"no switch {key}")
            if key in NUMBERS:
                number = None if value is None and key == "quota" else int(value)
                if number is not None and not 0 <= number <= NUMBERS[key]:
                    raise Refused(f"{key} must be 0 to {NUMBERS[key]}")
                self.world.switches[key] = number
            elif isinstance(value, bool):
                self.world.switches[key] = value
            else:
                raise Refused(f"{key} is true or false")
        self.world.touch()
        return dict(self.world.switches)

    def add_fault(self) -> Json:
        added = self.world.faults.add(wish())
        self.world.touch()
        return added

    def clear_faults(self, number: int | None = None) -> Json:
        self.world.faults.remove(number)
        self.world.touch()
        return {"faults": self.world.faults.view()}
