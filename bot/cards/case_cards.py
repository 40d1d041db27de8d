"""Cards of a case under way: its story, the public view, a list, and news that is pushed."""

from __future__ import annotations

from typing import Any

from bot.cards.kit import Card, Look
from bot.cards.parts import (
    GREEN,
    INK,
    RED,
    SOFT,
    STATUS_COLOUR,
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
from bot.cards.report_cards import district_name, map_uri, place_line
from casework.case import CaseView, EventView
from casework.contact import mask
from flows.kit import Button

Values = dict[str, Any]
Buttons = tuple[Button, ...]
MOST_EVENTS = 12


def _head(look: Look, case: CaseView) -> Box:
    side = look.line("urgent") if case.urgent else None
    return band(look.line(f"status.{case.status}"), STATUS_COLOUR[case.status], side=side)


def _title(look: Look, case: CaseView) -> str:
    return look.category(case.category) if case.kind == "complaint" else look.line(f"kind.{case.kind}")


def _actor(look: Look, event: EventView) -> str:
    return look.line(f"story_{event.actor.partition(':')[0]}")


def _event(look: Look, event: EventView, last: bool) -> Box:
    colour = STATUS_COLOUR.get(event.status, SOFT)
    lines = [
        text(look.line(f"status.{event.status}"), weight="bold" if last else "regular", colour=colour if last else INK),
        text(f"{look.moment(event.at)} · {_actor(look, event)}", size="xs", colour=SOFT),
    ]
    if event.note:
        lines.append(text(look.line("note", note=clip(event.note, 160)), size="xs"))
    dot = text("●" if last else "○", size="sm", colour=colour, flex=0)
    return box("horizontal", [dot, box("vertical", lines, flex=1)], spacing="md", margin="md")


def timeline(look: Look, values: Values, buttons: Buttons) -> Card:
    """One case with its whole story, newest last."""
    case: CaseView = values["case"]
    where = {"place_text": case.place_text, "district": case.district_code}
    events = worth_telling(case)[-MOST_EVENTS:]
    body: list[Box] = [
        text(case.number, size="xl", weight="bold"),
        text(_title(look, case), weight="bold"),
        text(clip(case.text, 160), maxLines=4),
    ]
    if case.kind == "complaint":
        body.append(text("📍 " + place_line(look, where), size="xs", colour=SOFT))
        body.append(text(look.agency(case.agency), size="xs", colour=SOFT))
    if case.due_at is not None and case.open and case.kind == "complaint":
        body.append(text(look.line("due", at=look.moment(case.due_at)), size="xs", colour=SOFT))
    if case.rating:
        body.append(text(look.line("rating", n=case.rating), size="xs", colour=SOFT))
    body += [rule(), *(_event(look, e, n == len(events) - 1) for n, e in enumerate(events))]
    first = [b for b in buttons if b.kind in {"fixed", "add"}]
    others = [b for b in buttons if b not in first]
    footer: list[Box] = [look.press(b, filled=True, colour=GREEN if b.kind == "fixed" else "#1565C0") for b in first]
    if others:
        footer.append(box("horizontal", [look.press(b) for b in others], spacing="sm"))
    if case.lat is not None and case.lng is not None:
        footer.append(press(link(look.line("map"), map_uri(case.lat, case.lng))))
    photo = look.photo(case.photos[0]) if case.photos else None
    alt = f"{case.number} {look.line(f'status.{case.status}')} · {_title(look, case)} · {clip(case.text, 200)}"
    made = bubble(header=_head(look, case), hero=picture(photo) if photo else None, body=body, footer=footer)
    return Card(alt, made, buttons)


def worth_telling(case: CaseView) -> list[EventView]:
    """The events in which something changed or was said; what staff note among themselves leaves no line."""
    return [e for n, e in enumerate(case.events) if n == 0 or e.note or e.status != case.events[n - 1].status]


def public_case(look: Look, values: Values, buttons: Buttons) -> Card:
    """Somebody else's case: what its page shows, and no more."""
    case: CaseView = values["case"]
    body: list[Box] = [
        text(case.number, size="xl", weight="bold"),
        text(_title(look, case), weight="bold"),
        text(look.line("when", at=look.date(case.created_at)), size="xs", colour=SOFT),
    ]
    if case.district_code:
        body.append(text("📍 " + district_name(look, case.district_code), size="xs", colour=SOFT))
    body.append(rule())
    last = len(case.events) - 1
    for n, event in enumerate(case.events):
        shown = EventView(event.status, event.actor, None, event.at)
        if n == 0 or event.status != case.events[n - 1].status:
            body.append(_event(look, shown, n == last))
    footer = [press(link(look.line("page"), f"{look.public_url}/cases/{case.number}"))] if look.public_url else []
    alt = f"{look.line('public_title')} {case.number} {look.line(f'status.{case.status}')} · {_title(look, case)}"
    return Card(alt, bubble(header=_head(look, case), body=body[:24], footer=footer))


def case_list(look: Look, values: Values, buttons: Buttons) -> Card:
    """The person's cases, latest first, a card each."""
    cases: list[CaseView] = values["cases"]
    by_number = {b.value: b for b in buttons if b.kind == "show"}
    used = [by_number[c.number] for c in cases if c.number in by_number]
    cards = [_small(look, c, by_number.get(c.number) or Button("show", c.number)) for c in cases]
    alt = look.line("list_title") + " " + " · ".join(f"{c.number} {look.line(f'status.{c.status}')}" for c in cases)
    return Card(alt, {"type": "carousel", "contents": cards}, used)


def _small(look: Look, case: CaseView, button: Button) -> Box:
    photo = look.photo(case.photos[0]) if case.photos else None
    shown = Button(button.kind, button.value)
    return bubble(
        header=_head(look, case),
        hero=picture(photo) if photo else None,
        body=[
            text(case.number, size="xl", weight="bold"),
            text(_title(look, case), weight="bold"),
            text(clip(case.text, 90), maxLines=3),
            text(look.line("when", at=look.moment(case.created_at)), size="xs", colour=SOFT),
        ],
        footer=[look.press(shown)],
    )


def news(look: Look, values: Values, buttons: Buttons) -> Card:
    """Something happened to the case: said once, in plain words, with the agency's note."""
    case: CaseView = values["case"]
    event: EventView = values["event"]
    key = values["key"]
    said = look.line(f"news.{key}", agency=look.agency(case.agency), merged_into=case.merged_into or "")
    late = key == "late"
    title = look.line("news_title") if key in {"note", "late"} else look.line(f"status.{event.status}")
    colour = RED if late else STATUS_COLOUR[event.status]
    body: list[Box] = [
        text(case.number, size="xl", weight="bold"),
        text(breakable(said)),
    ]
    if event.note:
        body.append(text(look.line("note", note=clip(event.note, 300)), colour=INK))
    body.append(text(clip(case.text, 90), size="xs", colour=SOFT, maxLines=2))
    if key in {"accepted", "late"} and case.due_at is not None and not late:
        body.append(text(look.line("due", at=look.moment(case.due_at)), size="xs", colour=SOFT))
    photo = look.photo(values["photo"]) if values.get("photo") else None
    footer: list[Box]
    if key == "fixed_reported":
        footer = [
            look.press(Button("fixed", case.number), filled=True, colour=GREEN),
            look.press(Button("not_fixed", case.number)),
        ]
    else:
        footer = [look.press(Button("show", case.number))]
    note = f" “{clip(event.note, 300)}”" if event.note else ""
    made = bubble(header=band(title, colour), hero=picture(photo) if photo else None, body=body, footer=footer)
    return Card(f"{case.number} {said}{note}", made)


def public_text(words: str) -> str:
    """A description as others may read it."""
    return mask(words)


CARDS = {"timeline": timeline, "public_case": public_case, "case_list": case_list, "news": news}
