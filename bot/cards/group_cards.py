"""Cards of groups: an alarm, a case as it is worked on, what is open, whose it may be, the week, a digest."""

from __future__ import annotations

import re
from typing import Any

from bot.cards.case_cards import before_after, worth_telling
from bot.cards.kit import Card, Look
from bot.cards.parts import (
    AMBER,
    BLUE,
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
    count,
    link,
    picture,
    press,
    rule,
    text,
)
from bot.cards.report_cards import map_uri, place_line
from casework import places
from casework.case import CaseView
from casework.catalog import agencies
from casework.digest import Digest
from casework.groups import Week
from casework.place_data import tables as place_tables
from casework.thai_time import distance_text
from flows.kit import Button

Values = dict[str, Any]
Buttons = tuple[Button, ...]
_PIN = re.compile(r"📍 (-?\d+\.\d+), (-?\d+\.\d+)")
ALARM_COLOUR = {"ordinary": AMBER, "moved": BLUE, "told": BLUE}


def _away(look: Look, case: CaseView) -> str:
    """How far from the agency's office, and in which direction; empty where that is not known."""
    office = place_tables().districts.get(case.agency)
    if office is None or case.lat is None or case.lng is None:
        return ""
    metres = places.distance_m(office.lat, office.lng, case.lat, case.lng)
    direction = places.compass(places.bearing(office.lat, office.lng, case.lat, case.lng))
    return look.line("group_card.away", distance=distance_text(metres), direction=look.line(f"compass.{direction}"))


def _title(look: Look, case: CaseView) -> str:
    return look.category(case.category)


def _facts(look: Look, case: CaseView, most: int = 160) -> list[Box]:
    where = {"place_text": case.place_text, "district": case.district_code, "subdistrict": case.subdistrict_code}
    body: list[Box] = [
        text(case.number, size="xl", weight="bold"),
        text(_title(look, case), weight="bold"),
        text(clip(case.text, most), maxLines=5),
        text("📍 " + place_line(look, where), size="xs", colour=SOFT),
    ]
    away = _away(look, case)
    if away:
        body.append(text(away, size="xs", colour=SOFT))
    body.append(text(look.line("when", at=look.moment(case.created_at)), size="xs", colour=SOFT))
    if case.contact:
        body.append(text(breakable(look.line("group_card.contact", phone=case.contact)), weight="bold"))
        body.append(text(breakable(look.line("group_card.contact_why")), size="xs", colour=SOFT))
    return body


def _footer(look: Look, case: CaseView, buttons: Buttons) -> list[Box]:
    """The likely button first and filled, the others two a row, then the map."""
    made = [
        look.sealed(b, case.number, case.round, filled=n == 0, colour=GREEN if n == 0 else BLUE) for n, b in enumerate(buttons)
    ]
    rows: list[Box] = made[:1]
    rows += [box("horizontal", made[at : at + 2], spacing="sm") for at in range(1, len(made), 2)]
    if case.lat is not None and case.lng is not None:
        rows.append(press(link(look.line("map"), map_uri(case.lat, case.lng))))
    rows += [press(link(look.line("film"), film)) for film in map(look.film, case.films[:1]) if film]
    return rows


def _chain(look: Look, case: CaseView) -> str:
    """Who handed it to whom so far; empty where nobody did."""
    codes = [e.actor.removeprefix("agency:").split(" ")[0] for e in case.events if e.kind == "move" and e.status == "forwarded"]
    names = [look.line("story_staff") if code.startswith("staff:") else look.agency(code) for code in codes]
    return look.line("group_card.chain", names=" → ".join([*names, look.agency(case.agency)])) if len(names) > 1 else ""


def alarm(look: Look, values: Values, buttons: Buttons) -> Card:
    """A case for this group. `key`: best, ordinary, reopened, handed, nobody, reminded, escalated, staff; `words`: new ones."""
    case: CaseView = values["case"]
    key: str = values["key"]
    colour = ALARM_COLOUR.get(key, RED if case.urgent else AMBER)
    title = look.line(f"group_card.{key}", minutes=values.get("minutes", ""))
    body = _facts(look, case)
    if values.get("words"):
        body.append(text(look.line("note", note=clip(values["words"], 300)), colour=INK))
    if key in {"escalated", "staff", "nobody"}:
        body.append(text(breakable(look.line("group_card.of", agency=look.agency(case.agency))), size="xs", colour=SOFT))
    if case.due_at is not None:
        body.append(text(look.line("due", at=look.moment(case.due_at)), size="xs", colour=SOFT))
    if key in {"handed", "nobody", "escalated"} and (chain := _chain(look, case)):
        body.append(text(breakable(chain), size="xs", colour=SOFT))
    photo = look.photo(case.photos[0]) if case.photos else None
    footer = _footer(look, case, buttons)
    if key == "staff":
        footer += [
            press(link(look.line("group_card.call", agency=clip(name, 20)), f"tel:{number}"))
            for name, number in _phones(look, case)
        ]
    urgent = look.line("urgent") if case.urgent else None
    made = bubble(header=band(title, colour, side=urgent), hero=picture(photo) if photo else None, body=body, footer=footer)
    alt = f"{title} {case.number} {_title(look, case)} · {clip(case.text, 200)}"
    return Card(alt, made, buttons)


def _phones(look: Look, case: CaseView) -> list[tuple[str, str]]:
    """Whom staff can ring: the agency, and who answers for what it is about."""
    found = []
    for code in dict.fromkeys((case.agency, case.district_code or "", "1555")):
        agency = agencies().get(code)
        if agency is not None and agency.phone:
            number = "".join(d for d in agency.phone.split(",")[0] if d.isdigit())[:10]
            if number:
                found.append((agency.short_th if look.thai else agency.en, number))
    return found[:3]


def work_card(look: Look, values: Values, buttons: Buttons) -> Card:
    """A case as its agency works on it; `said`: what was done just now, if anything."""
    case: CaseView = values["case"]
    said = values.get("said") or ""
    body: list[Box] = []
    if said:
        body += [text(breakable(look.line(f"group_card.said_{said}", owner=case.owner or "")), weight="bold"), rule()]
    body += _facts(look, case)
    if case.owner:
        body.append(text(look.line("group_card.owner", owner=case.owner), size="xs", colour=SOFT))
    if case.due_at is not None and case.open:
        body.append(text(look.line("due", at=look.moment(case.due_at)), size="xs", colour=SOFT))
    notes = [e for e in worth_telling(case) if e.note][-3:]
    for event in notes:
        body.append(text(look.line("note", note=clip(event.note or "", 120)), size="xs"))
    photo = look.photo((case.results or case.photos)[-1 if case.results else 0]) if case.results or case.photos else None
    head = band(
        look.line(f"status.{case.status}"), STATUS_COLOUR[case.status], side=look.line("urgent") if case.urgent else None
    )
    made = bubble(header=head, hero=picture(photo) if photo else None, body=body, footer=_footer(look, case, buttons))
    told = f"{look.line(f'group_card.said_{said}', owner=case.owner or '')} " if said else ""
    return Card(f"{told}{case.number} {look.line(f'status.{case.status}')} · {clip(case.text, 200)}", made, buttons)


def told(look: Look, values: Values, buttons: Buttons) -> Card:
    """Something happened to a case that this group works on, or reported: by the citizen, by staff, by another agency."""
    case: CaseView = values["case"]
    line = look.line(
        f"group_card.told_{values['key']}", status=look.line(f"status.{case.status}"), agency=look.agency(case.agency)
    )
    body: list[Box] = [text(case.number, size="xl", weight="bold"), text(breakable(line))]
    if values.get("words"):
        body.append(text(look.line("note", note=clip(values["words"], 300))))
    if case.rating:
        body.append(text(look.line("rating", n=case.rating), size="xs", colour=SOFT))
    body.append(text(clip(case.text, 90), size="xs", colour=SOFT, maxLines=2))
    names = values.get("photos") or ()
    photo = look.photo(names[-1]) if names else None
    colour = STATUS_COLOUR[case.status]
    footer = [] if values.get("public") else [look.press(Button("show", case.number))]
    footer += [look.sealed(b, case.number, case.round, filled=b.kind == "fixed", colour=GREEN) for b in buttons]
    footer += [press(link(look.line("map"), found)) for found in _pinned(values.get("words") or "")]
    both = before_after(look, case) if values.get("public") and case.status == "fixed_reported" else None
    made = bubble(
        header=band(look.line(f"status.{case.status}"), colour),
        hero=both or (picture(photo) if photo else None),
        body=body,
        footer=footer,
    )
    words_ = f" “{clip(values['words'], 300)}”" if values.get("words") else ""
    return Card(f"{case.number} {line}{words_}", made, buttons)


def _pinned(words: str) -> list[str]:
    """The map of the pin that was the answer, if it was one."""
    found = _PIN.match(words)
    return [map_uri(float(found[1]), float(found[2]))] if found else []


def hand_on(look: Look, values: Values, buttons: Buttons) -> Card:
    """Whose is it? The likeliest as buttons, any other in words."""
    case: CaseView = values["case"]
    line = look.line("group_card.whose", number=case.number)
    footer = [look.sealed(b, case.number, case.round) for b in buttons]
    return Card(line, bubble(header=None, body=[text(breakable(line), weight="bold")], footer=footer), buttons)


def open_cases(look: Look, values: Values, buttons: Buttons) -> Card:
    """What this group has open: BEST first, then what is due first."""
    cases: list[CaseView] = values["cases"]
    title = look.line("group_card.open_title", n=values["total"])
    footer = [look.press(Button("open_cases", str(values["following"])))] if values.get("following") is not None else []
    made = bubble(header=band(title, BLUE), body=[row for case in cases for row in _row(look, case)], footer=footer)
    alt = title + " " + " · ".join(f"{case.number} {look.line(f'status.{case.status}')}" for case in cases)
    return Card(alt, made)


def _row(look: Look, case: CaseView) -> list[Box]:
    mark = "🔴 " if case.urgent else ""
    due = look.line("group_card.row_due", at=look.date(case.due_at)) if case.due_at else ""
    line = text(f"{mark}{case.number} · {look.line(f'status.{case.status}')}", weight="bold", flex=1)
    tap = look.act(Button("show", case.number))
    return [
        box(
            "vertical",
            [
                box("horizontal", [line]),
                text(f"{_title(look, case)} · {clip(case.text, 60)}", size="xs", maxLines=2),
                text(due, size="xs", colour=SOFT),
            ],
            action=tap,
            paddingTop="6px",
        ),
        rule(),
    ]


def week(look: Look, values: Values, buttons: Buttons) -> Card:
    """The last seven days of this agency."""
    found: Week = values["week"]
    title = look.line("group_card.week_title")
    rows = [count(look.line(f"group_card.week_{name}"), getattr(found, name)) for name in found.__dataclass_fields__]
    name = look.agency(values["agency"]) if values.get("agency") else ""
    if values.get("all"):
        name = look.line("group_card.week_all")
    told_ = " · ".join(f"{look.line(f'group_card.week_{n}')} {getattr(found, n)}" for n in found.__dataclass_fields__)
    return Card(f"{title} {name} {told_}", bubble(header=band(title, BLUE), body=[text(name, weight="bold"), *rows]))


def digest(look: Look, values: Values, buttons: Buttons) -> Card:
    """What the group has to do: how much of each sort, then the most pressing cases."""
    found: Digest = values["digest"]
    title = look.line("group_card.digest_title")
    sorts = [(look.line(f"group_card.digest_{n}"), getattr(found, n)) for n in ("new", "late", "overdue") if getattr(found, n)]
    body: list[Box] = [count(name, n) for name, n in sorts]
    for case in found.cases:
        body += _row(look, case)
        if case.agency != values["agency"]:
            whose = breakable(look.line("group_card.of", agency=look.agency(case.agency)))
            body.insert(-1, text(whose, size="xs", colour=SOFT))
    if found.total > len(found.cases):
        body.append(text(look.line("group_card.digest_more", n=found.total - len(found.cases))))
    body.append(text(breakable(look.line("group_card.digest_hint")), size="xs", colour=SOFT))
    colour = RED if any(case.urgent for case in found.cases) else AMBER
    alt = " · ".join([title, *(f"{name} {n}" for name, n in sorts), *(case.number for case in found.cases)])
    return Card(alt, bubble(header=band(title, colour), body=body, footer=[]))


CARDS = {
    "alarm": alarm,
    "work_card": work_card,
    "told": told,
    "hand_on": hand_on,
    "open_cases": open_cases,
    "week": week,
    "digest": digest,
}
