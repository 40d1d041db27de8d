from __future__ import annotations

from typing import Any

from .echo import TOKEN, Rig

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
MENU: dict[str, Any] = {
    "size": {"width": 2500, "height": 1686},
    "selected": True,
    "name": "main",
    "chatBarText": "menu",
    "areas": [
        {"bounds": {"x": 0, "y": 0, "width": 833, "height": 843}, "action": {"type": "message", "label": "a", "text": "a"}}
    ],
}


def upload(rig: Rig, menu: str, data: bytes = PNG, kind: str = "image/png") -> int:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
    client = rig.app.test_client()
    return client.post(f"/sandbox/line/v2/bot/richmenu/{menu}/content", data=data, headers=headers).status_code


def test_a_menu_is_deployed(rig: Rig) -> None:
    person = rig.person()
    call = rig.bot.call
    menu = call("POST", "/v2/bot/richmenu", MENU)[1]["richMenuId"]
    assert call("POST", f"/v2/bot/user/all/richmenu/{menu}")[0] == 400  # no picture yet
    assert upload(rig, menu, b"GIF89a") == 415 and upload(rig, menu, PNG + b"0" * 1024 * 1024) == 413
    assert upload(rig, menu) == 200 and upload(rig, menu) == 400
    assert call("GET", "/v2/bot/user/all/richmenu")[0] == 404
    assert call("POST", f"/v2/bot/user/all/richmenu/{menu}")[0] == 200
    assert call("GET", "/v2/bot/user/all/richmenu")[1] == {"richMenuId": menu}
    assert rig.page("GET", "/updates?since=0")[1]["menus"][person]["areas"] == MENU["areas"]
    assert rig.app.test_client().get(f"/sandbox/api/richmenus/{menu}/image").data == PNG
    assert rig.page("POST", f"/chats/{person}/press", {"person": person, "label": "a"})[0] == 200
    assert call("GET", "/v2/bot/richmenu/list")[1]["richmenus"][0]["name"] == "main"
    assert call("DELETE", "/v2/bot/user/all/richmenu")[0] == 200
    assert call("DELETE", f"/v2/bot/richmenu/{menu}")[0] == 200
    assert call("GET", f"/v2/bot/richmenu/{menu}")[0] == 404


def test_one_person_and_aliases(rig: Rig) -> None:
    person = rig.person()
    call = rig.bot.call
    menu = call("POST", "/v2/bot/richmenu", MENU)[1]["richMenuId"]
    upload(rig, menu)
    assert call("POST", f"/v2/bot/user/{person}/richmenu/{menu}")[0] == 200
    assert call("GET", f"/v2/bot/user/{person}/richmenu")[1] == {"richMenuId": menu}
    assert call("DELETE", f"/v2/bot/user/{person}/richmenu")[0] == 200
    alias = {"richMenuAliasId": "main", "richMenuId": menu}
    assert call("POST", "/v2/bot/richmenu/alias", alias)[0] == 200
    assert call("POST", "/v2/bot/richmenu/alias", alias)[0] == 400
    assert call("GET", "/v2/bot/richmenu/alias/list")[1] == {"aliases": [alias]}
    switch = {"type": "richmenuswitch", "richMenuAliasId": "main", "data": "d"}
    rig.page("POST", f"/chats/{person}/press", {"person": person, "action": switch})
    assert rig.bot.wait(2)[1]["postback"]["params"] == {"newRichMenuAliasId": "main", "status": "SUCCESS"}
    assert call("GET", f"/v2/bot/user/{person}/richmenu")[1] == {"richMenuId": menu}
    assert call("DELETE", "/v2/bot/richmenu/alias/main")[0] == 200


def test_a_wrong_menu_is_refused(rig: Rig) -> None:
    wide = MENU | {"size": {"width": 2600, "height": 100}, "chatBarText": "x" * 15}
    status, body, _ = rig.bot.call("POST", "/v2/bot/richmenu/validate", wide)
    assert status == 400
    assert {one["property"] for one in body["details"]} == {"size.width", "size.height", "chatBarText", "areas[0].bounds"}
