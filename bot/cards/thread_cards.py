"""Cards of officers' threads: what a citizen wrote, who waits, prepared answers, a question with a number; stars."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from bot.cards.kit import Card, Look
from bot.cards.parts import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    SOFT,
    Box,
    band,
    box,
    breakable,
    bubble,
    clip,
    link,
    picture,
    press,
    rule,
    text,
)
from bot.cards.report_cards import map_uri
from casework.case import CaseView
from casework.threads import LineView, ThreadView, Waiting, called, canned
from flows.kit import Button

Values = dict[str, Any]
Buttons = tuple[Button, ...]
LONG, SHORT = 900, 200
"""Graphemes of what was said that a card shows: alone, and of each of several."""
HEAVY = 12_000
"""Bytes of words that a card of several can carry whole; LINE takes 30 KB a bubble."""
MOST_CANNED = 10
_PIN = re.compile(r"(?:📍 )?(-?\d{1,2}\.\d{4,}), (-?\d{1,3}\.\d{4,})")


def weight(said: LineView) -> int:
    """Bytes of what was said as a card shows it."""
    return len(clip(said.words or "", LONG).encode())


def _who(look: Look, thread: ThreadView) -> str:
    return thread.name or look.line("thread_card.citizen")


def _words(look: Look, said: LineView) -> str:
    if said.words and said.kind == "pin":
        return f"📍 {said.words}"
    if said.words:
        return said.words
    taken_back = said.kind == "text" or not (said.photo or said.film)
    return look.line("thread_card.taken_back" if said.kind in {"text", "gone"} and taken_back else f"thread_card.{said.kind}")


def _said(look: Look, said: LineView, most: int) -> list[Box]:
    who = look.line("thread_card.citizen") if said.who == "citizen" else look.line("thread_card.officer", who=called(said.who))
    return [text(f"{who} · {look.moment(said.at)}", size="xs", colour=SOFT), text(clip(_words(look, said), most))]


def thread(look: Look, values: Values, buttons: Buttons) -> Card:
    """A thread in the officers' group: who it is, what was said. `key`: said (just now) or shown (asked for)."""
    view: ThreadView = values["thread"]
    lines: list[LineView] = values["lines"]
    key = values["key"]
    most = LONG if key == "said" and sum(weight(said) for said in lines) <= HEAVY else SHORT
    key = "closed" if view.state == "closed" else "said_more" if key == "said" and len(lines) > 1 else key
    title = look.line(f"thread_card.{key}", thread=view.id, n=len(lines))
    body: list[Box] = [text(f"#{view.id} · {clip(_who(look, view), 60)}", size="lg", weight="bold")]
    if len(lines) == 1:
        body.append(text(clip(_words(look, lines[0]), LONG)))
    else:
        before = ""
        for said in lines:
            shown = _said(look, said, most)
            # Several in a row of the same side in the same minute: whose and when is said once.
            body += shown[1:] if shown[0]["text"] == before else shown
            before = shown[0]["text"]
    if view.owner:
        body.append(text(look.line("thread_card.owner", who=clip(called(view.owner), 60)), size="xs", colour=SOFT))
    if view.waits_since is not None:
        body.append(text(look.line("thread_card.waits", at=look.moment(view.waits_since)), size="xs", colour=SOFT))
    body += [rule(), text(breakable(look.line("thread_card.hint")), size="xs", colour=SOFT)]
    photos = [look.photo(said.photo) for said in lines if said.photo]
    footer = _footer(look, view, buttons)
    for said in lines[-2:]:
        if pin := _PIN.match(said.words or ""):
            footer.append(press(link(look.line("map"), map_uri(float(pin[1]), float(pin[2])))))
        if said.film and (film := look.film(said.film)):
            footer.append(press(link(look.line("film"), film)))
    hero = picture(photos[-1]) if photos and photos[-1] else None
    colour = GREY if view.state == "closed" else AMBER if view.waits_since is not None else BLUE
    last = _words(look, lines[-1]) if lines else ""
    alt = f"{title} {_who(look, view)}: {clip(last, SHORT)}"
    return Card(alt, bubble(header=band(title, colour), hero=hero, body=body, footer=footer), buttons)


def _footer(look: Look, view: ThreadView, buttons: Buttons) -> list[Box]:
    made = [
        look.sealed(b, f"#{view.id}", view.round, filled=n == 0 and b.kind == "take_thread", colour=GREEN)
        for n, b in enumerate(buttons)
    ]
    return [box("horizontal", made[at : at + 2], spacing="sm") for at in range(0, len(made), 2)]


def canned_list(look: Look, values: Values, buttons: Buttons) -> Card:
    """Prepared answers as buttons; what is sent is their words."""
    view: ThreadView = values["thread"]
    title = look.line("thread_card.canned_title", thread=view.id)
    shown = list(canned().values())[:MOST_CANNED]
    made = [Button("canned", f"{each.key}.{view.id}", each.title) for each in shown]
    rows = [
        box("horizontal", [look.sealed(b, "", view.round) for b in made[n : n + 2]], spacing="sm")
        for n in range(0, len(made), 2)
    ]
    hint = look.line("thread_card.canned_hint")
    contents = bubble(header=band(title, BLUE), body=[text(breakable(hint), size="xs", colour=SOFT)], footer=rows)
    return Card(f"{title} {' · '.join(each.title for each in shown)}", contents, tuple(made))


def threads_waiting(look: Look, values: Values, buttons: Buttons) -> Card:
    """Who waits for an answer, the longest first; a row brings the card."""
    found: list[Waiting] = values["waiting"]
    now: datetime = values["now"]
    title = look.line(f"thread_card.waiting_{values['key']}", n=values["total"])
    body: list[Box] = []
    named = []
    for wait in found:
        name = f"#{wait.thread}" if wait.thread is not None else str(wait.case_number)
        long_ = _long(look, now - wait.since)
        named.append(f"{name} {long_}")
        rows = [text(f"{name} · {clip(wait.name or '', 30)}".rstrip(" ·"), weight="bold"), text(long_, size="xs", colour=SOFT)]
        if wait.words:
            rows.insert(1, text(clip(wait.words, 60), size="xs", maxLines=2))
        if wait.owner:
            rows.append(text(look.line("thread_card.owner", who=clip(called(wait.owner), 40)), size="xs", colour=SOFT))
        tap = (
            look.sealed(Button("thread", str(wait.thread)), name, wait.round)["action"]
            if wait.thread is not None
            else look.act(Button("show", str(wait.case_number)))
        )
        body += [box("vertical", rows, action=tap, paddingTop="6px"), rule()]
    if values["total"] > len(found):
        body.append(text(look.line("thread_card.waiting_more", n=values["total"] - len(found)), size="xs", colour=SOFT))
    body.append(text(breakable(look.line("thread_card.waiting_hint")), size="xs", colour=SOFT))
    return Card(f"{title} {' · '.join(named)}", bubble(header=band(title, AMBER), body=body))


def _long(look: Look, span: timedelta) -> str:
    """How long somebody has waited."""
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 120:
        return look.line("thread_card.minutes", n=minutes)
    return (
        look.line("thread_card.hours", n=minutes // 60)
        if minutes < 48 * 60
        else look.line("thread_card.days", n=minutes // 1440)
    )


def question(look: Look, values: Values, buttons: Buttons) -> Card:
    """A question that has a number, for the officers."""
    case: CaseView = values["case"]
    title = look.line("thread_card.question")
    body = [
        text(case.number, size="xl", weight="bold"),
        text(clip(case.text, LONG)),
        text(look.line("when", at=look.moment(case.created_at)), size="xs", colour=SOFT),
        rule(),
        text(breakable(look.line("thread_card.question_hint")), size="xs", colour=SOFT),
    ]
    photo = look.photo(case.photos[0]) if case.photos else None
    made = bubble(
        header=band(title, AMBER),
        hero=picture(photo) if photo else None,
        body=body,
        footer=[look.press(Button("show", case.number))],
    )
    return Card(f"{title} {case.number}: {clip(case.text, SHORT)}", made)


def thread_stars(look: Look, values: Values, buttons: Buttons) -> Card:
    """One tap for the stars, on a card: quick replies would take the place of another talk's."""
    title = look.line("thread_card.stars")
    rows = [look.press(b) for b in reversed(buttons)]
    return Card(title, bubble(header=None, body=[text(breakable(title), weight="bold")], footer=rows), buttons)


def officer_photo(look: Look, values: Values, buttons: Buttons) -> Card:
    """An officer's picture; a tap shows the whole of it."""
    title = look.line("thread_card.photo")
    hero = picture(values["photo"]) | {"action": link(title, values["photo"])}
    return Card(title, {"type": "bubble", "size": "mega", "hero": hero}, buttons)


CARDS = {
    "thread": thread,
    "canned_list": canned_list,
    "threads_waiting": threads_waiting,
    "question": question,
    "thread_stars": thread_stars,
    "officer_photo": officer_photo,
}
