"""Open311's two forms, JSON and XML, of the same plain things. XML is built as a tree, never by joining strings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from casework.open311 import Open311Problem

FORMS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
ONE = {
    **{"services": "service", "attributes": "attribute", "values": "value", "service_requests": "request"},
    **{"errors": "error", "endpoints": "endpoint", "formats": "format"},
}
"""What one element of a list is called in XML."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (its section 2.2, Char)."""


def write(form: str, root: str, thing: Any) -> bytes:
    """The thing in JSON, or in XML under an element `root`: a list of named elements, or a mapping."""
    if form == "json":
        return json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode()
    top = Element(root)
    _fill(top, thing)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode").encode()


def _fill(element: Element, thing: Any) -> None:
    if isinstance(thing, Mapping):
        for name, value in thing.items():
            _fill(SubElement(element, name), value)
    elif isinstance(thing, Sequence) and not isinstance(thing, str):
        for value in thing:
            _fill(SubElement(element, ONE[element.tag]), value)
    elif isinstance(thing, bool):
        element.text = "true" if thing else "false"
    elif thing is not None:
        element.text = _NO_XML.sub("\ufffd", str(thing))


def errors(problem: Open311Problem) -> list[dict[str, Any]]:
    """A problem as the specification tells it."""
    return [{"code": problem.code, "description": problem.description}]
