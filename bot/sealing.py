"""What people write is kept between the webhook and its turn; where card numbers could be in it, encrypted.

The test is generous (seven digits, or a `#`), the words are replaced as a whole, and only a turn opens them again. So the two
numbers of an ID card stand nowhere in clear: not in the inbox, not in a parked event, not in the log of the database, not in
a backup. See docs/decisions/0023-card-numbers.md.
"""

from __future__ import annotations

import json
import re
from typing import Any

from cryptography.fernet import MultiFernet

from casework import idcard

SEALED = "sealed"
_SURROGATES = re.compile("[\ud800-\udfff]")
WORDS = ("text", "title", "address", "fileName")
"""Fields of a message that hold what somebody wrote."""


def seal(event: Any, box: MultiFernet | None) -> None:
    """Encrypt the words of a webhook event, in place, where they need it."""
    message = event.get("message") if isinstance(event, dict) else None
    if not isinstance(message, dict):
        return
    message.pop(SEALED, None)  # LINE sends none
    words = {name: message[name] for name in WORDS if isinstance(message.get(name), str)}
    if box is None or not any(map(idcard.perhaps, words.values())):
        return
    for name in words:
        del message[name]
    clear = _SURROGATES.sub("\ufffd", json.dumps(words, ensure_ascii=False))
    message[SEALED] = box.encrypt(clear.encode()).decode()


def is_sealed(event: Any) -> bool:
    """Whether seal() has done something."""
    message = event.get("message") if isinstance(event, dict) else None
    return isinstance(message, dict) and SEALED in message


def opened(event: Any, box: MultiFernet) -> None:
    """The words again, in place. Raises InvalidToken where DATA_KEY is not the one they were encrypted with."""
    message = event.get("message") if isinstance(event, dict) else None
    if isinstance(message, dict) and SEALED in message:
        message.update(json.loads(box.decrypt(message.pop(SEALED))))
