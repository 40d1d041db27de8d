"""Cards of the report: the summary to check, similar cases, the number, and the places where chat is not the way."""

from __future__ import annotations

from typing import Any

from bot.cards.kit import Card, Look
from bot.cards.parts import (
    AMBER,
    BLUE,
    GREY,
    LINE_OF_TEXT,
    RED,
    SOFT,
    STATUS_COLOUR,
    TEAL,
    Box,
    band,
    box,
    breakable,
    bubble,
    clip,
    fact,
    link,
    picture,
    press,
    rule,
    text,
)
from casework.case import CaseView, Similar
from casework.catalog import agencies, categories
from casework.place_data import tables
from casework.thai_time import distance_text
from flows.kit import Button

Values = dict[str, Any]
SHORT_LABEL = 14
"""Characters that half a card holds."""
Buttons = tuple[Button, ...]


def place_line(look: Look, values: Values) -> str:
    """Where, in one line: the citizen's own words first, then sub-district and district."""
    parts = [clip(str(values["place_text"]), 80)] if values.get("place_text") else []
    sub = tables().subdistricts.get(values.get("subdistrict") or "")
    if sub:
        parts.append(look.line("subdistrict", name=sub.name_th if look.thai else sub.name_en))
    if values.get("district"):
        parts.append(district_name(look, values["district"]))
    return " ".join(parts) or "-"


def district_name(look: Look, code: str) -> str:
    """เขต… by its code."""
    agency = agencies().get(code)
    return look.line("district", name=(agency.short_th if look.thai else agency.en) if agency else code)


def map_uri(lat: float, lng: float) -> str:
    """The place on a map."""
    return f"https://www.google.com/maps/search/?api=1&query={lat:.6f},{lng:.6f}"


def summary(look: Look, values: Values, buttons: Buttons) -> Card:
    """Everything that will be sent, with what can be changed by one press."""
    urgent = bool(values["urgent"])
    title = look.line("check")
    category = look.category(values["category"])
    where = place_line(look, values)
    photos = look.line("photos_n", n=len(values["photos"])) if values["photos"] else look.line("photos_none")
    by_kind = {b.kind: b for b in buttons}
    others = [b for b in buttons if b.kind == "category"]
    body: list[Box] = [
        text(category, size="lg", weight="bold"),
        text(clip(values["text"], LINE_OF_TEXT)),
        rule(),
        fact(look.line("where"), f"📍 {where}"),
        fact(look.line("agency"), look.agency(values["agency"])),
        fact(look.line("photos"), photos),
        text("🔒 " + look.line("phone_shared" if values["phone"] else "anonymous"), size="xs", colour=SOFT, margin="md"),
    ]
    if "not_urgent" in by_kind:
        body += [
            rule(),
            text(breakable(look.line("urgent_unsure")), weight="bold"),
            box("horizontal", [look.press(by_kind[k]) for k in ("urgent", "not_urgent")], spacing="sm"),
        ]
    if others:
        body += [
            rule(),
            text(breakable(look.line("other_kind")), size="xs", colour=SOFT),
            box(_side_by_side(look, others), [look.press(b) for b in others], spacing="sm"),
        ]
    footer = [
        look.press(by_kind["send"], filled=True, colour=RED if urgent else BLUE),
        box("horizontal", [look.press(by_kind[k]) for k in ("edit", "cancel")], spacing="sm"),
    ]
    side = ("🔴 " if urgent else "") + look.line("urgent" if urgent else "ordinary")
    alt = f"{title} {category} {side} · {clip(values['text'], 200)} · {where} · {photos}"
    header = band(title, RED if urgent else AMBER, side=side)
    return Card(alt, bubble(header=header, body=body, footer=footer), buttons)


def _side_by_side(look: Look, buttons: list[Button]) -> str:
    """Two buttons fit in a row where both labels are short."""
    return "horizontal" if all(len(look.words.label(b)) <= SHORT_LABEL for b in buttons) else "vertical"


def similar_cases(look: Look, values: Values, buttons: Buttons) -> Card:
    """A carousel of open cases nearby; the last card says that it is another matter."""
    found: list[Similar] = values["found"]
    same = {b.value: b for b in buttons if b.kind == "same"}
    different = next(b for b in buttons if b.kind == "different")
    cards = [_similar(look, item, same[item.case.number]) for item in found if item.case.number in same]
    cards.append(
        bubble(
            header=band(look.words.label(different), GREY),
            body=[text(breakable(look.line("report.similar")))],
            footer=[look.press(different, filled=True, colour=GREY)],
        )
    )
    alt = (
        look.line("report.similar")
        + " "
        + ", ".join(f"{item.case.number} {clip(item.case.text, 40)} ({distance_text(item.distance_m)})" for item in found)
    )
    return Card(alt, {"type": "carousel", "contents": cards}, buttons)


def _similar(look: Look, item: Similar, button: Button) -> Box:
    case = item.case
    photo = look.photo(case.photos[0]) if case.photos else None
    return bubble(
        header=band(look.line(f"status.{case.status}"), STATUS_COLOUR[case.status], side=case.number),
        hero=picture(photo) if photo else None,
        body=[
            text(look.category(case.category), weight="bold"),
            text(clip(case.text, 90), maxLines=3),
            text("📍 " + look.line("away", distance=distance_text(item.distance_m)), colour=SOFT, size="xs"),
            text(look.line("when", at=look.moment(case.created_at)), colour=SOFT, size="xs"),
        ],
        footer=[look.press(button, filled=True, colour=BLUE)],
    )


def number(look: Look, values: Values, buttons: Buttons) -> Card:
    """The case number, large, and what happens next."""
    case: CaseView = values["case"]
    complaint = case.kind == "complaint"
    title = look.line("status.numbered")
    agency = look.agency(case.agency)
    then = look.line("next_numbered", agency=agency) if complaint else look.line("next_voice")
    due = look.line("due", at=look.moment(case.due_at)) if complaint and case.due_at else ""
    body: list[Box] = [
        text(look.line("number"), size="xs", colour=SOFT),
        text(case.number, size="xxl", weight="bold"),
        text(look.category(case.category) if complaint else look.line(f"kind.{case.kind}"), weight="bold"),
        text(clip(case.text, 120), maxLines=3),
    ]
    if complaint:
        where = {
            "place_text": case.place_text,
            "district": case.district_code,
            "subdistrict": case.subdistrict_code,
        }
        body.append(text("📍 " + place_line(look, where), colour=SOFT))
    body += [rule(), text(breakable(then))]
    if due:
        body.append(text(due, weight="bold"))
    if values.get("expected"):
        p50, p80 = values["expected"]
        body.append(text(look.line("expected", p50=f"{p50:.0f}", p80=f"{p80:.0f}"), size="xs", colour=SOFT))
    body.append(text(breakable(look.line("thanks")), colour=SOFT, size="xs"))
    photo = look.photo(case.photos[0]) if case.photos else None
    share = look.share("sent")
    footer = [look.press(Button("show", case.number)), *([] if share is None else [share])]
    header = band(title, RED if case.urgent else AMBER, side=look.line("urgent") if case.urgent else None)
    card = bubble(header=header, hero=picture(photo) if photo else None, body=body, footer=footer)
    return Card(f"{title} {look.line('number')} {case.number} · {then} {due}", card)


def joined(look: Look, values: Values, buttons: Buttons) -> Card:
    """Following somebody's case."""
    case: CaseView = values["case"]
    body = [
        text(look.line("number"), size="xs", colour=SOFT),
        text(case.number, size="xxl", weight="bold"),
        text(look.line(f"status.{case.status}"), weight="bold"),
        text(clip(case.text, 120), maxLines=3),
        rule(),
        text(breakable(look.line("joined_body"))),
    ]
    title = look.line("joined_title")
    made = bubble(header=band(title, BLUE), body=body, footer=[look.press(Button("show", case.number))])
    return Card(f"{title} {case.number}", made)


def place_guess(look: Look, values: Values, buttons: Buttons) -> Card:
    """Is it there? A place read from words is a suggestion, never a silent pin."""
    name = district_name(look, values["district"])
    ask = look.line("guess_body", district=name)
    names = " · ".join(values["names"])
    yes, no = (next(b for b in buttons if b.kind == k) for k in ("yes", "no"))
    body = [text(f"📍 {name}", size="lg", weight="bold"), *([text(names, colour=SOFT)] if names else []), text(ask)]
    footer = [box("horizontal", [look.press(yes, filled=True), look.press(no)], spacing="sm")]
    if "lat" in values:
        ask = look.line("found_body")
        body[-1] = text(ask)
        footer.append(press(link(look.line("map"), map_uri(values["lat"], values["lng"]))))
    title = look.line("guess_title")
    return Card(f"{title} {name} {names}", bubble(header=band(title, AMBER), body=body, footer=footer), (yes, no))


def _calls(look: Look, numbers: tuple[str, ...], colour: str) -> list[Box]:
    return [press(link(look.line(f"call.{n}"), f"tel:{n}"), filled=True, colour=colour) for n in numbers]


def outside(look: Look, values: Values, buttons: Buttons) -> Card:
    """Not in Bangkok: who helps there."""
    title, body = look.line("outside_title"), look.line("outside_body")
    made = bubble(header=band(title, GREY), body=[text(breakable(body))], footer=_calls(look, ("1567",), GREY))
    return Card(f"{title} {body}", made)


def emergency(look: Look, values: Values, buttons: Buttons) -> Card:
    """A life in danger is not for chat: the numbers, at once."""
    if values.get("despair"):
        return _despair(look)
    title, body = look.line("emergency_title"), look.line("emergency_body")
    footer = _calls(look, ("191", "199", "1669"), RED)
    made = bubble(header=band(title, RED), body=[text(breakable(body))], footer=footer)
    return Card(f"{title} 191 199 1669 {body}", made)


def _despair(look: Look) -> Card:
    """Somebody may take their own life: gently, with the line where people listen (1323, the Department of Mental Health)."""
    title, body = look.line("despair_title"), look.line("despair_body")
    footer = [*_calls(look, ("1323",), TEAL), *(press(link(look.line(f"call.{n}"), f"tel:{n}")) for n in ("1669", "191"))]
    made = bubble(header=band(title, TEAL), body=[text(breakable(body))], footer=footer)
    return Card(f"{title} 1323 1669 {body}", made)


def all_categories(look: Look, values: Values, buttons: Buttons) -> Card:
    """Every category as a button, two in a row."""
    made = [b for b in buttons if b.kind == "category" and b.value in categories()]
    rows = [box("horizontal", [_tile(look, b) for b in made[n : n + 2]], spacing="sm") for n in range(0, len(made), 2)]
    title = look.line("categories_title")
    return Card(title, bubble(header=band(title, AMBER), body=rows), buttons)


def _tile(look: Look, button: Button) -> Box:
    return box(
        "vertical",
        [text(look.category(button.value), size="xs", align="center", maxLines=2)],
        action=look.act(button),
        backgroundColor="#EEF2F6",
        cornerRadius="8px",
        paddingAll="10px",
        flex=1,
        justifyContent="center",
    )


CARDS = {
    "summary": summary,
    "similar_cases": similar_cases,
    "number": number,
    "joined": joined,
    "place_guess": place_guess,
    "outside": outside,
    "emergency": emergency,
    "categories": all_categories,
}
