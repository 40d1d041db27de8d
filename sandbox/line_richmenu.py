"""Rich menus: what lies under the chat, by default or for one person, and their aliases."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

from flask import Response, request

from .graphemes import count
from .limits import Problems, check_action
from .line_core import Answer, ApiError, LineApi, body_object, wrong
from .world import Json, World

MOST_MENUS = 1000
LARGEST_IMAGE = 1024 * 1024
NOT_FOUND = "richmenu not found"


def check_menu(menu: Json) -> list[dict[str, str]]:
    problems = Problems()
    size = menu.get("size")
    width, height = (size.get("width"), size.get("height")) if isinstance(size, dict) else (None, None)
    if not isinstance(width, int) or not 800 <= width <= 2500:
        problems.add("size.width", "must be between 800 and 2500")
    if not isinstance(height, int) or height < 250 or (isinstance(width, int) and width / height < 1.45):
        problems.add("size.height", "must be at least 250 and width / height at least 1.45")
    if not isinstance(menu.get("selected"), bool):
        problems.add("selected", "May not be null")
    problems.text("name", menu.get("name"), 300)
    if not 1 <= count(str(menu.get("chatBarText") or "")) <= 14:
        problems.add("chatBarText", "Length must be between 1 and 14")
    for index, area in enumerate(problems.items("areas", menu.get("areas"), 0, 20)):
        where = f"areas[{index}]"
        bounds = area.get("bounds") if isinstance(area, dict) else None
        if not isinstance(bounds, dict) or not all(
            isinstance(bounds.get(key), int) and bounds[key] >= 0 for key in ("x", "y", "width", "height")
        ):
            problems.add(f"{where}.bounds", "needs x, y, width and height")
        elif _sticks_out(bounds, width, height):
            problems.add(f"{where}.bounds", "is outside the rich menu")
        if isinstance(area, dict):
            check_action(problems, f"{where}.action", area.get("action"), "richmenu")
    return problems.details


def _sticks_out(bounds: Json, width: object, height: object) -> bool:
    if not isinstance(width, int) or not isinstance(height, int):
        return False
    return bool(bounds["x"] + bounds["width"] > width or bounds["y"] + bounds["height"] > height)


def picture_kind(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/jpeg" if data.startswith(b"\xff\xd8\xff") else None


class RichMenus:
    def __init__(self, api: LineApi, world: World) -> None:
        self.world = world
        self.menus: OrderedDict[str, Json] = OrderedDict()
        self.images: dict[str, tuple[bytes, str]] = {}
        self.aliases: dict[str, str] = {}
        self.default: str | None = None
        rules: list[tuple[str, str, Any]] = [
            ("POST", "/richmenu", self.create),
            ("POST", "/richmenu/validate", self.validate),
            ("GET", "/richmenu/list", self.listing),
            ("GET", "/richmenu/<menu>", self.show),
            ("DELETE", "/richmenu/<menu>", self.delete),
            ("POST", "/richmenu/<menu>/content", self.upload),
            ("GET", "/richmenu/<menu>/content", self.download),
            ("POST", "/user/all/richmenu/<menu>", self.set_default),
            ("GET", "/user/all/richmenu", self.get_default),
            ("DELETE", "/user/all/richmenu", self.cancel_default),
            ("POST", "/user/<user>/richmenu/<menu>", self.link),
            ("GET", "/user/<user>/richmenu", self.linked),
            ("DELETE", "/user/<user>/richmenu", self.unlink),
            ("POST", "/richmenu/bulk/link", self.bulk_link),
            ("POST", "/richmenu/bulk/unlink", self.bulk_unlink),
            ("POST", "/richmenu/alias", self.alias_create),
            ("GET", "/richmenu/alias/list", self.alias_list),
            ("GET", "/richmenu/alias/<alias>", self.alias_show),
            ("POST", "/richmenu/alias/<alias>", self.alias_update),
            ("DELETE", "/richmenu/alias/<alias>", self.alias_delete),
        ]
        for method, rule, act in rules:
            api.call(method, f"/v2/bot{rule}")(act)

    # menus

    def create(self) -> Answer:
        body = body_object()
        details = check_menu(body)
        if details:
            raise wrong(details)
        with self.world.lock:
            if len(self.menus) >= MOST_MENUS:
                raise ApiError(400, "The number of rich menus is at its limit")
            menu = f"richmenu-{self.world.ids.token()}"
            self.menus[menu] = {key: body[key] for key in ("size", "selected", "name", "chatBarText", "areas")}
        return {"richMenuId": menu}

    def validate(self) -> Answer:
        details = check_menu(body_object())
        if details:
            raise wrong(details)
        return {}

    def _known(self, menu: str) -> str:
        if menu not in self.menus:
            raise ApiError(404, NOT_FOUND)
        return menu

    def _person(self, user: str) -> Any:
        if not re.fullmatch(r"U[0-9a-f]{32}", user):
            raise ApiError(400, "The value for the 'userId' parameter is invalid")
        person = self.world.people.get(user)
        if person is None:
            raise ApiError(404, "Not found")
        return person

    def listing(self) -> Answer:
        return {"richmenus": [{"richMenuId": menu, **body} for menu, body in list(self.menus.items())]}

    def show(self, menu: str) -> Answer:
        return {"richMenuId": self._known(menu), **self.menus[menu]}

    def delete(self, menu: str) -> Answer:
        with self.world.lock:
            del self.menus[self._known(menu)]
            self.images.pop(menu, None)
            self.aliases = {alias: target for alias, target in self.aliases.items() if target != menu}
            self.default = None if self.default == menu else self.default
            for person in self.world.people.values():
                person.rich_menu = None if person.rich_menu == menu else person.rich_menu
            self.world.touch()
        return {}

    def upload(self, menu: str) -> Answer:
        self._known(menu)
        data = request.get_data()
        kind = picture_kind(data)
        if kind is None or request.mimetype not in {"image/png", "image/jpeg"}:
            raise ApiError(415, "The image must be JPEG or PNG, with its content type")
        if len(data) > LARGEST_IMAGE:
            raise ApiError(413, "The image is larger than 1 MB")
        with self.world.lock:
            if menu in self.images:
                raise ApiError(400, "An image has already been uploaded to the richmenu")
            self.images[menu] = (data, kind)
            self.world.touch()
        return {}

    def download(self, menu: str) -> Answer:
        if menu not in self.images:
            raise ApiError(404, "Not found")
        data, kind = self.images[menu]
        return Response(data, 200, content_type=kind)

    # who sees which

    def _usable(self, menu: str) -> str:
        if self._known(menu) not in self.images:
            raise ApiError(400, "must upload richmenu image before applying it to user")
        return menu

    def set_default(self, menu: str) -> Answer:
        self.default = self._usable(menu)
        self.world.touch()
        return {}

    def get_default(self) -> Answer:
        if self.default is None:
            raise ApiError(404, "no default richmenu")
        return {"richMenuId": self.default}

    def cancel_default(self) -> Answer:
        self.default = None
        self.world.touch()
        return {}

    def link(self, user: str, menu: str) -> Answer:
        self._person(user).rich_menu = self._usable(menu)
        self.world.touch()
        return {}

    def linked(self, user: str) -> Answer:
        menu = self._person(user).rich_menu
        if menu is None:
            raise ApiError(404, "the user has no richmenu")
        return {"richMenuId": menu}

    def unlink(self, user: str) -> Answer:
        self._person(user).rich_menu = None
        self.world.touch()
        return {}

    def _bulk(self, menu: str | None) -> Answer:
        users = body_object().get("userIds")
        if not isinstance(users, list) or not 1 <= len(users) <= 500:
            raise wrong([{"message": "Size must be between 1 and 500", "property": "userIds"}])
        with self.world.lock:
            for user in users:
                person = self.world.people.get(user)
                if person:
                    person.rich_menu = menu
            self.world.touch()
        return answer_accepted()

    def bulk_link(self) -> Answer:
        return self._bulk(self._usable(str(body_object().get("richMenuId"))))

    def bulk_unlink(self) -> Answer:
        return self._bulk(None)

    # aliases

    def _alias(self, alias: str) -> str:
        if alias not in self.aliases:
            raise ApiError(404, "richmenu alias not found")
        return alias

    def alias_create(self) -> Answer:
        body = body_object()
        alias = str(body.get("richMenuAliasId", ""))
        if not re.fullmatch(r"[a-z0-9_-]{1,32}", alias):
            raise wrong([{"message": "must match [a-z0-9_-]{1,32}", "property": "richMenuAliasId"}])
        menu = self._usable(str(body.get("richMenuId")))
        if alias in self.aliases:
            raise ApiError(400, "conflict richmenu alias id")
        self.aliases[alias] = menu
        return {}

    def alias_list(self) -> Answer:
        return {"aliases": [{"richMenuAliasId": alias, "richMenuId": menu} for alias, menu in self.aliases.items()]}

    def alias_show(self, alias: str) -> Answer:
        return {"richMenuAliasId": self._alias(alias), "richMenuId": self.aliases[alias]}

    def alias_update(self, alias: str) -> Answer:
        self.aliases[self._alias(alias)] = self._usable(str(body_object().get("richMenuId")))
        return {}

    def alias_delete(self, alias: str) -> Answer:
        del self.aliases[self._alias(alias)]
        return {}

    # for the page

    def seen_by(self, person: str) -> str | None:
        """The menu this person has on screen, as LINE chooses it: their own, else the default."""
        known = self.world.people.get(person)
        return (known.rich_menu if known else None) or self.default

    def switch(self, person: str, alias: str) -> bool:
        menu = self.aliases.get(alias)
        known = self.world.people.get(person)
        if menu is None or known is None:
            return False
        known.rich_menu = menu
        self.world.touch()
        return True


def answer_accepted() -> Response:
    return Response("{}", 202, content_type="application/json")
