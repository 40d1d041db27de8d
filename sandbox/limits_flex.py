"""Flex messages against LINE's limits: every part, its known fields and their values."""

from __future__ import annotations

import json
import re
from typing import Any

from .limits import Json, Problems, check_action

BUBBLE_BYTES, CAROUSEL_BYTES, MOST_BUBBLES = 30 * 1024, 50 * 1024, 12
BUBBLE_SIZES = {"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"}
BLOCKS = ("header", "hero", "body", "footer")

SPACE = {"none", "xs", "sm", "md", "lg", "xl", "xxl"}
SIZES = {"xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl"}
START = {"start", "end", "center"}
LENGTH = r"-?\d+(\.\d+)?(px|%)"
COLOR = r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})"

# Where a part may lie.
CONTENTS = {
    "vertical": {"box", "button", "filler", "image", "separator", "text"},
    "horizontal": {"box", "button", "filler", "image", "separator", "text"},
    "baseline": {"filler", "icon", "text"},
}
PLACED = {"position", "offsetTop", "offsetBottom", "offsetStart", "offsetEnd"}
FIELDS = {
    "box": PLACED
    | {"layout", "flex", "contents", "spacing", "margin", "backgroundColor", "borderColor", "borderWidth", "action"}
    | {"cornerRadius", "width", "maxWidth", "height", "maxHeight", "justifyContent", "alignItems", "background"}
    | {"paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd"},
    "button": PLACED | {"flex", "color", "style", "action", "gravity", "margin", "height", "adjustMode", "scaling"},
    "image": PLACED
    | {"url", "flex", "margin", "align", "gravity", "size", "aspectRatio", "aspectMode", "backgroundColor"}
    | {"action", "animated"},
    "video": {"url", "previewUrl", "altContent", "aspectRatio", "action"},
    "icon": PLACED | {"url", "size", "aspectRatio", "margin", "scaling"},
    "text": PLACED
    | {"flex", "text", "size", "align", "gravity", "color", "weight", "style", "decoration", "wrap", "lineSpacing"}
    | {"margin", "action", "maxLines", "contents", "adjustMode", "scaling"},
    "span": {"text", "size", "color", "weight", "style", "decoration"},
    "separator": {"margin", "color"},
    "filler": {"flex"},
}
WORDS: dict[str, set[str]] = {
    "position": {"relative", "absolute"},
    "layout": set(CONTENTS),
    "justifyContent": {"center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"},
    "alignItems": {"center", "flex-start", "flex-end"},
    "align": START,
    "gravity": {"top", "bottom", "center"},
    "weight": {"regular", "bold"},
    "decoration": {"none", "underline", "line-through"},
    "aspectMode": {"fit", "cover"},
    "adjustMode": {"shrink-to-fit"},
}
STYLE = {"button": {"primary", "secondary", "link"}}
LENGTHS: dict[str, set[str]] = {
    "spacing": SPACE,
    "margin": SPACE,
    "cornerRadius": SPACE,
    "borderWidth": {"none", "light", "normal", "medium", "semi-bold", "bold"},
    "width": set(),
    "maxWidth": set(),
    "maxHeight": set(),
    "lineSpacing": set(),
    **{f"padding{side}": SPACE for side in ("All", "Top", "Bottom", "Start", "End")},
    **{f"offset{side}": SPACE for side in ("Top", "Bottom", "Start", "End")},
}
COLORS = {"color", "backgroundColor", "borderColor", "separatorColor", "startColor", "endColor", "centerColor"}


def size_of(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def check_flex(problems: Problems, where: str, container: object) -> None:
    kind = container.get("type") if isinstance(container, dict) else None
    if not isinstance(container, dict) or kind not in {"bubble", "carousel"}:
        problems.add(f"{where}.type", "must be one of bubble, carousel")
    elif kind == "bubble":
        _bubble(problems, where, container)
    else:
        bubbles = problems.items(f"{where}.contents", container.get("contents"), 1, MOST_BUBBLES)
        for index, bubble in enumerate(bubbles):
            _bubble(problems, f"{where}.contents[{index}]", bubble)
        if len({bubble.get("size", "mega") for bubble in bubbles if isinstance(bubble, dict)}) > 1:
            problems.add(f"{where}.contents", "bubbles of a carousel must have one size")
        if size_of(container) > CAROUSEL_BYTES:
            problems.add(where, "carousel is larger than 50 KB")


def _bubble(problems: Problems, where: str, bubble: object) -> None:
    if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
        problems.add(f"{where}.type", "must be bubble")
        return
    if bubble.get("size", "mega") not in BUBBLE_SIZES:
        problems.add(f"{where}.size", "invalid property")
    if size_of(bubble) > BUBBLE_BYTES:
        problems.add(where, "bubble is larger than 30 KB")
    if not any(bubble.get(block) for block in BLOCKS):
        problems.add(where, "at least one block must be specified")
    for key in bubble.keys() - {"type", "size", "direction", "styles", "action", *BLOCKS}:
        problems.add(f"{where}.{key}", "unknown field")
    for block in BLOCKS:
        if block in bubble:
            allowed = {"box", "image", "video"} if block == "hero" else {"box"}
            _part(problems, f"{where}.{block}", bubble[block], allowed)
    for block, style in (bubble.get("styles") or {}).items():
        _colors(problems, f"{where}.styles.{block}", style if isinstance(style, dict) else {})
    if "action" in bubble:
        check_action(problems, f"{where}.action", bubble["action"], "flex")


def _part(problems: Problems, where: str, part: object, allowed: set[str]) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(part, dict) or kind not in allowed:
        problems.add(f"{where}.type", f"must be one of {', '.join(sorted(allowed))}, not {kind}")
        return
    for key in part.keys() - FIELDS[kind] - {"type"}:
        problems.add(f"{where}.{key}", "unknown field")
    _values(problems, where, kind, part)
    if kind == "box":
        layout = part.get("layout")
        inside = CONTENTS.get(str(layout), CONTENTS["vertical"])
        if layout not in CONTENTS:
            problems.add(f"{where}.layout", "must be one of baseline, horizontal, vertical")
        if not isinstance(part.get("contents"), list):
            problems.add(f"{where}.contents", "May not be null")
        for index, child in enumerate(part.get("contents") or []):
            _part(problems, f"{where}.contents[{index}]", child, inside)
    elif kind in {"text", "span"}:
        _words(problems, where, part)
    elif kind in {"image", "icon"}:
        problems.url(f"{where}.url", part.get("url"))
    elif kind == "video":
        problems.url(f"{where}.url", part.get("url"))
        problems.url(f"{where}.previewUrl", part.get("previewUrl"))
        _part(problems, f"{where}.altContent", part.get("altContent"), {"box", "image"})
    if kind == "button":
        check_action(problems, f"{where}.action", part.get("action"), "button")
    elif "action" in part:
        check_action(problems, f"{where}.action", part["action"], "flex")


def _words(problems: Problems, where: str, part: Json) -> None:
    spans = part.get("contents")
    if spans:
        for index, span in enumerate(spans):
            _part(problems, f"{where}.contents[{index}]", span, {"span"})
    elif not isinstance(part.get("text"), str) or not part["text"]:
        problems.add(f"{where}.text", "must be non-empty text")


def _values(problems: Problems, where: str, kind: str, part: Json) -> None:
    for key, value in part.items():
        if not _allowed(kind, key, value):
            problems.add(f"{where}.{key}", "invalid property")
    _colors(problems, where, part)
    if isinstance(part.get("background"), dict):
        _colors(problems, f"{where}.background", part["background"])


def _allowed(kind: str, key: str, value: Any) -> bool:
    """Is this a value that LINE takes for this field of this part?"""
    words, length = WORDS.get(key), re.fullmatch(LENGTH, str(value)) is not None
    if key == "style":
        words = STYLE.get(kind, {"normal", "italic"})
    elif key == "height" and kind == "button":
        words = {"sm", "md"}
    if words is not None:
        return value in words
    if key == "size":
        return length or value in SIZES or (kind == "image" and value == "full")
    if key in LENGTHS:
        return length or value in LENGTHS[key]
    if key in {"flex", "maxLines"}:
        return isinstance(value, int) and value >= 0
    if key == "wrap":
        return isinstance(value, bool)
    return key != "aspectRatio" or _ratio(value)


def _ratio(value: Any) -> bool:
    hit = re.fullmatch(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)", str(value))
    return hit is not None and 0 < float(hit[2]) <= 3 * float(hit[1])


def _colors(problems: Problems, where: str, part: Json) -> None:
    for key in COLORS & part.keys():
        if not re.fullmatch(COLOR, str(part[key])):
            problems.add(f"{where}.{key}", "invalid property")
