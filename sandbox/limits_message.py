"""One message object after another against LINE's limits; Flex has a file of its own."""

from __future__ import annotations

import re
from typing import Any

from .graphemes import count, utf16
from .limits import Json, Problems, check_action, check_template
from .limits_flex import check_flex


def check_messages(messages: object) -> list[dict[str, str]]:
    """What LINE would answer as `details`; empty when the messages may go."""
    problems = Problems()
    for index, message in enumerate(problems.items("messages", messages, 1, 5)):
        where = f"messages[{index}]"
        if not isinstance(message, dict):
            problems.add(where, "May not be null")
            continue
        check = CHECKS.get(str(message.get("type")))
        if check is None:
            problems.add(f"{where}.type", "must be one of " + ", ".join(CHECKS))
            continue
        check(problems, where, message)
        _check_common(problems, where, message)
    return problems.details


def _check_common(problems: Problems, where: str, message: Json) -> None:
    sender = message.get("sender")
    if isinstance(sender, dict):
        if count(str(sender.get("name", ""))) > 20:
            problems.add(f"{where}.sender.name", "Length must be between 0 and 20")
        if "iconUrl" in sender:
            problems.url(f"{where}.sender.iconUrl", sender["iconUrl"])
    quick = message.get("quickReply")
    if quick is None:
        return
    if not isinstance(quick, dict):
        problems.add(f"{where}.quickReply", "must be an object")
        return
    for index, item in enumerate(problems.items(f"{where}.quickReply.items", quick.get("items"), 1, 13)):
        at = f"{where}.quickReply.items[{index}]"
        if not isinstance(item, dict) or item.get("type", "action") != "action":
            problems.add(f"{at}.type", "must be action")
            continue
        if "imageUrl" in item:
            problems.url(f"{at}.imageUrl", item["imageUrl"])
        check_action(problems, f"{at}.action", item.get("action"), "quick")


def _text(problems: Problems, where: str, message: Json) -> None:
    problems.text(f"{where}.text", message.get("text"), 5000)
    for index, emoji in enumerate(message.get("emojis") or []):
        if not isinstance(emoji, dict) or not all(key in emoji for key in ("index", "productId", "emojiId")):
            problems.add(f"{where}.emojis[{index}]", "needs index, productId and emojiId")
        elif utf16(str(message.get("text", ""))) <= int(emoji["index"]):
            problems.add(f"{where}.emojis[{index}].index", "is beyond the text")


def _text_v2(problems: Problems, where: str, message: Json) -> None:
    problems.text(f"{where}.text", message.get("text"), 5000)
    given = message.get("substitution") or {}
    wanted = re.findall(r"\{([A-Za-z0-9_]{1,20})\}", str(message.get("text", "")).replace("{{", "").replace("}}", ""))
    for key in wanted:
        if key not in given:
            problems.add(f"{where}.text", f"no substitution for {key}")
    for key, value in given.items():
        if not isinstance(value, dict) or value.get("type") not in {"mention", "emoji"}:
            problems.add(f"{where}.substitution.{key}.type", "must be one of mention, emoji")
        elif value["type"] == "mention" and not isinstance(value.get("mentionee"), dict):
            problems.add(f"{where}.substitution.{key}.mentionee", "May not be null")


def _sticker(problems: Problems, where: str, message: Json) -> None:
    for key in ("packageId", "stickerId"):
        if not re.fullmatch(r"\d+", str(message.get(key, ""))):
            problems.add(f"{where}.{key}", "May not be empty")


def _picture(problems: Problems, where: str, message: Json) -> None:
    problems.url(f"{where}.originalContentUrl", message.get("originalContentUrl"))
    problems.url(f"{where}.previewImageUrl", message.get("previewImageUrl"))


def _audio(problems: Problems, where: str, message: Json) -> None:
    problems.url(f"{where}.originalContentUrl", message.get("originalContentUrl"))
    if not isinstance(message.get("duration"), int) or message["duration"] < 1:
        problems.add(f"{where}.duration", "must be greater than 0")


def _location(problems: Problems, where: str, message: Json) -> None:
    problems.text(f"{where}.title", message.get("title"), 100)
    problems.text(f"{where}.address", message.get("address"), 100)
    for key, most in (("latitude", 90), ("longitude", 180)):
        value = message.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > most:
            problems.add(f"{where}.{key}", f"must be between -{most} and {most}")


def _imagemap(problems: Problems, where: str, message: Json) -> None:
    problems.url(f"{where}.baseUrl", message.get("baseUrl"))
    problems.text(f"{where}.altText", message.get("altText"), 1500)
    size = message.get("baseSize")
    if not isinstance(size, dict) or size.get("width") != 1040 or not isinstance(size.get("height"), int):
        problems.add(f"{where}.baseSize", "width must be 1040, height a number")
    for index, action in enumerate(problems.items(f"{where}.actions", message.get("actions"), 1, 50)):
        if not isinstance(action, dict) or not isinstance(action.get("area"), dict):
            problems.add(f"{where}.actions[{index}].area", "May not be null")
        elif action.get("type") == "message":
            problems.text(f"{where}.actions[{index}].text", action.get("text"), 400)
        elif action.get("type") == "uri":
            problems.text(f"{where}.actions[{index}].linkUri", action.get("linkUri"), 1000)


def _template(problems: Problems, where: str, message: Json) -> None:
    problems.text(f"{where}.altText", message.get("altText"), 1500)
    check_template(problems, f"{where}.template", message.get("template"))


def _flex(problems: Problems, where: str, message: Json) -> None:
    problems.text(f"{where}.altText", message.get("altText"), 1500)
    check_flex(problems, f"{where}.contents", message.get("contents"))


CHECKS: dict[str, Any] = {
    "text": _text,
    "textV2": _text_v2,
    "sticker": _sticker,
    "image": _picture,
    "video": _picture,
    "audio": _audio,
    "location": _location,
    "imagemap": _imagemap,
    "template": _template,
    "flex": _flex,
}
