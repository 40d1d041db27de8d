"""Cards of a case under way: its story, the public view, a list, and news that is pushed."""

from __future__ import annotations

from dataclasses import replace
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
    side_by_side,
    text,
)
from bot.cards.report_cards import district_name, map_uri, place_line
from casework.case import INTERNAL, CaseView, EventView
from casework.contact import mask
from casework.owners import Owner, owner_named
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
    key = f"story.{event.kind}" if event.kind != "move" else f"status.{event.status}"
    lines = [
        text(look.line(key), weight="bold" if last else "regular", colour=colour if last else INK),
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
    told = [e for e in case.events if e.kind not in INTERNAL]
    return [
        e for n, e in enumerate(told) if n == 0 or e.note or e.kind not in {"move", "note"} or e.status != told[n - 1].status
    ]


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
    moves = [e for n, e in enumerate(case.events) if n == 0 or e.status != case.events[n - 1].status]
    body += [_event(look, EventView(e.status, e.actor, None, e.at), e is moves[-1]) for e in moves]
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
    if key in {"asked", "arrived"}:
        title = look.line(f"story.{key}")
    colour = RED if late else STATUS_COLOUR[event.status]
    body: list[Box] = [
        text(case.number, size="xl", weight="bold"),
        text(breakable(said)),
    ]
    if event.note:
        body.append(text(look.line("note", note=clip(event.note, 300)), colour=INK))
    body.append(text(clip(case.text, 90), size="xs", colour=SOFT, maxLines=2))
    if key in {"accepted", "forwarded", "reopened"} and case.due_at is not None and case.open and case.kind == "complaint":
        body.append(text(look.line("due", at=look.moment(case.due_at)), size="xs", colour=SOFT))
    footer = _answers(look, case, event, key, own=bool(values.get("own", True)))
    note = f" “{clip(event.note, 300)}”" if event.note else ""
    hero = before_after(look, case) if key == "fixed_reported" else _first(look, event.photos)
    made = bubble(header=band(title, colour), hero=hero, body=body, footer=footer)
    return Card(f"{case.number} {said}{note}", made)


def _answers(look: Look, case: CaseView, event: EventView, key: str, *, own: bool) -> list[Box]:
    """What can be said to this news."""
    fixed, not_fixed = Button("fixed", case.number), Button("not_fixed", case.number)
    if key == "fixed_reported":
        films = [press(link(look.line("film"), film)) for film in map(look.film, case.result_films[-1:]) if film]
        return [look.press(fixed, filled=True, colour=GREEN), look.press(not_fixed), *films]
    if key == "asked" and own:
        return [look.press(Button("answer", case.number), filled=True), look.press(Button("show", case.number))]
    if key == "closed_silent" and own:
        return [look.press(fixed), look.press(not_fixed)]
    if key == "closed_answered" and own:
        more = replace(not_fixed, label=look.line("more_questions"))
        return [look.press(replace(fixed, label=look.line("give_stars")), filled=True, colour=GREEN), look.press(more)]
    calls = [press(link(look.line("call_owner", name=clip(o.th, 24)), f"tel:{o.phone}")) for o in _owners(event, key)]
    return [*calls, look.press(Button("show", case.number))]


def _owners(event: EventView, key: str) -> list[Owner]:
    """Who answers for what is not the city's, where the note names them."""
    found = owner_named(event.note or "") if key == "not_ours" else None
    return [found] if found is not None else []


def _first(look: Look, names: tuple[str, ...]) -> Box | None:
    photo = look.photo(names[0]) if names else None
    return picture(photo) if photo else None


def before_after(look: Look, case: CaseView) -> Box | None:
    """The place before and after, side by side; the result alone where there was no photo before."""
    before = look.photo(case.photos[-1 if case.round else 0]) if case.photos else None
    after = look.photo(case.results[-1]) if case.results else None
    if before and after:
        return side_by_side((before, look.line("before")), (after, look.line("after")))
    return picture(after) if after else None


def public_text(words: str) -> str:
    """A description as others may read it."""
    return mask(words)


CARDS = {"timeline": timeline, "public_case": public_case, "case_list": case_list, "news": news}
