"""Words that answer none of a talk's questions: a promise, a question back, thanks. Answered; then it is asked again."""

from __future__ import annotations

from flows.kit import Flow, Heard

ELSEWHERE = "question"
"""What only a question for a place tells apart: anywhere else it may be part of what happened."""


class Chatting(Flow):
    """A talk in which nearly any words may be an answer."""

    def is_chat(self, heard: Heard) -> bool:
        """The words tell nothing of what happened."""
        return heard.understood is not None and heard.understood.small_talk not in {"", ELSEWHERE}

    def is_no_place(self, heard: Heard) -> bool:
        """The words name no place: chat, or a question."""
        return heard.understood is not None and bool(heard.understood.small_talk)

    def chat(self, heard: Heard) -> None:
        """A short answer; nothing is kept."""
        self.say(f"report.chat_{heard.understood.small_talk}")

    def chat_of_place(self, heard: Heard) -> None:
        """The same; who does not know the place, or how to send it, is told how."""
        self.say("report.where_help") if heard.understood.small_talk in {"unsure", "how"} else self.chat(heard)
