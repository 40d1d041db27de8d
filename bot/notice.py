"""A new privacy notice is told once, before the next answer that has room for it."""

from __future__ import annotations

from typing import Any

from bot.cards.dress import MOST_MESSAGES, dress
from bot.cards.kit import Look
from flows.kit import Say
from flows.talks import Answer
from storage.desk import StoredDesk
from storage.talks import StoredTalks


def with_news(
    desk: StoredDesk, talks: StoredTalks, answer: Answer, messages: list[dict[str, Any]], look: Look
) -> list[dict[str, Any]]:
    """The messages of a 1:1 turn, before them what is new in the notice, written down as shown (PDPA s. 23).

    Only for who has seen another version: who has seen none hears of it on following. It waits where nothing is answered,
    where somebody is in need, gives card numbers or is being erased, and where a reply would be longer than LINE takes.
    """
    version = desk.rules.text("notice", "version")
    if desk.notice_seen in {None, version} or not messages or desk.leaving is not None or talks.any_of("registry"):
        return messages
    if any(said.card and said.key == "emergency" for said in answer.said):
        return messages
    told = dress([Say("notice_new", {"version": version}, card=True)], look)
    if len(told) + len(messages) > MOST_MESSAGES:
        return messages
    desk.note_shown(version)
    return [*told, *messages]
