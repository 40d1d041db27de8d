"""ติดต่อเจ้าหน้าที่: when and how soon officers answer → what the person says goes to them, until one side ends it.

Kept in `data`: thread (its number), set (the photos acknowledged last), page (the page with the telephone was shown).
"""

from __future__ import annotations

from casework.thai_time import english_datetime, thai_datetime
from flows.kit import Button, Flow, Heard, Say, asks, ends, on

WRITTEN = ("text", "misplaced", "photo", "video", "file", "pin")
"""What goes to the officers. misplaced: a word that would be a button's elsewhere, as an answer often is."""
STARS = ("1", "2", "3", "4", "5")


class Officer(Flow):
    """One person and the officers."""

    name = "officer"
    confirm_cancel = True
    states = [asks("first", "end_thread"), asks("open", "end_thread"), ends("closed"), ends("dropped")]
    turns = [
        *(on(kind, at=("first", "open"), to="open", do="relay") for kind in WRITTEN),
        on("end_thread", at="open", to="closed", do="close"),
        on("end_thread", at="first", to="dropped", do="leave"),
    ]

    def enter(self) -> None:
        """Somebody whose thread is open goes on with it."""
        found = self.desk.officers.open()
        if found is not None:
            self.data["thread"] = found.id
            self.state = "open"

    def ask_first(self) -> None:
        """Whether they answer now, and how soon; then: what is it about?"""
        reach = self.desk.officers.reach()
        if not reach.staffed and not self.data.get("page"):
            self.data["page"] = True
            self.show("handbook_page", page="officer")
        when = thai_datetime if self.desk.language == "th" else english_datetime
        if reach.open:
            self.say("hours_until", at=when(reach.until)) if reach.until else self.say("hours_always")
            self.say("wait", minutes=reach.minutes) if reach.minutes else self.say("wait_unknown")
        elif reach.opens_at is not None:
            self.say("hours_later", at=when(reach.opens_at))
        else:
            self.say("hours_closed")
        self.say("first")

    def ask_open(self) -> None:
        """What came just now is on its way; else: go on."""
        if self.data.pop("sent", None):
            reach = self.desk.officers.reach()
            key = "sent" if reach.open and reach.staffed else "sent_later" if reach.staffed else "sent_waiting"
            self.say(key, thread=self.data["thread"])
        elif self.data.pop("more", None):
            self.say("more")
        else:
            self.say("open", thread=self.data["thread"])

    def relay(self, heard: Heard) -> None:
        """To the officers. The photos of a set are acknowledged once."""
        kind = "text" if heard.kind == "misplaced" else heard.kind
        words = f"{heard.lat:.6f}, {heard.lng:.6f} {heard.place}".strip() if kind == "pin" else heard.text or None
        view, begins = self.desk.officers.say(kind, words, heard.value or None, heard.media)
        self.data["thread"] = view.id
        if heard.set_id is not None:
            self.quiet = self.data.get("set") == heard.set_id
            self.data["set"] = heard.set_id
        self.data["sent" if begins else "more"] = not self.quiet

    def close(self, heard: Heard | None = None) -> None:
        """Thanks, and the stars."""
        view = self.desk.officers.close()
        if view is not None:
            self.said.append(closing(view.id, "closed"))

    def leave(self, heard: Heard) -> None:
        """Nothing was said to anybody."""
        self.say("left")

    def about(self) -> str:
        """The thread's number."""
        return f"#{self.data['thread']}" if "thread" in self.data else ""


def closing(thread: int, key: str) -> Say:
    """The end of a conversation, with one tap for the stars."""
    return Say(f"officer.{key}", {"thread": thread}, buttons=tuple(Button("rate_thread", f"{n}.{thread}") for n in STARS))
