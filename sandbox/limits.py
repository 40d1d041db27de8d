"""LINE's limits on messages, checked as LINE would before anything is sent."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from .graphemes import count, utf16

Json = dict[str, Any]
LATEST = {"date": r"\d{4}-\d\d-\d\d", "time": r"\d\d:\d\d", "datetime": r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d"}


class Problems:
    """Collects what is wrong, as LINE's `details`."""

    def __init__(self) -> None:
        self.details: list[dict[str, str]] = []

    def add(self, where: str, message: str) -> None:
        self.details.append({"message": message, "property": where})

    def text(self, where: str, value: object, most: int, *, required: bool = True) -> None:
        if value is None and not required:
            return
        if not isinstance(value, str) or not value.strip():
            self.add(where, "May not be empty")
        elif utf16(value) > most:
            self.add(where, f"Length must be between 0 and {most}")

    def label(self, where: str, value: object, most: int, *, required: bool = True) -> None:
        if value is None and not required:
            return
        if not isinstance(value, str) or not value.strip():
            self.add(where, "May not be empty")
        elif count(value) > most:
            self.add(where, f"must not be longer than {most} characters")

    def url(self, where: str, value: object, *, most: int = 2000) -> None:
        if not isinstance(value, str) or not value:
            self.add(where, "May not be empty")
        elif urlsplit(value).scheme != "https" or not urlsplit(value).netloc:
            self.add(where, "invalid uri scheme: must be https")
        elif len(value) > most:
            self.add(where, f"Length must be between 0 and {most}")

    def items(self, where: str, value: object, least: int, most: int) -> list[Any]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.add(where, f"Size must be between {least} and {most}")
            return []
        return value


def check_action(problems: Problems, where: str, action: object, place: str) -> None:
    """`place` is quick, template, flex, button (a Flex button) or richmenu."""
    if not isinstance(action, dict):
        problems.add(where, "May not be null")
        return
    most = 40 if place in {"flex", "button"} else 20
    problems.label(f"{where}.label", action.get("label"), most, required=place in {"quick", "template", "button"})
    kind = action.get("type")
    if kind == "postback":
        problems.text(f"{where}.data", action.get("data"), 300)
        problems.text(f"{where}.displayText", action.get("displayText"), 300, required=False)
        problems.text(f"{where}.text", action.get("text"), 300, required=False)
    elif kind == "message":
        problems.text(f"{where}.text", action.get("text"), 300)
    elif kind == "uri":
        _check_uri(problems, f"{where}.uri", action.get("uri"))
    elif kind == "datetimepicker":
        _check_picker(problems, where, action)
    elif kind == "clipboard":
        problems.text(f"{where}.clipboardText", action.get("clipboardText"), 1000)
    elif kind in {"camera", "cameraRoll", "location"}:
        if place != "quick":
            problems.add(f"{where}.type", f"{kind} action is only for quick replies")
    elif kind == "richmenuswitch" and place == "richmenu":
        problems.text(f"{where}.richMenuAliasId", action.get("richMenuAliasId"), 32)
        problems.text(f"{where}.data", action.get("data"), 300)
    else:
        problems.add(f"{where}.type", f"unknown action type: {kind}")


def _check_uri(problems: Problems, where: str, uri: object) -> None:
    if not isinstance(uri, str) or not uri:
        problems.add(where, "May not be empty")
    elif urlsplit(uri).scheme not in {"http", "https", "line", "tel"}:
        problems.add(where, "invalid uri scheme")
    elif len(uri) > 1000:
        problems.add(where, "Length must be between 0 and 1000")


def _check_picker(problems: Problems, where: str, action: Json) -> None:
    problems.text(f"{where}.data", action.get("data"), 300)
    shape = LATEST.get(str(action.get("mode")))
    if shape is None:
        problems.add(f"{where}.mode", "must be one of date, time, datetime")
        return
    for key in ("initial", "min", "max"):
        if key in action and not re.fullmatch(shape, str(action[key])):
            problems.add(f"{where}.{key}", "invalid date format")
    if action.get("min") and action.get("max") and str(action["min"]) >= str(action["max"]):
        problems.add(f"{where}.min", "min must be before max")


def check_template(problems: Problems, where: str, template: object) -> None:
    if not isinstance(template, dict):
        problems.add(where, "May not be null")
        return
    kind = template.get("type")
    if kind == "buttons":
        _check_column(problems, where, template, most_text=160, actions=4)
    elif kind == "confirm":
        problems.text(f"{where}.text", template.get("text"), 240)
        for index, action in enumerate(problems.items(f"{where}.actions", template.get("actions"), 2, 2)):
            check_action(problems, f"{where}.actions[{index}]", action, "template")
    elif kind == "carousel":
        columns = problems.items(f"{where}.columns", template.get("columns"), 1, 10)
        for index, column in enumerate(columns):
            _check_column(problems, f"{where}.columns[{index}]", column, most_text=120, actions=3)
        if len({len(column.get("actions") or []) for column in columns if isinstance(column, dict)}) > 1:
            problems.add(f"{where}.columns", "the number of actions must be the same in all columns")
    elif kind == "image_carousel":
        for index, column in enumerate(problems.items(f"{where}.columns", template.get("columns"), 1, 10)):
            problems.url(f"{where}.columns[{index}].imageUrl", column.get("imageUrl"))
            check_action(problems, f"{where}.columns[{index}].action", column.get("action"), "template")
    else:
        problems.add(f"{where}.type", f"unknown template type: {kind}")


def _check_column(problems: Problems, where: str, column: object, *, most_text: int, actions: int) -> None:
    if not isinstance(column, dict):
        problems.add(where, "May not be null")
        return
    dressed = "title" in column or "thumbnailImageUrl" in column
    problems.text(f"{where}.title", column.get("title"), 40, required=False)
    problems.text(f"{where}.text", column.get("text"), 60 if dressed else most_text)
    if "thumbnailImageUrl" in column:
        problems.url(f"{where}.thumbnailImageUrl", column["thumbnailImageUrl"])
    if "defaultAction" in column:
        check_action(problems, f"{where}.defaultAction", column["defaultAction"], "flex")
    for index, action in enumerate(problems.items(f"{where}.actions", column.get("actions"), 1, actions)):
        check_action(problems, f"{where}.actions[{index}]", action, "template")
